"""How entries get into the tables: the row, what it is found by, and its history, one at a time or many at once.

Called by the use cases beside it, which check and record.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import delete, insert

from core.numbering import next_numbers
from core.transaction import Tx
from membership.models import RegisterEntry, RegisterFacet, RegisterVersion, Unit
from membership.rules.registers import entries as rules
from membership.rules.registers.declaration import Register

SERIES = "register_entry"


@dataclass(frozen=True)
class Why:
    """What is done to an entry and what is kept about that."""

    action: str
    reason: str = ""
    proposal: int | None = None


def enter(tx: Tx, register: Register, rows: Sequence[tuple[int, Mapping[str, Any]]], why: Why) -> list[int]:
    """Enter ``(unit id, values)`` rows, each table in one statement. Returns the ids of the entries, in order."""
    if not rows:
        return []
    numbers = next_numbers(tx.session, tx.association.id, SERIES, len(rows))
    made = [_row(tx, register, unit, data) | {"number": n} for (unit, data), n in zip(rows, numbers, strict=True)]
    statement = insert(RegisterEntry).returning(RegisterEntry.id, sort_by_parameter_order=True)
    ids = list(tx.session.scalars(statement, made))
    versions = [
        _version(tx, register, entry_id, 1, data, why) for entry_id, (_unit, data) in zip(ids, rows, strict=True)
    ]
    tx.session.connection().execute(insert(RegisterVersion.__table__), versions)  # type: ignore[arg-type]
    _find_by(tx, register, [(entry_id, data) for entry_id, (_unit, data) in zip(ids, rows, strict=True)])
    return ids


def _row(tx: Tx, register: Register, unit_id: int, data: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "association_id": tx.association.id,
        "register": register.name,
        "unit_id": unit_id,
        "entered_at": tx.now,
        "version": 1,
        **_told(tx, register, unit_id, data),
    }


def _told(tx: Tx, register: Register, unit_id: int, data: Mapping[str, Any]) -> dict[str, Any]:
    """What follows from the values of an entry."""
    valid_from, valid_until = rules.validity(register, data)
    return {
        "declaration": register.version,
        "key": rules.key_of(register, data, unit_id),
        "title": rules.title_of(register, data),
        "data": dict(data),
        "sought": rules.sought(register, data),
        "valid_from": valid_from,
        "valid_until": valid_until,
        "changed_at": tx.now,
    }


def _version(
    tx: Tx,
    register: Register,
    entry_id: int,
    number: int,
    data: Mapping[str, Any],
    why: Why,
    ended_on: date | None = None,
) -> dict[str, Any]:
    return {
        "association_id": tx.association.id,
        "entry_id": entry_id,
        "version": number,
        "action": why.action,
        "declaration": register.version,
        "data": dict(data),
        "ended_on": ended_on,
        "reason": why.reason,
        "person_id": tx.actor.person_id,
        "at": tx.now,
        "proposal": why.proposal,
    }


def _find_by(tx: Tx, register: Register, rows: Sequence[tuple[int, Mapping[str, Any]]]) -> None:
    """Make entries findable by their values."""
    own = {"association_id": tx.association.id, "register": register.name}
    found = [
        own | {"entry_id": i, "field": f.field, "value": f.value, "day": f.day, "amount": f.amount}
        for i, data in rows
        for f in rules.facets(register, data)
    ]
    if found:
        tx.session.connection().execute(insert(RegisterFacet.__table__), found)  # type: ignore[arg-type]


def change(
    tx: Tx, register: Register, entry: RegisterEntry, data: Mapping[str, Any], why: Why, ended_on: date | None = None
) -> None:
    """Let an entry say something else from now on, or end it."""
    for name, value in _told(tx, register, entry.unit_id, data).items():
        setattr(entry, name, value)
    entry.ended_on = ended_on
    tx.session.flush()
    tx.session.execute(insert(RegisterVersion), [_version(tx, register, entry.id, entry.version, data, why, ended_on)])
    tx.session.execute(delete(RegisterFacet).where(RegisterFacet.entry_id == entry.id))
    if ended_on is None:
        _find_by(tx, register, [(entry.id, data)])


def audited(register: Register, unit: Unit, data: Mapping[str, Any]) -> dict[str, Any]:
    """What the audit keeps of an entry: its unit and its values, those about people only named."""
    return {"register": register.name, "member": unit.number, "values": rules.open_values(register, data)}
