"""Facts that are graded, and what the scheme asks of each of them. Pure.

A fact is what somebody recorded about a member: the score of an indicator, an event that a rule names, a grade of former
years, or a total that was assessed elsewhere.
"""

from datetime import date
from decimal import Decimal
from typing import NamedTuple

from core.errors import BadInput
from core.i18n import _
from membership.rules.grading.numbers import plain
from membership.rules.grading.scheme import Indicator, Rule, Scheme
from membership.rules.grading.terms import Kind, Method, Stage

TOTAL, HISTORY = "total", "history"
"""Items of their own: a total assessed elsewhere, and a grade held before."""
RESERVED = frozenset((TOTAL, HISTORY))


class Fact(NamedTuple):
    """One recorded fact. ``item`` is the id of an indicator or rule, or ``total`` or ``history``.

    ``value`` is the amount, rate or number that steps, tiers and ranges look at, ``times`` how often it happened.
    ``day`` is when the fact came about, whenever it was entered; ``ended`` when a continuing act ended.
    ``not_applicable`` are the points of an indicator (or of the total) that do not apply; None: all apply.
    ``same_fact``: facts of one member with the same key are one act and count once.
    ``ref`` and ``entered`` tell where the fact stands in the register and since when; they change no grade.
    """

    item: str
    score: Decimal | None = None
    value: Decimal | None = None
    times: int | None = None
    day: date | None = None
    ended: date | None = None
    continuing: bool = False
    corrected: date | None = None
    repaired: date | None = None
    level: str = ""
    stage: Stage | None = None
    grade: str = ""
    not_applicable: Decimal | None = None
    evidence: str = ""
    same_fact: str = ""
    reason: str = ""
    by: str = ""
    ref: str = ""
    entered: date | None = None


class Refused(BadInput):
    """A fact that cannot be graded; ``column`` is the field that is wrong."""

    def __init__(self, code: str, column: str, text: str) -> None:
        super().__init__(code, text)
        self.column = column


def check_score(indicator: Indicator, score: Decimal, not_applicable: Decimal | None = None) -> None:
    """A score within floor and maximum, with no more decimals than the scheme allows. Raises Refused."""
    most = indicator.max - (not_applicable or 0)
    if not indicator.floor <= score <= most:
        text = _("{title}: {score} is not between {floor} and {most}.")
        words = text.format(
            title=indicator.title.text, score=plain(score), floor=plain(indicator.floor), most=plain(most)
        )
        raise Refused("score_range", "score", words)
    check_digits(indicator, score)


def check_digits(indicator: Indicator, score: Decimal) -> None:
    """No more decimals than the scheme allows (交通运输企业: 各项得分为整数). Raises Refused."""
    digits = indicator.digits
    if digits is not None and score % Decimal(1).scaleb(-digits):
        text = _("{title}: {score} has more than {digits} decimals.")
        words = text.format(title=indicator.title.text, score=plain(score), digits=digits)
        raise Refused("score_digits", "score", words)


def check_assessment(scheme: Scheme, indicator: Indicator, fact: Fact) -> None:
    """A fact about an indicator: its score, and what of it does not apply. Raises Refused."""
    if fact.not_applicable is not None:
        if scheme.scoring.rescale_to is None:
            text = _("This scheme does not take items out of the assessment, so {title} always applies.")
            raise Refused("always_applies", "not_applicable", text.format(title=indicator.title.text))
        if indicator.always_applies or not 0 < fact.not_applicable <= indicator.max:
            text = _("{title}: {points} points cannot be taken out of the assessment.")
            words = text.format(title=indicator.title.text, points=plain(fact.not_applicable))
            raise Refused("not_applicable_range", "not_applicable", words)
    if fact.score is not None:
        check_score(indicator, fact.score, fact.not_applicable)


