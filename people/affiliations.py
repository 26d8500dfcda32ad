"""Whom a person acts for. The package that keeps the units says so; messages and proofs count by it."""

from collections.abc import Callable, Collection
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, select
from sqlalchemy.orm import Session

from core.associations import Association
from core.outbox import Recipients
from people.models import ChatIdentity, Person

Acting = Select[Any, Any, Any, Any]
"""A SELECT of ``(person_id, unit_id, number, name)`` of everyone who acts for a unit now."""
ACTING: list[Callable[[], Acting]] = []


def register(acting: Callable[[], Acting]) -> None:
    """Make known who acts for which unit."""
    ACTING[:] = [acting]


def units_of(session: Session, people: Collection[int]) -> dict[int, tuple[tuple[str, str], ...]]:
    """Person → (reference, name) of each unit they act for."""
    found: dict[int, list[tuple[str, str]]] = {}
    for acting in ACTING:
        query = acting()
        if len(people) <= 500:
            query = query.where(query.selected_columns[0].in_(people))
        for person_id, _unit, number, name in session.execute(query):
            found.setdefault(person_id, []).append((f"M-{number:04d}", name))
    return {person: tuple(sorted(units)) for person, units in found.items()}


def unit_names(session: Session, person_id: int) -> str:
    """The units that a person acts for, in words; empty for nobody's contact."""
    return "、".join(f"{name}（{number}）" for number, name in units_of(session, [person_id]).get(person_id, ()))


def of_units_of(people: ColumnElement[bool]) -> ColumnElement[bool]:
    """The condition on Person that they act for a unit that one of these people acts for."""
    conditions = []
    for acting in ACTING:
        theirs = acting().subquery()
        units = select(theirs.c.unit_id).join(Person, Person.id == theirs.c.person_id).where(people)
        all_of_them = acting().subquery()
        conditions.append(Person.id.in_(select(all_of_them.c.person_id).where(all_of_them.c.unit_id.in_(units))))
    return and_(*conditions) if conditions else Person.id.is_(None)


def other_chats(people: ColumnElement[bool]) -> Recipients:
    """``(association_id, person_id, platform, chat, language)`` of the chats of these people beside the one they chose."""
    chat = ChatIdentity
    second = and_(chat.person_id == Person.id, chat.id != Person.identity_id)
    return (
        select(
            Person.association_id.label("association_id"),
            Person.id.label("person_id"),
            chat.platform.label("platform"),
            chat.chat.label("chat"),
            func.coalesce(Person.language, Association.language).label("language"),
        )
        .join(Association, Association.id == Person.association_id)
        .join(chat, second)
        .where(people, chat.ended_at.is_(None), chat.unreachable_since.is_(None))
    )
