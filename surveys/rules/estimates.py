"""Means with intervals, and the recommendation score, in exact arithmetic. Pure.

Method: the 95 % interval of a mean is mean ± t · s / √n · √((N − n)/(N − 1)), with Student's t for n − 1 degrees of freedom,
the sample's standard deviation s, and the correction for the N people who were asked. It describes chance only: that
those who answer differ from those who do not is said beside it, not calculated.
"""

from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal, localcontext

# Student's t, two-sided 95 %, by degrees of freedom (ISO 2602, table); between two entries the larger value is taken.
T95 = (
    (1, "12.706"), (2, "4.303"), (3, "3.182"), (4, "2.776"), (5, "2.571"), (6, "2.447"), (7, "2.365"), (8, "2.306"),
    (9, "2.262"), (10, "2.228"), (11, "2.201"), (12, "2.179"), (13, "2.160"), (14, "2.145"), (15, "2.131"),
    (16, "2.120"), (17, "2.110"), (18, "2.101"), (19, "2.093"), (20, "2.086"), (21, "2.080"), (22, "2.074"),
    (23, "2.069"), (24, "2.064"), (25, "2.060"), (26, "2.056"), (27, "2.052"), (28, "2.048"), (29, "2.045"),
    (30, "2.042"), (40, "2.021"), (60, "2.000"), (120, "1.980"),
)  # fmt: skip
NORMAL = Decimal("1.960")
ENOUGH = 30
"""From so many answers on an interval is more than a hint (the usual rule of thumb for means)."""

FAIR_RATE = 30
"""Below so many per cent of answers those who stayed silent may well think otherwise."""

HUNDREDTH = Decimal("0.01")


@dataclass(frozen=True)
class Estimate:
    """A mean of ``n`` answers with its 95 % interval; without an interval when one answer says nothing about spread."""

    n: int
    mean: Decimal
    low: Decimal | None = None
    high: Decimal | None = None

    @property
    def margin(self) -> Decimal | None:
        """The longer half of the interval: where it was cut at an end of the scale, the other half is the whole one."""
        return None if self.low is None or self.high is None else max(self.mean - self.low, self.high - self.mean)


def t95(degrees: int) -> Decimal:
    """Student's t for so many degrees of freedom."""
    if degrees > T95[-1][0]:
        return NORMAL if degrees > 1000 else Decimal(T95[-1][1])
    return next(Decimal(value) for upper, value in reversed(T95) if upper <= degrees)


def estimate(n: int, total: int, squares: int, scale: int, asked: int, *, low: int, high: int) -> Estimate:
    """The mean of ``n`` whole values over ``scale``, from their sum and their sum of squares; ``asked`` is N.

    ``low`` and ``high`` are the ends of the scale, at which the interval is cut. Rounded half to even, two places.
    """
    with localcontext() as context:
        context.prec = 40
        mean = Decimal(total) / n / scale
        if n < 2:
            return Estimate(n, rounded(mean))
        # n · Σx² − (Σx)² is a whole number: the variance is exact until the root is taken.
        variance = Decimal(n * squares - total * total) / (n * (n - 1)) / (scale * scale)
        rest = Decimal(max(asked - n, 0)) / (asked - 1) if asked > n else Decimal(0)
        margin = t95(n - 1) * (variance / n * rest).sqrt()
        bounds = max(mean - margin, Decimal(low)), min(mean + margin, Decimal(high))
    return Estimate(n, rounded(mean), *map(rounded, bounds))


def rounded(value: Decimal) -> Decimal:
    """Two places, half to even."""
    return value.quantize(HUNDREDTH, rounding=ROUND_HALF_EVEN)


def recommendation(counts: dict[int, int], asked: int) -> Estimate:
    """The net promoter score: per cent of 9–10 less per cent of 0–6, between −100 and 100.

    Each answer counts as +1, 0 or −1; the interval is that of their mean.
    """
    n = sum(counts.values())
    for_us = sum(count for step, count in counts.items() if step >= 9)
    against = sum(count for step, count in counts.items() if step <= 6)
    return estimate(n, 100 * (for_us - against), 10_000 * (for_us + against), 1, asked, low=-100, high=100)


def share(part: int, whole: int) -> Decimal:
    """Per cent, two places."""
    return rounded(Decimal(100 * part) / whole) if whole else Decimal(0)


def moved(now: Estimate, before: Estimate) -> bool | None:
    """Whether two means differ by more than chance explains; None when an interval is missing.

    The intervals are taken as independent: the difference must exceed the root of the sum of their squared margins.
    """
    if now.margin is None or before.margin is None:
        return None
    difference = now.mean - before.mean
    return difference * difference > now.margin * now.margin + before.margin * before.margin
