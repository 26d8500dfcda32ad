"""Which registers there are: the shipped ones, and those that an installation or a package declares. Pure."""

import tomllib
from collections.abc import Iterable, Mapping
from functools import lru_cache
from pathlib import Path

from core.errors import BadInput
from core.i18n import _
from membership.rules.categories import folded
from membership.rules.registers.declaration import Item, Register
from membership.rules.registers.loading import DeclarationError, read_lists, read_registers
from membership.rules.registers.reports import REPORTS

FOLDER = Path(__file__).resolve().parents[2] / "data" / "registers"
DECLARED: dict[str, Register] = {}
"""Declared beside the shipped ones."""


@lru_cache(maxsize=1)
def shared_lists() -> Mapping[str, tuple[Item, ...]]:
    """The value lists that every declaration may use."""
    return read_lists(tomllib.loads((FOLDER / "lists.toml").read_text(encoding="utf-8")))


@lru_cache(maxsize=1)
def shipped() -> Mapping[str, Register]:
    """The registers that come with the product."""
    found: dict[str, Register] = {}
    for path in sorted(FOLDER.glob("*.toml")):
        for made in read_registers(path.read_text(encoding="utf-8"), shared_lists()):
            found[made.name] = made
    return found


def registers() -> dict[str, Register]:
    """Every register by its name."""
    return {**shipped(), **DECLARED}


def declare(text: str) -> list[Register]:
    """Make the registers of a document known; saying the same once more does no harm.

    Raises DeclarationError for one whose name or Chinese name is taken, or that wants a report that there is not.
    """
    made = read_registers(text, shared_lists())
    others = [known for known in registers().values() if known not in made]
    names = {word for known in others for word in (known.name, known.zh)}
    for one in made:
        if names & {one.name, one.zh}:
            raise DeclarationError(f"register {one.name}: there is one of this name already")
        if one.report and one.report not in REPORTS:
            raise DeclarationError(
                f"register {one.name}: there is no report {one.report}; there are {', '.join(REPORTS)}"
            )
        names |= {one.name, one.zh}
    DECLARED.update({one.name: one for one in made})
    return made


def declare_folder(folder: Path) -> list[Register]:
    """Make known what the files of a folder declare, by name; a folder that is not there declares nothing."""
    made: list[Register] = []
    for path in sorted(folder.glob("*.toml")):
        try:
            made += declare(path.read_text(encoding="utf-8"))
        except DeclarationError as broken:
            raise DeclarationError(f"{path.name}: {broken}") from None
    return made


def register_named(words: str) -> Register:
    """The register of this name, in either language. Raises BadInput that lists what there is."""
    word = _compared(words)
    for made in registers().values():
        if word in map(_compared, (made.name, *made.label.texts.values())):
            return made
    known = _(", ").join(names(registers().values()))
    raise BadInput("register_unknown", _("“{name}” is no register. Use: {known}").format(name=words[:40], known=known))


def label_of(name: str) -> str:
    """What a register is called; one that is declared no more goes by its stored name."""
    found = registers().get(name)
    return _(found.label) if found else name


def _compared(words: str) -> str:
    return folded(words).replace("-", "").replace("_", "")


def names(found: Iterable[Register]) -> list[str]:
    """Registers in the words of the language of the moment."""
    return [_(made.label) for made in found]
