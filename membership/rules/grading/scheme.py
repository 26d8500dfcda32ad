"""What a grading scheme consists of: the parts of a scheme document as frozen values. Pure.

The vocabulary is that of docs/grading-schemes.md. Points are never negative: whether they are added or taken away follows
from the kind of the rule.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from membership.rules.grading.numbers import Mode, Rounding
from membership.rules.grading.terms import EVERYTHING, Bounds, Kind, Lasts, Method, Origin, Stage, Start, Words


@dataclass(frozen=True, slots=True)
class Source:
    """Where a scheme comes from."""

    document: str
    number: str = ""
    clause: str = ""


@dataclass(frozen=True, slots=True)
class Level:
    """A level of issuing bodies, the highest first."""

    id: str
    title: Words
    where: str = ""


@dataclass(frozen=True, slots=True)
class Grade:
    """A grade, the best first. ``former`` tells how it is shown for each grade held before: A → DA."""

    id: str
    title: Words
    former: Mapping[str, str] = field(default_factory=dict)
    where: str = ""


@dataclass(frozen=True, slots=True)
class Condition:
    """What a gate or band asks: points of an indicator or group, how many facts of rules are in force, or any negative."""

    kind: str
    refs: tuple[str, ...] = ()
    bounds: Bounds = EVERYTHING
    full: bool = False
    some: bool = False
    where: str = ""


@dataclass(frozen=True, slots=True)
class Band:
    """The scores of a grade; with ``when``, only if every condition holds."""

    grade: str
    bounds: Bounds
    when: tuple[Condition, ...] = ()
    where: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    """Indicators that are added up, not below ``floor`` and not above ``cap``."""

    id: str
    title: Words
    max: Decimal | None = None
    floor: Decimal | None = None
    cap: Decimal | None = None
    where: str = ""


@dataclass(frozen=True, slots=True)
class Indicator:
    """What is scored from ``floor`` to ``max``; with weights it contributes score ÷ max × weight."""

    id: str
    title: Words
    max: Decimal
    start: Start
    group: str = ""
    weight: Decimal | None = None
    floor: Decimal = Decimal(0)
    digits: int | None = None
    required: bool = True
    must_have: str = ""
    best_of: str = ""
    always_applies: bool = False
    evidence: bool = False
    origin: Origin = Origin.ASSESSMENT
    clause: str = ""
    where: str = ""


@dataclass(frozen=True, slots=True)
class Tier:
    """Points for amounts within bounds."""

    bounds: Bounds
    points: Decimal
    where: str = ""


@dataclass(frozen=True, slots=True)
class LevelPoints:
    """Points for one level."""

    level: str
    points: Decimal
    where: str = ""


@dataclass(frozen=True, slots=True)
class Repair:
    """What a direct grade becomes once it was repaired: a deduction, kept for a time from the day of the repair."""

    points: Decimal
    lasts: Lasts


@dataclass(frozen=True, slots=True)
class Rule:
    """What one kind of fact does. Empty ``indicator`` and ``group``: it acts on the total."""

    id: str
    title: Words
    kind: Kind
    method: Method | None = None
    points: Decimal | None = None
    step: Decimal | None = None
    step_start: Decimal = Decimal(0)
    step_mode: Mode | None = None
    tiers: tuple[Tier, ...] = ()
    levels: tuple[LevelPoints, ...] = ()
    indicator: str = ""
    group: str = ""
    grade: str = ""
    value: Bounds = EVERYTHING
    most_per_fact: Decimal | None = None
    most_per_year: Decimal | None = None
    most: Decimal | None = None
    best_of: str = ""
    repeat_times: Decimal | None = None
    also: tuple[str, ...] = ()
    takes: tuple[str, ...] = ()
    lasts: Lasts | None = None
    repair: Repair | None = None
    required: bool = False
    evidence: bool = False
    origin: Origin = Origin.OTHER
    clause: str = ""
    where: str = ""


@dataclass(frozen=True, slots=True)
class Validity:
    """How long facts of a kind count, for the grade, levels and points it names. The first that fits applies."""

    kind: Kind
    lasts: Lasts
    grade: str = ""
    levels: tuple[str, ...] = ()
    bounds: Bounds = EVERYTHING
    where: str = ""


@dataclass(frozen=True, slots=True)
class Gate:
    """At most this grade, when any of ``when`` holds or when not all of ``unless`` do."""

    id: str
    title: Words
    at_most: str
    when: tuple[Condition, ...] = ()
    unless: tuple[Condition, ...] = ()
    clause: str = ""
    where: str = ""


@dataclass(frozen=True, slots=True)
class Consecutive:
    """A grade in so many years running becomes another one."""

    grade: str
    years: int
    becomes: str
    clause: str = ""
    where: str = ""


@dataclass(frozen=True, slots=True)
class Scoring:
    """How points become one score. ``demerit``: points count up and a higher score is worse."""

    start: Decimal = Decimal(0)
    full: Decimal | None = None
    demerit: bool = False
    floor: Decimal | None = None
    cap: Decimal | None = None
    rounding: Rounding | None = None
    bonus_most: Decimal | None = None
    bonus_most_per_year: Decimal | None = None
    rescale_to: Decimal | None = None
    rescale_rounding: Rounding | None = None
    total_may_be_given: bool = False


@dataclass(frozen=True, slots=True)
class Counting:
    """Rules that hold for every fact: repeats, bonuses while a direct grade is uncorrected, whose scores decide."""

    repeat_times: Decimal = Decimal(1)
    repeat_progressive: bool = False
    bonuses_wait: bool = False
    correction_lifts: bool = False
    deciding: Stage | None = None
    must_have_ends: bool = False


@dataclass(frozen=True, slots=True)
class Special:
    """A grade outside the ladder: for who could not be scored, or whose assessment was ended."""

    id: str
    title: Words


MISSING = Special("missing", Words("缺失", "missing"))
ENDED = Special("ended", Words("终止考评", "assessment ended"))
"""What these two are called by a scheme that has no words of its own for them."""


@dataclass(frozen=True, eq=False)
class Scheme:
    """A whole scheme of one version. Compared by identity: each loading is its own."""

    id: str
    version: str
    title: Words
    effective_from: date
    source: Source
    scoring: Scoring
    grades: tuple[Grade, ...]
    bands: tuple[Band, ...]
    effective_to: date | None = None
    counting: Counting = Counting()
    missing: Special = MISSING
    ended: Special = ENDED
    levels: tuple[Level, ...] = ()
    groups: tuple[Group, ...] = ()
    indicators: tuple[Indicator, ...] = ()
    rules: tuple[Rule, ...] = ()
    validity: tuple[Validity, ...] = ()
    gates: tuple[Gate, ...] = ()
    consecutive: tuple[Consecutive, ...] = ()
    readings: tuple[str, ...] = ()
    truncated: tuple[str, ...] = ()

    @property
    def weighted(self) -> bool:
        """Whether indicators contribute by weight."""
        return any(indicator.weight is not None for indicator in self.indicators)

    @property
    def grade_ids(self) -> tuple[str, ...]:
        """The ladder, the best first."""
        return tuple(grade.id for grade in self.grades)
