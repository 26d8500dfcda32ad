"""What can be wrong with a scheme document or with facts, and where. Pure."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from core.i18n import N_, _

PARTS = (
    (re.compile(r"row (\d+)"), N_("row {0}")),
    (re.compile(r"column (\d+)"), N_("column {0}")),
    (re.compile(r"facts\[(\d+)\]"), N_("fact {0}")),
)
"""How parts of a place are written → how they are said."""
COLUMNS = {
    "member": N_("member"), "item": N_("item"), "date": N_("date"), "value": N_("value"), "level": N_("level"),
    "score": N_("score"), "facts": N_("facts"),
}  # fmt: skip


def _part(written: str) -> str:
    for pattern, template in PARTS:
        if found := pattern.fullmatch(written):
            return _(template).format(found[1])
    return _(COLUMNS[written]) if written in COLUMNS else written


class Severity(StrEnum):
    """An error keeps a scheme from being published or used; a warning is for the person who publishes."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True)
class Problem:
    """One finding. ``where`` is the path in the document, counted from 1: ``bands[2].from``.

    ``template`` is a message to be translated and ``values`` fill its braces, so that it can be said in any language.
    """

    code: str
    where: str
    template: str
    values: Mapping[str, Any] = field(default_factory=dict)
    severity: Severity = Severity.ERROR

    @property
    def message(self) -> str:
        """The finding in the language of the moment."""
        return _(self.template).format(**self.values)

    @property
    def place(self) -> str:
        """Where it is as people read it: row, column and fact in the language of the moment; a path stays what it is."""
        return _(", ").join(_part(part) for part in self.where.split(", "))

    @property
    def is_error(self) -> bool:
        """Whether it stands in the way."""
        return self.severity is Severity.ERROR

    def as_data(self) -> dict[str, str]:
        """For machines."""
        return {"code": self.code, "severity": self.severity, "where": self.where, "message": self.message}


def errors_of(problems: Iterable[Problem]) -> list[Problem]:
    """Those that stand in the way."""
    return [problem for problem in problems if problem.is_error]


def listed(problems: Iterable[Problem]) -> str:
    """One line per finding."""
    return "\n".join(f"{problem.where}: {problem.message}" for problem in problems)
