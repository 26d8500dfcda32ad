"""Rules made ready for many members: how many points a fact makes, and until when it counts. Pure."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from functools import lru_cache

from core.calendar import add_months
from membership.rules.grading import facts as asked
from membership.rules.grading.facts import Fact, Refused
from membership.rules.grading.numbers import ONE, ZERO, Mode, steps
from membership.rules.grading.scheme import Rule, Scheme, Validity
from membership.rules.grading.terms import Kind, Lasts, Method

Measure = Callable[[Fact], Decimal]
FOR_GOOD = Lasts()
REMEMBERED = 4_096
NEVER = date.max
"""The last day of what counts for good."""


@lru_cache(maxsize=65_536)
def months_later(day: date, months: int) -> date:
    """The last day of a period in months: the corresponding day (Civil Code, articles 201 and 202)."""
    return add_months(day, months)


class Plan:
    """One rule of a scheme, ready."""

    __slots__ = (
        "also",
        "bonus",
        "check",
        "evidence",
        "heavy",
        "kind",
        "lasts",
        "measure",
        "order",
        "picky",
        "rank",
        "rule",
        "times",
    )

    def __init__(self, scheme: Scheme, rule: Rule, order: int, ranks: Mapping[str, int], most: Decimal | None) -> None:
        self.rule, self.order, self.kind = rule, order, rule.kind
        self.measure = measure_of(rule, most)
        self.rank = ranks.get(rule.grade, 0)
        self.times = _times(scheme, rule)
        self.evidence = rule.evidence
        self.picky = rule.evidence or not rule.value.everything
        self.bonus = rule.kind is Kind.BONUS
        self.heavy = rule.kind in (Kind.DEDUCT, Kind.DIRECT)
        self.lasts = lasting(scheme, rule)
        self.check = _checks(scheme, rule)
        self.also: tuple[Plan, ...] = (self,)


def _times(scheme: Scheme, rule: Rule) -> Decimal:
    if not asked.repeats(scheme, rule):
        return ONE
    return scheme.counting.repeat_times if rule.repeat_times is None else rule.repeat_times


def _checks(scheme: Scheme, rule: Rule) -> Callable[[Fact], None]:
    """The full check of a fact, which names what is wrong, behind a short one that almost every fact passes."""
    dated = asked.needs_date(scheme, rule)
    special = not rule.value.everything or rule.method not in (None, Method.PER_EVENT, Method.FIXED, Method.BY_LEVEL)
    levels = frozenset(entry.level for entry in rule.levels) if rule.method is Method.BY_LEVEL else None

    def check(fact: Fact) -> None:
        plain = fact.score is None and fact.value is None and fact.times is None
        undated = fact.corrected is None and fact.ended is None and fact.repaired is None
        if (
            plain
            and undated
            and not special
            and (fact.day is not None or not dated)
            and (levels is None or fact.level in levels)
        ):
            return
        asked.check_event(rule, fact)
        asked.check_dates(scheme, rule, fact)

    return check


def measure_of(rule: Rule, most: Decimal | None) -> Measure:
    """How many points a fact of this rule makes. ``most`` are the points of its indicator, which a missing item takes."""
    bare = _bare_measure(rule, most)
    cap = rule.most_per_fact
    if cap is None:
        return bare
    return lambda fact: min(bare(fact), cap)


def _bare_measure(rule: Rule, most: Decimal | None) -> Measure:
    points = rule.points if rule.points is not None else ZERO
    if rule.method is Method.PER_STEP:
        return _per_step(rule, points)
    if rule.method is Method.TIERED:
        return _tiered(rule)
    if rule.method is Method.BY_LEVEL:
        known = {entry.level: entry.points for entry in rule.levels}
        return lambda fact: known[fact.level] * (fact.times or 1)
    if rule.method is Method.MISSING_ITEM and rule.points is None:
        whole = most if most is not None else ZERO
        return lambda _fact: whole
    if rule.method is Method.AS_RULED:
        return lambda fact: (fact.value or ZERO) * (fact.times or 1)
    if rule.method is Method.FIXED or rule.method is None:
        return lambda _fact: points
    return lambda fact: points if fact.times is None else points * fact.times


def _per_step(rule: Rule, points: Decimal) -> Measure:
    step, start, mode = rule.step or ONE, rule.step_start, rule.step_mode or Mode.FLOOR

    def measure(fact: Fact) -> Decimal:
        return steps((fact.value or ZERO) - start, step, mode) * points * (fact.times or 1)

    return measure


def _tiered(rule: Rule) -> Measure:
    tiers = [(tier.bounds.holds, tier.points) for tier in rule.tiers]

    def measure(fact: Fact) -> Decimal:
        value = fact.value or ZERO
        for holds, points in tiers:
            if holds(value):
                return points * (fact.times or 1)
        raise Refused("value_outside", "value", rule.title.text)

    return measure


def lasting(scheme: Scheme, rule: Rule) -> Callable[[Decimal, str], Lasts]:
    """How long a fact of this rule counts, by its points and level: the rule's own word, then the scheme's table."""
    if rule.lasts is not None:
        own = rule.lasts
        return lambda _points, _level: own
    entries = [entry for entry in scheme.validity if entry.kind is rule.kind and entry.grade in ("", rule.grade)]
    if not entries:
        return lambda _points, _level: FOR_GOOD
    if len(entries) == 1 and not entries[0].levels and entries[0].bounds.everything:
        only = entries[0].lasts
        return lambda _points, _level: only
    return _looked_up(entries)


def _looked_up(entries: Sequence[Validity]) -> Callable[[Decimal, str], Lasts]:
    """The first entry that fits, remembered: the same few points come again and again."""
    known: dict[tuple[Decimal, str], Lasts] = {}

    def look(points: Decimal, level: str) -> Lasts:
        found = known.get((points, level))
        if found is None:
            fitting = (e.lasts for e in entries if (not e.levels or level in e.levels) and e.bounds.holds(points))
            found = next(fitting, FOR_GOOD)
            if len(known) < REMEMBERED:
                known[points, level] = found
        return found

    return look


def last_day(fact: Fact, lasts: Lasts, day: date) -> date:
    """The last day on which a fact counts, seen from ``day``. A continuing act counts until its time after the end."""
    if fact.continuing and (fact.ended is None or fact.ended > day):
        return NEVER
    began = fact.ended if fact.ended is not None and fact.ended <= day else fact.day
    if began is None:
        return NEVER
    if lasts.months is not None:
        return months_later(began, lasts.months)
    return date(began.year, 12, 31) if lasts.same_year else NEVER
