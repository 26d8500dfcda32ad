"""What meetings need to know of the units that people act for. The package that keeps the units registers it here."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session


@dataclass(frozen=True)
class Units:
    """A register of units: references such as ``member:12`` begin with ``prefix``.

    ``of_people`` maps persons to the units they act for; ``seats`` gives ``(reference, person)`` for an audience, with
    None for a unit that nobody acts for; ``names`` maps references to names.
    """

    prefix: str
    of_people: Callable[[Session, Collection[int]], Mapping[int, frozenset[str]]]
    seats: Callable[[Session, Mapping[str, Sequence[str]], date], list[tuple[str, int | None]]]
    names: Callable[[Session, Collection[str]], Mapping[str, str]]


REGISTERS: dict[str, Units] = {}


def register(units: Units) -> None:
    """Make a register known, once under its prefix."""
    REGISTERS[units.prefix] = units


def units_of(session: Session, people: Collection[int]) -> dict[int, frozenset[str]]:
    """Person → every unit they act for, in all registers; nothing for whoever acts for none."""
    found: dict[int, frozenset[str]] = {}
    for units in REGISTERS.values():
        for person, references in units.of_people(session, people).items():
            found[person] = found.get(person, frozenset()) | references
    return found
