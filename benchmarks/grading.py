"""The full grading engine: members per second, the explanation of one, beside a bare loop that only adds up.

Rates are per second of processor time: the work is pure computation in one thread, and other work on the machine is not
what is measured.

The peer is the least that any engine has to do: the weighted sum in Decimal and the band, without a single rule of counting
and without a trace. A float loop shows at the same time how many members it puts into the wrong grade.
"""

import gc
import time
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from random import Random

from benchmarks.measure import Report, median, peak_memory, quantile, times
from membership.rules.grading import explain
from membership.rules.grading.change import what_would_change
from membership.rules.grading.facts import Fact
from membership.rules.grading.loading import load
from membership.rules.grading.scheme import Scheme
from membership.rules.grading.score import Grader
from membership.rules.grading.terms import Stage

SCHEMES = Path(__file__).resolve().parent.parent / "membership" / "data" / "schemes"
DAY = date(2026, 10, 8)
MEMBERS = 20_000
RUNS = 5
LEVELS = ("national", "province", "city")


def main() -> int:
    """Print the figures; returns how many targets were missed."""
    report = Report(f"Grading {MEMBERS} members, every point traced")
    default = Grader(load((SCHEMES / "default.toml").read_text("utf-8")))
    wendeng = Grader(load((SCHEMES / "g1_wendeng.toml").read_text("utf-8")))
    random = Random(20261008)
    weighted = [_scored(default.scheme, random) for _ in range(MEMBERS)]
    events = [_events(random) for _ in range(MEMBERS)]
    full = _rate(default, weighted)
    report.figure("12 weighted indicators, 0 to 6 events, gate, vetoes", full, "members/s", at_least=20_000)
    report.figure(
        "a credit scheme of events, repeats and validity", _rate(wendeng, events), "members/s", at_least=20_000
    )
    bare = _bare(default.scheme, weighted)
    report.figure("a bare Decimal loop: weighted sum and band only", bare, "members/s")
    report.figure("full engine / bare loop, time", bare / full, "×")
    told = times(lambda i: _explained(default, weighted[i]), 1_000)
    report.figure("explanation of one member with what would change, p50", median(told), "ms")
    report.figure("explanation of one member with what would change, p99", quantile(told, 0.99), "ms", at_most=50)
    report.figure("peak memory", peak_memory(), "MB")
    report.note(f"a float loop puts {_misgraded(default.scheme)} of 10000 members at a band edge into the wrong grade")
    return report.missed


def _scored(scheme: Scheme, random: Random) -> list[Fact]:
    """A member of the shipped scheme: twelve scores, and up to six events of three years."""
    made = [
        Fact(
            one.id,
            score=Decimal(random.randint(500, 1000)) / 10,
            day=date(2026, 3, 1),
            stage=Stage.REVIEW,
            evidence="e",
        )
        for one in scheme.indicators
    ]
    for _ in range(random.choice((0, 0, 1, 1, 2, 3, 4, 6))):
        item = random.choice(
            (
                "fine",
                "complaint",
                "honour",
                "standard",
                "rescue",
                "industry_warning",
                "serious_injury",
                "dishonest_list",
            )
        )
        made.append(
            Fact(
                item,
                value=Decimal(random.randint(100, 300_000)) if item == "fine" else None,
                level=random.choice(LEVELS) if item == "honour" else "",
                day=date(2024, 1, 1) + timedelta(days=random.randrange(1000)),
                evidence="e",
            )
        )
    return made


def _events(random: Random) -> list[Fact]:
    """A member of a credit scheme: up to ten events of five years."""
    made = []
    for _ in range(random.randrange(11)):
        item = random.choice(
            (
                "fire_fine",
                "complaint",
                "overcharging",
                "contract_honour",
                "donation",
                "accident_general",
                "quality_accident",
            )
        )
        value = Decimal(random.randint(1, 50_000)) if item in ("fire_fine", "donation") else None
        level = random.choice(LEVELS) if item == "contract_honour" else ""
        made.append(Fact(item, value=value, level=level, day=DAY - timedelta(days=random.randrange(1800))))
    return made


def _rate(grader: Grader, members: list[list[Fact]]) -> float:
    """Members per second, the median of several runs."""
    rates = []
    for _ in range(RUNS):
        gc.collect()
        begin = time.process_time()
        for facts in members:
            grader.grade(facts, DAY)
        rates.append(len(members) / (time.process_time() - begin))
    return median(rates)


def _bare(scheme: Scheme, members: list[list[Fact]]) -> float:
    weights = {one.id: (one.weight or Decimal(0)) / one.max for one in scheme.indicators}
    bands = [(band.bounds.low, band.grade) for band in scheme.bands]
    rates = []
    for _ in range(RUNS):
        gc.collect()
        grades = []
        begin = time.process_time()
        for facts in members:
            total = sum((fact.score * weights[fact.item] for fact in facts if fact.score is not None), Decimal(0))
            grades.append(next(grade for low, grade in bands if low is None or total >= low))
        rates.append(len(members) / (time.process_time() - begin))
    return median(rates)


def _explained(grader: Grader, facts: list[Fact]) -> list[str]:
    result = grader.grade(facts, DAY)
    what_would_change(grader.scheme, facts, DAY, result)
    return explain.lines(grader.scheme, result)


def _misgraded(scheme: Scheme) -> int:
    """Of members whose exact total is 90, 80, 70 or 60, those whom a float sum puts below."""
    random, wrong = Random(1), 0
    weights = [one.weight or Decimal(0) for one in scheme.indicators]
    for number in range(10_000):
        edge = Decimal((90, 80, 70, 60)[number % 4])
        scores = [edge + Decimal(random.randint(-50, 50)) / 10 for _ in weights[:-1]]
        last = (edge * 100 - sum((s * w for s, w in zip(scores, weights, strict=False)), Decimal(0))) / weights[-1]
        total = 0.0
        for score, weight in zip([*scores, last], weights, strict=True):
            total += float(score) * float(weight) / 100
        wrong += total < float(edge)
    return wrong


if __name__ == "__main__":
    raise SystemExit(main())
