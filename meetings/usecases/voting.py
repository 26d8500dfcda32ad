"""Open votes."""

from core.access import Permission, usecase
from core.errors import NotFound, RuleViolated
from core.i18n import _
from core.transaction import Tx
from meetings import queries
from meetings.models import Motion, OpenVote, Voter
from meetings.queries import Right
from meetings.rules import motions
from meetings.rules.counting import Ballot
from meetings.rules.motions import State
from meetings.usecases.entitlement import check_business, entitled


@usecase(Permission.VOTE)
def cast(tx: Tx, *, motion: Motion, ballot: Ballot, seat: str = "") -> list[str]:
    """Vote openly for one's own seats, or for the one named; until the close a vote can be changed.

    Returns the seats voted for. Raises Conflict ``vote_early`` or ``vote_late``, RuleViolated for who is barred.
    """
    motion = queries.motion_by_number(tx.session, motion.number, share=True)
    check_business(tx, motion)
    if motion.secret:
        raise RuleViolated("secret_ballot", _("This is a secret ballot: take a ballot paper, `motion paper`."))
    motions.check_votable(State(motion.state), motion.closes_at, tx.now)
    chosen = _chosen(tx, entitled(tx, motion), seat)
    changed = [_write(tx, motion, right.voter, ballot) for right in chosen]
    data = {"seats": [right.voter.seat for right in chosen], "changed": any(changed)}
    personal = {"ballot": list(ballot)}
    tx.record("motion:vote:cast", motion.subject, data, person=tx.actor.person_id, personal=personal)
    return [right.voter.seat for right in chosen]


def _chosen(tx: Tx, rights: list[Right], seat: str) -> list[Right]:
    found = [right for right in rights if right.voter.seat == seat or (not seat and not right.as_agent)]
    if not found:
        known = _(", ").join(queries.seat_names(tx.session, [right.voter.seat for right in rights]).values())
        raise NotFound("seat_unknown", _("You do not vote for that seat. You vote for: {known}").format(known=known))
    return found


def _write(tx: Tx, motion: Motion, voter: Voter, ballot: Ballot) -> bool:
    vote = queries.open_vote_of(tx.session, voter)
    changed = vote is not None
    if vote is None:
        vote = OpenVote(motion_id=motion.id, voter_id=voter.id)
        tx.session.add(vote)
    vote.person_id, vote.choice, vote.at = tx.actor.person_id or 0, list(ballot), tx.now
    voter.voted = True
    tx.session.flush()
    return changed
