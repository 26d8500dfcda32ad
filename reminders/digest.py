"""What stands in the morning digest: each package registers its parts, and each person sees those they may see."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from core.access import Permission
from core.i18n import _, speaking
from core.transaction import Tx
from people.models import Person
from reminders import notices


@dataclass(frozen=True)
class Part:
    """One part of the digest. ``lines`` gives what is due, late, stuck or failing for a person; empty when all is well.

    ``permission`` is what somebody needs to see it; the number is the person's.
    """

    name: str
    label: str
    permission: Permission
    lines: Callable[[Tx, int], Sequence[str]]
    order: int = 50


PARTS: dict[str, Part] = {}


def register(part: Part) -> None:
    """Make a part known, once under its name."""
    PARTS[part.name] = part


def parts() -> list[Part]:
    """Every part, in the order in which they are shown."""
    return sorted(PARTS.values(), key=lambda part: (part.order, part.name))


def words_for(tx: Tx, person: Person, allowed: frozenset[Permission]) -> str:
    """The digest of one person in their language; empty when nothing needs them."""
    with speaking(person.language or tx.association.language):
        found = [(_(part.label), list(part.lines(tx, person.id))) for part in parts() if part.permission in allowed]
        filled = [(label, lines) for label, lines in found if lines]
        return notices.digest(tx.association.name, tx.today.isoformat(), filled) if filled else ""
