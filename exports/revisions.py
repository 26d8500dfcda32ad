"""What a corrected workbook changed: the cells of two revisions compared, line by line. Pure."""

import json
import zlib
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from exports.sheets import Cell, Column, Sheet

Snapshot = Mapping[str, Mapping[str, Any]]
"""Sheet name → its title, column titles and rows."""
COLUMNS = (
    Column("工作表", "sheet", width=14),
    Column("行", "key", width=34),
    Column("变化", "change", width=8),
    Column("字段", "field", width=18),
    Column("上一版", "before", width=34),
    Column("本版", "after", width=34),
)


def snapshot(sheets: Iterable[Sheet]) -> bytes:
    """The cells of a workbook, to be compared with its next revision."""
    kept = {
        sheet.name: {
            "title": sheet.zh,
            "columns": [column.zh for column in sheet.columns],
            "rows": [[_spelled(cell) for cell in row] for row in sheet.rows],
        }
        for sheet in sheets
    }
    return zlib.compress(json.dumps(kept, ensure_ascii=False).encode("utf-8", "surrogatepass"))


def read_snapshot(content: bytes) -> Snapshot:
    """What was kept."""
    found: Snapshot = json.loads(zlib.decompress(content))
    return found


def _spelled(cell: Cell) -> str | int | None:
    if isinstance(cell, datetime):
        return cell.isoformat(sep=" ", timespec="minutes")
    if isinstance(cell, date):
        return cell.isoformat()
    return str(cell) if isinstance(cell, Decimal) else cell


def differences(before: Snapshot, after: Snapshot) -> Sheet:
    """Lines that came, went or changed, sheet by sheet; a line is known by its first cell."""
    rows: list[tuple[Cell, ...]] = []
    for name in dict.fromkeys((*before, *after)):
        empty = {"title": (after.get(name) or before[name])["title"], "columns": [], "rows": []}
        rows += _compared(before.get(name, empty), after.get(name, empty))
    return Sheet("更正对照", "differences", COLUMNS, rows)


def _compared(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[tuple[Cell, ...]]:
    old, new = _by_key(before["rows"]), _by_key(after["rows"])
    found: list[tuple[Cell, ...]] = []
    for key in dict.fromkeys((*old, *new)):
        shown = f"{key[0]}" if key[1] == 0 else f"{key[0]}（{key[1] + 1}）"
        if key not in new:
            found.append((after["title"], shown, "删除", "", _line(old[key]), ""))
        elif key not in old:
            found.append((after["title"], shown, "新增", "", "", _line(new[key])))
        else:
            pairs = zip(after["columns"], old[key], new[key], strict=False)
            found += [(after["title"], shown, "修改", n, _text(a), _text(b)) for n, a, b in pairs if a != b]
    return found


def _by_key(rows: Sequence[Sequence[Any]]) -> dict[tuple[Any, int], Sequence[Any]]:
    """First cell, with a count where it repeats → row."""
    found: dict[tuple[Any, int], Sequence[Any]] = {}
    times: dict[Any, int] = {}
    for row in rows:
        times[row[0]] = times.get(row[0], -1) + 1
        found[(row[0], times[row[0]])] = row
    return found


def _line(row: Sequence[Any]) -> str:
    return " · ".join(_text(cell) for cell in row[1:5] if cell not in (None, ""))


def _text(cell: Any) -> str:
    return "（空）" if cell is None or cell == "" else str(cell)
