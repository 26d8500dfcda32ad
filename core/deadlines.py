"""Deadlines with the rule they were counted by, and the holidays an association has entered: both are data."""

from collections.abc import Callable, Iterable
from datetime import date, datetime
from typing import Any

from sqlalchemy import String, UniqueConstraint, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from core.access import Permission, usecase
from core.calendar import Calendar, Due, Period, Roll, Unit, Year, published
from core.db import AssociationScoped, Base
from core.errors import BadInput
from core.i18n import _
from core.transaction import Tx


class CalendarYear(AssociationScoped, Base):
    """The published days off and worked weekends of one year, where the built-in calendar ends."""

    __tablename__ = "calendar_year"
    __table_args__ = (UniqueConstraint("association_id", "year"),)

    year: Mapped[int]
    holidays: Mapped[list[Any]]
    workdays: Mapped[list[Any]]
    source: Mapped[str] = mapped_column(String(200))


class Deadline(AssociationScoped, Base):
    """One deadline of one subject: when it began, by which rule it was counted, whether it may still move."""

    __tablename__ = "deadline"
    __table_args__ = (UniqueConstraint("association_id", "subject", "rule"),)

    subject: Mapped[str] = mapped_column(String(120), index=True)
    rule: Mapped[str] = mapped_column(String(60))
    starts_on: Mapped[date]
    period: Mapped[dict[str, Any]]
    due_on: Mapped[date] = mapped_column(index=True)
    provisional: Mapped[bool]
    met_at: Mapped[datetime | None]

    @property
    def words(self) -> str:
        """The last day as people read it; one that may still move says so."""
        return Due(self.due_on, self.provisional).words


def calendar_of(session: Session) -> Calendar:
    """The built-in calendar with what the association has entered on top."""
    calendar = published()
    for row in session.scalars(select(CalendarYear)):
        off, on = (frozenset(map(date.fromisoformat, days)) for days in (row.holidays, row.workdays))
        calendar = calendar.with_year(row.year, Year(off, on))
    return calendar


def set_deadline(tx: Tx, subject: str, rule: str, starts_on: date, period: Period) -> Deadline:
    """Count and keep a deadline; the caller records the action that starts it."""
    due = calendar_of(tx.session).deadline(starts_on, period)
    stored = {
        "amount": period.amount,
        "unit": period.unit,
        "count_first_day": period.count_first_day,
        "roll": period.roll,
    }
    found = Deadline(
        subject=subject, rule=rule, starts_on=starts_on, period=stored, due_on=due.day, provisional=due.provisional
    )
    tx.session.add(found)
    tx.session.flush()
    return found


def meet(tx: Tx, subject: str, rule: str) -> None:
    """What was due has been done; the caller records the action. Nothing happens when there is no such deadline."""
    query = select(Deadline).where(Deadline.subject == subject, Deadline.rule == rule, Deadline.met_at.is_(None))
    for deadline in tx.session.scalars(query):
        deadline.met_at = tx.now


Recounted = Callable[[Tx, Calendar, list[tuple[Deadline, date]]], None]
RECOUNTED: list[Recounted] = []
"""Called when a year's holidays came, with the calendar as it was before and the deadlines that moved: for what else is
counted in working days.
"""


@usecase(Permission.MANAGE_OFFICE)
def publish_year(
    tx: Tx, *, year: int, holidays: Iterable[date], workdays: Iterable[date], source: str
) -> list[tuple[Deadline, date]]:
    """Enter the holidays of a year and count every provisional deadline anew.

    Returns the deadlines that moved, with the day they had before. Raises BadInput for days of another year.
    """
    off, on = sorted(set(holidays)), sorted(set(workdays))
    if not off or any(day.year != year for day in (*off, *on)):
        raise BadInput("calendar_year", _("Give the days off of {year}, all of them in that year.").format(year=year))
    before = calendar_of(tx.session)
    row = tx.session.scalar(select(CalendarYear).where(CalendarYear.year == year)) or CalendarYear(year=year)
    row.holidays, row.workdays = [day.isoformat() for day in off], [day.isoformat() for day in on]
    row.source = source[:200]
    tx.session.add(row)
    tx.session.flush()
    moved = _recount(tx)
    for recount in RECOUNTED:
        recount(tx, before, moved)
    data = {"holidays": len(off), "workdays": len(on), "source": source, "moved": len(moved)}
    tx.record("calendar:year:publish", f"calendar:{year}", data)
    return moved


def _recount(tx: Tx) -> list[tuple[Deadline, date]]:
    calendar = calendar_of(tx.session)
    moved = []
    open_ones = select(Deadline).where(Deadline.provisional.is_(True), Deadline.met_at.is_(None))
    for deadline in tx.session.scalars(open_ones):
        due = _count(calendar, deadline)
        if due.day != deadline.due_on:
            moved.append((deadline, deadline.due_on))
        deadline.due_on, deadline.provisional = due.day, due.provisional
    return moved


def _count(calendar: Calendar, deadline: Deadline) -> Due:
    kept = deadline.period
    period = Period(kept["amount"], Unit(kept["unit"]), kept["count_first_day"], Roll(kept["roll"]))
    return calendar.deadline(deadline.starts_on, period)
