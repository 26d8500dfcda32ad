"""From a score to a grade: bands, direct grades, caps, gates, must-haves, consecutive years, the grade held before. Pure."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from core.errors import RuleViolated
from core.i18n import _
from membership.rules.grading.assessment import Assessed
from membership.rules.grading.charges import Charge
from membership.rules.grading.facts import Fact
from membership.rules.grading.numbers import ONE, ZERO, plain
from membership.rules.grading.results import Limit, Result, Status, Step
from membership.rules.grading.scheme import Condition, Gate, Scheme
from membership.rules.grading.terms import Kind


class Standing(NamedTuple):
    """What a member has come to, before it is graded. ``waiting``: bonuses are only recorded for now."""

    score: Decimal | None
    charges: Sequence[Charge]
    assessed: Assessed
    history: Sequence[Fact]
    day: date
    waiting: bool


InForce = tuple[tuple[Fact, date | None], ...]


class Ladder:
    """The grades of a scheme, the best first, and everything that decides between them."""

    def __init__(self, scheme: Scheme) -> None:
        self.scheme = scheme
        self.ids = scheme.grade_ids
        self.ranks = {name: place for place, name in enumerate(self.ids)}
        self.must_haves = [indicator for indicator in scheme.indicators if indicator.must_have]
        self.full = {indicator.id: indicator.max for indicator in scheme.indicators}
        self._check()

    def _check(self) -> None:
        named = [
            *(band.grade for band in self.scheme.bands),
            *(rule.grade for rule in self.scheme.rules if rule.kind in (Kind.DIRECT, Kind.CAP)),
            *(gate.at_most for gate in self.scheme.gates),
            *(indicator.must_have for indicator in self.must_haves),
            *(name for entry in self.scheme.consecutive for name in (entry.grade, entry.becomes)),
        ]
        if not self.ids or any(name not in self.ranks for name in named):
            raise RuleViolated(
                "scheme_unsound", _("This scheme refers to grades that it does not have. Check it first.")
            )

    def judge(self, standing: Standing, steps: list[Step], in_force: InForce, missing: tuple[str, ...]) -> Result:
        """The result, with the steps that lead from the score to the grade."""
        ends = [charge for charge in standing.charges if charge.counts and charge.plan.kind is Kind.END]
        if ends:
            steps.extend(Step("ended", "grade", c.plan.rule.id, c.fact, notes=c.notes, until=c.until) for c in ends)
            return self._special(Status.ENDED, standing, steps, in_force, missing)
        if standing.score is None:
            told = {step.item for step in steps if step.code == "missing"}
            steps.extend(Step("absent", "grade", name) for name in missing if name not in told)
            return self._special(Status.MISSING, standing, steps, in_force, missing)
        by_score = self.band_of(standing.score, standing)
        steps.append(Step("band", "grade", "", None, None, standing.score, grade=by_score))
        limits, ended = self._limits(standing, steps)
        if ended:
            return self._special(Status.ENDED, standing, steps, in_force, missing)
        grade = self.ids[max((self.ranks[limit.grade] for limit in limits), default=0)]
        if self.ranks[by_score] > self.ranks[grade]:
            grade = by_score
        grade = self._after_years(grade, standing, steps)
        shown = self._shown(grade, by_score, standing, steps)
        return Result(
            grade, shown, standing.score, Status.GRADED, by_score, tuple(limits), tuple(steps), in_force, missing
        )

    def _special(
        self, status: Status, standing: Standing, steps: list[Step], in_force: InForce, missing: tuple[str, ...]
    ) -> Result:
        grade = (self.scheme.ended if status is Status.ENDED else self.scheme.missing).id
        return Result(grade, grade, standing.score, status, "", (), tuple(steps), in_force, missing)

    def band_of(self, score: Decimal, standing: Standing) -> str:
        """The grade whose band holds this score. Raises RuleViolated when none does, which the checker prevents."""
        for band in self.scheme.bands:
            if band.bounds.holds(score) and all(self.holds(condition, standing) for condition in band.when):
                return band.grade
        raise RuleViolated(
            "no_band", _("No grade of this scheme covers {score}. Check it first.").format(score=plain(score))
        )

    def holds(self, condition: Condition, standing: Standing) -> bool:
        """Whether a condition of a band or gate is met."""
        if condition.kind == "negative":
            return condition.some == any(c.counts and c.plan.heavy for c in standing.charges)
        if condition.kind == "rules":
            count = sum(1 for c in standing.charges if c.counts and c.plan.rule.id in condition.refs)
            return condition.bounds.holds(Decimal(count))
        reached = standing.assessed.scores if condition.kind == "indicator" else standing.assessed.groups
        if condition.full:
            gone = standing.assessed.gone
            return all(reached.get(ref, ZERO) >= self._most(ref, gone.get(ref, ZERO)) for ref in condition.refs)
        return all(condition.bounds.holds(reached.get(ref, ZERO)) for ref in condition.refs)

    def _most(self, ref: str, gone: Decimal) -> Decimal:
        if ref in self.full:
            return self.full[ref] - gone
        return next((group.max for group in self.scheme.groups if group.id == ref and group.max is not None), ZERO)

    def _limits(self, standing: Standing, steps: list[Step]) -> tuple[list[Limit], bool]:
        """Everything that keeps the grade down; True when a must-have that is lacking ends the assessment."""
        limits = [*self._of_charges(standing, steps), *self._of_gates(standing, steps)]
        for indicator in self.must_haves:
            short = self._short_of(indicator.id, standing)
            if not short:
                continue
            place = self.ranks[indicator.must_have] + 1
            if place >= len(self.ids) - 1 and self.scheme.counting.must_have_ends:
                steps.append(Step("must_have_ends", "grade", indicator.id))
                return limits, True
            grade = self.ids[min(place, len(self.ids) - 1)]
            limits.append(Limit("must_have", indicator.id, grade))
            steps.append(Step("must_have", "grade", indicator.id, grade=grade))
        return limits, False

    def _short_of(self, name: str, standing: Standing) -> bool:
        if standing.assessed.given and name not in standing.assessed.scores:
            return False
        gone = standing.assessed.gone.get(name, ZERO)
        return gone != self.full[name] and standing.assessed.scores.get(name, ZERO) < self.full[name] - gone

    def _of_charges(self, standing: Standing, steps: list[Step]) -> list[Limit]:
        direct = [c for c in standing.charges if c.counts and c.direct]
        caps = [c for c in standing.charges if c.counts and c.plan.kind is Kind.CAP]
        lifted = self._lifted(direct, standing, steps) if direct else None
        limits = []
        for code, charges in (("direct", direct), ("cap", caps)):
            for charge in charges:
                grade = charge.plan.rule.grade
                if code == "direct" and lifted is not None:
                    grade = self.ids[min(self.ranks[grade], self.ranks[lifted])]
                limits.append(Limit(code, charge.plan.rule.id, grade, charge.fact))
                steps.append(
                    Step(code, "grade", charge.plan.rule.id, charge.fact, None, None, charge.notes, charge.until, grade)
                )
        return limits

    def _lifted(self, direct: Sequence[Charge], standing: Standing, steps: list[Step]) -> str | None:
        """The grade to which bonuses earned since the correction lift a direct grade; None when they do not.

        Counted from the top of the direct grade's own band: a directly graded member starts below, whatever its score.
        """
        if not self.scheme.counting.correction_lifts or standing.waiting or standing.score is None:
            return None
        if any(c.open or c.fact.corrected is None or c.fact.corrected > standing.day for c in direct):
            return None
        since = max(c.fact.corrected for c in direct if c.fact.corrected)
        extra = sum(
            (c.points for c in standing.charges if c.counts and c.plan.bonus and (c.fact.day or date.min) >= since),
            ZERO,
        )
        worst = max((c.plan.rule.grade for c in direct), key=self.ranks.__getitem__)
        top = self._top(worst)
        if not extra or top is None:
            return None
        lifted = min(top, standing.score - extra) + extra
        grade = self.band_of(lifted, standing)
        notes = (("lifted", top, extra),)
        steps.append(Step("lifted", "grade", "", None, top, lifted, notes, grade=grade))
        return grade

    def _top(self, grade: str) -> Decimal | None:
        """The highest score of a grade's band."""
        rounding = self.scheme.scoring.rounding
        step = ONE.scaleb(-rounding.digits) if rounding else ZERO
        highs = [
            band.bounds.high if band.bounds.high_included else band.bounds.high - step
            for band in self.scheme.bands
            if band.grade == grade and band.bounds.high is not None
        ]
        return max(highs, default=None)

    def _of_gates(self, standing: Standing, steps: list[Step]) -> list[Limit]:
        limits = []
        for gate in self.scheme.gates:
            if self.closed(gate, standing):
                limits.append(Limit("gate", gate.id, gate.at_most))
                steps.append(Step("gate", "grade", gate.id, grade=gate.at_most))
        return limits

    def closed(self, gate: Gate, standing: Standing) -> bool:
        """Whether a gate keeps the grade down."""
        if any(self.holds(condition, standing) for condition in gate.when):
            return True
        return bool(gate.unless) and not all(self.holds(condition, standing) for condition in gate.unless)

    def _after_years(self, grade: str, standing: Standing, steps: list[Step]) -> str:
        """A grade in consecutive years, the year of grading included, becomes another one."""
        years: dict[int, tuple[date, str]] = {}
        for fact in standing.history:
            if fact.day is not None and fact.day <= standing.day:
                years[fact.day.year] = max(years.get(fact.day.year, (date.min, "")), (fact.day, fact.grade))
        for entry in self.scheme.consecutive:
            former = [years.get(standing.day.year - back, (date.min, ""))[1] for back in range(1, entry.years)]
            if grade == entry.grade and all(one == entry.grade for one in former):
                notes = (("consecutive", Decimal(entry.years), entry.grade),)
                steps.append(Step("consecutive", "grade", entry.grade, notes=notes, grade=entry.becomes))
                return entry.becomes
        return grade

    def _shown(self, grade: str, by_score: str, standing: Standing, steps: list[Step]) -> str:
        """The grade as published: with the one held before, where the scheme keeps it."""
        former = self.scheme.grades[self.ranks[grade]].former
        if not former:
            return grade
        held = [(fact.day, fact.grade) for fact in standing.history if fact.day and fact.day <= standing.day]
        before = max((pair for pair in held if pair[1] != grade), default=(date.min, by_score))[1]
        if before not in former or before == grade:
            return grade
        steps.append(Step("former", "grade", before, notes=(("former", before),), grade=former[before]))
        return former[before]
