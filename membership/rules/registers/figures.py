"""Rates, shares and least hours that reports compute with: versioned data, each with its basis and whether it was verified.

An installation puts files of its own in place of the shipped ones.
"""

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Protocol, TypeVar

SHIPPED = Path(__file__).resolve().parents[2] / "data" / "registers" / "figures"
FOLDERS: list[Path] = [SHIPPED]
"""Where files are looked for; the first that has one counts."""


class Dated(Protocol):
    """Something with a basis that is in force for a while."""

    @property
    def effective_from(self) -> date:
        """The first day."""
        ...

    @property
    def effective_to(self) -> date | None:
        """The last day, None while it lasts."""
        ...


@dataclass(frozen=True)
class Staffing:
    """How many engineers a unit of these industries and this size needs. ``share`` of the safety staff in basis points."""

    id: str
    industries: tuple[str, ...]
    employees_from: int
    share: int
    at_least: int
    effective_from: date
    basis: str
    verified: bool
    effective_to: date | None = None

    def needed(self, safety_staff: int) -> int:
        """The least number of engineers: the share of the safety staff, rounded up, and never less than ``at_least``."""
        return max(self.at_least, -(-safety_staff * self.share // 10_000))


@dataclass(frozen=True)
class Rate:
    """Which share of the premium of a region goes into the prevention fund, in basis points."""

    region: str
    rate: int
    effective_from: date
    basis: str
    verified: bool
    effective_to: date | None = None


@dataclass(frozen=True)
class Hours:
    """The least hours of a programme for such trainees."""

    trainees: tuple[str, ...]
    kind: str
    high_risk: bool
    least: int
    effective_from: date
    basis: str
    verified: bool
    effective_to: date | None = None


@dataclass(frozen=True)
class Goal:
    """The share of the units of a field that are to use a result, in basis points, within so many years."""

    share: int
    years: int
    effective_from: date
    basis: str
    verified: bool
    effective_to: date | None = None


T = TypeVar("T", bound=Dated)


def _entries(name: str, part: str) -> list[dict[str, Any]]:
    path = next(folder / name for folder in FOLDERS if (folder / name).exists())
    found = tomllib.loads(path.read_text(encoding="utf-8")).get(part, [])
    return [{key: tuple(v) if isinstance(v, list) else v for key, v in entry.items()} for entry in found]


def _in_force(found: Iterable[T], day: date) -> list[T]:
    return [one for one in found if one.effective_from <= day and (one.effective_to is None or day <= one.effective_to)]


def staffing(day: date) -> list[Staffing]:
    """The staffing rules in force on a day, in their order."""
    return _in_force((Staffing(**entry) for entry in _entries("staffing.toml", "rule")), day)


def rates(day: date) -> dict[str, Rate]:
    """Region → rate in force on a day."""
    found = _in_force((Rate(**entry) for entry in _entries("prevention.toml", "rate")), day)
    return {one.region: one for one in found}


def hours(day: date) -> list[Hours]:
    """The least hours in force on a day, in their order."""
    return _in_force((Hours(**entry) for entry in _entries("training.toml", "rule")), day)


def goal(day: date) -> Goal | None:
    """The goal in force on a day."""
    return next(iter(_in_force((Goal(**entry) for entry in _entries("coverage.toml", "goal")), day)), None)
