"""What reports are made of and what they give: lines of entries in, exact cells out. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from membership.rules.registers.declaration import Register, Values

Cell = str | int | date | None


class Kind(StrEnum):
    """How a cell is meant: money is in fen, a percentage in basis points."""

    TEXT = "text"
    NUMBER = "number"
    MONEY = "money"
    PERCENT = "percent"
    DATE = "date"


@dataclass(frozen=True)
class Column:
    """A column: ``label`` is a msgid, ``name`` for machines."""

    label: str
    name: str
    kind: Kind = Kind.TEXT


@dataclass(frozen=True)
class Line:
    """One live entry with the unit it belongs to."""

    number: int
    unit_number: int
    unit_name: str
    values: Values
    valid_until: date | None = None

    @property
    def unit(self) -> str:
        """How people name the unit."""
        return f"M-{self.unit_number:04d}"


@dataclass(frozen=True)
class Staff:
    """A unit's last figures, None where it has given none, and its engineers whose registration is in force."""

    unit_number: int
    unit_name: str
    engineers: int
    industry: str | None = None
    employees: int | None = None
    safety_staff: int | None = None
    as_of: date | None = None


@dataclass(frozen=True)
class Snapshot:
    """What a report is made from on a day: the register, the lines of those that it needs, and the staff of units."""

    register: Register
    day: date
    lines: Mapping[str, Sequence[Line]]
    staff: Sequence[Staff] = ()

    @property
    def own(self) -> Sequence[Line]:
        """The lines of the register itself."""
        return self.lines.get(self.register.name, ())


@dataclass(frozen=True)
class Report:
    """A table with exact cells, its totals, and what has to be known of it."""

    columns: tuple[Column, ...]
    rows: Sequence[tuple[Cell, ...]]
    totals: tuple[Cell, ...] | None = None
    notes: tuple[str, ...] = field(default=())


def by_unit(lines: Sequence[Line]) -> dict[int, list[Line]]:
    """Number of the unit → its lines, units in order."""
    found: dict[int, list[Line]] = {}
    for line in sorted(lines, key=lambda one: (one.unit_number, one.number)):
        found.setdefault(line.unit_number, []).append(line)
    return found
