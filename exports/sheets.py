"""What a workbook is made of: sheets, columns and cells as plain data. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from hashlib import sha256

Cell = str | int | Decimal | date | datetime | None


class Kind(StrEnum):
    """How a column is stored and shown."""

    TEXT = "text"
    NUMBER = "number"
    SCORE = "score"
    DATE = "date"
    MOMENT = "moment"


@dataclass(frozen=True)
class Column:
    """A column: Chinese heading for people, a name that never changes for machines."""

    zh: str
    name: str
    kind: Kind = Kind.TEXT
    width: int = 14


@dataclass(frozen=True)
class Sheet:
    """One sheet. ``rows`` hold a cell for each column, in order; ``totals`` go under the data."""

    zh: str
    name: str
    columns: tuple[Column, ...]
    rows: Sequence[tuple[Cell, ...]]
    totals: tuple[Cell, ...] | None = None
    notes: tuple[str, ...] = field(default=())


def content_hash(contents: Iterable[Sheet]) -> str:
    """SHA-256 over names, columns and cells of the sheets: equal for equal content, whenever it was made."""
    digest = sha256()
    for sheet in contents:
        digest.update(f"{sheet.name}\n{[column.name for column in sheet.columns]}\n".encode())
        for row in sheet.rows:
            digest.update((repr([_spelled(cell) for cell in row]) + "\n").encode("utf-8", "surrogatepass"))
    return digest.hexdigest()


def _spelled(cell: Cell) -> str | int | None:
    if isinstance(cell, date):
        return cell.isoformat()
    return str(cell) if isinstance(cell, Decimal) else cell
