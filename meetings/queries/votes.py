"""Reads about motions: what there is, who may vote, what came of it."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session

from core.errors import NotFound
from core.i18n import _
from meetings import seating
from meetings.models import (
    BallotPaper,
    Meeting,
    Motion,
    MotionResult,
    OpenVote,
    Recusal,
    Voter,
    VotingRight,
)
from meetings.queries.sessions import asked
from meetings.rules.ballots import token_hash
from meetings.rules.bars import Bar, Ties, bar_of
from meetings.rules.motions import State


def motion_by_number(session: Session, number: int, *, lock: bool = False, share: bool = False) -> Motion:
    """The motion with this number. ``share`` keeps it from being closed meanwhile. Raises NotFound."""
    query = select(Motion).where(Motion.number == number)
    found = session.scalar(query.with_for_update(read=share) if lock or share else query)
    if found is None:
        raise unknown_motion()
    return found


def motion_by_id(session: Session, motion_id: int) -> Motion:
    """The motion with this id. Raises NotFound."""
    found = session.scalar(select(Motion).where(Motion.id == motion_id))
    if found is None:
        raise unknown_motion()
    return found


def unknown_motion() -> NotFound:
    """The same words for a motion that does not exist and for one that is none of this person's business."""
    return NotFound("motion_unknown", _("There is no such motion. `motion list` shows yours."))


def motions(
    session: Session, *, meeting: Meeting | None = None, person_id: int | None = None, limit: int = 20, offset: int = 0
) -> list[Motion]:
    """Motions, newest first; of one meeting in the order they were put; with ``person_id`` only what concerns this person."""
    query = select(Motion)
    if meeting is not None:
        return list(session.scalars(query.where(Motion.meeting_id == meeting.id).order_by(Motion.number)))
    if person_id is not None:
        query = query.where(of_person(person_id))
    return list(session.scalars(query.order_by(Motion.number.desc()).limit(limit).offset(offset)))


def of_person(person_id: int) -> ColumnElement[bool]:
    """The condition that a motion is a person's business: it is put to a meeting of theirs, or they may vote on it."""
    rights = select(VotingRight.motion_id).where(VotingRight.person_id == person_id)
    return or_(Motion.meeting_id.in_(asked(person_id)), Motion.id.in_(rights))


def is_of(session: Session, motion: Motion, person_id: int | None) -> bool:
    """Whether a motion is this person's business."""
    if person_id is None:
        return False
    return session.scalar(select(Motion.id).where(Motion.id == motion.id, of_person(person_id))) is not None


def about(session: Session, subject: str) -> list[Motion]:
    """Every motion about a subject such as ``case:3``, oldest first."""
    return list(session.scalars(select(Motion).where(Motion.about == subject).order_by(Motion.number)))


def result_of(session: Session, motion: Motion) -> MotionResult | None:
    """What came of a motion; None while it is not decided."""
    return session.scalar(select(MotionResult).where(MotionResult.motion_id == motion.id))


def decision_on(session: Session, subject: str) -> tuple[Motion, MotionResult] | None:
    """The latest decided motion about a subject with its result; None while nothing is decided."""
    query = (
        select(Motion, MotionResult)
        .join(MotionResult, MotionResult.motion_id == Motion.id)
        .where(Motion.about == subject)
        .order_by(Motion.number.desc())
        .limit(1)
    )
    row = session.execute(query).first()
    return (row[0], row[1]) if row else None


@dataclass(frozen=True)
class Right:
    """A seat whose vote a person may cast."""

    voter: Voter
    as_agent: bool


def rights_of(session: Session, motion: Motion, person_id: int | None, *, lock: bool = False) -> list[Right]:
    """The seats that a person may vote for on a motion, their own first."""
    query = (
        select(Voter, VotingRight.as_agent)
        .join(VotingRight, VotingRight.voter_id == Voter.id)
        .where(VotingRight.motion_id == motion.id, VotingRight.person_id == person_id)
        .order_by(VotingRight.as_agent, Voter.id)
    )
    rows = session.execute(query.with_for_update(of=Voter) if lock else query)
    return [Right(row[0], row[1]) for row in rows]


def voters(session: Session, motion: Motion, *, lock: bool = False) -> list[Voter]:
    """The roll of a motion."""
    query = select(Voter).where(Voter.motion_id == motion.id).order_by(Voter.id)
    return list(session.scalars(query.with_for_update() if lock else query))


