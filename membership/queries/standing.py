"""Reads about the standing of units: the dated facts behind it, and what other parts count."""

from collections.abc import Callable, Collection, Mapping
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from membership.models import ClassTerm, StandingFact, StatusChange, Unit
from membership.queries.dues import overdue_years
from membership.queries.units import PRESENT
from membership.rules.reckoning import FACT_OF, Dated, Fact, Facts
from membership.rules.standing import Status

Counter = Callable[[Session, date], Mapping[int, int]]
"""A session and a day → unit id → number, of the units where it is not 0; set-based."""
NUMBERS: dict[str, Counter] = {"dues_overdue_years": overdue_years}
"""How the facts of ``reckoning.NUMBERS`` are counted."""


FEW = 500
"""So many are named in one statement: a database takes only so many parameters."""


def open_facts(session: Session, units: Collection[int] | None = None) -> dict[int, list[StandingFact]]:
    """Unit id → its dated facts that count, oldest first."""
    query = select(StandingFact).where(StandingFact.ended_on.is_(None)).order_by(StandingFact.id)
    if units is not None:
        query = query.where(StandingFact.unit_id.in_(units))
    found: dict[int, list[StandingFact]] = {}
    for one in session.scalars(query):
        found.setdefault(one.unit_id, []).append(one)
    return found


def numbers_on(session: Session, day: date) -> dict[int, dict[str, int]]:
    """Unit id → what the other parts count on a day."""
    found: dict[int, dict[str, int]] = {}
    for name, count in NUMBERS.items():
        for unit_id, number in count(session, day).items():
            found.setdefault(unit_id, {})[name] = number
    return found


def standing_facts(session: Session, unit: Unit, day: date) -> Facts:
    """Everything that the rules of standing are applied to, of one unit on a day."""
    kept = open_facts(session, [unit.id]).get(unit.id, [])
    return facts_from(session, unit, kept, numbers_on(session, day).get(unit.id, {}))


def facts_from(session: Session, unit: Unit, kept: list[StandingFact], numbers: Mapping[str, int]) -> Facts:
    """The facts of a unit from what was read of it.

    A unit whose standing was entered before there were dated facts has the one that its last step stands for.
    """
    dated = [Dated(Fact(one.fact), one.starts_on, one.until, one.status, one.reason) for one in kept]
    status = Status(unit.status)
    if status in FACT_OF and not any(one.fact in (*FACT_OF.values(), Fact.OVERRIDE, Fact.COMPUTED) for one in kept):
        step = _last_step(session, unit)
        on, reason = (step.on, step.reason) if step else (unit.joined_on, "")
        dated.append(Dated(FACT_OF[status], on, reason=reason))
    return Facts(unit.joined_on, tuple(dated), numbers)


def _last_step(session: Session, unit: Unit) -> StatusChange | None:
    query = select(StatusChange).where(StatusChange.unit_id == unit.id).order_by(StatusChange.id.desc())
    return session.scalar(query.limit(1))


def units_to_reckon(session: Session, day: date) -> list[tuple[Unit, Facts]]:
    """The units whose standing may follow from something dated or counted today, with their facts."""
    kept = open_facts(session)
    numbers = numbers_on(session, day)
    dated = select(StandingFact.unit_id).where(StandingFact.ended_on.is_(None))
    units = {unit.id: unit for unit in session.scalars(select(Unit).where(Unit.id.in_(dated)))}
    counted = sorted(numbers.keys() - units.keys())
    for start in range(0, len(counted), FEW):
        query = select(Unit).where(Unit.id.in_(counted[start : start + FEW]))
        units |= {unit.id: unit for unit in session.scalars(query)}
    return [
        (unit, facts_from(session, unit, kept.get(unit.id, []), numbers.get(unit.id, {})))
        for unit in sorted(units.values(), key=lambda unit: unit.number)
        if unit.status != Status.MERGED
    ]


def coming_withdrawal(session: Session, unit: Unit, today: date) -> StandingFact | None:
    """The withdrawal that a unit has given notice of for a later day."""
    query = select(StandingFact).where(
        StandingFact.unit_id == unit.id,
        StandingFact.fact == Fact.WITHDRAWN,
        StandingFact.ended_on.is_(None),
        StandingFact.starts_on > today,
    )
    return session.scalar(query.limit(1))


def class_terms(session: Session, unit: Unit) -> list[ClassTerm]:
    """The terms of a unit's classes, oldest first."""
    query = select(ClassTerm).where(ClassTerm.unit_id == unit.id).order_by(ClassTerm.starts_on, ClassTerm.id)
    return list(session.scalars(query))


def terms_to_begin(session: Session, day: date) -> list[tuple[ClassTerm, Unit]]:
    """Terms whose first day has come."""
    query = select(ClassTerm, Unit).join(Unit, Unit.id == ClassTerm.unit_id)
    due = (ClassTerm.begun_at.is_(None), ClassTerm.ended_on.is_(None), ClassTerm.starts_on <= day, PRESENT)
    return [(row[0], row[1]) for row in session.execute(query.where(*due).order_by(ClassTerm.starts_on, ClassTerm.id))]


def terms_to_end(session: Session, day: date) -> list[tuple[ClassTerm, Unit]]:
    """Terms whose last day is over."""
    query = select(ClassTerm, Unit).join(Unit, Unit.id == ClassTerm.unit_id)
    due = (ClassTerm.begun_at.is_not(None), ClassTerm.ended_on.is_(None), ClassTerm.until < day)
    return [(row[0], row[1]) for row in session.execute(query.where(*due).order_by(ClassTerm.until, ClassTerm.id))]
