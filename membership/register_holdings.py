"""What registers keep about a person: entries that name them, with their history, proposals and uploaded rows."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import delete, or_, select

from core import attachments
from core.transaction import Tx
from membership.models import (
    RegisterEntry,
    RegisterFacet,
    RegisterImport,
    RegisterImportRow,
    RegisterProposal,
    RegisterVersion,
)
from membership.queries import register_values
from membership.rules.registers import catalogue, entries
from membership.rules.registers.declaration import Register, Type
from people import holdings
from people.holdings import GONE, Facts, Holding, mentions
from people.models import Person


def concerned(register: Register | None, data: Mapping[str, Any], person: Person) -> list[str]:
    """The fields of some values that are about a person: that refer to them, or hold exactly their name or number."""
    found = []
    for one in register.fields if register else ():
        value = data.get(one.name)
        refers = one.type is Type.PERSON and value == person.id
        named = one.personal and one.type is not Type.PERSON and value and value in (person.name, person.phone)
        if refers or named:
            found.append(one.name)
    return found


def blanked(data: Mapping[str, Any], fields: list[str]) -> dict[str, Any]:
    """The values without those of these fields."""
    return {name: GONE if name in fields else value for name, value in data.items()}


def _entries(tx: Tx, person: Person) -> list[RegisterEntry]:
    """Entries that name the person now or in a former version, by number."""
    naming = select(RegisterVersion.entry_id).where(mentions(RegisterVersion.data, person.name, person.phone))
    said = or_(RegisterEntry.id.in_(naming), RegisterEntry.register.in_(_registers_of_people()))
    found = tx.session.scalars(select(RegisterEntry).where(said).order_by(RegisterEntry.number))
    return [entry for entry in found if _ever(tx, entry, person)]


def _registers_of_people() -> list[str]:
    """Registers that refer to persons by their number, which no search for words finds."""
    return [one.name for one in catalogue.registers().values() if any(f.type is Type.PERSON for f in one.fields)]


def _ever(tx: Tx, entry: RegisterEntry, person: Person) -> bool:
    register = catalogue.registers().get(entry.register)
    return any(concerned(register, version.data, person) for version in _versions(tx, entry))


def _versions(tx: Tx, entry: RegisterEntry) -> list[RegisterVersion]:
    query = select(RegisterVersion).where(RegisterVersion.entry_id == entry.id).order_by(RegisterVersion.version)
    return list(tx.session.scalars(query))


def _facts(tx: Tx, person: Person) -> Facts:
    found: Facts = []
    for entry in _entries(tx, person):
        register = catalogue.register_named(entry.register)
        found.append({"entry": entry.reference, **register_values.shown(tx.session, register, entry.data)})
    return found


def _erase(tx: Tx, person: Person) -> int:
    """The fields about the person go, from every version; the entry stays as a fact about its unit."""
    found = _entries(tx, person)
    for entry in found:
        _erase_entry(tx, entry, person)
    return len(found) + _erase_proposals(tx, person) + _erase_rows(tx, person)


def _erase_entry(tx: Tx, entry: RegisterEntry, person: Person) -> None:
    register = catalogue.register_named(entry.register)
    for version in _versions(tx, entry):
        version.data = blanked(version.data, concerned(register, version.data, person))
    gone = concerned(register, entry.data, person)
    if not gone:
        return
    entry.data = blanked(entry.data, gone)
    entry.sought = entries.sought(register, entry.data)
    if set(gone) & set(register.key):
        entry.key = f"erased-{entry.id}"
    mine = (RegisterFacet.entry_id == entry.id, RegisterFacet.field.in_(gone))
    tx.session.execute(delete(RegisterFacet).where(*mine))


def _erase_proposals(tx: Tx, person: Person) -> int:
    count = 0
    said = or_(
        mentions(RegisterProposal.data, person.name, person.phone),
        RegisterProposal.register.in_(_registers_of_people()),
    )
    for one in tx.session.scalars(select(RegisterProposal).where(said)):
        if gone := concerned(catalogue.registers().get(one.register), one.data, person):
            one.data = blanked(one.data, gone)
            count += 1
    return count


def _erase_rows(tx: Tx, person: Person) -> int:
    """Uploaded rows lose the person; the uploaded file, which says the same, loses its content."""
    query = select(RegisterImportRow, RegisterImport).join(
        RegisterImport, RegisterImport.id == RegisterImportRow.import_id
    )
    said = or_(
        mentions(RegisterImportRow.data, person.name, person.phone), mentions(RegisterImportRow.former, person.name)
    )
    files = set()
    for row, upload in tx.session.execute(query.where(said)):
        register = catalogue.registers().get(upload.register)
        row.data = {**row.data, "values": blanked(row.data["values"], concerned(register, row.data["values"], person))}
        row.former = row.former and blanked(row.former, concerned(register, row.former, person))
        files.add(upload.attachment_id)
    attachments.erase(tx.session, sorted(files))
    return len(files)


def register() -> None:
    """Make them known to the requests that show or erase a person's data."""
    holdings.register(Holding("registers", "专业登记中的记录", _facts, _erase))
