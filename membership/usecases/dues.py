"""What a year's dues are, and charging every present unit with them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Integer, Select, case, cast, extract, func, insert, literal, select

from core.access import Permission, usecase
from core.calendar import Due, Period, Roll, Unit
from core.deadlines import calendar_of
from core.errors import BadInput, Conflict, RuleViolated
from core.i18n import _
from core.numbering import next_numbers
from core.transaction import Tx
from membership.models import DuesCharge, DuesRate, DuesSchedule
from membership.models import Unit as Member
from membership.queries import dues as queries
from membership.rules.dues import charging
from membership.rules.standing import Status

SERIES = "dues_charge"
ROLLED = Period(0, Unit.CALENDAR_DAY, roll=Roll.NEXT_WORK_DAY)


@usecase(Permission.MANAGE_DUES)
def set_dues(
    tx: Tx, *, year: int, rates: Mapping[str, int], adopted_on: date, basis: str, due_on: date, prorata: bool = False
) -> DuesSchedule:
    """Enter the amounts of a year (class → fen) as they were adopted; amounts that were entered before stay as a version.

    What has been charged already is not changed. Raises BadInput for a decision of the future or a due day far from the year.
    """
    charging.check_year(year)
    charging.check_adopted(adopted_on, tx.today)
    charging.check_due(due_on, year)
    former = queries.schedules(tx.session, year)
    schedule = DuesSchedule(
        year=year,
        version=former[0].version + 1 if former else 1,
        basis=charging.check_basis(basis),
        adopted_on=adopted_on,
        due_on=due_on,
        prorata=prorata,
        set_by=tx.actor.person_id,
        set_at=tx.now,
    )
    tx.session.add(schedule)
    tx.session.flush()
    tx.session.add_all(DuesRate(schedule_id=schedule.id, rank=rank, amount=fen) for rank, fen in rates.items())
    data = {"rates": dict(rates), "basis": schedule.basis, "adopted_on": adopted_on, "due_on": due_on}
    tx.record("dues:schedule:set", schedule.audit_reference, data | {"prorata": prorata})
    return schedule


@dataclass(frozen=True)
class Raised:
    """What a raise did: class → charges made and their sum in fen; classes that owe nothing or have no amount, with units."""

    year: int
    made: Mapping[str, tuple[int, int]]
    due: Due
    exempt: Mapping[str, int] = field(default_factory=dict)
    unpriced: Mapping[str, int] = field(default_factory=dict)

    @property
    def count(self) -> int:
        """How many charges."""
        return sum(count for count, _fen in self.made.values())

    @property
    def total(self) -> int:
        """Their sum in fen."""
        return sum(fen for _count, fen in self.made.values())


@usecase(Permission.MANAGE_DUES)
def raise_dues(
    tx: Tx, *, year: int, day: date | None = None, due_on: date | None = None, unit: Member | None = None
) -> Raised:
    """One charge for every present unit that had joined by ``day``, by its class then: each once a year, however often.

    ``unit`` charges this one only. Raises RuleViolated where no amounts are adopted, the due day has passed or the unit
    has left; Conflict where it is charged already.
    """
    schedule = queries.schedule_of(tx.session, charging.check_year(year), lock=True)
    raised = _raise(tx, schedule, _as_of(tx, day), due_on, unit)
    data = {"as_of": _as_of(tx, day), "count": raised.count, "fen": raised.total, "due": raised.due.day}
    tx.record("dues:year:raise", schedule.audit_reference, data)
    return raised


@usecase(Permission.MANAGE_DUES)
def preview_raise(tx: Tx, *, year: int, day: date | None = None, due_on: date | None = None) -> Raised:
    """Exactly what a raise would do now: it is done and taken back. Nothing stays but that somebody looked."""
    schedule = queries.schedule_of(tx.session, charging.check_year(year), lock=True)
    with tx.session.begin_nested() as tried:
        raised = _raise(tx, schedule, _as_of(tx, day), due_on, None)
        tried.rollback()
    tx.record("dues:year:preview", schedule.audit_reference, {"count": raised.count, "fen": raised.total})
    return raised


def _raise(tx: Tx, schedule: DuesSchedule, day: date, due_on: date | None, unit: Member | None) -> Raised:
    if unit is not None:
        _check_unit(tx, unit, schedule.year, day)
    due = _due(tx, schedule, due_on)
    rates = queries.rates_of(tx.session, schedule)
    waiting = queries.waiting_by_rank(tx.session, schedule.year, day, tx.today, unit.id if unit else None)
    made = _charge(tx, schedule, day, due, unit)
    exempt = {rank: number for rank, number in waiting.items() if rates.get(rank) == 0}
    return Raised(schedule.year, made, due, exempt, charging.unpriced(rates, waiting))


def _as_of(tx: Tx, day: date | None) -> date:
    if day is not None and day > tx.today:
        raise BadInput("date_future", _("This day has not come yet."))
    return day or tx.today


def _check_unit(tx: Tx, unit: Member, year: int, day: date) -> None:
    charging.check_chargeable(Status(unit.status), unit.joined_on, unit.left_on, day)
    known = queries.charges(tx.session, queries.ChargeFilter(tx.today, year=year, unit_id=unit.id), limit=1)
    if known:
        text = _("{name} is charged for {year} already: {reference}.")
        raise Conflict("dues_charged", text.format(name=unit.name, year=year, reference=known[0].reference))


def _due(tx: Tx, schedule: DuesSchedule, due_on: date | None) -> Due:
    """The working day on which it is due: what is charged late needs a due day of its own, else it were overdue at once."""
    if due_on is not None:
        charging.check_due(due_on, schedule.year)
    due = calendar_of(tx.session).deadline(due_on or schedule.due_on, ROLLED)
    if due.day < tx.today:
        text = _("The due day {day} is over. Give another one, for example: due={today}")
        raise RuleViolated("dues_due_over", text.format(day=due.day.isoformat(), today=tx.today.isoformat()))
    return due


def _months(schedule: DuesSchedule) -> ColumnElement[int]:
    """The same as ``charging.months_owed``, for every unit at once."""
    whole: ColumnElement[int] = literal(charging.MONTHS, Integer)
    if not schedule.prorata:
        return whole
    joins = cast(extract("year", Member.joined_on), Integer) == schedule.year
    rest = charging.MONTHS + 1 - cast(extract("month", Member.joined_on), Integer)
    return case((joins, rest), else_=whole)


def _charge(tx: Tx, schedule: DuesSchedule, day: date, due: Due, unit: Member | None) -> dict[str, tuple[int, int]]:
    """Insert the charges in one statement; class → how many, and their sum. The schedule's row is locked meanwhile."""
    first = next_numbers(tx.session, tx.association.id, SERIES, 0).start
    columns = _columns(tx, schedule, due, first)
    chosen = _to_charge(tx, schedule, day, list(columns.values()), unit)
    charging_all = insert(DuesCharge).from_select(list(columns), chosen)
    count = tx.session.connection().execute(charging_all, execution_options={"preserve_rowcount": True}).rowcount
    next_numbers(tx.session, tx.association.id, SERIES, count)
    new = select(DuesCharge.rank, func.count(), func.sum(DuesCharge.amount)).where(DuesCharge.number >= first)
    return {rank: (number, int(fen)) for rank, number, fen in tx.session.execute(new.group_by(DuesCharge.rank))}


