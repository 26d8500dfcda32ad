"""The rules that come with the product: versioned data, each switched off until somebody wants it. Pure."""

import tomllib
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

from core.calendar import Unit
from reminders.rules.schedule import Schedule

DATA = Path(__file__).resolve().parents[1] / "data" / "rules.toml"
OWN_FROM = 101
"""Rules of an association's own are numbered from here on."""


@dataclass(frozen=True)
class Rule:
    """One rule: what it is about, when, whom it tells and in what words.

    ``own``: the people concerned; else everybody of ``audience``. ``legal``: cannot be put off beyond the date. ``since``
    is the day it was switched on; None is off.
    """

    number: int
    kind: str
    names: dict[str, str]
    schedule: Schedule
    texts: dict[str, str]
    own: bool = True
    audience: dict[str, list[str]] | None = None
    filters: dict[str, list[str]] | None = None
    priority: int = 5
    legal: bool = False
    since: date | None = None
    version: int = 0

    @property
    def reference(self) -> str:
        """How people name it."""
        return f"R{self.number}"

    @property
    def subject(self) -> str:
        """How the audit names it."""
        return f"reminder_rule:{self.number}"

    def name(self, language: str) -> str:
        """Its name in a language."""
        return self.names.get(language) or next(iter(self.names.values()))

    def as_off(self) -> "Rule":
        """The same rule, switched off."""
        return replace(self, since=None)


@lru_cache(maxsize=1)
def shipped() -> dict[int, Rule]:
    """Number → rule, as the data file has them."""
    with DATA.open("rb") as file:
        document = tomllib.load(file)
    return {entry["number"]: _rule(entry) for entry in document["rule"]}


def _rule(entry: dict[str, Any]) -> Rule:
    schedule = Schedule(
        tuple(sorted(entry["points"])),
        Unit(entry.get("unit", Unit.CALENDAR_DAY)),
        entry.get("every"),
        entry.get("until"),
        entry.get("keeps_day", False),
    )
    return Rule(
        number=entry["number"],
        kind=entry["kind"],
        names=entry["name"],
        schedule=schedule,
        texts=entry["text"],
        own="audience" not in entry,
        audience=entry.get("audience"),
        filters=entry.get("filter"),
        priority=entry.get("priority", 5),
        legal=entry.get("legal", False),
    )
