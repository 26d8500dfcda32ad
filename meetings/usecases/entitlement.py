"""Whether the actor may vote on a motion at this very moment, and for which seats."""

from sqlalchemy import select

from core.access import Permission
from core.errors import RuleViolated
from core.i18n import _
from core.transaction import Tx
from meetings import queries
from meetings.models import Attendee, Motion
from meetings.queries import Right
from meetings.rules.bars import Bar
from meetings.rules.bodies import rule_of


def entitled(tx: Tx, motion: Motion) -> list[Right]:
    """The seats that the actor may vote for now, locked. Rights are read at the moment of the vote, not of the call.

    Raises NotFound for somebody who has nothing to do with it, RuleViolated for who is barred or is not there.
    """
    person = tx.actor.person_id or 0
    check_business(tx, motion)
    bar = queries.bars(tx.session, motion, [person], rule_of(motion.rule).drafters)[person]
    if bar is not None:
        raise barred(bar)
    found = [right for right in queries.rights_of(tx.session, motion, person, lock=True) if not right.voter.bar]
    if not found:
        raise RuleViolated("no_vote", _("You have no vote on this motion."))
    if motion.meeting_id is not None and not _is_there(tx, motion.meeting_id, person):
        raise RuleViolated(
            "not_present", _("You are not noted as present. Press “I am here” first, or type `meeting attend`.")
        )
    return found


def barred(bar: Bar) -> RuleViolated:
    """Why somebody may not vote."""
    return RuleViolated("barred", _("You may not vote on this motion: {reason}.").format(reason=bar.label))


def check_business(tx: Tx, motion: Motion) -> None:
    """Whoever is neither asked nor on the roll hears of nothing. Raises NotFound."""
    if not (tx.actor.may(Permission.MANAGE_MEETINGS) or queries.is_of(tx.session, motion, tx.actor.person_id)):
        raise queries.unknown_motion()


def _is_there(tx: Tx, meeting_id: int, person_id: int) -> bool:
    query = select(Attendee.id).where(
        Attendee.meeting_id == meeting_id,
        Attendee.person_id == person_id,
        Attendee.present_at.is_not(None),
        Attendee.left_at.is_(None),
        Attendee.struck_at.is_(None),
    )
    return tx.session.scalar(query.limit(1)) is not None
