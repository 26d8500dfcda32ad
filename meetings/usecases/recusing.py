"""Standing aside: a person who may not vote has no vote, and is not in the base."""

from functools import partial

from sqlalchemy import delete

from core import holds
from core.access import Permission, usecase
from core.errors import Conflict
from core.i18n import _
from core.transaction import Tx
from meetings import queries
from meetings.models import Motion, OpenVote, Recusal, Voter, VotingRight
from meetings.notices import letters
from meetings.rules import motions
from meetings.rules.bars import Bar, seat_bar
from meetings.rules.bodies import rule_of
from meetings.rules.motions import State
from meetings.usecases import rolls
from meetings.usecases.entitlement import check_business
from meetings.usecases.telling import tell
from people.models import Person


@usecase(Permission.VOTE)
def recuse(tx: Tx, *, motion: Motion, reason: str, person: Person | None = None) -> Recusal:
    """Stand aside, or (the chair and staff) have somebody stand aside: no vote, and not in the base.

    An open vote that was cast is taken back; a secret one cannot be, so that is a Conflict. Whoever was set aside by
    another person is told by whom and why.
    """
    motion = queries.motion_by_number(tx.session, motion.number, lock=True)
    check_business(tx, motion)
    motions.check_recusable(State(motion.state))
    one = person.id if person is not None else tx.actor.person_id or 0
    own = one == tx.actor.person_id
    if not own:
        meeting = queries.meeting_by_id(tx.session, motion.meeting_id) if motion.meeting_id is not None else None
        rolls.check_presides(tx, meeting)
        holds.insist(tx, f"{motion.subject}:aside", reason)
    _check_possible(tx, motion, one)
    row = Recusal(
        motion_id=motion.id,
        person_id=one,
        bar=Bar.DECLARED if own else Bar.ORDERED,
        reason=reason.strip(),
        noted_by=tx.actor.person_id,
        noted_at=tx.now,
    )
    tx.session.add(row)
    tx.session.flush()
    if motion.state == State.OPEN:
        refresh_bars(tx, motion)
    if not own:
        _tell(tx, motion, row)
    tx.record("motion:vote:recuse", motion.subject, {"bar": row.bar}, person=one, personal={"reason": row.reason})
    return row


def _tell(tx: Tx, motion: Motion, row: Recusal) -> None:
    words = {"reference": motion.reference, "title": motion.title, "name": tx.actor.name, "reason": row.reason}
    key = f"{motion.subject}:aside:{row.person_id}"
    tell(tx, key, motion.subject, partial(letters.set_aside, **words), Person.id == row.person_id)


def _check_possible(tx: Tx, motion: Motion, person: int) -> None:
    if any(row.person_id == person for row in queries.recusals(tx.session, motion)):
        raise Conflict("already_aside", _("That person stands aside already."))
    if motion.secret and queries.has_spent_paper(tx.session, motion, person):
        raise Conflict("already_voted", _("A secret vote that was cast cannot be taken back."))


def refresh_bars(tx: Tx, motion: Motion) -> int:
    """Take the vote from everyone who is barred by now, and bar the seats that nobody is left to vote for.

    Returns how many seats are newly barred. Ballots that are in the urn stay in it.
    """
    kept_out = rule_of(motion.rule).drafters
    by_voter = queries.holders_of(tx.session, motion)
    people = {right.person_id for rights in by_voter.values() for right in rights}
    bars, ties = queries.bars(tx.session, motion, people, kept_out), queries.ties(tx.session, motion, kept_out)
    there = _there(tx, motion)
    count = 0
    for voter in queries.voters(tx.session, motion, lock=True):
        rights = by_voter.get(voter.id, [])
        if voter.bar or (motion.secret and voter.voted):
            continue
        bar = seat_bar(voter.seat, [right.person_id for right in rights if not right.as_agent], bars, ties)
        if any(bars[right.person_id] for right in rights):
            _take_rights(tx, voter, rights, bars, there)
        if bar is not None:
            voter.bar, count = bar.value, count + 1
    tx.session.flush()
    return count


def _there(tx: Tx, motion: Motion) -> frozenset[int]:
    if motion.meeting_id is None:
        return frozenset()
    return queries.sitting(tx.session, queries.meeting_by_id(tx.session, motion.meeting_id)).there


def _take_rights(
    tx: Tx, voter: Voter, rights: list[VotingRight], bars: dict[int, Bar | None], there: frozenset[int]
) -> None:
    """An open vote of whoever is barred is taken back; without anybody there to vote, the seat is not present."""
    for right in [right for right in rights if bars[right.person_id]]:
        mine = (OpenVote.voter_id == voter.id, OpenVote.person_id == right.person_id)
        if tx.session.execute(delete(OpenVote).where(*mine)).rowcount:  # type: ignore[attr-defined]
            voter.voted = False
        tx.session.delete(right)
    left = {right.person_id for right in rights if not bars[right.person_id]}
    voter.present = bool(left & there)
