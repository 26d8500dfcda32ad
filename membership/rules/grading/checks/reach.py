"""How far points can go: the lowest and highest score that a scheme lets anyone reach. Pure."""

from collections.abc import Iterable
from decimal import Decimal
from typing import NamedTuple

from membership.rules.grading.numbers import ZERO, rounded
from membership.rules.grading.scheme import Indicator, Rule, Scheme
from membership.rules.grading.terms import Kind, Method


class Reach(NamedTuple):
    """Both ends included; None is without end."""

    low: Decimal | None
    high: Decimal | None


def reach_of(scheme: Scheme) -> Reach:
    """The lowest and highest total."""
    low, high = _indicators(scheme)
    scoring = scheme.scoring
    if scoring.total_may_be_given:
        high = max(high, scoring.rescale_to or scoring.full or high)
    down = _sum(most_of(rule) for rule in scheme.rules if _on_total(rule) and _lowers(rule, scheme))
    up = _bonuses(scheme) if not scoring.demerit else _sum(most_of(r) for r in _deductions(scheme))
    if scoring.demerit:
        down = _bonuses(scheme)
    found = Reach(
        None if down is None else scoring.start + low - down, None if up is None else scoring.start + high + up
    )
    return _bounded(found, scheme)


def _bounded(found: Reach, scheme: Scheme) -> Reach:
    floor, cap, rounding = scheme.scoring.floor, scheme.scoring.cap, scheme.scoring.rounding
    low = floor if found.low is None or (floor is not None and found.low < floor) else found.low
    high = cap if found.high is None or (cap is not None and found.high > cap) else found.high
    if rounding is not None:
        low, high = (None if end is None else rounded(end, rounding) for end in (low, high))
    return Reach(low, high)


def _on_total(rule: Rule) -> bool:
    return not rule.indicator and not rule.group


def _deductions(scheme: Scheme) -> list[Rule]:
    repaired = [rule for rule in scheme.rules if rule.kind is Kind.DIRECT and rule.repair is not None]
    return [rule for rule in scheme.rules if rule.kind is Kind.DEDUCT and _on_total(rule)] + repaired


def _lowers(rule: Rule, scheme: Scheme) -> bool:
    return rule in _deductions(scheme)


def _bonuses(scheme: Scheme) -> Decimal | None:
    found = _sum(_by_set(rule for rule in scheme.rules if rule.kind is Kind.BONUS and not rule.indicator))
    most = scheme.scoring.bonus_most
    return most if most is not None and (found is None or found > most) else found


def _by_set(rules: Iterable[Rule]) -> list[Decimal | None]:
    """The most of each rule; of a set of which only the best counts, the most of its best."""
    sets: dict[str, Decimal | None] = {}
    found: list[Decimal | None] = []
    for rule in rules:
        most = most_of(rule)
        if not rule.best_of:
            found.append(most)
        elif rule.best_of in sets and (most is None or sets[rule.best_of] is None):
            sets[rule.best_of] = None
        else:
            sets[rule.best_of] = most if most is None else max(most, sets.get(rule.best_of) or ZERO)
    return [*found, *sets.values()]


def _sum(parts: Iterable[Decimal | None]) -> Decimal | None:
    total = ZERO
    for part in parts:
        if part is None:
            return None
        total += part
    return total


def most_of(rule: Rule) -> Decimal | None:
    """The most points that a rule can come to for one member; None without end."""
    if rule.most is not None:
        return rule.most
    one = most_of_fact(rule)
    return one if rule.method is Method.FIXED or rule.best_of else None


def most_of_fact(rule: Rule) -> Decimal | None:
    """The most points of one fact that happened once; None without end."""
    if rule.repair is not None and rule.kind is Kind.DIRECT:
        return rule.repair.points
    if rule.method is Method.TIERED:
        found = max((tier.points for tier in rule.tiers), default=ZERO)
    elif rule.method is Method.BY_LEVEL:
        found = max((entry.points for entry in rule.levels), default=ZERO)
    elif rule.method in (Method.PER_STEP, Method.AS_RULED):
        return rule.most_per_fact
    else:
        found = rule.points if rule.points is not None else ZERO
    return found if rule.most_per_fact is None else min(found, rule.most_per_fact)


def _indicators(scheme: Scheme) -> tuple[Decimal, Decimal]:
    scoring = scheme.scoring
    if not scheme.indicators:
        return ZERO, ZERO
    if scoring.rescale_to is not None:
        return ZERO, scoring.rescale_to
    if scheme.weighted:
        return ZERO, sum((i.weight for i in scheme.indicators if i.weight is not None), ZERO)
    low = sum((i.floor for i in scheme.indicators), ZERO)
    loose = full_points(i for i in scheme.indicators if not i.group)
    return min(low, ZERO), loose + sum((_group_most(scheme, group.id) for group in scheme.groups), ZERO)


def _group_most(scheme: Scheme, name: str) -> Decimal:
    found = full_points(i for i in scheme.indicators if i.group == name)
    cap = next((group.cap for group in scheme.groups if group.id == name), None)
    return found if cap is None else min(found, cap)


def full_points(indicators: Iterable[Indicator]) -> Decimal:
    """What indicators add up to; of a set of which only the best counts, its largest."""
    total, sets = ZERO, dict[str, Decimal]()
    for indicator in indicators:
        if indicator.best_of:
            sets[indicator.best_of] = max(indicator.max, sets.get(indicator.best_of, ZERO))
        else:
            total += indicator.max
    return total + sum(sets.values(), ZERO)
