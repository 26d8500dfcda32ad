"""Meetings and decisions of a month, as rows for its workbook and for whoever else lists them."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.associations import Association
from core.calendar import end_of_day
from meetings.models import Meeting, Motion, MotionResult
from meetings.queries.seats import bodies
from meetings.queries.sessions import sitting
from meetings.rules.bodies import Matter
from meetings.rules.calls import State
from meetings.rules.counting import Outcome


@dataclass(frozen=True)
class MeetingRow:
    """One meeting that took place: who should have come, who came, how many of them by proxy, what was decided."""

    number: str
    body: str
    title: str
    held_on: date
    place: str
    seats: int
    present: int
    by_proxy: int
    motions: int
    adopted: int
    sessions: int


@dataclass(frozen=True)
class DecisionRow:
    """One decision with its figures (应到/实到/同意/反对/弃权/未投/回避) and the votes that were needed."""

    number: str
    body: str
    matter: str
    title: str
    about: str
    decided_on: date
    secret: bool
    written: bool
    seats: int
    present: int
    yes: int
    no: int
    abstain: int
    silent: int
    barred: int
    base: int
    needed: int
    outcome: str
    resolution: str


def meetings_held(session: Session, association: Association, first: date, last: date) -> list[MeetingRow]:
    """Meetings that were opened from the first to the last day, by the time they began."""
    starts, ends = _bounds(association, first, last)
    took_place = Meeting.state.in_([State.OPEN, State.CLOSED])
    query = select(Meeting).where(took_place, Meeting.opened_at >= starts, Meeting.opened_at < ends)
    names = {value: body.label for value, body in bodies(session, last).items()}
    found = session.scalars(query.order_by(Meeting.opened_at, Meeting.number))
    return [_row(session, association, meeting, names) for meeting in found]


def _bounds(association: Association, first: date, last: date) -> tuple[datetime, datetime]:
    zone = association.timezone
    return datetime.combine(first, datetime.min.time(), zone), end_of_day(last, zone)


def _row(session: Session, association: Association, meeting: Meeting, names: dict[str, str]) -> MeetingRow:
    there = sitting(session, meeting)
    outcomes = session.scalars(
        select(MotionResult.outcome)
        .join(Motion, Motion.id == MotionResult.motion_id)
        .where(Motion.meeting_id == meeting.id)
    ).all()
    own = sum(any(person in there.there for person in holders) for holders in there.seats.values())
    return MeetingRow(
        number=meeting.reference,
        body=names.get(meeting.body, meeting.body),
        title=meeting.title,
        held_on=association.day(meeting.opened_at or meeting.starts_at),
        place=meeting.place,
        seats=there.roll.seats,
        present=there.roll.present,
        by_proxy=there.roll.present - own,
        motions=len(outcomes),
        adopted=sum(Outcome(outcome).positive for outcome in outcomes),
        sessions=len(meeting.sessions) + 1,
    )


def decisions(session: Session, first: date, last: date) -> list[DecisionRow]:
    """Decisions from the first to the last day, in the order they were put."""
    query = (
        select(Motion, MotionResult)
        .join(MotionResult, MotionResult.motion_id == Motion.id)
        .where(MotionResult.decided_on.between(first, last))
        .order_by(Motion.number)
    )
    names = {value: body.label for value, body in bodies(session, last).items()}
    return [_decision(row[0], row[1], names) for row in session.execute(query)]


def _decision(motion: Motion, result: MotionResult, names: dict[str, str]) -> DecisionRow:
    return DecisionRow(
        number=motion.reference,
        body=names.get(motion.body, motion.body),
        matter=Matter(motion.matter).label,
        title=motion.title,
        about=motion.about,
        decided_on=result.decided_on,
        secret=motion.secret,
        written=motion.meeting_id is None,
        seats=result.seats,
        present=result.present,
        yes=result.yes,
        no=result.no,
        abstain=result.abstain,
        silent=result.silent,
        barred=result.barred,
        base=result.base,
        needed=result.needed,
        outcome=Outcome(result.outcome).label,
        resolution=result.resolution or "",
    )
