"""Bringing a judged roster into the register, and taking it back. An import never sends anything."""

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

from sqlalchemy import delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from core.access import Permission, usecase
from core.errors import Conflict
from core.i18n import _
from core.numbering import next_numbers
from core.transaction import Tx
from membership import queries
from membership.models import ImportBatch, ImportRow, Qualification, StatusChange, Unit, UnitContact
from membership.rules.standing import Status
from membership.rules.units import ROSTER_QUALIFICATION, name_key
from membership.usecases.rosters import spelled
from membership.usecases.steps import touch
from people.models import Person
from people.usecases import enter_contacts, take_back

FACTS = ("name", "category", "rank", "region", "joined_on", "engineers", "remark")
STEP = 200


@usecase(Permission.IMPORT_MEMBERS, sensitive=True)
def confirm_import(
    tx: Tx, *, batch: ImportBatch, progress: Callable[[int, int], None] = lambda _done, _all: None
) -> dict[str, int]:
    """Bring the good rows of a batch into the register, all of them or none. Nobody is notified.

    Raises Conflict when the batch was decided, or a unit that it names was entered or changed since it was judged.
    """
    if batch.state != "judged":
        raise Conflict("import_decided", _("This import has been decided already."))
    rows = [row for row in queries.rows_of(tx.session, batch) if row.outcome in ("insert", "update")]
    known = queries.units_by_code(tx.session)
    if any(_version(known.get(row.data["code"])) != row.version for row in rows):
        raise Conflict("register_changed", _("The register has changed since. Upload the roster again."))
    inserts = [row for row in rows if row.outcome == "insert"]
    _insert(tx, inserts)
    progress(len(inserts), len(rows))
    for done, row in enumerate((row for row in rows if row.outcome == "update"), len(inserts) + 1):
        _update(tx, row, known[row.data["code"]])
        if done % STEP == 0:
            progress(done, len(rows))
    _note_versions(tx, rows, known)
    progress(len(rows), len(rows))
    batch.state, batch.confirmed_at = "confirmed", tx.now
    counts = {"inserted": len(inserts), "updated": len(rows) - len(inserts)}
    tx.record("member:import:confirm", f"import:{batch.number}", counts)
    return counts


def _version(unit: Unit | None) -> int | None:
    return None if unit is None else unit.version


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _insert(tx: Tx, rows: list[ImportRow]) -> None:
    """New units with their standing, qualification and contact, each table in one statement."""
    if not rows:
        return
    numbers = next_numbers(tx.session, tx.association.id, "member", len(rows))
    ids = _bulk(tx, Unit, [_new_unit(tx, row.data, number) for row, number in zip(rows, numbers, strict=True)])
    for row, unit_id in zip(rows, ids, strict=True):
        row.unit_id = unit_id
    _bulk(tx, StatusChange, [_first_step(tx, row) for row in rows])
    held = [(row.unit_id, _day(row.data["valid_until"])) for row in rows if row.data["valid_until"]]
    _bulk(tx, Qualification, [{"unit_id": i, "name": ROSTER_QUALIFICATION, "valid_until": day} for i, day in held])
    _enter_contacts(tx, [row for row in rows if row.data["contact"] or row.data["phone"]])


def _new_unit(tx: Tx, data: dict[str, Any], number: int) -> dict[str, Any]:
    return {
        "number": number,
        "code": data["code"],
        "name": data["name"],
        "name_key": name_key(data["name"]),
        "category": data["kind"],
        "rank": data["rank"],
        "region": data["region"],
        "joined_on": _day(data["joined"]),
        "status": Status.ACTIVE,
        "engineers": data["engineers"],
        "remark": data["remark"],
        "changed_at": tx.now,
        "version": 1,
    }


def _first_step(tx: Tx, row: ImportRow) -> dict[str, Any]:
    return {
        "unit_id": row.unit_id,
        "former": None,
        "status": Status.ACTIVE,
        "on": _day(row.data["joined"]),
        "reason": "",
        "recorded_at": tx.now,
    }


def _bulk(tx: Tx, table: Any, rows: list[dict[str, Any]]) -> list[int]:
    """Insert rows in order and return their ids."""
    if not rows:
        return []
    own = [row | {"association_id": tx.association.id} for row in rows]
    statement = insert(table).returning(table.id, sort_by_parameter_order=True)
    return list(tx.session.scalars(statement, own))


def _enter_contacts(tx: Tx, rows: Sequence[ImportRow]) -> None:
    """A person for each contact of the roster: entered, not invited. A number without a name is kept under the unit's."""
    named = [(row.data["contact"] or (row.data["name"][:90] + "联系人"), row.data["phone"] or None) for row in rows]
    for row, person_id in zip(rows, enter_contacts(tx, named), strict=True):
        row.person_id = person_id
    _bulk(tx, UnitContact, [{"unit_id": r.unit_id, "person_id": r.person_id, "since": tx.today} for r in rows])


