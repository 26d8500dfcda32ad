"""Grading one member by a scheme: the same scheme, facts and day always give the same result. Pure.

``Grader`` prepares a scheme once; ``grade`` is the short form. Everything is computed in exact decimal arithmetic, and the
order in which facts come in plays no part.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal, Inexact, localcontext
from functools import lru_cache
from typing import NamedTuple

from core.errors import RuleViolated
from core.i18n import _
from membership.rules.grading.assessment import Assessed, Frame, Sum, step_of
from membership.rules.grading.charges import Charge, cap, cap_per_year, charged, settle
from membership.rules.grading.facts import HISTORY, TOTAL, Fact, Refused, check_history, check_total
from membership.rules.grading.ladder import Ladder, Standing
from membership.rules.grading.numbers import EXACT, ZERO, half_width, ratio, rounded
from membership.rules.grading.plans import NEVER, Plan
from membership.rules.grading.results import Result, Step
from membership.rules.grading.scheme import Rule, Scheme
from membership.rules.grading.terms import Kind, Stage


class Sorted(NamedTuple):
    """The facts of one member by what they are about."""

    events: list[tuple[int, Fact]]
    assessed: dict[str, list[Fact]]
    history: list[Fact]
    totals: list[Fact]


class Grader:
    """A sound scheme made ready for many members. Raises RuleViolated when the scheme refers to what it does not have."""

    def __init__(self, scheme: Scheme) -> None:
        self.scheme = scheme
        self.scoring = scheme.scoring
        with localcontext(EXACT):
            self.frame = Frame(scheme)
            self.ladder = Ladder(scheme)
        self.indicators = {indicator.id: indicator for indicator in scheme.indicators}
        self.plans = self._plans()
        self.required = tuple(rule.id for rule in scheme.rules if rule.required)
        self.takes = {name: rule.id for rule in scheme.rules for name in rule.takes}
        self.items = self._items() | self.takes

    def _plans(self) -> dict[str, Plan]:
        ranks = {name: place for place, name in enumerate(self.scheme.grade_ids)}
        plans = {
            rule.id: Plan(self.scheme, rule, order, ranks, self._most(rule))
            for order, rule in enumerate(self.scheme.rules)
        }
        for plan in plans.values():
            if any(name not in plans for name in plan.rule.also):
                raise RuleViolated(
                    "scheme_unsound", _("This scheme refers to rules that it does not have. Check it first.")
                )
            plan.also = (plan, *(plans[name] for name in plan.rule.also))
        return plans

    def plan_of(self, item: str) -> Plan | None:
        """The plan of the rule that has this id, or that takes this kind of fact; None when there is none."""
        return self.plans.get(self.takes.get(item, item))

    def _items(self) -> dict[str, str]:
        """What a person may call an item, by id or Chinese title → its id. A title used twice names nothing."""
        named = [(half_width(i.title.zh), i.id) for i in self.scheme.indicators]
        named += [(half_width(r.title.zh), r.id) for r in self.scheme.rules]
        titles = Counter(title for title, _id in named)
        return {title: name for title, name in named if titles[title] == 1} | {name: name for _title, name in named}

    def _most(self, rule: Rule) -> Decimal | None:
        found = self.indicators.get(rule.indicator)
        return found.max if found else None

    def grade(self, facts: Iterable[Fact], day: date, *, stage: Stage | None = None) -> Result:
        """The result of one member as of ``day``; ``stage`` takes the scores of another stage than the scheme says.

        Raises Refused for a fact that the scheme cannot take, RuleViolated when no band fits the score.
        """
        with localcontext(EXACT):
            return self._grade(facts, day, stage)

    def _grade(self, facts: Iterable[Fact], day: date, stage: Stage | None) -> Result:
        sorted_facts = self._sort(facts, day)
        charges = charged(self.plans, sorted_facts.events, day) if sorted_facts.events else []
        settle(charges, day, progressive=self.scheme.counting.repeat_progressive)
        waiting = self._settle_bonuses(charges, day)
        placed = _placed(charges)
        assessed = Assessed(self.frame)
        total = self._assess(assessed, sorted_facts, placed, stage)
        missing = [*assessed.missing, *self._absent(charges)] if self.required else assessed.missing
        steps = assessed.steps
        if total is None and not missing:
            total = self._total(assessed, placed, steps)
        score = None if total is None or missing else self._score(total, placed, steps)
        steps.extend(_aside(charge) for charge in charges if not charge.counts)
        in_force = tuple((c.fact, None if c.until == NEVER else c.until) for c in charges if c.counts)
        standing = Standing(score, charges, assessed, sorted_facts.history, day, waiting)
        return self.ladder.judge(standing, steps, in_force, tuple(missing))

    def _sort(self, facts: Iterable[Fact], day: date) -> Sorted:
        found = Sorted([], {}, [], [])
        plans, indicators, assessed = self.plans, self.indicators, found.assessed
        for number, fact in enumerate(facts):
            item = fact.item
            if item in indicators:
                if fact.day is not None and fact.day > day:
                    continue
                if item in assessed:
                    assessed[item].append(fact)
                else:
                    assessed[item] = [fact]
            elif item in plans:
                found.events.append((number, fact))
            elif item == HISTORY:
                check_history(self.scheme, fact)
                if any(one.day == fact.day and one.grade != fact.grade for one in found.history):
                    raise Refused("history_twice", "grade", _("Two grades were held from the same day. Keep one."))
                found.history.append(fact)
            elif item == TOTAL:
                check_total(self.scheme, fact)
                found.totals.append(fact)
            else:
                raise Refused("item_unknown", "item", _("“{item}” is not in this scheme.").format(item=item[:40]))
        return found

    def _settle_bonuses(self, charges: Sequence[Charge], day: date) -> bool:
        """Caps over all bonuses; while a directly graded act is not corrected they are only recorded."""
        bonuses = [charge for charge in charges if charge.counts and charge.plan.bonus]
        direct = [charge for charge in charges if charge.counts and charge.direct]
        waiting = self.scheme.counting.bonuses_wait and any(_uncorrected(charge, day) for charge in direct)
        if waiting:
            for charge in bonuses:
                charge.drop("recorded_only")
            return True
        if bonuses and self.scoring.bonus_most_per_year is not None:
            cap_per_year(bonuses, self.scoring.bonus_most_per_year, "bonus_most_per_year")
        if bonuses and self.scoring.bonus_most is not None:
            cap(bonuses, self.scoring.bonus_most, "bonus_most")
        return False

    def _assess(
        self, assessed: Assessed, found: Sorted, placed: Mapping[str, list[Charge]], stage: Stage | None
    ) -> Decimal | None:
        """Score the indicators; gives the total only when it was assessed elsewhere."""
        assessed.score(self.frame.chosen(found.assessed, stage), placed, found.assessed)
        given = [fact for fact in found.totals if fact.score is not None]
        if not given:
            return None
        if len(given) > 1:
            raise Refused("scored_twice", "score", _("There is more than one total. Keep one."))
        for target, charges in placed.items():
            for charge in charges if target else ():
                charge.drop("in_total")
        return self._given(assessed, given[0])

    def _given(self, assessed: Assessed, fact: Fact) -> Decimal:
        """The total as it was assessed; indicators that are scored all the same are only for gates and must-haves."""
        assessed.given = True
        assessed.missing.clear()
        assessed.steps[:] = [step for step in assessed.steps if step.code in ("scored", "not_applicable")]
        points = fact.score if fact.score is not None else ZERO
        assessed.steps.append(Step("given", "total", TOTAL, fact, None, points))
        gone = fact.not_applicable or ZERO
        full = self.scoring.full
        return self._rescaled(Sum(points, full - gone if full is not None else ZERO), assessed.steps, gone)

    def _absent(self, charges: Sequence[Charge]) -> list[str]:
        present = {charge.plan.rule.id for charge in charges if not any(n[0] == "not_yet" for n in charge.notes)}
        return [name for name in self.required if name not in present]

    def _total(self, assessed: Assessed, placed: Mapping[str, list[Charge]], steps: list[Step]) -> Decimal:
        if not self.frame.parts and not self.frame.groups:
            return ZERO
        came_to = assessed.add_up(placed)
        gone = sum(assessed.gone.values(), ZERO)
        if self.scoring.rescale_to is not None:
            return self._rescaled(came_to, steps, gone)
        points = came_to.reached if self.frame.unit == 1 else self._divided(came_to.reached)
        steps.append(Step("added_up", "total", "", None, None, points))
        return points

    def _divided(self, reached: Decimal) -> Decimal:
        try:
            return reached / self.frame.unit
        except Inexact:
            if self.scoring.rounding is None:
                text = _("The weights of this scheme need rounding, but it does not say how. Check it first.")
                raise RuleViolated("scheme_unsound", text) from None
            return ratio(reached, self.frame.unit, self.scoring.rounding)

    def _rescaled(self, came_to: Sum, steps: list[Step], gone: Decimal) -> Decimal:
        to, rounding = self.scoring.rescale_to, self.scoring.rescale_rounding
        if to is None or rounding is None or came_to.possible <= 0:
            if to is not None:
                raise RuleViolated(
                    "nothing_applies", _("Nothing of this scheme applies to this member, so nothing can be scored.")
                )
            return came_to.reached
        points = ratio(came_to.reached * to, came_to.possible, rounding)
        unit = self.frame.unit
        notes = (("rescaled", came_to.reached / unit if unit == 1 else came_to.reached, came_to.possible, to, gone),)
        steps.append(Step("rescaled", "total", "", None, None, points, notes))
        return points

    def _score(self, total: Decimal, placed: Mapping[str, list[Charge]], steps: list[Step]) -> Decimal:
        scoring = self.scoring
        if scoring.start:
            steps.append(Step("base", "total", "", None, None, total + scoring.start))
            total += scoring.start
        for charge in placed.get("", ()):
            before = total
            up = charge.plan.bonus != scoring.demerit
            total = before + charge.points if up else before - charge.points
            steps.append(step_of(charge, "total", before, total, None, None))
        return self._finished(total, steps)

    def _finished(self, total: Decimal, steps: list[Step]) -> Decimal:
        scoring, before = self.scoring, total
        if scoring.floor is not None and total < scoring.floor:
            total = scoring.floor
            steps.append(Step("floored", "total", "", None, before, total))
        elif scoring.cap is not None and total > scoring.cap:
            total = scoring.cap
            steps.append(Step("capped", "total", "", None, before, total))
        if scoring.rounding is None:
            return total
        exact = total
        total = rounded(exact, scoring.rounding)
        if total != exact:
            steps.append(Step("rounded", "total", "", None, exact, total))
        return total


def _uncorrected(charge: Charge, day: date) -> bool:
    corrected = charge.fact.corrected
    return charge.open or corrected is None or corrected > day


def _placed(charges: Sequence[Charge]) -> dict[str, list[Charge]]:
    """Charges that move points, by the indicator or group they act on; those on the total under an empty name.

    Deductions come before bonuses, so that a bonus is never lost at a maximum that a deduction leaves afterwards.
    """
    placed: dict[str, list[Charge]] = {}
    for charge in sorted(charges, key=_is_bonus):
        if charge.counts and not charge.direct and charge.plan.kind in (Kind.DEDUCT, Kind.BONUS, Kind.DIRECT):
            rule = charge.plan.rule
            placed.setdefault(rule.indicator or rule.group, []).append(charge)
    return placed


def _is_bonus(charge: Charge) -> bool:
    return charge.plan.bonus


def _aside(charge: Charge) -> Step:
    """The step of a fact that does not count."""
    return Step("set_aside", "total", charge.plan.rule.id, charge.fact, None, None, charge.notes, None)


@lru_cache(maxsize=64)
def grader(scheme: Scheme) -> Grader:
    """The prepared form of a scheme; kept, since a scheme never changes."""
    return Grader(scheme)


def grade(scheme: Scheme, facts: Iterable[Fact], day: date, *, stage: Stage | None = None) -> Result:
    """The result of one member as of ``day``. Raises Refused for a fact that the scheme cannot take."""
    return grader(scheme).grade(facts, day, stage=stage)
