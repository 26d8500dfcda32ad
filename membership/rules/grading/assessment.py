"""Indicators and groups of one member: which score decides, what is taken away, what it contributes. Pure."""

from collections.abc import Container, Mapping, Sequence
from decimal import Decimal
from typing import NamedTuple

from core.errors import BadInput
from core.i18n import _
from membership.rules.grading.charges import Charge
from membership.rules.grading.facts import Fact, check_assessment
from membership.rules.grading.numbers import ONE, ZERO, plain
from membership.rules.grading.results import Note, Step
from membership.rules.grading.scheme import Group, Indicator, Scheme
from membership.rules.grading.terms import Kind, Stage, Start

ORDER = (Stage.SELF, Stage.FIRST, Stage.REVIEW)
Scores = dict[str, Decimal]


class Part(NamedTuple):
    """One indicator made ready. ``factor`` turns its points into a share of the numerator of the total.

    ``step`` is the smallest difference of scores that the scheme allows; None: any.
    """

    indicator: Indicator
    id: str
    floor: Decimal
    max: Decimal
    step: Decimal | None
    factor: Decimal
    group: str
    best_of: str
    evidence: bool


class Sum(NamedTuple):
    """What the indicators come to: numerator and the most it could be, each in units of ``Frame.unit`` points."""

    reached: Decimal
    possible: Decimal


class Frame:
    """The indicators of a scheme, ready for many members."""

    def __init__(self, scheme: Scheme) -> None:
        self.scheme = scheme
        self.unit = _common_unit(scheme)
        self.parts = tuple(self._part(indicator) for indicator in scheme.indicators)
        self.groups = scheme.groups
        self.by_id = {part.id: part for part in self.parts}
        self.sets = any(part.best_of for part in self.parts)
        self.shares = tuple((part.id, part.factor, part.group) for part in self.parts)
        self.possible = sum((part.max * part.factor for part in self.parts), ZERO)
        self.deciding = scheme.counting.deciding

    def _part(self, indicator: Indicator) -> Part:
        factor = ONE if indicator.weight is None else indicator.weight * (self.unit / indicator.max)
        step = None if indicator.digits is None else ONE.scaleb(-indicator.digits)
        floor, most = indicator.floor, indicator.max
        return Part(
            indicator, indicator.id, floor, most, step, factor, indicator.group, indicator.best_of, indicator.evidence
        )

    def chosen(self, assessed: Mapping[str, list[Fact]], stage: Stage | None) -> dict[str, Fact]:
        """The assessment of each indicator that decides: of the deciding stage, or the latest one; then the latest day.

        Raises BadInput when the same stage scored twice on the same day, Refused for a score that cannot be.
        """
        wanted = stage or self.deciding
        found = {}
        for item, facts in assessed.items():
            part, fact = self.by_id[item], facts[0]
            if len(facts) > 1:
                decided = _decided(part, facts, wanted)
                if decided is None:
                    continue
                fact = decided
            elif wanted is not None and fact.stage is not wanted and _stage(fact) is not wanted:
                continue
            score = fact.score
            if (
                fact.not_applicable is not None
                or (score is not None and not part.floor <= score <= part.max)
                or (part.step is not None and score is not None and score % part.step)
            ):
                check_assessment(self.scheme, part.indicator, fact)
            found[item] = fact
        return found


def _decided(part: Part, facts: Sequence[Fact], wanted: Stage | None) -> Fact | None:
    if wanted is not None:
        facts = [fact for fact in facts if _stage(fact) is wanted]
    if len(facts) > 1:
        facts = _latest(facts)
    if len(facts) > 1:
        text = _("{title} was scored {count} times at the same stage on the same day. Keep one.")
        raise BadInput("scored_twice", text.format(title=part.indicator.title.text, count=len(facts)))
    return facts[0] if facts else None


def _stage(fact: Fact) -> Stage:
    return fact.stage or Stage.REVIEW


def _latest(facts: Sequence[Fact]) -> list[Fact]:
    latest = max(_turn(fact) for fact in facts)
    return [fact for fact in facts if _turn(fact) == latest]


def _turn(fact: Fact) -> tuple[int, int]:
    return ORDER.index(_stage(fact)), fact.day.toordinal() if fact.day else 0


def _common_unit(scheme: Scheme) -> Decimal:
    """A number that every maximum divides without remainder, so that weights never leave exact arithmetic."""
    if not scheme.weighted:
        return ONE
    unit = ONE
    for indicator in scheme.indicators:
        unit = unit * indicator.max if unit % indicator.max else unit
    return unit