def holders_of(session: Session, motion: Motion) -> dict[int, list[VotingRight]]:
    """Voter → who may cast that vote."""
    found: dict[int, list[VotingRight]] = {}
    for right in session.scalars(
        select(VotingRight).where(VotingRight.motion_id == motion.id).order_by(VotingRight.id)
    ):
        found.setdefault(right.voter_id, []).append(right)
    return found


def waiting(session: Session, motion: Motion) -> int:
    """How many who are there and may vote have not voted; by written consent everyone is there."""
    query = select(func.count()).where(Voter.motion_id == motion.id, Voter.bar == "", Voter.voted.is_(False))
    if motion.meeting_id is not None:
        query = query.where(Voter.present.is_(True))
    return session.scalar(query) or 0


def open_vote_of(session: Session, voter: Voter) -> OpenVote | None:
    """The vote of a seat in an open ballot."""
    return session.scalar(select(OpenVote).where(OpenVote.voter_id == voter.id))


def open_votes(session: Session, motion: Motion) -> list[OpenVote]:
    """The votes of an open ballot, in the order of the roll."""
    return list(session.scalars(select(OpenVote).where(OpenVote.motion_id == motion.id).order_by(OpenVote.voter_id)))


def paper_of(session: Session, voter: Voter) -> BallotPaper | None:
    """The ballot paper of a seat, locked."""
    return session.scalar(select(BallotPaper).where(BallotPaper.voter_id == voter.id).with_for_update())


def paper_by_hash(session: Session, token_hash: str) -> BallotPaper | None:
    """The ballot paper whose token has this hash, locked."""
    return session.scalar(select(BallotPaper).where(BallotPaper.token_hash == token_hash).with_for_update())


def void_paper() -> NotFound:
    """The same words for a paper that was never given out, one that is void, and one of somebody else."""
    return NotFound("paper_unknown", _("This ballot paper is not valid. Take a new one: `motion paper`."))


def motion_of_paper(session: Session, token: str, person_id: int | None) -> Motion:
    """The motion that a person's ballot paper is for. Raises NotFound."""
    paper = paper_by_hash(session, token_hash(token))
    if paper is None or paper.person_id != person_id:
        raise void_paper()
    return motion_by_id(session, paper.motion_id)


def has_spent_paper(session: Session, motion: Motion, person_id: int) -> bool:
    """Whether a person has put a ballot into the urn of a motion."""
    mine = (BallotPaper.motion_id == motion.id, BallotPaper.person_id == person_id, BallotPaper.spent.is_(True))
    return session.scalar(select(BallotPaper.id).where(*mine).limit(1)) is not None


def recusals(session: Session, motion: Motion) -> list[Recusal]:
    """Who stands aside on a motion, or was told to."""
    return list(session.scalars(select(Recusal).where(Recusal.motion_id == motion.id).order_by(Recusal.id)))


def bars(session: Session, motion: Motion, people: Collection[int], kept_out: tuple[str, ...]) -> dict[int, Bar | None]:
    """Person → why they may not vote on this motion, from what is known at this moment."""
    units = seating.units_of(session, people)
    known = ties(session, motion, kept_out)
    aside = {row.person_id: Bar(row.bar) for row in recusals(session, motion)}
    return {p: bar_of(p, units.get(p, frozenset()), known) or aside.get(p) for p in people}


def ties(session: Session, motion: Motion, kept_out: tuple[str, ...]) -> Ties:
    """What could bar somebody from this motion."""
    drafters = frozenset(motion.drafters)
    units = frozenset().union(*seating.units_of(session, drafters).values())
    return Ties(frozenset(motion.concerns), drafters, units, kept_out)


def overdue(session: Session, now: datetime) -> list[Motion]:
    """Motions whose voting time is up and that nobody has closed."""
    query = select(Motion).where(Motion.state == State.OPEN, Motion.closes_at <= now)
    return list(session.scalars(query.order_by(Motion.number)))


def closing_before(session: Session, moment: datetime) -> list[Motion]:
    """Motions by written consent whose time is up before a moment."""
    query = select(Motion).where(Motion.state == State.OPEN, Motion.meeting_id.is_(None), Motion.closes_at <= moment)
    return list(session.scalars(query.order_by(Motion.number)))
