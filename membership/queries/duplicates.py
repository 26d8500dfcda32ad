"""Reads about duplicates: what units are compared by, what was said about pairs, and which unit a number leads to."""

from collections.abc import Collection

from sqlalchemy import select
from sqlalchemy.orm import Session

from membership.models import DistinctPair, Unit, UnitContact, UnitMerge
from membership.queries.units import PRESENT
from membership.rules.duplicates import Facts, Found, find
from people.models import Person


def comparable(session: Session, ids: Collection[int] | None = None) -> list[Facts]:
    """What every present unit is compared by, or these ones: two statements, whatever their number."""
    phones: dict[int, set[str]] = {}
    people: dict[int, set[int]] = {}
    acting = select(UnitContact.unit_id, Person.id, Person.phone).join(Person, Person.id == UnitContact.person_id)
    acting = acting.where(UnitContact.until.is_(None))
    units = select(Unit.id, Unit.number, Unit.name_key, Unit.code, Unit.region).order_by(Unit.id)
    if ids is not None:
        acting, units = acting.where(UnitContact.unit_id.in_(ids)), units.where(Unit.id.in_(ids))
    else:
        units = units.where(PRESENT)
    for unit_id, person_id, phone in session.execute(acting):
        people.setdefault(unit_id, set()).add(person_id)
        if phone:
            phones.setdefault(unit_id, set()).add(phone)
    none: set[int] = set()
    return [
        Facts(*row, frozenset(phones.get(row.id, ())), frozenset(people.get(row.id, none)))
        for row in session.execute(units)
    ]


def duplicates(session: Session) -> Found:
    """Pairs of present units that may be one, without those that somebody found to differ and that have not changed."""
    said: dict[tuple[int, int], str] = {}
    query = select(DistinctPair.low_id, DistinctPair.high_id, DistinctPair.facts).order_by(DistinctPair.id)
    for low, high, facts in session.execute(query):
        said[low, high] = facts
    return find(comparable(session), said)


def word_on_pair(session: Session, first: Unit, second: Unit) -> DistinctPair | None:
    """The latest word on two units: who said that they differ, when and why."""
    low, high = sorted((first.id, second.id))
    mine = (DistinctPair.low_id == low, DistinctPair.high_id == high)
    return session.scalar(select(DistinctPair).where(*mine).order_by(DistinctPair.id.desc()).limit(1))


def survivors(session: Session) -> dict[int, int]:
    """Unit that was merged → the unit that it finally went into."""
    into = {row.source_id: row.target_id for row in session.execute(select(UnitMerge.source_id, UnitMerge.target_id))}
    return {source: _end(into, source) for source in into}


def _end(into: dict[int, int], unit: int) -> int:
    while unit in into:
        unit = into[unit]
    return unit


def merged_into(session: Session, unit: Unit) -> list[tuple[UnitMerge, Unit]]:
    """Units that went into this one, at first or second hand, the earliest first."""
    into = survivors(session)
    sources = [source for source, target in into.items() if target == unit.id]
    query = select(UnitMerge, Unit).join(Unit, Unit.id == UnitMerge.source_id)
    found = session.execute(query.where(UnitMerge.source_id.in_(sources)).order_by(UnitMerge.id))
    return [(merge, source) for merge, source in found]
