"""How long the stages of a round last, how long its grades hold and what counts as a tie: versioned data. Pure."""

import tomllib
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path

from core.calendar import Calendar, Due, Period, Unit
from core.errors import BadInput
from core.i18n import _
from membership.rules.rounds import check_notice_length

DATA = Path(__file__).resolve().parents[1] / "data" / "rounds.toml"
LONGEST_STAGE, LONGEST_VALID = 250, 120


@dataclass(frozen=True)
class Terms:
    """Working days of each stage and of the notice, months of validity, years in which a former tie still counts."""

    effective_from: date
    effective_to: date | None
    self_days: int
    first_days: int
    review_days: int
    notice_days: int
    valid_months: int
    tie_years: int
    source: str


@lru_cache(maxsize=1)
def _all() -> tuple[Terms, ...]:
    rows = tomllib.loads(DATA.read_text("utf-8"))["terms"]
    return tuple(Terms(**({"effective_to": None} | row)) for row in rows)


def terms_on(day: date) -> Terms:
    """The terms in effect on a day."""
    fitting = [
        one for one in _all() if one.effective_from <= day and (one.effective_to is None or day <= one.effective_to)
    ]
    return max(fitting, key=lambda one: one.effective_from)


@dataclass(frozen=True)
class Timetable:
    """Working days of the three stages and of the notice."""

    self_days: int
    first_days: int
    review_days: int
    notice_days: int

    def stages(self, calendar: Calendar, begins: date) -> tuple[Due, Due, Due]:
        """The last day of self-assessment, first and second review, each counted from the last day of the one before."""
        ends: list[Due] = []
        for days in (self.self_days, self.first_days, self.review_days):
            due = calendar.deadline(begins, Period(days, Unit.WORK_DAY))
            ends.append(Due(due.day, due.provisional or any(one.provisional for one in ends)))
            begins = due.day
        return ends[0], ends[1], ends[2]


def timetable(
    terms: Terms, *, self_days: int | None, first_days: int | None, review_days: int | None, notice_days: int | None
) -> Timetable:
    """The terms with what was said otherwise. Raises BadInput for no time at all, too much, or too short a notice."""
    made = Timetable(
        _days(self_days, terms.self_days),
        _days(first_days, terms.first_days),
        _days(review_days, terms.review_days),
        notice_days if notice_days is not None else terms.notice_days,
    )
    check_notice_length(made.notice_days)
    _days(made.notice_days, 0)
    return made


def _days(said: int | None, usual: int) -> int:
    days = usual if said is None else said
    if not 1 <= days <= LONGEST_STAGE:
        raise BadInput("stage_days", _("A stage lasts between 1 and {most} working days.").format(most=LONGEST_STAGE))
    return days


def check_valid_months(months: int) -> int:
    """How many months grades hold. Raises BadInput."""
    if not 1 <= months <= LONGEST_VALID:
        raise BadInput("valid_months", _("Grades hold between 1 and {most} months.").format(most=LONGEST_VALID))
    return months
