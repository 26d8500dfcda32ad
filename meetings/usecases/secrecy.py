"""Secret ballots. What is kept is who has voted, and what was voted, and nothing in between.

A ballot paper is a token of which only the hash is stored; using it marks the paper as spent. The ballot itself goes
into the urn under a key of its own motion, with a random id, without time or token. At the count the urn is emptied:
all ballots are opened, mixed, written at once, and the key is thrown away, so that nobody can read what is left of the
urn. Against whoever has the installation's key as well as the database, or a copy of it, from during the vote this is
no protection: the staff guide says so.
"""

import json
import secrets
from dataclasses import dataclass

from sqlalchemy import delete, select

from core.access import Permission, usecase
from core.errors import Conflict, RuleViolated
from core.i18n import _
from core.transaction import Tx
from meetings import queries
from meetings.models import BallotPaper, CountedBallot, Motion, SealedBallot, Voter
from meetings.queries import Right
from meetings.rules import motions
from meetings.rules.ballots import token_hash
from meetings.rules.counting import Ballot
from meetings.rules.motions import State
from meetings.usecases.entitlement import entitled

MIXER = secrets.SystemRandom()


@dataclass(frozen=True)
class Paper:
    """A ballot paper in the hand of a voter: the seat it is for, and the token that nobody else has."""

    seat: str
    token: str
    as_agent: bool


def _holder(motion: Motion) -> int:
    """Whose key the urn is sealed with: no person's, since those count from one up."""
    return -motion.id


def open_urn(tx: Tx, motion: Motion) -> None:
    """Make the key of the urn, before two voters could make it at the same time."""
    tx.keys.seal(tx.session, _holder(motion), b"")
    tx.session.flush()


def _random_id() -> int:
    return secrets.randbelow(2**62) + 1


@usecase(Permission.VOTE)
def take_papers(tx: Tx, *, motion: Motion) -> list[Paper]:
    """Ballot papers for the seats that one may vote for and has not. Papers taken before are void.

    Raises Conflict when everything has been voted, or voting is not open.
    """
    motion = queries.motion_by_number(tx.session, motion.number, share=True)
    if not motion.secret:
        raise RuleViolated("open_ballot", _("This is an open ballot: `motion vote`."))
    motions.check_votable(State(motion.state), motion.closes_at, tx.now)
    rights = [right for right in entitled(tx, motion) if not right.voter.voted]
    if not rights:
        raise Conflict("already_voted", _("You have voted already. A secret vote cannot be changed."))
    papers = [_issue(tx, motion, right) for right in rights]
    tx.record("motion:paper:take", motion.subject, {"papers": len(papers)})
    return papers


def _issue(tx: Tx, motion: Motion, right: Right) -> Paper:
    token = secrets.token_urlsafe(16)
    paper = queries.paper_of(tx.session, right.voter)
    if paper is None:
        paper = BallotPaper(motion_id=motion.id, voter_id=right.voter.id)
        tx.session.add(paper)
    paper.person_id, paper.token_hash = tx.actor.person_id or 0, token_hash(token)
    tx.session.flush()
    return Paper(right.voter.seat, token, right.as_agent)


@usecase(Permission.VOTE)
def drop_ballot(tx: Tx, *, motion: Motion, token: str, ballot: Ballot) -> None:
    """Put one ballot into the urn. Raises NotFound for a paper of somebody else or a void one, Conflict for a used one."""
    motion = queries.motion_by_number(tx.session, motion.number, share=True)
    motions.check_votable(State(motion.state), motion.closes_at, tx.now)
    paper = _paper(tx, motion, token)
    voter = _voter(tx, motion, paper)
    voter.voted, paper.spent = True, True
    plain = json.dumps(list(ballot)).ljust(_length(motion)).encode()
    sealed = tx.keys.seal(tx.session, _holder(motion), plain)
    tx.session.add(SealedBallot(id=_random_id(), motion_id=motion.id, sealed=sealed))
    tx.session.flush()
    tx.record("motion:vote:cast", motion.subject, {"secret": True})


def _length(motion: Motion) -> int:
    """Every ballot of a motion is sealed at the same length, whatever it says."""
    return 32 + 8 * len(motion.candidates)


def _paper(tx: Tx, motion: Motion, token: str) -> BallotPaper:
    paper = queries.paper_by_hash(tx.session, token_hash(token))
    if paper is None or paper.motion_id != motion.id or paper.person_id != tx.actor.person_id:
        raise queries.void_paper()
    if paper.spent:
        raise Conflict("already_voted", _("You have voted already. A secret vote cannot be changed."))
    return paper


def _voter(tx: Tx, motion: Motion, paper: BallotPaper) -> Voter:
    mine = [right.voter for right in entitled(tx, motion) if right.voter.id == paper.voter_id]
    if not mine:
        raise queries.void_paper()
    if mine[0].voted:
        raise Conflict("already_voted", _("You have voted already. A secret vote cannot be changed."))
    return mine[0]


def empty_urn(tx: Tx, motion: Motion) -> int:
    """Open and mix all ballots, write them in one go, and throw the key away. Returns how many there were."""
    found = list(tx.session.scalars(select(SealedBallot).where(SealedBallot.motion_id == motion.id)))
    opened = [_opened(tx, motion, ballot) for ballot in found]
    MIXER.shuffle(opened)
    rows = {_random_id(): choice for choice in opened}
    tx.session.add_all(CountedBallot(id=key, motion_id=motion.id, choice=rows[key]) for key in sorted(rows))
    tx.session.execute(delete(SealedBallot).where(SealedBallot.motion_id == motion.id))
    tx.keys.forget(tx.session, _holder(motion))
    tx.session.flush()
    return len(opened)


def _opened(tx: Tx, motion: Motion, ballot: SealedBallot) -> list[str]:
    plain = tx.keys.open(tx.session, _holder(motion), ballot.sealed)
    if plain is None:
        raise RuntimeError(f"the urn of motion {motion.number} cannot be opened: its key is missing")
    return list(json.loads(plain))