def _amount(schedule: DuesSchedule) -> ColumnElement[int]:
    return DuesRate.amount * cast(_months(schedule), BigInteger) // charging.MONTHS


def _to_charge(
    tx: Tx, schedule: DuesSchedule, day: date, columns: list[Any], unit: Member | None
) -> Select[tuple[Any, ...]]:
    query = (
        select(*columns)
        .join_from(Member, DuesRate, DuesRate.rank == queries.rank_on(day, tx.today))
        .where(
            Member.association_id == tx.association.id,
            DuesRate.schedule_id == schedule.id,
            _amount(schedule) > 0,
            queries.chargeable(schedule.year, day),
        )
    )
    return query if unit is None else query.where(Member.id == unit.id)


def _columns(tx: Tx, schedule: DuesSchedule, due: Due, first: int) -> dict[str, Any]:
    moment = DuesCharge.raised_at.type
    return {
        "association_id": literal(tx.association.id, BigInteger),
        "number": literal(first - 1, Integer) + func.row_number().over(order_by=Member.number),
        "unit_id": Member.id,
        "origin_id": Member.id,
        "schedule_id": literal(schedule.id, BigInteger),
        "year": literal(schedule.year, Integer),
        "rank": DuesRate.rank,
        "amount": _amount(schedule),
        "months": _months(schedule),
        "due_on": literal(due.day, DuesCharge.due_on.type),
        "provisional": literal(due.provisional, DuesCharge.provisional.type),
        "raised_on": literal(tx.today, DuesCharge.raised_on.type),
        "raised_at": literal(tx.now, moment),
        "paid": literal(0, BigInteger),
        "waived": literal(0, BigInteger),
        "version": literal(1, Integer),
    }


@usecase(Permission.MANAGE_DUES)
def settle_due_days(tx: Tx) -> int:
    """Count provisional due days anew once the holidays of their year are published; how many charges moved."""
    waiting = select(DuesCharge).where(DuesCharge.provisional.is_(True), DuesCharge.voided_at.is_(None))
    found = list(tx.session.scalars(waiting.with_for_update()))
    calendar, moved = calendar_of(tx.session), 0
    for charge in found:
        due = calendar.deadline(charge.due_on, ROLLED)
        if not due.provisional:
            moved += due.day != charge.due_on
            charge.due_on, charge.provisional = due.day, False
    tx.record("dues:due:settle", "dues:provisional", {"looked_at": len(found), "moved": moved})
    return moved


def tend_dues(tx: Tx) -> str:
    """The timer's part: due days that may still move."""
    waiting = select(DuesCharge.id).where(DuesCharge.provisional.is_(True), DuesCharge.voided_at.is_(None)).limit(1)
    if tx.session.scalar(waiting) is None:
        return "no due day is provisional"
    return f"{settle_due_days(tx)} due days moved"
