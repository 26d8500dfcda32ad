"""Opening an uploaded spreadsheet in a child process, and turning what it says into rows or a refusal."""

from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

from core import confined
from core.errors import BadInput
from core.i18n import N_, _
from membership.reading import preflight
from membership.reading.limits import DEFAULT, Limits
from membership.rules.roster import Raw

UNREADABLE = N_("This is no readable spreadsheet. Save it as .xlsx and send it again.")
REFUSALS = {
    "file_bomb": N_("This file unpacks to far more than a roster needs. It is not opened."),
    "too_many_rows": N_("This file has more rows than a roster may have. Split it."),
    "too_many_sheets": N_("This file has more than 100 sheets. Send the one with the roster."),
    "too_many_columns": N_("This file has more columns than a roster may have. Remove the empty ones on the right."),
    "cell_too_long": N_("A cell of this file is longer than 2 000 characters. Shorten it."),
}


@dataclass(frozen=True)
class Sheet:
    """One visible sheet: rows of cells from the first row on, hidden rows (from 1) and columns (from 0), merged ranges."""

    name: str
    rows: list[list[Raw]]
    hidden: frozenset[int]
    merged: list[tuple[int, int, int, int]]
    hidden_columns: tuple[int, ...] = ()


@dataclass(frozen=True)
class Book:
    """The visible sheets of a file, and the names of hidden ones, which are not read.

    ``since_1904`` is how the file counts its days; ``saved`` when it was last saved, as far as it says; ``old`` is an
    .xls file, which does not tell what is hidden.
    """

    sheets: list[Sheet]
    skipped: list[str]
    since_1904: bool = False
    saved: datetime | None = None
    old: bool = False


def read_sheet(content: bytes, name: str, limits: Limits = DEFAULT) -> Book:
    """The sheets of an .xlsx, .xls or .csv file. Raises BadInput for whatever is not a sound spreadsheet of sane size.

    The file is opened in a process with bounded memory, processor time and patience, an empty environment and no
    right to write files.
    """
    kind = preflight.check(content, name, limits)
    answer = _ask(content, {"kind": kind, **asdict(limits)}, limits)
    if "refused" in answer:
        code = answer["refused"]
        words = REFUSALS.get(code, UNREADABLE)
        raise BadInput(code, _(words))
    saved = datetime.fromisoformat(answer["saved"]) if answer["saved"] else None
    sheets = [_sheet(sheet) for sheet in answer["sheets"]]
    return Book(sheets, answer["skipped"], answer["since_1904"], saved, old=kind == "xls")


def _ask(content: bytes, order: dict[str, Any], limits: Limits) -> dict[str, Any]:
    try:
        return confined.ask("membership.reading.child", order, content, limits.wall_seconds)
    except confined.Exhausted:
        raise preflight.bomb() from None
    except confined.Broken:
        raise BadInput("file_unreadable", _(UNREADABLE)) from None


def _sheet(answer: dict[str, Any]) -> Sheet:
    rows = answer["rows"]
    for row in rows:
        for index, cell in enumerate(row):
            if isinstance(cell, str) and cell[:2] == "\x01d":
                row[index] = date.fromisoformat(cell[2:])
    merged = [(a, b, c, d) for a, b, c, d in answer["merged"]]
    return Sheet(answer["name"], rows, frozenset(answer["hidden"]), merged, tuple(answer["hidden_columns"]))
