"""Reads about public notices and what is objected to them: what other packages ask before they decide."""

from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from announcements.models import Announcement, Objection
from announcements.rules.kinds import Kind
from announcements.rules.lifecycle import Phase, State, phase_of
from announcements.rules.objections import ObjectionState
from core.associations import Association
from core.calendar import end_of_day
from core.errors import NotFound
from core.i18n import _


@dataclass(frozen=True)
class NoticeState:
    """Where the public notice about a subject stands. ``number`` is that of the announcement, 0 for none."""

    phase: Phase
    number: int = 0
    document_number: str | None = None
    starts: date | None = None
    ends: date | None = None
    planned: tuple[date, date] | None = None
    undecided: int = 0
    received: int = 0

    @property
    def may_conclude(self) -> bool:
        """Whether the decision may be taken now: the period has ended and no objection is open."""
        return self.phase in (Phase.READY, Phase.CONCLUDED)


def notice_state(session: Session, association: Association, about: str, now: datetime) -> NoticeState:
    """The state of the newest public notice about a subject such as ``grading:2026-1``, at a moment."""
    query = select(Announcement).where(Announcement.about == about, Announcement.kind == Kind.PUBLIC_NOTICE)
    found = session.scalar(query.order_by(Announcement.number.desc()).limit(1))
    if found is None:
        return NoticeState(Phase.NONE)
    counted = tally(session, found)
    return NoticeState(
        phase=phase(session, association, found, now),
        number=found.number,
        document_number=found.document_number,
        starts=found.runs_from,
        ends=found.runs_until,
        planned=_planned(found),
        undecided=counted.get(ObjectionState.OPEN, 0),
        received=sum(counted.values()),
    )


def _planned(notice: Announcement) -> tuple[date, date] | None:
    kept = notice.elements
    if "starts" not in kept or "ends" not in kept:
        return None
    return date.fromisoformat(kept["starts"]), date.fromisoformat(kept["ends"])


def phase(session: Session, association: Association, notice: Announcement, now: datetime) -> Phase:
    """The phase of one notice at a moment."""
    return phase_of(
        State(notice.state),
        notice.runs_from,
        over_at(notice, association.timezone),
        today=association.day(now),
        now=now,
        undecided=undecided(session, notice),
        done=any(result.state == State.PUBLISHED for result in results_of(session, notice)),
    )


def over_at(notice: Announcement, zone: ZoneInfo) -> datetime | None:
    """The moment the period of a notice ends: the end of its last day in the association's zone."""
    return end_of_day(notice.runs_until, zone) if notice.runs_until else None


def results_of(session: Session, notice: Announcement) -> list[Announcement]:
    """Announcements of the result of a notice."""
    query = select(Announcement).where(Announcement.parent_id == notice.id, Announcement.kind == Kind.RESULT)
    return list(session.scalars(query.order_by(Announcement.number)))


def open_objections(session: Session, about: str) -> list[Objection]:
    """Undecided objections to the public notices about a subject, oldest first."""
    query = (
        select(Objection)
        .join(Announcement, Announcement.id == Objection.announcement_id)
        .where(Announcement.about == about, Objection.state == ObjectionState.OPEN)
    )
    return list(session.scalars(query.order_by(Objection.number)))


def undecided(session: Session, notice: Announcement) -> int:
    """How many objections to a notice are undecided."""
    return tally(session, notice).get(ObjectionState.OPEN, 0)


def tally(session: Session, notice: Announcement) -> dict[str, int]:
    """How many objections to a notice stand in each state."""
    query = select(Objection.state, func.count()).where(Objection.announcement_id == notice.id)
    return {row[0]: row[1] for row in session.execute(query.group_by(Objection.state))}


def objections_of(session: Session, notice: Announcement) -> list[Objection]:
    """Every objection to a notice, in the order they came."""
    query = select(Objection).where(Objection.announcement_id == notice.id)
    return list(session.scalars(query.order_by(Objection.number)))


def objections_waiting(session: Session, *, limit: int = 20, offset: int = 0) -> list[tuple[Objection, Announcement]]:
    """Undecided objections of the whole office with their notices, the most urgent first."""
    query = (
        select(Objection, Announcement)
        .join(Announcement, Announcement.id == Objection.announcement_id)
        .where(Objection.state == ObjectionState.OPEN)
        .order_by(Objection.due_on, Objection.number)
        .limit(limit)
        .offset(offset)
    )
    return [(row[0], row[1]) for row in session.execute(query)]


def objection_by_number(session: Session, number: int, *, lock: bool = False) -> Objection:
    """The objection with this number. Raises NotFound."""
    query = select(Objection).where(Objection.number == number)
    found = session.scalar(query.with_for_update() if lock else query)
    if found is None:
        raise NotFound("objection_unknown", _("There is no such objection. `objection list` shows them."))
    return found


def objections_by(session: Session, person_id: int) -> list[tuple[Objection, Announcement]]:
    """What a person has objected to, newest first."""
    query = (
        select(Objection, Announcement)
        .join(Announcement, Announcement.id == Objection.announcement_id)
        .where(Objection.person_id == person_id)
        .order_by(Objection.number.desc())
    )
    return [(row[0], row[1]) for row in session.execute(query)]
