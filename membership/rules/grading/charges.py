"""Events of one member under the rules: which of them count, for how much and until when. Pure.

The order of counting, each part stated in the scheme: facts that have happened → what a repair turns them into → one act
counts once, by its heaviest → repeats weigh more → what has expired falls away → best of a set → caps.
"""

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from itertools import pairwise
from operator import attrgetter

from membership.rules.grading.facts import Fact
from membership.rules.grading.numbers import ZERO
from membership.rules.grading.plans import NEVER, Plan, last_day
from membership.rules.grading.results import Note
from membership.rules.grading.terms import Kind, Method

ORDERS = 10_000
"""More than a scheme has rules: the day of a fact decides its place before the order of its rule."""
_PLACE = attrgetter("place")


class Charge:
    """A fact under one rule. ``counts`` tells whether it is in force; ``notes`` which rules of counting touched it."""

    __slots__ = ("act", "counts", "direct", "fact", "notes", "place", "plan", "points", "until")

    def __init__(self, plan: Plan, fact: Fact, act: str | int, day: date) -> None:
        self.plan, self.fact, self.act = plan, fact, act
        self.direct = plan.kind is Kind.DIRECT
        self.notes: tuple[Note, ...] = ()
        self.counts = True
        began = fact.day
        self.place = (0 if began is None else began.toordinal() * ORDERS) + plan.order
        repair = plan.rule.repair
        if repair is not None and fact.repaired is not None and fact.repaired <= day:
            self.direct = False
            self.points = repair.points
            self.until = last_day(fact._replace(day=fact.repaired, ended=None, continuing=False), repair.lasts, day)
            self.notes = (("repaired", fact.repaired, repair.points),)
            return
        self.points = plan.measure(fact)
        self.until = last_day(fact, plan.lasts(self.points, fact.level), day)

    def drop(self, *note: str | Decimal | date) -> None:
        """It does not count, and why."""
        self.counts = False
        self.notes = (*self.notes, note)

    def limit(self, points: Decimal, *note: str | Decimal | date) -> None:
        """It counts for fewer points, and why."""
        self.points = points
        self.notes = (*self.notes, note)

    @property
    def open(self) -> bool:
        """Whether the act is still going on, seen from the day of grading."""
        return self.until == NEVER and self.fact.continuing


def charged(plans: dict[str, Plan], facts: Iterable[tuple[int, Fact]], day: date) -> list[Charge]:
    """Every event that has happened by ``day``, in an order that does not depend on how facts came in."""
    found = []
    for number, fact in facts:
        plan = plans[fact.item]
        act = fact.same_fact or number
        for one in plan.also:
            one.check(fact)
            found.append(Charge(one, fact, act, day))
    if len(found) > 1:
        found.sort(key=_PLACE)
        if any(one.place == other.place for one, other in pairwise(found)):
            found.sort(key=_full_place)
    for charge in found:
        began = charge.fact.day
        if charge.plan.picky or (began is not None and began > day):
            _admit(charge, day)
    return found


def _full_place(charge: Charge) -> tuple[object, ...]:
    fact = charge.fact
    return (
        charge.place, charge.points, charge.until, fact.evidence, fact.same_fact, fact.level,
        fact.corrected or date.min, fact.repaired or date.min, fact.reason, fact.by, fact.value or ZERO, fact.times or 0,
        fact.ref,
    )  # fmt: skip


def _admit(charge: Charge, day: date) -> None:
    fact, plan = charge.fact, charge.plan
    if fact.day is not None and fact.day > day:
        charge.drop("not_yet", fact.day)
    elif plan.evidence and not fact.evidence:
        charge.drop("no_evidence")
    elif not plan.rule.value.everything and not plan.rule.value.holds(fact.value or ZERO):
        charge.drop("outside_range", fact.value or ZERO)


