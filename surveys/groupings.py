"""By what a survey's results can be divided: facts that the floors above register, one label for each person."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select

from core.errors import BadInput
from core.i18n import _


@dataclass(frozen=True)
class Grouping:
    """One way to divide people. ``labels`` selects ``(person_id, label)``, at most one row for a person."""

    name: str
    zh: str
    label: str
    labels: Callable[[], Select[Any, Any]]
    show: Callable[[str], str] = str


GROUPINGS: dict[str, Grouping] = {}


def register(grouping: Grouping) -> None:
    """Make a way to divide people known."""
    GROUPINGS[grouping.name] = grouping


def grouping_named(word: str) -> Grouping:
    """The grouping of this English or Chinese name. Raises BadInput that lists what there is."""
    for one in GROUPINGS.values():
        if word.casefold() in (one.name, one.zh):
            return one
    known = ", ".join(f"{one.zh}/{one.name}" for one in GROUPINGS.values())
    raise BadInput(
        "grouping_unknown", _("Results cannot be divided by “{name}”. Use: {known}").format(name=word[:40], known=known)
    )
