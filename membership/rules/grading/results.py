"""What grading gives back: the grade, the score and every step that led to them. Pure."""

from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple

from membership.rules.grading.facts import Fact

Note = tuple[str | Decimal | date, ...]
"""A rule of counting that touched a fact: its code, then the values it worked with."""


class Status(StrEnum):
    """Whether there is a grade of the ladder at all."""

    GRADED = "graded"
    MISSING = "missing"
    ENDED = "ended"


class Step(NamedTuple):
    """One step of the calculation.

    ``code`` says what happened, ``scope`` to what (``indicator``, ``group``, ``total`` or ``grade``), ``item`` by which
    indicator, group, rule or gate. ``before`` and ``after`` are points of the scope, or None where it is not about points.
    ``until`` is the last day on which the fact counts; None: for good.
    """

    code: str
    scope: str
    item: str
    fact: Fact | None = None
    before: Decimal | None = None
    after: Decimal | None = None
    notes: tuple[Note, ...] = ()
    until: date | None = None
    grade: str = ""


class Limit(NamedTuple):
    """What keeps the grade from being better than ``grade``."""

    code: str
    item: str
    grade: str
    fact: Fact | None = None


class Result(NamedTuple):
    """A grade and how it came about. ``score`` is None when something is missing.

    ``shown`` is the grade as published (DA for a D after A), ``by_score`` what the score alone gives, ``in_force`` the
    facts that count with their last day, ``missing`` the ids of indicators and rules without the facts they need.
    """

    grade: str
    shown: str
    score: Decimal | None
    status: Status
    by_score: str
    limits: tuple[Limit, ...]
    steps: tuple[Step, ...]
    in_force: tuple[tuple[Fact, date | None], ...]
    missing: tuple[str, ...] = ()
