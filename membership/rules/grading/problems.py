"""What can be wrong with a scheme document or with facts, and where. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from core.i18n import _


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
