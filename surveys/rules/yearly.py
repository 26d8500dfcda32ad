"""The yearly evaluation of the association from its surveys. Pure.

Per cent of satisfaction = mean · 20. The bands follow the performance evaluation of project expenditure (财预〔2020〕10号):
90 excellent, 80 good, 60 fair, below that poor. For an association they are a proposal, not the law.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from core.i18n import N_, _
from surveys.rules.estimates import rounded
from surveys.rules.results import Result

PER_STEP = 20
BANDS = ((90, N_("excellent")), (80, N_("good")), (60, N_("fair")), (0, N_("poor")))


@dataclass(frozen=True)
class Year:
    """What the surveys of a year say together. Every answer weighs the same, whichever survey it came in."""

    surveys: int
    invited: int
    answered: int
    dimensions: Mapping[str, Decimal]
    overall: Decimal | None
    nps: Decimal | None

    @property
    def points(self) -> Decimal | None:
        """The overall mean out of a hundred."""
        return None if self.overall is None else rounded(self.overall * PER_STEP)

    @property
    def band(self) -> str:
        """What the points are called in the language of the moment; empty without points."""
        points = self.points
        return "" if points is None else next(_(name) for lowest, name in BANDS if points >= lowest)


def year_of(results: Sequence[Result]) -> Year:
    """Closed surveys of one year as one picture; those with fewer than five answers count among the asked only."""
    shown = [one for one in results if one.shown]
    codes = list(dict.fromkeys(code for one in shown for code in one.dimensions))
    return Year(
        surveys=len(results),
        invited=sum(one.sample.invited for one in results),
        answered=sum(one.sample.answered for one in results),
        dimensions={code: mean for code in codes if (mean := _mean(_of(shown, code))) is not None},
        overall=_mean([(one.overall.n, one.overall.mean) for one in shown if one.overall]),
        nps=_mean([(one.nps.n, one.nps.mean) for one in shown if one.nps]),
    )


def _of(results: Sequence[Result], code: str) -> list[tuple[int, Decimal]]:
    return [(one.dimensions[code].n, one.dimensions[code].mean) for one in results if code in one.dimensions]


def _mean(parts: Sequence[tuple[int, Decimal]]) -> Decimal | None:
    count = sum(n for n, _value in parts)
    return rounded(sum((n * value for n, value in parts), Decimal(0)) / count) if count else None
