"""The words a grading scheme is written in: texts, ranges, kinds, methods, stages. Pure."""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from core.i18n import language


@dataclass(frozen=True, slots=True)
class Words:
    """A text in Chinese and, where given, in English."""

    zh: str
    en: str = ""

    @property
    def text(self) -> str:
        """The text in the language of the moment; Chinese where there is no English."""
        return self.en if self.en and language() == "en" else self.zh


@dataclass(frozen=True, slots=True)
class Bounds:
    """A range of numbers: ``from`` and ``to`` include their number, ``above`` and ``below`` do not. None is open."""

    low: Decimal | None = None
    high: Decimal | None = None
    low_included: bool = True
    high_included: bool = True

    def holds(self, value: Decimal) -> bool:
        """Whether the value is inside."""
        if self.low is not None and not (value > self.low or (self.low_included and value == self.low)):
            return False
        return self.high is None or value < self.high or (self.high_included and value == self.high)

    @property
    def everything(self) -> bool:
        """Whether no bound was given."""
        return self.low is None and self.high is None


EVERYTHING = Bounds()


class Kind(StrEnum):
    """What a rule does when a fact meets it."""

    DEDUCT = "deduct"
    BONUS = "bonus"
    DIRECT = "direct"
    CAP = "cap"
    END = "end"
    MARK = "mark"


class Method(StrEnum):
    """How the points of one fact are counted."""

    PER_EVENT = "per_event"
    PER_STEP = "per_step"
    FIXED = "fixed"
    TIERED = "tiered"
    BY_LEVEL = "by_level"
    MISSING_ITEM = "missing_item"
    AS_RULED = "as_ruled"


class Start(StrEnum):
    """Where an indicator begins: at its full points, at nothing, or at the score that an evaluator gave."""

    FULL = "full"
    ZERO = "zero"
    SCORED = "scored"


class Stage(StrEnum):
    """Who scored: the member itself (自评), the first reviewer (初评), the second (复核)."""

    SELF = "self"
    FIRST = "first"
    REVIEW = "review"


class Origin(StrEnum):
    """Where what is judged comes from. Dues and class are known so that the checker can refuse them."""

    ASSESSMENT = "assessment"
    REGISTER = "register"
    PENALTY = "penalty"
    ACCIDENT = "accident"
    LIST = "list"
    COURT = "court"
    HONOUR = "honour"
    REPORT = "report"
    CONDUCT = "conduct"
    OTHER = "other"
    DUES = "dues"
    CLASS = "class"


@dataclass(frozen=True, slots=True)
class Lasts:
    """How long a fact counts: months from its day, or the calendar year it belongs to. Neither: for good."""

    months: int | None = None
    same_year: bool = False
