"""Spreadsheets of a register judged row by row, without touching it, and kept until somebody confirms or forgets them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import insert, select

from core import attachments
from core.access import Permission, usecase
from core.errors import AppError, BadInput, RuleViolated
from core.i18n import _
from core.numbering import next_numbers
from core.transaction import Tx
from membership import reading
from membership.models import RegisterEntry, RegisterImport, RegisterImportRow, Unit
from membership.queries import register_values
from membership.queries import registers as queries
from membership.rules.registers import entries as rules
from membership.rules.registers import sheets
from membership.rules.registers.declaration import Register
from membership.rules.registers.sheets import Heading
from membership.rules.roster import Raw, problem_words
from membership.rules.standing import Status
from membership.rules.units import name_key

GOOD = frozenset({"insert", "update"})


@dataclass
class Row:
    """One line: its number in the file (from 1), the unit and values it names, what becomes of it and what is wrong.

    ``problems`` are texts beside codes; ``changes`` are field → (former, new) of an update.
    """

    row: int
    unit: Unit | None = None
    values: dict[str, Any] = field(default_factory=dict)
    entry: RegisterEntry | None = None
    outcome: str = "insert"
    problems: list[tuple[str, str]] = field(default_factory=list)
    said: list[str] = field(default_factory=list)
    changes: dict[str, tuple[Any, Any]] = field(default_factory=dict)
    place: str = ""

    def wrong(self, trouble: AppError) -> None:
        """The row stays out, for this reason too."""
        self.outcome = "error"
        self.problems.append((trouble.code, trouble.text))


@dataclass(frozen=True)
class Judged:
    """A spreadsheet as it would come in."""

    rows: list[Row]
    unread: tuple[str, ...] = ()
    sheet: str = ""

    @property
    def counts(self) -> dict[str, int]:
        """Outcome → number of rows."""
        outcomes = [row.outcome for row in self.rows]
        return {outcome: outcomes.count(outcome) for outcome in ("insert", "update", "unchanged", "error", "footer")}


@dataclass(frozen=True)
class _Known:
    """What rows are compared with: units by every way they are named, and live entries by key and by number."""

    units: Mapping[str, list[Unit]]
    entries: Mapping[str, RegisterEntry]
    numbers: Mapping[int, RegisterEntry]


def _known(tx: Tx, register: Register) -> _Known:
    units: dict[str, list[Unit]] = {}
    for unit in tx.session.scalars(select(Unit)):
        for word in (f"#{unit.number}", unit.code, unit.name_key):
            units.setdefault(word, []).append(unit)
    live = queries.live_entries(tx.session, register)
    return _Known(units, live, {entry.number: entry for entry in live.values()})


def judge(tx: Tx, register: Register, name: str, content: bytes) -> Judged:
    """Read and judge a spreadsheet; writes nothing. Raises BadInput for an unreadable file or one without headings."""
    book = reading.read_sheet(content, name)
    if not book.sheets:
        raise RuleViolated("file_without_sheet", _("This file has no visible sheet."))
    chosen, heading = _sheet_of(register, book.sheets)
    known = _known(tx, register)
    seen: dict[str, int] = {}
    rows = []
    for number, cells in enumerate(chosen.rows[heading.last + 1 :], heading.last + 2):
        if all(sheets.left_blank(cell, None) for cell in cells):
            continue
        row = Row(number, outcome="footer") if sheets.is_footer(cells) else _judged(tx, register, heading, cells, known)
        row.row = number
        if row.outcome != "footer":
            _compare(tx, register, row, known, seen)
        rows.append(row)
    return Judged(rows, heading.unread, chosen.name)


def _sheet_of(register: Register, found: list[reading.Sheet]) -> tuple[reading.Sheet, Heading]:
    """The first sheet with headings of this register."""
    trouble: BadInput | None = None
    for sheet in found:
        try:
            return sheet, sheets.find_heading(register, sheet.rows)
        except BadInput as error:
            trouble = trouble or error
    raise trouble or BadInput("file_empty", _("This file is empty."))


def _judged(tx: Tx, register: Register, heading: Heading, cells: list[Raw], known: _Known) -> Row:
    row = Row(0)
    said: dict[str, str] = {}
    for place, name in heading.columns.items():
        cell = cells[place] if place < len(cells) else None
        one = register.by_name.get(name)
        if code := sheets.trouble(cell):
            row.wrong(BadInput(code, problem_words(code)))
        elif not sheets.left_blank(cell, one.type if one else None):
            said[name] = sheets.text_of(cell)
    _read_values(tx, register, row, said)
    _find_unit(row, said, known)
    return row


def _read_values(tx: Tx, register: Register, row: Row, said: Mapping[str, str]) -> None:
    for name, text in said.items():
        if (one := register.by_name.get(name)) is None:
            continue
        try:
            row.values[name] = register_values.read_value(tx.session, one, text, tx.today)
        except AppError as trouble:
            row.wrong(trouble)


def _find_unit(row: Row, said: Mapping[str, str], known: _Known) -> None:
    """The unit that every given name of it means; of an entry, the one it belongs to."""
    ways = {
        "member": lambda text: f"#{int(digits)}" if (digits := _digits(text, "M")) else "",
        "member_code": lambda text: "".join(text.split()).upper(),
        "member_name": name_key,
    }
    found = [known.units.get(ways[name](said[name]), []) for name in ways if name in said]
    meant = set.intersection(*({unit.id for unit in units} for units in found)) if found else set()
    if len(meant) == 1:
        row.unit = next(unit for unit in found[0] if unit.id in meant)
    elif found or "entry" not in said:
        row.wrong(BadInput("member_unknown", _("No member, or more than one, goes by these names.")))
    if "entry" in said:
        _find_entry(row, said["entry"], known)


def _find_entry(row: Row, text: str, known: _Known) -> None:
    digits = _digits(text, "E")
    entry = known.numbers.get(int(digits)) if digits else None
    if entry is None or (row.unit is not None and row.unit.id != entry.unit_id):
        row.wrong(BadInput("entry_unknown", _("There is no such live entry of this member.")))
        return
    row.entry, row.unit = entry, entry.unit


def _digits(text: str, letter: str) -> str:
    digits = text.strip().upper().removeprefix(letter).removeprefix("-")
    return digits if digits.isascii() and digits.isdigit() and len(digits) <= 9 else ""


def _compare(tx: Tx, register: Register, row: Row, known: _Known, seen: dict[str, int]) -> None:
    """Whether a row is new, changes an entry, says nothing new, or does not fit."""
    if row.outcome == "error" or row.unit is None:
        return
    try:
        _match(register, row, known)
        values = {**row.entry.data, **row.values} if row.entry else row.values
        row.said = rules.checked(register, values, tx.today)
        key = rules.key_of(register, values, row.unit.id)
        _check_alone(row, key, known, seen)
    except AppError as trouble:
        row.wrong(trouble)


def _match(register: Register, row: Row, known: _Known) -> None:
    """Find the entry that a row speaks of by its key, where it has not named one."""
    unit = row.unit
    if unit is None or not Status(unit.status).member:
        raise RuleViolated("not_a_member", _("This unit is no member any more."))
    if row.entry is None and all(name in row.values for name in register.key):
        row.entry = known.entries.get(rules.key_of(register, row.values, unit.id))
    if row.entry is not None:
        if row.entry.unit_id != unit.id:
            text = _("{reference} says this already ({unit}). Change that entry, or end it first.")
            raise BadInput("entry_known", text.format(reference=row.entry.reference, unit=row.entry.unit.name))
        row.changes = rules.differing(row.entry.data, row.values)
        row.outcome = "update" if row.changes else "unchanged"


def _check_alone(row: Row, key: str, known: _Known, seen: dict[str, int]) -> None:
    if key in seen:
        raise BadInput("duplicate_row", _("Row {row} says the same already.").format(row=seen[key]))
    seen[key] = row.row
    other = known.entries.get(key)
    if other is not None and (row.entry is None or other.id != row.entry.id):
        text = _("{reference} says this already ({unit}). Change that entry, or end it first.")
        raise BadInput("entry_known", text.format(reference=other.reference, unit=other.unit.name))


@usecase(Permission.IMPORT_MEMBERS)
def judge_register(tx: Tx, *, register: Register, name: str, content: bytes) -> tuple[RegisterImport, Judged]:
    """Judge a spreadsheet and keep it as an import that waits for confirmation."""
    judged = judge(tx, register, name, content)
    stored = attachments.store(tx.session, name, content, "application/octet-stream", tx.now)
    made = RegisterImport(
        number=next_numbers(tx.session, tx.association.id, "register_import")[0],
        register=register.name,
        attachment_id=stored.id,
        state="judged",
        counts=judged.counts,
        made_by=tx.actor.person_id,
        made_at=tx.now,
    )
    tx.session.add(made)
    tx.session.flush()
    if kept := [_kept(tx, made, row) for row in judged.rows if row.outcome != "footer"]:
        tx.session.execute(insert(RegisterImportRow), kept)
    data = {"register": register.name, "sha256": stored.sha256, "counts": judged.counts}
    tx.record("register:import:judge", f"register_import:{made.number}", data)
    return made, judged


def _kept(tx: Tx, made: RegisterImport, row: Row) -> dict[str, Any]:
    return {
        "association_id": tx.association.id,
        "import_id": made.id,
        "row": row.row,
        "outcome": row.outcome,
        "problems": [list(pair) for pair in row.problems],
        "data": {"values": row.values},
        "former": None,
        "unit_id": row.unit.id if row.unit else None,
        "entry_id": row.entry.id if row.entry else None,
        "version": row.entry.version if row.entry else None,
    }