def check_event(rule: Rule, fact: Fact) -> None:
    """A fact that a rule names: it carries what the rule counts by. Raises Refused."""
    if fact.score is not None:
        text = _("{title} is no indicator: its points follow from the rule, not from a score.")
        raise Refused("score_of_rule", "score", text.format(title=rule.title.text))
    needs_value = rule.method in (Method.PER_STEP, Method.TIERED, Method.AS_RULED) or not rule.value.everything
    if needs_value and fact.value is None:
        raise Refused("value_missing", "value", _("{title} needs a value.").format(title=rule.title.text))
    if fact.value is not None and fact.value < 0:
        raise Refused("value_negative", "value", _("A value is not below 0."))
    if rule.method is Method.TIERED and not any(tier.bounds.holds(fact.value or Decimal(0)) for tier in rule.tiers):
        text = _("{title}: no tier of the scheme covers {value}.")
        words = text.format(title=rule.title.text, value=plain(fact.value or Decimal(0)))
        raise Refused("value_outside", "value", words)
    if rule.method is Method.BY_LEVEL and fact.level not in {entry.level for entry in rule.levels}:
        text = _("{title} needs one of these levels: {levels}")
        known = ", ".join(entry.level for entry in rule.levels)
        raise Refused("level_missing", "level", text.format(title=rule.title.text, levels=known))
    if fact.times is not None and fact.times < 1:
        raise Refused("count_low", "count", _("A count is a whole number from 1."))


def check_dates(scheme: Scheme, rule: Rule, fact: Fact) -> None:
    """Dates that the counting needs, in an order that can be. Raises Refused."""
    if fact.day is None and needs_date(scheme, rule):
        text = _("{title} needs the date of the fact: how long it counts runs from then.")
        raise Refused("date_missing", "date", text.format(title=rule.title.text))
    for column, day in (("ended", fact.ended), ("corrected", fact.corrected), ("repaired", fact.repaired)):
        if day is not None and fact.day is not None and day < fact.day:
            raise Refused("date_order", column, _("This is before the fact itself, on {day}.").format(day=fact.day))
    if fact.repaired is not None and rule.repair is None:
        text = _("The scheme knows no repair for {title}.")
        raise Refused("no_repair", "repaired", text.format(title=rule.title.text))
    if (fact.times or 1) > 1 and repeats(scheme, rule):
        text = _("{title} weighs more when repeated: enter each time as a row of its own.")
        raise Refused("count_repeated", "count", text.format(title=rule.title.text))


def check_history(scheme: Scheme, fact: Fact) -> None:
    """A grade held before: one that the scheme knows, with its day. Raises Refused."""
    known = (*scheme.grade_ids, scheme.missing.id, scheme.ended.id)
    if fact.grade not in known:
        text = _("“{grade}” is no grade of this scheme. Use one of: {known}")
        raise Refused("grade_unknown", "grade", text.format(grade=fact.grade[:40], known=", ".join(known)))
    if fact.day is None:
        raise Refused("date_missing", "date", _("A former grade needs the date from which it was held."))


def check_total(scheme: Scheme, fact: Fact) -> None:
    """A total that was assessed elsewhere, and the points of it that do not apply. Raises Refused."""
    scoring = scheme.scoring
    if not scoring.total_may_be_given:
        raise Refused("total_not_taken", "item", _("This scheme takes no total from elsewhere."))
    gone, full = fact.not_applicable or Decimal(0), scoring.full
    if gone and (scoring.rescale_to is None or full is None or not 0 < gone < full):
        text = _("{points} points cannot be taken out of the assessment.")
        raise Refused("not_applicable_range", "not_applicable", text.format(points=plain(gone)))
    if fact.score is None:
        return
    if fact.score < 0 or (full is not None and fact.score > full - gone):
        most = "∞" if full is None else plain(full - gone)
        text = _("A total of {score} is not between 0 and {most}.")
        raise Refused("score_range", "score", text.format(score=plain(fact.score), most=most))


def repeats(scheme: Scheme, rule: Rule) -> bool:
    """Whether a repeated fact of this rule weighs more."""
    times = scheme.counting.repeat_times if rule.repeat_times is None else rule.repeat_times
    return rule.kind is Kind.DEDUCT and times != 1


def needs_date(scheme: Scheme, rule: Rule) -> bool:
    """Whether a fact of this rule cannot be counted without its date."""
    if repeats(scheme, rule) or rule.most_per_year is not None or rule.repair is not None:
        return True
    if rule.kind is Kind.BONUS and scheme.scoring.bonus_most_per_year is not None:
        return True
    if rule.lasts is not None:
        return rule.lasts.months is not None or rule.lasts.same_year
    return any(entry.kind is rule.kind for entry in scheme.validity)