def _update(tx: Tx, row: ImportRow, unit: Unit) -> None:
    """Carry out exactly the changes that were shown, and note what they replaced."""
    changes = {name: said for name, (_kept, said) in row.data["changes"].items()}
    row.unit_id = unit.id
    row.former = {name: spelled(kept) for name, (kept, _said) in row.data["changes"].items()}
    for name in FACTS:
        if name in changes:
            setattr(unit, name, _day(changes[name]) if name == "joined_on" else changes[name])
    unit.name_key = name_key(unit.name)
    touch(tx, unit)
    if "valid_until" in changes:
        _set_validity(tx, unit, _day(changes["valid_until"]))
    if "contact" in changes:
        _enter_contacts(tx, [row])
    if "phone" in changes:
        _set_phone(tx, unit, row.data["contact"], changes["phone"])


def _set_validity(tx: Tx, unit: Unit, until: date | None) -> None:
    mine = (Qualification.unit_id == unit.id, Qualification.name == ROSTER_QUALIFICATION)
    if until is None:
        tx.session.execute(delete(Qualification).where(*mine))
    elif tx.session.scalar(select(Qualification.id).where(*mine)) is None:
        tx.session.add(Qualification(unit_id=unit.id, name=ROSTER_QUALIFICATION, valid_until=until))
    else:
        tx.session.execute(update(Qualification).where(*mine).values(valid_until=until))


def _set_phone(tx: Tx, unit: Unit, name: str, phone: str | None) -> None:
    acting = select(UnitContact.person_id).where(UnitContact.unit_id == unit.id, UnitContact.until.is_(None))
    mine = select(Person).where(Person.id.in_(acting), Person.name == name).order_by(Person.id).limit(1)
    tx.session.scalars(mine).one().phone = phone


def _note_versions(tx: Tx, rows: list[ImportRow], known: dict[str, Unit]) -> None:
    """The version that each unit has now: whoever undoes the import must find it again."""
    tx.session.flush()
    for row in rows:
        row.version = known[row.data["code"]].version if row.outcome == "update" else 1


@usecase(Permission.IMPORT_MEMBERS, sensitive=True)
def undo_import(tx: Tx, *, batch: ImportBatch) -> dict[str, int]:
    """Take a confirmed batch back: what it entered goes, what it changed gets its former facts.

    Raises Conflict when a unit was changed after the import, or somebody it entered has been put to use: then nothing
    is undone. Numbers given out are not given again.
    """
    if batch.state != "confirmed":
        raise Conflict("import_not_confirmed", _("Only a confirmed import can be undone."))
    rows = [row for row in queries.rows_of(tx.session, batch) if row.unit_id is not None]
    units = queries.units_by_id(tx.session, [row.unit_id or 0 for row in rows])
    people = queries.people_by_id(tx.session, [row.person_id for row in rows if row.person_id is not None])
    moved = any(_version(units.get(row.unit_id or 0)) != row.version for row in rows)
    if moved or any(person.identity_id is not None for person in people.values()):
        raise _in_use()
    entered = [row for row in rows if row.outcome == "insert"]
    try:
        with tx.session.begin_nested():
            for row in rows:
                if row.outcome == "update":
                    _restore(tx, row, units[row.unit_id or 0])
            _remove(tx, [row.unit_id or 0 for row in entered], list(people))
    except IntegrityError:
        raise _in_use() from None
    batch.state, batch.undone_at = "undone", tx.now
    counts = {"removed": len(entered), "restored": len(rows) - len(entered)}
    tx.record("member:import:undo", f"import:{batch.number}", counts)
    return counts


def _in_use() -> Conflict:
    return Conflict("import_in_use", _("Members of this import have changed since. Correct them one by one."))


def _restore(tx: Tx, row: ImportRow, unit: Unit) -> None:
    former = row.former or {}
    for name in FACTS:
        if name in former:
            setattr(unit, name, _day(former[name]) if name == "joined_on" else former[name])
    unit.name_key = name_key(unit.name)
    touch(tx, unit)
    if "valid_until" in former:
        _set_validity(tx, unit, _day(former["valid_until"]))
    if "phone" in former:
        _set_phone(tx, unit, row.data["contact"], former["phone"])


def _remove(tx: Tx, unit_ids: list[int], person_ids: list[int]) -> None:
    """Take out what the import entered. The database refuses when anything else refers to it."""
    tx.session.flush()
    for contact in (UnitContact.unit_id.in_(unit_ids), UnitContact.person_id.in_(person_ids)):
        tx.session.execute(delete(UnitContact).where(contact))
    for column in (Qualification.unit_id, StatusChange.unit_id):
        tx.session.execute(delete(column.class_).where(column.in_(unit_ids)))
    take_back(tx, person_ids)
    tx.session.execute(delete(Unit).where(Unit.id.in_(unit_ids)))
