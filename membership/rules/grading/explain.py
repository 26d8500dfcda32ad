"""The steps of a result in words: one line per step, for the member who reads them. Pure."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from core.i18n import N_, _
from membership.rules.grading.facts import Fact
from membership.rules.grading.numbers import plain
from membership.rules.grading.results import Note, Result, Status, Step
from membership.rules.grading.scheme import Scheme
from membership.rules.grading.terms import Stage

COUNTING: Mapping[str, str] = {
    "repeated": N_("repeated within the validity of the fact of {0}: × {1}"),
    "repaired": N_("repaired on {0}: {1} points instead of the direct grade"),
    "same_fact": N_("the same act is already counted under “{item}”, which weighs most"),
    "expired": N_("no longer counts since it was valid until {0}"),
    "not_yet": N_("dated {0}, after the day of grading"),
    "no_evidence": N_("not counted: the scheme requires evidence"),
    "other_stage": N_("there is a score of another stage, which does not decide"),
    "not_scored": N_("its indicator is not scored, so it takes nothing away"),
    "in_total": N_("taken as already contained in the total that was assessed elsewhere"),
    "outside_range": N_("{0} is outside the range that the rule is about"),
    "recorded_only": N_("only recorded: a directly graded act is not corrected yet"),
    "best_of": N_("of its set only the best counts"),
    "once": N_("counts once, however often it happened"),
    "most_per_year": N_("at most {0} points per year"),
    "most": N_("at most {0} points altogether"),
    "bonus_most_per_year": N_("bonuses together at most {0} points per year"),
    "bonus_most": N_("bonuses together at most {0} points"),
    "stopped": N_("{0} points, but it stops at {1}"),
    "rescaled": N_("{0} of {1} that apply, on a scale of {2}"),
    "consecutive": N_("{0} years running"),
    "former": N_("held before: {0}"),
    "lifted": N_("from {0}, with {1} bonus points since the correction"),
}
"""Rules of counting → how they are said; the numbers are the values of the note."""

LINES: Mapping[str, str] = {
    "scored": N_("{title}: {after} points"),
    "starts": N_("{title}: begins with {after} points"),
    "missing": N_("{title}: no score yet"),
    "no_evidence": N_("{title}: scored without the evidence that is required, so it counts as missing"),
    "not_applicable": N_("{title}: does not apply, {before} → {after} points possible"),
    "given": N_("Total assessed elsewhere: {after} points"),
    "added_up": N_("Indicators together: {after} points"),
    "rescaled": N_("Indicators together, rescaled: {after} points"),
    "base": N_("Starting score: {after} points"),
    "deduct": N_("{title}: −{change}, {before} → {after}"),
    "bonus": N_("{title}: +{change}, {before} → {after}"),
    "demerit": N_("{title}: +{change} demerit points, {before} → {after}"),
    "relief": N_("{title}: −{change} demerit points, {before} → {after}"),
    "set_aside": N_("{title}: does not change the score"),
    "floored": N_("Not below {after}: {before} → {after}"),
    "capped": N_("Not above {after}: {before} → {after}"),
    "rounded": N_("Rounded: {before} → {after}"),
    "band": N_("By score {after}: {grade}"),
    "direct": N_("{title}: direct grade {grade}"),
    "cap": N_("{title}: at most {grade}"),
    "gate": N_("{title}: at most {grade}"),
    "must_have": N_("{title}: a must-have is not fully met, at most {grade}"),
    "must_have_ends": N_("{title}: a must-have is not fully met, the assessment ends"),
    "ended": N_("{title}: the assessment ends"),
    "absent": N_("{title}: missing, so there is no grade yet"),
    "lifted": N_("Bonuses since the correction lift the direct grade: {grade}"),
    "consecutive": N_("{title} becomes {grade}"),
    "former": N_("Shown as {grade}"),
}
"""Steps → how they are said."""

STAGES = {Stage.SELF: N_("self-assessment"), Stage.FIRST: N_("first review"), Stage.REVIEW: N_("second review")}
STATUSES = {
    Status.GRADED: N_("{grade} with {score} points"),
    Status.MISSING: N_("{grade}: not everything is assessed yet"),
    Status.ENDED: N_("{grade}: the assessment was ended"),
}


class Reader:
    """Knows the titles and clauses of a scheme."""

    def __init__(self, scheme: Scheme) -> None:
        self.scheme = scheme
        self.titles = {grade.id: grade.title for grade in scheme.grades}
        self.titles |= {special.id: special.title for special in (scheme.missing, scheme.ended)}
        things = {group.id: group.title for group in scheme.groups} | {gate.id: gate.title for gate in scheme.gates}
        things |= {indicator.id: indicator.title for indicator in scheme.indicators}
        self.titles = self.titles | things | {rule.id: rule.title for rule in scheme.rules}
        self.clauses = {gate.id: gate.clause for gate in scheme.gates}
        self.clauses |= {indicator.id: indicator.clause for indicator in scheme.indicators}
        self.clauses |= {rule.id: rule.clause for rule in scheme.rules}
        self.weights = {one.id: one.weight for one in scheme.indicators if one.weight is not None}
        self.levels = {level.id: level.title for level in scheme.levels}

    def title(self, name: str) -> str:
        """What an indicator, rule, gate or grade is called."""
        return self.titles[name].text if name in self.titles else name

    def headline(self, result: Result) -> str:
        """The grade in one line."""
        score = "" if result.score is None else plain(result.score)
        shown = result.shown if result.shown != result.grade else self.title(result.grade)
        return _(STATUSES[result.status]).format(grade=shown, score=score)

    def line(self, step: Step) -> str:
        """A step in words: what happened, by which clause, from which fact, on which evidence, why so."""
        parts = [self.what(step), *self.counting(step)]
        if step.code == "scored" and step.item in self.weights:
            parts.append(_("weight {weight}").format(weight=plain(self.weights[step.item])))
        if clause := self.clauses.get(step.item):
            parts.append(_("basis: {clause}").format(clause=clause))
        if step.fact is not None:
            parts += self.of_fact(step.fact)
        if step.until is not None and step.until != date.max and step.code != "set_aside":
            parts.append(_("valid until {day}").format(day=step.until))
        return _("; ").join(parts)

    def what(self, step: Step) -> str:
        """The bare step."""
        change = abs(step.after - step.before) if step.before is not None and step.after is not None else None
        return _(LINES[_said(step)]).format(
            title=self.title(step.item),
            before=_number(step.before),
            after=_number(step.after),
            change=_number(change),
            grade=self.title(step.grade),
        )

    def counting(self, step: Step) -> list[str]:
        """The rules of counting that touched it."""
        return [self._counted(note) for note in step.notes]

    def _counted(self, note: Note) -> str:
        code, *values = note
        texts = [plain(value) if isinstance(value, Decimal) else str(value) for value in values]
        return _(COUNTING[str(code)]).format(*texts, item=self.title(texts[0]) if texts else "")

    def of_fact(self, fact: Fact) -> list[str]:
        """Date, level, value, stage, evidence, reason and who recorded it."""
        level = self.levels[fact.level].text if fact.level in self.levels else fact.level
        shown: list[tuple[str, object]] = [
            (_("on {value}"), fact.day),
            (_("level {value}"), level),
            (_("value {value}"), None if fact.value is None else plain(fact.value)),
            (_("{value} times"), fact.times),
            ("{value}", _(STAGES[fact.stage]) if fact.stage else None),
            (_("still going on"), fact.continuing and fact.ended is None),
            (_("corrected on {value}"), fact.corrected),
            (_("evidence: {value}"), fact.evidence),
            (_("reason: {value}"), fact.reason),
            (_("by {value}"), fact.by),
            (_("entered on {value}"), fact.entered),
            ("{value}", fact.ref),
        ]
        return [text.format(value=value) for text, value in shown if value]


def _number(value: Decimal | None) -> str:
    return "" if value is None else plain(value)


def lines(scheme: Scheme, result: Result) -> list[str]:
    """A result in words: the grade, then one line per step."""
    reader = Reader(scheme)
    return [reader.headline(result), *(reader.line(step) for step in result.steps)]


def _said(step: Step) -> str:
    """How a step is said: where points count against a member, a deduction makes the score rise."""
    rises = step.before is not None and step.after is not None and step.after > step.before
    falls = step.before is not None and step.after is not None and step.after < step.before
    return "demerit" if step.code == "deduct" and rises else "relief" if step.code == "bonus" and falls else step.code


def _exact(value: Decimal | None) -> str | None:
    return None if value is None else plain(value)


def step_data(reader: Reader, step: Step) -> dict[str, object]:
    """A step for machines: numbers as exact text."""
    change = step.after - step.before if step.before is not None and step.after is not None else None
    return {
        "code": step.code, "scope": step.scope, "item": step.item or None, "title": reader.title(step.item) or None,
        "clause": reader.clauses.get(step.item) or None, "before": _exact(step.before), "after": _exact(step.after),
        "points": _exact(change), "grade": step.grade or None, "counting": [str(note[0]) for note in step.notes],
        "valid_until": str(step.until) if step.until is not None and step.until != date.max else None,
        "fact": None if step.fact is None else fact_data(step.fact), "words": reader.line(step),
    }  # fmt: skip


def fact_data(fact: Fact) -> dict[str, object]:
    """A fact for machines: what was given, numbers as exact text."""
    found = {name: value for name, value in fact._asdict().items() if value not in (None, "", False)}
    return {name: plain(value) if isinstance(value, Decimal) else str(value) for name, value in found.items()}