def settle(charges: Sequence[Charge], day: date, *, progressive: bool) -> None:
    """Decide which charges count and for how much: everything but the caps over all bonuses."""
    live = [charge for charge in charges if charge.counts]
    if not live:
        return
    if len(live) > 1:
        _once_per_act(live)
        _weigh_repeats(live, day, progressive=progressive)
    for charge in live:
        if charge.counts and charge.until < day:
            charge.drop("expired", charge.until)
    _cap_rules(live)


def _once_per_act(charges: Sequence[Charge]) -> None:
    """One act that several rules name counts once: a direct grade before the heaviest deduction; the highest bonus."""
    acts: dict[tuple[str | int, bool], list[Charge]] = {}
    for charge in charges:
        if charge.plan.heavy or charge.plan.bonus:
            acts.setdefault((charge.act, charge.plan.bonus), []).append(charge)
    if len(acts) == len(charges):
        return
    for same in acts.values():
        if len(same) > 1:
            heaviest = max(same, key=_weight)
            for charge in same:
                if charge is not heaviest:
                    charge.drop("same_fact", heaviest.plan.rule.id)


def _weight(charge: Charge) -> tuple[object, ...]:
    return (charge.direct, charge.plan.rank if charge.direct else 0, charge.points, charge.until, -charge.plan.order)


def _weigh_repeats(charges: Sequence[Charge], day: date, *, progressive: bool) -> None:
    """A fact of the same kind within the validity of an earlier one weighs more, on top of its own points."""
    earlier: dict[int, list[Charge]] = {}
    for charge in charges:
        plan, began = charge.plan, charge.fact.day
        if plan.times == 1 or charge.direct or not charge.counts or began is None:
            continue
        before = [one for one in earlier.setdefault(plan.order, []) if one.until >= began]
        earlier[plan.order].append(charge)
        if before:
            times = plan.times ** len(before) if progressive else plan.times
            charge.limit(charge.points * times, "repeated", before[-1].fact.day or date.min, times)
            charge.until = last_day(charge.fact, plan.lasts(charge.points, charge.fact.level), day)


def _cap_rules(charges: Sequence[Charge]) -> None:
    by_rule: dict[int, list[Charge]] = {}
    sets: dict[str, list[Charge]] = {}
    for charge in charges:
        if not charge.counts:
            continue
        rule = charge.plan.rule
        if rule.best_of:
            sets.setdefault(rule.best_of, []).append(charge)
        if rule.most is not None or rule.most_per_year is not None or rule.method is Method.FIXED:
            by_rule.setdefault(charge.plan.order, []).append(charge)
    for name, members in sets.items():
        _keep_best(members, "best_of", name)
    for members in by_rule.values():
        _cap_rule([charge for charge in members if charge.counts])


def _keep_best(charges: list[Charge], *note: str) -> None:
    if len(charges) > 1:
        best = max(charges, key=lambda charge: (charge.points, charge.until, -charge.plan.order))
        for charge in charges:
            if charge is not best:
                charge.drop(*note)


def _cap_rule(charges: list[Charge]) -> None:
    if not charges:
        return
    rule = charges[0].plan.rule
    if rule.method is Method.FIXED:
        _keep_best(charges, "once")
        charges = [charge for charge in charges if charge.counts]
    if rule.most_per_year is not None:
        cap_per_year(charges, rule.most_per_year, "most_per_year")
    if rule.most is not None:
        cap(charges, rule.most, "most")


def cap_per_year(charges: Iterable[Charge], most: Decimal, code: str) -> None:
    """No more than so many points from facts of one calendar year."""
    years: dict[int, list[Charge]] = {}
    for charge in charges:
        years.setdefault(charge.fact.day.year if charge.fact.day else 0, []).append(charge)
    for same in years.values():
        cap(same, most, code)


def cap(charges: Iterable[Charge], most: Decimal, code: str) -> None:
    """No more than so many points altogether; what came last is cut first."""
    left = most
    for charge in charges:
        if charge.points > left:
            charge.limit(left, code, most)
        left -= charge.points
