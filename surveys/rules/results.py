"""From answer sheets to what is published: counted once, in whole numbers, when a survey has closed. Pure."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from math import lcm
from typing import Any

from surveys.rules import privacy
from surveys.rules.answers import Sheet
from surveys.rules.estimates import ENOUGH, FAIR_RATE, Estimate, estimate, recommendation, rounded, share
from surveys.rules.form import HIGHEST, LOWEST, Form, Kind, Question

ALL = "*"


@dataclass(frozen=True)
class Sample:
    """Who was asked and who answered."""

    invited: int
    answered: int

    @property
    def rate(self) -> Decimal:
        """Per cent of the invited who answered."""
        return share(self.answered, self.invited)

    @property
    def small(self) -> bool:
        """Whether the intervals are hints only."""
        return self.answered < ENOUGH

    @property
    def thin(self) -> bool:
        """Whether most of those who were asked stayed silent."""
        return self.rate < FAIR_RATE


@dataclass(frozen=True)
class Asked:
    """The answers to one question: how many, how often each, and the mean where there is one."""

    code: str
    n: int
    counts: Mapping[str, int]
    mean: Estimate | None = None


@dataclass(frozen=True)
class Group:
    """The means of one group by dimension code; a mean that must not be shown is None."""

    name: str
    n: int
    means: Mapping[str, Decimal | None]


@dataclass(frozen=True)
class Result:
    """All that is published of a survey. ``shown`` is False when too few answered; then there is nothing else."""

    sample: Sample
    shown: bool
    dimensions: Mapping[str, Estimate] = field(default_factory=dict)
    satisfied: Mapping[str, Decimal] = field(default_factory=dict)
    overall: Estimate | None = None
    nps: Estimate | None = None
    questions: tuple[Asked, ...] = ()
    groups: tuple[Group, ...] = ()


class Tally:
    """Whole-number sums over sheets, for all of them and for each group. One pass, whatever the number of sheets."""

    def __init__(self, form: Form) -> None:
        self.form = form
        self.scales = {d.code: form.of_dimension(d.code) for d in form.dimensions if form.of_dimension(d.code)}
        self.scale = lcm(*range(1, max(map(len, self.scales.values()), default=1) + 1))
        self.counts: list[Counter[Any]] = [Counter() for _question in form.questions]
        self.sums: dict[tuple[str, str], list[int]] = {}
        self.satisfied: Counter[str] = Counter()
        self.rated: Counter[str] = Counter()
        self.sheets: Counter[str] = Counter()

    def add(self, sheet: Sheet, group: str) -> None:
        """Count one sheet."""
        self.sheets[group] += 1
        values = [sheet.get(question.code) for question in self.form.questions]
        for counter, value in zip(self.counts, values, strict=True):
            if value is None:
                continue
            counter[ALL] += 1
            for one in value if isinstance(value, list) else (value,):
                counter[one] += 1
        scores = []
        for code, places in self.scales.items():
            given = [value for i in places if isinstance(value := values[i], int)]
            if given:
                self._add(code, group, sum(given) * (self.scale // len(given)))
                scores.append((sum(given), len(given)))
                self.satisfied[code] += sum(value >= HIGHEST - 1 for value in given)
                self.rated[code] += len(given)
        if scores:
            total, count = sum(s for s, _n in scores), sum(n for _s, n in scores)
            self._add(ALL, group, rounded_share(total * self.overall_scale, count))

    @property
    def overall_scale(self) -> int:
        """All scale questions together are kept in ten-thousandths of a step."""
        return 10_000

    def _add(self, code: str, group: str, score: int) -> None:
        sums = self.sums.setdefault((code, group), [0, 0, 0])
        sums[0] += 1
        sums[1] += score
        sums[2] += score * score

    def of(self, code: str) -> list[int]:
        """Count, sum and sum of squares of a dimension over all groups."""
        parts = [sums for (one, _group), sums in self.sums.items() if one == code]
        return [sum(column) for column in zip(*parts, strict=True)] if parts else [0, 0, 0]


def rounded_share(part: int, whole: int) -> int:
    """A quotient as the nearest whole number, half to even."""
    return int((Decimal(part) / whole).quantize(Decimal(1)))


def count(form: Form, sheets: Iterable[tuple[Sheet, str]]) -> Tally:
    """Count all sheets, each with its group."""
    tally = Tally(form)
    for sheet, group in sheets:
        tally.add(sheet, group)
    return tally


def publish(tally: Tally, invited: int) -> Result:
    """What may be shown of the counts."""
    answered = sum(tally.sheets.values())
    sample = Sample(invited, answered)
    if not privacy.may_show(answered):
        return Result(sample, shown=False)
    dimensions = {code: _score(tally, code, tally.scale, invited) for code in tally.scales}
    found = {code: one for code, one in dimensions.items() if one is not None}
    return Result(
        sample,
        shown=True,
        dimensions=found,
        satisfied={code: share(tally.satisfied[code], tally.rated[code]) for code in found},
        overall=_score(tally, ALL, tally.overall_scale, invited),
        nps=_nps(tally, invited),
        questions=tuple(_asked(q, c, invited) for q, c in zip(tally.form.questions, tally.counts, strict=True)),
        groups=_groups(tally, list(found)),
    )


def _score(tally: Tally, code: str, scale: int, invited: int) -> Estimate | None:
    n, total, squares = tally.of(code)
    if not privacy.may_show(n):
        return None
    return estimate(n, total, squares, scale, invited, low=LOWEST, high=HIGHEST)


def _nps(tally: Tally, invited: int) -> Estimate | None:
    for question, counts in zip(tally.form.questions, tally.counts, strict=True):
        if question.kind is Kind.NPS and privacy.may_show(counts[ALL]):
            return recommendation({step: n for step, n in counts.items() if step != ALL}, invited)
    return None


def _asked(question: Question, counts: Counter[Any], invited: int) -> Asked:
    n = counts[ALL]
    if not privacy.may_show(n) or question.kind is Kind.TEXT:
        return Asked(question.code, n if privacy.may_show(n) else 0, {})
    if question.kind is Kind.NUMBER:
        return Asked(question.code, n, {}, _number(counts, invited))
    mean = None
    if question.kind in (Kind.LIKERT, Kind.NPS):
        steps = [(step, times) for step, times in counts.items() if step != ALL]
        total, squares = sum(s * t for s, t in steps), sum(s * s * t for s, t in steps)
        ends = (LOWEST, HIGHEST) if question.kind is Kind.LIKERT else (0, 10)
        mean = estimate(n, total, squares, 1, invited, low=ends[0], high=ends[1])
    return Asked(question.code, n, {value: counts[_key(question, value)] for value, _label in question.choices()}, mean)


def _key(question: Question, value: str) -> Any:
    return int(value) if question.kind in (Kind.LIKERT, Kind.NPS) else value


def _number(counts: Counter[Any], invited: int) -> Estimate:
    """Numbers have at most two places: they are counted in hundredths, and no end of a scale cuts the interval."""
    values = [(int(Decimal(text) * 100), times) for text, times in counts.items() if text != ALL]
    total, squares = sum(v * t for v, t in values), sum(v * v * t for v, t in values)
    return estimate(counts[ALL], total, squares, 100, invited, low=-(10**13), high=10**13)


def _groups(tally: Tally, codes: list[str]) -> tuple[Group, ...]:
    """Groups as they were merged at the close. A mean over fewer than five people of a group is left out, and with it
    so many others of that dimension that it cannot be found by subtraction.
    """
    if len(tally.sheets) < 2 or not all(map(privacy.may_show, tally.sheets.values())):
        return ()
    shown = {code: privacy.visible({g: tally.sums.get((code, g), [0])[0] for g in tally.sheets}) for code in codes}
    return tuple(
        Group(name, n, {code: _mean(tally, code, name) if name in shown[code] else None for code in codes})
        for name, n in sorted(tally.sheets.items(), key=lambda item: (item[0] == privacy.OTHERS, item[0]))
    )


def _mean(tally: Tally, code: str, group: str) -> Decimal | None:
    n, total, _squares = tally.sums.get((code, group), [0, 0, 0])
    return rounded(Decimal(total) / n / tally.scale) if n else None