class Assessed:
    """The indicators of one member, scored. ``given``: the total was assessed elsewhere."""

    __slots__ = ("frame", "given", "gone", "groups", "missing", "scores", "steps")

    def __init__(self, frame: Frame) -> None:
        self.frame = frame
        self.scores: Scores = {}
        self.groups: Scores = {}
        self.gone: Scores = {}
        self.missing: list[str] = []
        self.given = False
        self.steps: list[Step] = []

    def score(self, chosen: Mapping[str, Fact], charges: Mapping[str, list[Charge]], others: Container[str]) -> None:
        """Every indicator: where it starts, what is taken away or added, never beyond its floor and its maximum.

        ``others``: the indicators that have any score, if only one of a stage that does not decide.
        """
        scores, steps = self.scores, self.steps
        for part in self.frame.parts:
            name = part.id
            fact = chosen.get(name)
            if (
                fact is not None
                and fact.score is not None
                and fact.not_applicable is None
                and (fact.evidence or not part.evidence)
            ):
                points: Decimal | None = fact.score
                steps.append(Step("scored", "indicator", name, fact, None, points))
            else:
                points = self._otherwise(part, fact, undecided=fact is None and name in others)
            own = charges.get(name)
            if points is not None:
                scores[name] = self._move(part, points, own) if own else points
            elif own:
                for charge in own:
                    charge.drop("not_scored")

    def _otherwise(self, part: Part, fact: Fact | None, *, undecided: bool) -> Decimal | None:
        """The points of an indicator that is not simply scored; None when it is missing or does not apply at all."""
        if fact is not None and fact.not_applicable is not None:
            self._take_out(part, fact)
            if fact.not_applicable == part.max:
                return None
        return self._begin(part, fact, undecided=undecided)

    def _take_out(self, part: Part, fact: Fact) -> None:
        gone = fact.not_applicable or ZERO
        self.gone[part.id] = gone
        self.steps.append(Step("not_applicable", "indicator", part.id, fact, part.max, part.max - gone))

    def _begin(self, part: Part, fact: Fact | None, *, undecided: bool) -> Decimal | None:
        """The points an indicator begins with; None when it is missing."""
        indicator = part.indicator
        if fact is not None and fact.score is not None:
            if fact.evidence or not indicator.evidence:
                self.steps.append(Step("scored", "indicator", part.id, fact, None, fact.score))
                return fact.score
            self.steps.append(Step("no_evidence", "indicator", part.id, fact))
        if indicator.required or (fact is not None and fact.score is not None):
            self.missing.append(part.id)
            notes: tuple[Note, ...] = (("other_stage",),) if undecided else ()
            self.steps.append(Step("missing", "indicator", part.id, fact, notes=notes))
            return None
        start = part.max - self.gone.get(part.id, ZERO) if indicator.start is Start.FULL else ZERO
        self.steps.append(Step("starts", "indicator", part.id, None, None, start))
        return start

    def _move(self, part: Part, points: Decimal, charges: list[Charge]) -> Decimal:
        floor, most = part.indicator.floor, part.max - self.gone.get(part.id, ZERO)
        for charge in charges:
            before = points
            points = _moved(before, charge, floor, most)
            self.steps.append(step_of(charge, "indicator", before, points, floor, most))
        return points

    def add_up(self, charges: Mapping[str, list[Charge]]) -> Sum:
        """The indicators and groups together, and the most that was possible without what does not apply."""
        reached, scores, groups = ZERO, self.scores, Scores()
        dropped = self._best() if self.frame.sets else ()
        for name, factor, group_id in self.frame.shares:
            points = scores.get(name)
            if points is None or name in dropped:
                continue
            if group_id:
                groups[group_id] = groups.get(group_id, ZERO) + points * factor
            else:
                reached += points * factor
        for group in self.frame.groups:
            reached += self._group(group, groups.get(group.id, ZERO), charges.get(group.id))
        return Sum(reached, self._possible() if self.gone or self.frame.sets else self.frame.possible)

    def _possible(self) -> Decimal:
        total, sets = ZERO, Scores()
        for part in self.frame.parts:
            most = (part.max - self.gone.get(part.id, ZERO)) * part.factor
            if part.best_of:
                sets[part.best_of] = max(most, sets.get(part.best_of, ZERO))
            else:
                total += most
        return total + sum(sets.values(), ZERO)

    def _group(self, group: Group, points: Decimal, charges: list[Charge] | None) -> Decimal:
        floor = group.floor if group.floor is not None else ZERO
        for charge in charges or ():
            before, points = points, _moved(points, charge, floor, group.cap)
            self.steps.append(step_of(charge, "group", before, points, floor, group.cap))
        if group.cap is not None and points > group.cap:
            self.steps.append(Step("capped", "group", group.id, None, points, group.cap))
            points = group.cap
        self.groups[group.id] = points
        return points

    def _best(self) -> set[str]:
        """Of indicators in one set only the highest counts; the ids of the others."""
        sets: dict[str, list[Part]] = {}
        for part in self.frame.parts:
            if part.best_of:
                sets.setdefault(part.best_of, []).append(part)
        dropped: set[str] = set()
        for name, parts in sets.items():
            best = max(parts, key=lambda part: self.scores.get(part.id, Decimal(-1)))
            for part in parts:
                if part is not best:
                    dropped.add(part.id)
                    notes = (("best_of", name, best.id),)
                    self.steps.append(
                        Step("set_aside", "indicator", part.id, None, self.scores.get(part.id), ZERO, notes)
                    )
        return dropped


def _moved(points: Decimal, charge: Charge, floor: Decimal, most: Decimal | None) -> Decimal:
    if charge.plan.kind is Kind.BONUS:
        after = points + charge.points
        return after if most is None or after <= most else max(most, points)
    after = points - charge.points
    return after if after >= floor else min(floor, points)


def step_of(
    charge: Charge, scope: str, before: Decimal, after: Decimal, floor: Decimal | None, most: Decimal | None
) -> Step:
    """The step of a charge; says so when floor or maximum kept part of it away."""
    notes = charge.notes
    if abs(after - before) != charge.points:
        edge = floor if after < before or charge.plan.kind is not Kind.BONUS else most
        notes = (*notes, ("stopped", charge.points, edge if edge is not None else plain(after)))
    code = "bonus" if charge.plan.kind is Kind.BONUS else "deduct"
    return Step(code, scope, charge.plan.rule.id, charge.fact, before, after, notes, charge.until)
