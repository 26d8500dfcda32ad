"""Reads about dues: what was decided, what is owed, what came in. Sums are whole fen, counted by the database."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, case, false, func, or_, select, true
from sqlalchemy.orm import Session, joinedload

from core.errors import NotFound, RuleViolated
from core.i18n import _
from membership.models import ClassTerm, DuesBatch, DuesBatchRow, DuesCharge, DuesEntry, DuesRate, DuesSchedule, Unit
from membership.queries.units import PRESENT
from membership.rules.dues import standing
from membership.rules.dues.standing import Bucket, View

IN_FORCE = DuesCharge.voided_at.is_(None)
OWED = DuesCharge.amount - DuesCharge.waived - DuesCharge.paid


@dataclass(frozen=True)
class ChargeFilter:
    """Which charges to list; empty means all that are in force. ``today`` decides what is overdue."""

    today: date
    view: View | None = None
    year: int | None = None
    rank: str | None = None
    unit_id: int | None = None


def _conditions(chosen: ChargeFilter) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = [_seen(chosen.view, chosen.today)]
    if chosen.view is not View.VOID:
        found.append(IN_FORCE)
    for column, value in (
        (DuesCharge.year, chosen.year),
        (DuesCharge.rank, chosen.rank),
        (DuesCharge.unit_id, chosen.unit_id),
    ):
        if value is not None:
            found.append(column == value)
    return found


def _seen(view: View | None, today: date) -> ColumnElement[bool]:
    conditions: dict[View | None, ColumnElement[bool]] = {
        None: true(),
        View.PAID: (OWED <= 0) & (DuesCharge.waived == 0),
        View.PART: (OWED > 0) & (DuesCharge.paid > 0),
        View.UNPAID: OWED > 0,
        View.OVERDUE: overdue(today),
        View.WAIVED: DuesCharge.waived > 0,
        View.OVER: OWED < 0,
        View.VOID: DuesCharge.voided_at.is_not(None),
    }
    return conditions[view]


def overdue(today: date) -> ColumnElement[bool]:
    """The condition that something is still owed after its due day."""
    return IN_FORCE & (OWED > 0) & (DuesCharge.due_on < today)


def charges(session: Session, chosen: ChargeFilter, *, limit: int | None = None, offset: int = 0) -> list[DuesCharge]:
    """Charges by number, each with its unit."""
    query = select(DuesCharge).where(*_conditions(chosen)).options(joinedload(DuesCharge.unit))
    return list(session.scalars(query.order_by(DuesCharge.number).limit(limit).offset(offset)))


@dataclass(frozen=True)
class Sums:
    """Sums over charges, in fen."""

    count: int
    amount: int
    waived: int
    paid: int
    owed: int


def sums(session: Session, chosen: ChargeFilter) -> Sums:
    """How many charges a filter names, and their sums; what was paid too much does not lessen what others owe."""
    owed = func.coalesce(func.sum(case((OWED > 0, OWED), else_=0)), 0)
    totals = [func.coalesce(func.sum(column), 0) for column in (DuesCharge.amount, DuesCharge.waived, DuesCharge.paid)]
    row = session.execute(select(func.count(), *totals, owed).select_from(DuesCharge).where(*_conditions(chosen))).one()
    return Sums(*(int(value) for value in row))


def charge_by_number(session: Session, number: int, *, lock: bool = False) -> DuesCharge:
    """The charge with this number, with its unit. Raises NotFound."""
    query = select(DuesCharge).where(DuesCharge.number == number).options(joinedload(DuesCharge.unit, innerjoin=True))
    found = session.scalar(query.with_for_update(of=DuesCharge) if lock else query)
    if found is None:
        raise NotFound("charge_unknown", _("There is no such charge. `dues list` shows them."))
    return found


def entries_of(session: Session, charge: DuesCharge) -> list[DuesEntry]:
    """What came in on a charge and what went back, in the order of entry."""
    query = select(DuesEntry).where(DuesEntry.charge_id == charge.id).order_by(DuesEntry.id)
    return list(session.scalars(query))


def entry_with_receipt(session: Session, charge: DuesCharge, receipt: str) -> DuesEntry:
    """The entry of a charge that uses this receipt. Raises NotFound."""
    mine = (DuesEntry.charge_id == charge.id, DuesEntry.receipt_used == receipt)
    found = session.scalar(select(DuesEntry).where(*mine))
    if found is None:
        text = _("{reference} has no entry with receipt {receipt}. `dues show` lists them.")
        raise NotFound("entry_unknown", text.format(reference=charge.reference, receipt=receipt[:60]))
    return found


def charge_of_receipt(session: Session, receipt: str) -> DuesCharge | None:
    """The charge on which a receipt is entered."""
    query = select(DuesCharge).join(DuesEntry, DuesEntry.charge_id == DuesCharge.id)
    return session.scalar(query.where(DuesEntry.receipt_used == receipt))


def schedule_of(session: Session, year: int, *, lock: bool = False) -> DuesSchedule:
    """The amounts of a year as they are in force. Raises RuleViolated when none were adopted."""
    query = select(DuesSchedule).where(DuesSchedule.year == year).order_by(DuesSchedule.version.desc()).limit(1)
    found = session.scalar(query.with_for_update() if lock else query)
    if found is None:
        text = _("No dues are entered for {year}. `dues set` enters what was adopted.")
        raise RuleViolated("dues_not_set", text.format(year=year))
    return found


def schedules(session: Session, year: int | None = None) -> list[DuesSchedule]:
    """Every version of what was decided, the newest first."""
    query = select(DuesSchedule).order_by(DuesSchedule.year.desc(), DuesSchedule.version.desc())
    return list(session.scalars(query if year is None else query.where(DuesSchedule.year == year)))


def rates_of(session: Session, schedule: DuesSchedule) -> dict[str, int]:
    """Class → fen for the whole year."""
    query = select(DuesRate.rank, DuesRate.amount).where(DuesRate.schedule_id == schedule.id).order_by(DuesRate.id)
    return {row.rank: row.amount for row in session.execute(query)}


def chargeable(year: int, day: date) -> ColumnElement[bool]:
    """The condition that a unit is to be charged for a year: present, joined by a day, and not charged for it yet."""
    charged = select(DuesCharge.unit_id).where(DuesCharge.year == year, IN_FORCE)
    return PRESENT & (Unit.joined_on <= day) & Unit.id.not_in(charged)


def rank_on(day: date, today: date) -> ColumnElement[str]:
    """The class that a unit held on a day: by the term that ran then, else what it was before the next one, else as now."""
    if day >= today:
        return Unit.rank.expression
    begun = (ClassTerm.unit_id == Unit.id) & ClassTerm.begun_at.is_not(None)
    running = (
        (ClassTerm.starts_on <= day)
        & or_(ClassTerm.until.is_(None), ClassTerm.until >= day)
        & or_(ClassTerm.ended_on.is_(None), ClassTerm.ended_on > day)
    )
    then = select(ClassTerm.rank).where(begun, running).order_by(ClassTerm.id.desc()).limit(1)
    later = select(ClassTerm.former).where(begun, ClassTerm.starts_on > day)
    later = later.order_by(ClassTerm.starts_on, ClassTerm.id).limit(1)
    mine = [query.correlate(Unit).scalar_subquery() for query in (then, later)]
    return func.coalesce(*mine, Unit.rank)


def waiting_by_rank(session: Session, year: int, day: date, today: date, unit_id: int | None = None) -> dict[str, int]:
    """Class on that day → units that are still to be charged for a year."""
    rank = rank_on(day, today).label("rank")
    waiting = select(rank).where(chargeable(year, day))
    if unit_id is not None:
        waiting = waiting.where(Unit.id == unit_id)
    found = waiting.subquery()
    query = select(found.c.rank, func.count()).group_by(found.c.rank).order_by(found.c.rank)
    return {row[0]: row[1] for row in session.execute(query)}


@dataclass(frozen=True)
class AgeLine:
    """What a class owes in a bucket: how many charges, how much in fen."""

    rank: str
    bucket: Bucket
    count: int
    owed: int


def ageing(session: Session, today: date) -> list[AgeLine]:
    """What is owed, by class and by how long it has been due: one statement, exact sums."""
    bucket = case(
        *((DuesCharge.due_on >= day, bucket.value) for bucket, day in standing.thresholds(today)),
        else_=Bucket.OLDER.value,
    ).label("bucket")
    query = (
        select(DuesCharge.rank, bucket, func.count(), func.sum(OWED))
        .where(IN_FORCE, OWED > 0)
        .group_by(DuesCharge.rank, bucket)
        .order_by(DuesCharge.rank)
    )
    return [AgeLine(rank, Bucket(name), count, int(owed)) for rank, name, count, owed in session.execute(query)]


def overdue_years(session: Session, day: date, units: Sequence[int] | None = None) -> Mapping[int, int]:
    """Unit id → consecutive years of dues that were due before a day and are not paid; units that owe nothing are absent.

    For every unit of the association, or for those named: two columns and one statement, whatever their number.
    """
    query = select(DuesCharge.unit_id, DuesCharge.year, OWED > 0).where(IN_FORCE, DuesCharge.due_on < day)
    if units is not None:
        query = query.where(DuesCharge.unit_id.in_(units))
    charged: dict[int, set[int]] = {}
    unpaid: dict[int, set[int]] = {}
    for unit_id, year, owes in session.execute(query):
        charged.setdefault(unit_id, set()).add(year)
        if owes:
            unpaid.setdefault(unit_id, set()).add(year)
    counted = {unit: standing.years_in_a_row(charged[unit], years) for unit, years in unpaid.items()}
    return {unit: years for unit, years in counted.items() if years}


def charges_of_units(session: Session, units: Collection[int]) -> list[DuesCharge]:
    """Charges in force of these units, the newest year first, each with its unit."""
    mine = DuesCharge.unit_id.in_(units) if units else false()
    query = select(DuesCharge).where(mine, IN_FORCE).options(joinedload(DuesCharge.unit))
    return list(session.scalars(query.order_by(DuesCharge.year.desc(), DuesCharge.number)))


def charges_where(session: Session, column: Any, values: Collection[int]) -> list[DuesCharge]:
    """Charges in force whose column has one of these values, each with its unit, the oldest year first; in portions."""
    wanted, found = sorted(values), list[DuesCharge]()
    for begin in range(0, len(wanted), 500):
        query = select(DuesCharge).where(IN_FORCE, column.in_(wanted[begin : begin + 500]))
        found += session.scalars(query.options(joinedload(DuesCharge.unit)))
    return sorted(found, key=lambda charge: (charge.year, charge.number))


def dues_batch_by_number(session: Session, number: int, *, lock: bool = False) -> DuesBatch:
    """The list of payments with this number. Raises NotFound."""
    query = select(DuesBatch).where(DuesBatch.number == number)
    found = session.scalar(query.with_for_update() if lock else query)
    if found is None:
        raise NotFound("dues_batch_unknown", _("There is no such list of payments."))
    return found


def dues_batch_rows(session: Session, batch: DuesBatch) -> list[DuesBatchRow]:
    """The lines of a list in their order."""
    query = select(DuesBatchRow).where(DuesBatchRow.batch_id == batch.id).order_by(DuesBatchRow.id)
    return list(session.scalars(query))


def receipts_used(session: Session, receipts: Collection[str]) -> set[str]:
    """Those of these receipts that are entered already; asked for in portions."""
    wanted, found = sorted(receipts), set[str]()
    for begin in range(0, len(wanted), 500):
        part = wanted[begin : begin + 500]
        found |= set(session.scalars(select(DuesEntry.receipt_used).where(DuesEntry.receipt_used.in_(part))))
    return found
