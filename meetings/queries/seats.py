"""Reads about bodies: their rules of a day, and who sits on them."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from meetings import seating
from meetings.models import BodyRule, BodySeat
from meetings.rules import bodies as rules
from meetings.rules.bodies import Body
from people import audiences
from people.models import Person

FEW = 500
"""Up to so many people are named in a statement; beyond, everyone is read."""


@dataclass(frozen=True)
class Holder:
    """A seat and one person who may take it; None where nobody can."""

    seat: str
    person_id: int | None


def overrides(session: Session, day: date) -> dict[str, dict[str, Any]]:
    """Body → what the association's charter says otherwise on a day."""
    query = select(BodyRule).where(BodyRule.effective_from <= day).order_by(BodyRule.effective_from, BodyRule.id)
    return {row.body: dict(row.changes) for row in session.scalars(query)}


def bodies(session: Session, day: date) -> dict[str, Body]:
    """Every body with the rules of a day, the association's own included."""
    return rules.bodies_on(day, overrides(session, day))


def body_rules(session: Session, body: str) -> list[BodyRule]:
    """What the association has set for a body, oldest first."""
    query = select(BodyRule).where(BodyRule.body == body).order_by(BodyRule.effective_from, BodyRule.id)
    return list(session.scalars(query))


def listed(session: Session, body: str, day: date) -> list[Person]:
    """The persons listed on a body on a day."""
    query = (
        select(Person)
        .join(BodySeat, BodySeat.person_id == Person.id)
        .where(
            BodySeat.body == body,
            BodySeat.since <= day,
            or_(BodySeat.until.is_(None), BodySeat.until >= day),
            Person.left_at.is_(None),
        )
        .order_by(Person.id)
    )
    return list(session.scalars(query).unique())


def open_seat(session: Session, body: str, person_id: int) -> BodySeat | None:
    """A person's listing on a body that has not ended."""
    mine = (BodySeat.body == body, BodySeat.person_id == person_id, BodySeat.until.is_(None))
    return session.scalar(select(BodySeat).where(*mine))


def holders(session: Session, body: Body, day: date) -> list[Holder]:
    """Every seat of a body on a day with who may take it. Listed persons take the place of the audience."""
    if persons := listed(session, body.value, day):
        return [Holder(f"person:{person.id}", person.id) for person in persons]
    if body.seats is None:
        return []
    if body.of_units:
        found = [seat for units in seating.REGISTERS.values() for seat in units.seats(session, body.seats, day)]
        return [Holder(seat, person) for seat, person in found]
    query = select(Person.id).where(audiences.members_of(body.seats, day)).order_by(Person.id)
    return [Holder(f"person:{person}", person) for person in session.scalars(query)]


def seat_names(session: Session, seats: Iterable[str]) -> dict[str, str]:
    """Seat → the name of the unit or person that it stands for."""
    wanted = set(seats)
    found: dict[str, str] = {}
    for prefix, units in seating.REGISTERS.items():
        found |= units.names(session, [seat for seat in wanted if seat.startswith(prefix)])
    people = {seat: int(seat.rpartition(":")[2]) for seat in wanted if seat.startswith(("person:", "guest:"))}
    names = person_names(session, set(people.values()))
    return found | {seat: names.get(person, "") for seat, person in people.items()}


def person_names(session: Session, people: Collection[int]) -> dict[int, str]:
    """Person → name."""
    query = select(Person.id, Person.name)
    rows = session.execute(query.where(Person.id.in_(people)) if len(people) <= FEW else query)
    return {person: name for person, name in rows}  # noqa: C416 - rows are no pairs to dict()
