"""Units with their last staffing figures and their engineers in force: one statement for the whole association."""

from datetime import date
from typing import Any

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import Session, aliased

from membership.models import RegisterEntry, RegisterFacet, Unit
from membership.queries.units import PRESENT
from membership.rules.registers.reports import Staff

ENGINEERS, FIGURES = "safety_engineer", "safety_staffing"


def _engineers(day: date) -> Select[int, int]:
    """Unit → engineers whose registration is in force. Each registration is one live entry."""
    entry = RegisterEntry
    in_force = or_(entry.valid_until.is_(None), entry.valid_until >= day)
    query = select(entry.unit_id, func.count().label("engineers"))
    return query.where(entry.register == ENGINEERS, entry.ended_on.is_(None), in_force).group_by(entry.unit_id)


def _newest(day: date) -> Select[Any]:
    """Entry → its rank among the figures of its unit, the newest first."""
    as_of = aliased(RegisterFacet)
    rank = func.row_number().over(
        partition_by=RegisterEntry.unit_id, order_by=(as_of.day.desc(), RegisterEntry.number.desc())
    )
    query = select(RegisterEntry.id, RegisterEntry.unit_id, as_of.day.label("day"), rank.label("rank"))
    query = query.join(as_of, as_of.entry_id == RegisterEntry.id)
    mine = (RegisterEntry.register == FIGURES, RegisterEntry.ended_on.is_(None))
    return query.where(*mine, as_of.field == "as_of", as_of.day <= day)


def staff(session: Session, day: date) -> list[Staff]:
    """Every present member that has engineers or has given its staffing figures by then, by number."""
    have, last = _engineers(day).subquery("have"), _newest(day).subquery("last")
    industry, employees, safety = (aliased(RegisterFacet) for _number in range(3))
    count = func.coalesce(have.c.engineers, 0)
    query = select(Unit.number, Unit.name, count, industry.value, employees.amount, safety.amount, last.c.day)
    query = query.outerjoin(have, have.c.unit_id == Unit.id).outerjoin(
        last, (last.c.unit_id == Unit.id) & (last.c.rank == 1)
    )
    for facet, name in ((industry, "industry"), (employees, "employees"), (safety, "safety_staff")):
        query = query.outerjoin(facet, (facet.entry_id == last.c.id) & (facet.field == name))
    known = or_(have.c.engineers.is_not(None), last.c.id.is_not(None))
    return [Staff(*row) for row in session.execute(query.where(PRESENT, known).order_by(Unit.number))]
