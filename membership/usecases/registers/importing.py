"""Bringing a judged spreadsheet into its register, and taking it back. Nothing is deleted, nobody is notified."""

from collections.abc import Callable

from sqlalchemy import select

from core.access import Permission, usecase
from core.errors import Conflict, NotFound
from core.i18n import N_, _
from core.transaction import Tx
from membership.models import RegisterEntry, RegisterImport, RegisterImportRow, Unit
from membership.queries import registers as queries
from membership.rules.registers import catalogue
from membership.rules.registers import entries as rules
from membership.rules.registers.declaration import Register
from membership.rules.standing import Status
from membership.usecases.registers.judging import GOOD
from membership.usecases.registers.writing import Why, change, enter

STEP = 200
IN_USE = N_("Entries of this import have changed since. Correct them one by one.")


def _rows(tx: Tx, made: RegisterImport) -> list[RegisterImportRow]:
    query = select(RegisterImportRow).where(RegisterImportRow.import_id == made.id, RegisterImportRow.outcome.in_(GOOD))
    return list(tx.session.scalars(query.order_by(RegisterImportRow.row)))


def import_by_number(tx: Tx, number: int) -> RegisterImport:
    """The import with this number, locked until the commit. Raises NotFound."""
    found = tx.session.scalar(select(RegisterImport).where(RegisterImport.number == number).with_for_update())
    if found is None:
        raise NotFound("import_unknown", _("There is no such import."))
    return found


@usecase(Permission.IMPORT_MEMBERS, sensitive=True)
def confirm_register_import(
    tx: Tx, *, number: int, progress: Callable[[int, int], None] = lambda _done, _all: None
) -> dict[str, int]:
    """Bring the good rows into the register, all of them or none.

    Raises NotFound, or Conflict when it was decided, or the register has changed since it was judged.
    """
    made = import_by_number(tx, number)
    if made.state != "judged":
        raise Conflict("import_decided", _("This import has been decided already."))
    register = catalogue.register_named(made.register)
    rows = _rows(tx, made)
    known = queries.live_entries(tx.session, register)
    _check_unchanged(tx, register, rows, known)
    inserts = [row for row in rows if row.outcome == "insert"]
    why = Why("add", _("import {number}").format(number=made.number))
    new = [(row.unit_id or 0, row.data["values"]) for row in inserts]
    for row, entry_id in zip(inserts, enter(tx, register, new, why), strict=True):
        row.entry_id, row.version = entry_id, 1
    by_id = {entry.id: entry for entry in known.values()}
    updates = [row for row in rows if row.outcome == "update"]
    for done, row in enumerate(updates, len(inserts) + 1):
        _update(tx, register, row, by_id[row.entry_id or 0], made.number)
        if done % STEP == 0:
            progress(done, len(rows))
    made.state, made.confirmed_at = "confirmed", tx.now
    counts = {"inserted": len(inserts), "updated": len(updates)}
    tx.record("register:import:confirm", f"register_import:{made.number}", {"register": register.name, **counts})
    return counts


def _check_unchanged(
    tx: Tx, register: Register, rows: list[RegisterImportRow], known: dict[str, RegisterEntry]
) -> None:
    """What a row was judged against is still so: the entry it changes, the gap it fills, the unit it belongs to."""
    versions = {entry.id: entry.version for entry in known.values()}
    present = {i for i, status in tx.session.execute(select(Unit.id, Unit.status)) if Status(status).member}
    for row in rows:
        free = row.outcome != "insert" or rules.key_of(register, row.data["values"], row.unit_id or 0) not in known
        same = row.outcome != "update" or versions.get(row.entry_id or 0) == row.version
        if not (free and same and row.unit_id in present):
            raise Conflict("register_changed", _("The register has changed since. Upload the file again."))


def _update(tx: Tx, register: Register, row: RegisterImportRow, entry: RegisterEntry, number: int) -> None:
    row.former = dict(entry.data)
    values = {**entry.data, **row.data["values"]}
    change(tx, register, entry, values, Why("edit", _("import {number}").format(number=number)))
    row.version = entry.version


@usecase(Permission.IMPORT_MEMBERS, sensitive=True)
def undo_register_import(tx: Tx, *, number: int) -> dict[str, int]:
    """Take a confirmed import back: what it entered ends today, what it changed says again what it said before.

    Raises NotFound, or Conflict when an entry was changed after it: then nothing is undone.
    """
    made = import_by_number(tx, number)
    if made.state != "confirmed":
        raise Conflict("import_not_confirmed", _("Only a confirmed import can be undone."))
    register = catalogue.register_named(made.register)
    rows = _rows(tx, made)
    by_id = {entry.id: entry for entry in queries.live_entries(tx.session, register).values()}
    if any((entry := by_id.get(row.entry_id or 0)) is None or entry.version != row.version for row in rows):
        raise Conflict("import_in_use", _(IN_USE))
    reason = _("import {number} taken back").format(number=made.number)
    for row in rows:
        entry = by_id[row.entry_id or 0]
        if row.outcome == "insert":
            change(tx, register, entry, entry.data, Why("end", reason), tx.today)
        else:
            change(tx, register, entry, row.former or {}, Why("edit", reason))
    made.state, made.undone_at = "undone", tx.now
    entered = sum(row.outcome == "insert" for row in rows)
    counts = {"ended": entered, "restored": len(rows) - entered}
    tx.record("register:import:undo", f"register_import:{made.number}", {"register": register.name, **counts})
    return counts
