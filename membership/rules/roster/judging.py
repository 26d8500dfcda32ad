"""Judging the rows of a member roster as associations really keep them. Pure.

What cannot be read is a named problem of its row; nothing is guessed.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from typing import Any

from core.i18n import _
from membership.rules import categories, classes
from membership.rules.roster.cells import (
    EPOCH,
    EPOCH_1904,
    READERS,
    Raw,
    Read,
    folded,
    is_blank,
    is_left_blank,
    text_of,
    trouble_of,
)
from membership.rules.roster.headings import Header, Range, find_header, is_heading_row, value_at
from membership.rules.roster.problems import LEFT_BLANK, problem_words, spoils

FOOTERS = re.compile(
    "^[(*]?(合计|总计|小计|共计|总数|会员总数|制表|经办|审核|复核|核对|填报|填表|报送|打印|日期[:：]|联系电话[:：]|联系人[:：]"
    "|(单位)?(负责人|领导)(签字|签名|签章|[:：])|\\(?(公|盖)章|单位\\(?盖章|签字|签名|(备)?注[:：1一]|说明[:：]|数据截[至止]|截[至止]|第[0-9]+页|共[0-9]+(家|页|户|个))"
)
ORDER = ("name", "code", "kind", "class", "joined", "valid_until", "phone", "engineers", "region", "contact", "remark")
DATED = frozenset({"joined", "valid_until"})
RECURRING = frozenset(ORDER) - {"name", "code", "phone", "contact"}
UNREAD = object()
"""Stands for the content of a cell that has none."""
MISSING = {"kind": "kind_missing", "class": "class_missing", "joined": "date_missing"}


@dataclass
class Row:
    """One spreadsheet row as judged. Dates are dates; ``kind`` and ``rank`` are stored values, None when unreadable.

    ``twin`` is the row above with the same code; ``changes`` what an update would change: fact → (kept, said), and
    ``version`` the version of the unit that it was compared with. ``sheet`` is named when several are read.
    """

    row: int
    outcome: str
    hidden: bool = False
    problems: list[str] = field(default_factory=list)
    name: str = ""
    code: str = ""
    kind: str | None = None
    rank: str | None = None
    joined: date | None = None
    phone: str = ""
    engineers: int | None = None
    valid_until: date | None = None
    region: str = ""
    contact: str = ""
    remark: str = ""
    sheet: str = ""
    twin: "Row | None" = None
    version: int | None = None
    changes: dict[str, tuple[Any, Any]] = field(default_factory=dict)


def words_for(row: Row) -> list[str]:
    """The problems of a row in the language of the moment."""
    return [_twin_words(row) if code == "duplicate_code" else problem_words(code) for code in row.problems]


def _twin_words(row: Row) -> str:
    twin = row.twin or row
    place = f"{twin.sheet} {twin.row}".strip()
    if _content(twin) == _content(row):
        return _("row {row} has this credit code, with the same content").format(row=place)
    return _("row {row} has this credit code, with other content").format(row=place)


def judge(
    rows: Sequence[Sequence[Raw]],
    *,
    hidden: frozenset[int] = frozenset(),
    merged: Iterable[Range] = (),
    table: Mapping[str, categories.Names] = categories.CATEGORIES,
    since_1904: bool = False,
    sheet: str = "",
    seen: dict[str, Row] | None = None,
) -> list[Row]:
    """Judge every row below the headings. ``hidden`` are row numbers from 1; the value of a cell that is merged
    downwards stands for all its rows; ``seen`` holds the codes of sheets read before. Blank lines among the footers
    and after the last line are left out.
    """
    merged = list(merged)
    header = find_header(rows, merged)
    columns = _columns(header, table, EPOCH_1904 if since_1904 else EPOCH)
    known = _Sheet(header, columns, _filled(rows, header, merged))
    judged = [
        _judge_row(known, Row(index + 1, "blank", hidden=index + 1 in hidden, sheet=sheet), rows[index])
        for index in range(header.last + 1, len(rows))
    ]
    _mark_twins(judged, {} if seen is None else seen)
    for row in judged:
        if row.outcome == "ok" and spoils(row.problems):
            row.outcome = "error"
        row.problems.sort()
    return _without_idle_blanks(judged)


@dataclass(frozen=True)
class _Sheet:
    """What is known of a sheet when its rows are judged. ``filled``: row index → field → value merged from above."""

    header: Header
    columns: Sequence[tuple[str, int | None, Callable[[Raw], Read]]]
    filled: Mapping[int, Mapping[str, Raw]]


def _columns(
    header: Header, table: Mapping[str, categories.Names], epoch: date
) -> list[tuple[str, int | None, Callable[[Raw], Read]]]:
    """Field, column and reader of each cell of a row; what stands in many rows is read once."""
    columns = []
    for name in ORDER:
        read = _reader(name, table, epoch)
        kept = lru_cache(maxsize=65_536, typed=True)(read) if name in RECURRING else read
        columns.append((name, header.columns.get(name), kept))
    return columns


def _filled(rows: Sequence[Sequence[Raw]], header: Header, merged: list[Range]) -> dict[int, dict[str, Raw]]:
    found: dict[int, dict[str, Raw]] = {}
    names = {position: name for name, position in header.columns.items()}
    for top, left, bottom, right in merged:
        if top <= header.last or top >= len(rows):
            continue
        for index in range(top + 1, min(bottom, len(rows) - 1) + 1):
            for position in names.keys() & set(range(left, right + 1)):
                found.setdefault(index, {})[names[position]] = value_at(rows[top], left)
    return found


def _judge_row(sheet: _Sheet, row: Row, cells: Sequence[Raw]) -> Row:
    index = sheet.header.columns.get("index")
    if all(is_blank(cell) or (position == index and not _is_title(cell)) for position, cell in enumerate(cells)):
        return row
    if _is_footer(cells, sheet.header) or is_heading_row(cells, sheet.header):
        row.outcome = "footer"
        return row
    row.outcome = "ok"
    filled = sheet.filled.get(row.row - 1, {})
    if "code" in filled and is_blank(value_at(cells, sheet.header.columns["code"])):
        row.problems.append("merged_above")
        return row
    _judge_cells(sheet, row, cells, filled)
    return row


def _is_title(cell: Raw) -> bool:
    """Whether a cell of the running numbers holds words instead."""
    return isinstance(cell, str) and re.search(r"[^\W\d]", folded(cell)) is not None


def _is_footer(cells: Sequence[Raw], header: Header) -> bool:
    """A line of totals, signatures or a title of its own: it has no credit code."""
    if not is_left_blank(value_at(cells, header.columns["code"])):
        return False
    shown = [(position, cell) for position, cell in enumerate(cells) if not is_blank(cell)]
    position, first = shown[0]
    if isinstance(first, str) and FOOTERS.match(folded(first)):
        return True
    named = position in (header.columns["name"], header.columns.get("region"))
    return len(shown) == 1 and not named and _is_title(first)


def _judge_cells(sheet: _Sheet, row: Row, cells: Sequence[Raw], filled: Mapping[str, Raw]) -> None:
    width = len(cells)
    for name, position, read in sheet.columns:
        value = cells[position] if position is not None and position < width else None
        if filled and is_blank(value):
            value = filled.get(name)
        found, problem = read(value)
        if found is not UNREAD:
            setattr(row, "rank" if name == "class" else name, found)
        if problem and problem not in row.problems:
            row.problems.append(problem)


def _reader(name: str, table: Mapping[str, categories.Names], epoch: date) -> Callable[[Raw], Read]:
    """How a cell of this field is read: a formula without a result, or an error value, is no content."""

    def read(value: Raw) -> Read:
        if trouble := trouble_of(value):
            return UNREAD, trouble if name != "remark" else None
        if name in MISSING and is_left_blank(value):
            return None, MISSING[name]
        if name == "kind":
            return _read_kind(value, table)
        if name == "class":
            return _read_class(value)
        return READERS[name](value, epoch) if name in DATED else READERS[name](value)

    return read


def _read_kind(value: Raw, table: Mapping[str, categories.Names]) -> Read:
    found = categories.recognise(text_of(value), table)
    if found is None:
        return None, "kind_unknown"
    return found.value, "kind_alias" if found.by_alias else None


def _read_class(value: Raw) -> Read:
    found = classes.recognise(text_of(value))
    return (found.value, None) if found else (None, "class_unknown")


def _mark_twins(rows: list[Row], seen: dict[str, Row]) -> None:
    """A code that stands in a row above: the later row is in error."""
    for row in rows:
        if not row.code or {"code_length", "code_is_number"} & set(row.problems):
            continue
        first = seen.setdefault(row.code, row)
        if first is not row:
            row.twin = first
            row.problems.append("duplicate_code")


def _content(row: Row) -> list[Any]:
    return [getattr(row, "rank" if name == "class" else name) for name in ORDER]


def _without_idle_blanks(rows: list[Row]) -> list[Row]:
    """Without the blank lines after the last line, and between the footers at the end."""
    told = [position for position, row in enumerate(rows) if row.outcome != "blank"]
    ends = told[-1] + 1 if told else 0
    last = max((p for p in told if rows[p].outcome != "footer"), default=-1)
    foot = next((p for p in told if p > last), ends)
    return [row for p, row in enumerate(rows[:ends]) if p < foot or row.outcome != "blank"]


def judged_against(row: Row, *, known: bool) -> None:
    """A good row is an insert, or for a known unit a candidate for an update, which may leave what is kept blank."""
    if known and row.outcome == "error":
        row.problems = [problem for problem in row.problems if problem not in LEFT_BLANK]
        row.outcome = "error" if spoils(row.problems) else "ok"
    if row.outcome == "ok" and not known:
        row.outcome = "insert"
