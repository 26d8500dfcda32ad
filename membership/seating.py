"""What this package adds to meetings: which unit has a seat, who acts for it, and for which units a person acts."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from meetings import seating
from membership.models import Unit, UnitContact
from membership.rules.standing import Status
from people.models import Person

FEW = 500
"""Up to so many are named in a statement; beyond, everything is read: a database takes only so many parameters."""
COLUMNS = {"category": Unit.category, "class": Unit.rank, "region": Unit.region}


def units_of_people(session: Session, people: Collection[int]) -> dict[int, frozenset[str]]:
    """Person → references of the units that they act for, whatever these units' standing."""
    query = (
        select(UnitContact.person_id, Unit.number)
        .join(Unit, Unit.id == UnitContact.unit_id)
        .where(UnitContact.until.is_(None))
    )
    if len(people) <= FEW:
        query = query.where(UnitContact.person_id.in_(people))
    found: dict[int, set[str]] = {}
    for person_id, number in session.execute(query):
        found.setdefault(person_id, set()).add(f"member:{number}")
    return {person_id: frozenset(units) for person_id, units in found.items()}


def seats_of_units(session: Session, audience: Mapping[str, Sequence[str]], _day: date) -> list[tuple[str, int | None]]:
    """``(seat, person)`` of every unit in good standing that an audience names; a unit without a contact has nobody.

    A suspended unit has no vote while it is suspended.
    """
    contact = (
        select(UnitContact.unit_id, Person.id)
        .join(Person, Person.id == UnitContact.person_id)
        .where(UnitContact.until.is_(None), Person.left_at.is_(None))
        .subquery()
    )
    query = select(Unit.number, contact.c.id).outerjoin(contact, contact.c.unit_id == Unit.id)
    query = query.where(Unit.status == Status.ACTIVE, *(COLUMNS[name].in_(v) for name, v in audience.items()))
    return [(f"member:{number}", person) for number, person in session.execute(query.order_by(Unit.number))]


def names_of_units(session: Session, references: Collection[str]) -> dict[str, str]:
    """Reference → name of the unit."""
    numbers = [int(reference.removeprefix("member:")) for reference in references]
    query = select(Unit.number, Unit.name)
    rows = session.execute(query.where(Unit.number.in_(numbers)) if len(numbers) <= FEW else query)
    return {f"member:{number}": name for number, name in rows}


def register() -> None:
    """Make them known to meetings."""
    seating.register(seating.Units("member:", units_of_people, seats_of_units, names_of_units))
