"""Reads about meetings: what there is, who is asked, who is there."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from core.errors import NotFound
from core.i18n import _
from meetings.models import Attendee, Meeting, Minutes, Proxy
from meetings.rules.calls import State
from meetings.rules.counting import Roll
from people.audiences import recipients
from people.models import Person

GUEST = "guest:"


def meeting_by_number(session: Session, number: int, *, lock: bool = False) -> Meeting:
    """The meeting with this number. Raises NotFound."""
    query = select(Meeting).where(Meeting.number == number)
    found = session.scalar(query.with_for_update() if lock else query)
    if found is None:
        raise unknown_meeting()
    return found


def meeting_by_id(session: Session, meeting_id: int) -> Meeting:
    """The meeting with this id. Raises NotFound."""
    found = session.scalar(select(Meeting).where(Meeting.id == meeting_id))
    if found is None:
        raise unknown_meeting()
    return found


def unknown_meeting() -> NotFound:
    """The same words for a meeting that does not exist and for one that is none of this person's business."""
    return NotFound("meeting_unknown", _("There is no such meeting. `meeting list` shows yours."))


def meetings(session: Session, *, person_id: int | None = None, limit: int = 20, offset: int = 0) -> list[Meeting]:
    """Meetings, the latest first; with ``person_id`` only those that this person is asked to, drafts left out."""
    query = select(Meeting).order_by(Meeting.starts_at.desc(), Meeting.id.desc()).limit(limit).offset(offset)
    if person_id is not None:
        query = query.where(Meeting.id.in_(asked(person_id)), Meeting.state != State.HELD)
    return list(session.scalars(query))


def asked(person_id: int) -> Select[int]:
    """SQL: the ids of the meetings that a person is asked to."""
    return select(Attendee.meeting_id).where(Attendee.person_id == person_id, Attendee.struck_at.is_(None))


def attendees(session: Session, meeting: Meeting) -> list[Attendee]:
    """Everyone who is asked, by seat."""
    query = select(Attendee).where(Attendee.meeting_id == meeting.id, Attendee.struck_at.is_(None))
    return list(session.scalars(query.order_by(Attendee.id)))


def out_of_reach(session: Session, meeting: Meeting) -> list[str]:
    """The names of those who are asked and have no chat in which the call could reach them, by seat."""
    asked = recipients(Person.id.in_(select(Attendee.person_id).where(Attendee.meeting_id == meeting.id))).subquery()
    silent = select(asked.c.person_id).where(asked.c.chat.is_(None))
    query = (
        select(Person.name)
        .join(Attendee, Attendee.person_id == Person.id)
        .where(Attendee.meeting_id == meeting.id, Attendee.struck_at.is_(None), Person.id.in_(silent))
        .order_by(Attendee.id)
    )
    return list(dict.fromkeys(session.scalars(query)))


def attendances_of(session: Session, meeting: Meeting, person_id: int, *, lock: bool = False) -> list[Attendee]:
    """The seats that one person may take at a meeting. Raises NotFound when there are none."""
    query = select(Attendee).where(
        Attendee.meeting_id == meeting.id, Attendee.person_id == person_id, Attendee.struck_at.is_(None)
    )
    found = list(session.scalars((query.with_for_update() if lock else query).order_by(Attendee.id)))
    if not found or meeting.state == State.HELD:
        raise unknown_meeting()
    return found


def proxies(session: Session, meeting: Meeting) -> list[Proxy]:
    """The proxies of a meeting that have not been revoked."""
    query = select(Proxy).where(Proxy.meeting_id == meeting.id, Proxy.revoked_at.is_(None))
    return list(session.scalars(query.order_by(Proxy.id)))


@dataclass(frozen=True)
class Sitting:
    """Who is there at this moment. ``seats`` maps each voting seat to its holders, ``agents`` a seat to its agent."""

    seats: dict[str, list[int]]
    there: frozenset[int]
    agents: dict[str, int] = field(default_factory=dict)

    def has(self, seat: str) -> bool:
        """Whether a seat is taken, by a holder or by an agent who is there."""
        return any(person in self.there for person in self.seats[seat]) or self.agents.get(seat) in self.there

    @property
    def roll(self) -> Roll:
        """The figures of the whole meeting, before anybody stands aside."""
        return Roll(len(self.seats), 0, sum(self.has(seat) for seat in self.seats))


def sitting(session: Session, meeting: Meeting) -> Sitting:
    """Who is there now."""
    seats: dict[str, list[int]] = {}
    there: set[int] = set()
    for row in attendees(session, meeting):
        if row.person_id is not None and row.present_at is not None and row.left_at is None:
            there.add(row.person_id)
        if not row.seat.startswith(GUEST):
            holders = seats.setdefault(row.seat, [])
            holders += [] if row.person_id is None else [row.person_id]
    agents = {proxy.seat: proxy.agent_id for proxy in proxies(session, meeting)}
    return Sitting(seats, frozenset(there), agents)


def coming(session: Session, until: datetime) -> list[Meeting]:
    """Meetings that have been called and begin before a moment, soonest first."""
    query = select(Meeting).where(Meeting.state == State.CALLED, Meeting.starts_at < until)
    return list(session.scalars(query.order_by(Meeting.starts_at)))


def minutes_of(session: Session, meeting: Meeting) -> Sequence[Minutes]:
    """Every version of the minutes, oldest first."""
    query = select(Minutes).where(Minutes.meeting_id == meeting.id).order_by(Minutes.version)
    return list(session.scalars(query))
