"""From the tables of a scheme document to rules, their conditions and how long facts count. Pure."""

from decimal import Decimal

from core.i18n import N_
from membership.rules.grading.document import Table
from membership.rules.grading.numbers import ZERO, Mode
from membership.rules.grading.scheme import Condition, LevelPoints, Repair, Rule, Tier
from membership.rules.grading.terms import EVERYTHING, Bounds, Kind, Lasts, Method, Origin

MOST_MONTHS = 1_200
CONDITION_KEYS = ("indicator", "group", "rule", "rules", "negative")


def rule_of(table: Table) -> Rule:
    """One rule, with everything its kind and method need."""
    kind = table.choice("kind", Kind, required=True) or Kind.MARK
    scores = kind in (Kind.DEDUCT, Kind.BONUS)
    method = table.choice("method", Method, required=scores)
    made = Rule(
        id=table.text("id", required=True),
        title=table.words("title"),
        kind=kind,
        method=method,
        points=table.positive("points"),
        step=table.positive("step"),
        step_start=table.number("step_start") or ZERO,
        step_mode=table.choice("step_rounding", Mode),
        tiers=tuple(_tier(inner) for inner in table.tables("tiers")),
        levels=tuple(_level_points(inner) for inner in table.tables("levels")),
        indicator=table.text("indicator"),
        group=table.text("group"),
        grade=table.text("at_most" if kind is Kind.CAP else "grade", required=kind in (Kind.DIRECT, Kind.CAP)),
        value=_value(table),
        most_per_fact=table.positive("most_per_fact"),
        most_per_year=table.positive("most_per_year"),
        most=table.positive("most"),
        best_of=table.text("best_of"),
        repeat_times=table.positive("repeat_times"),
        also=table.texts("also"),
        takes=table.texts("takes"),
        lasts=_own_lasts(table),
        repair=_repair(table),
        required=table.flag("required"),
        evidence=table.flag("evidence_required"),
        origin=table.choice("origin", Origin) or Origin.OTHER,
        clause=table.text("clause"),
        where=table.path,
    )
    _check_method(table, made)
    table.finish()
    return made


def _check_method(table: Table, rule: Rule) -> None:
    """What the method needs is there. Missing rounding of steps is named: it decides points."""
    needs = {
        Method.PER_EVENT: ("points",),
        Method.FIXED: ("points",),
        Method.PER_STEP: ("points", "step", "step_rounding"),
        Method.TIERED: ("tiers",),
        Method.BY_LEVEL: ("levels",),
    }
    for key in needs.get(rule.method, ()) if rule.method else ():
        if key == "step_rounding" and key not in table.content:
            template = N_("Say how part of a step counts: step_rounding = floor, ceil or half_up.")
            table.note("step_rounding_missing", key, template)
        elif key not in table.content:
            table.note("key_missing", key, N_("“{key}” is missing."), key=key)
    if rule.method is Method.MISSING_ITEM and rule.points is None and not rule.indicator:
        table.note("key_missing", "points", N_("A missing item needs points, or an indicator whose points it takes."))


def _tier(table: Table) -> Tier:
    made = Tier(table.bounds(), table.number("points", required=True) or ZERO, table.path)
    table.finish()
    return made


def _level_points(table: Table) -> LevelPoints:
    made = LevelPoints(table.text("level", required=True), table.number("points", required=True) or ZERO, table.path)
    table.finish()
    return made


def _value(table: Table) -> Bounds:
    inner = table.table("value")
    if inner is None:
        return EVERYTHING
    bounds = inner.bounds()
    inner.finish()
    return bounds


def lasts_of(table: Table, *, required: bool = False) -> Lasts | None:
    """How long a fact counts, from exactly one of ``months``, ``years``, ``same_year`` and ``for_good``."""
    given = [key for key in ("months", "years", "same_year", "for_good") if key in table.content]
    months, years = table.whole("months", 1, MOST_MONTHS), table.whole("years", 1, MOST_MONTHS // 12)
    same_year, _for_good = table.flag("same_year"), table.flag("for_good")
    if len(given) > 1 or (required and not given):
        key = given[1] if given else "years"
        table.note("lasts_unclear", key, N_("Give exactly one of months, years, same_year and for_good."))
    if not given:
        return None
    return Lasts(months if months is not None else years * 12 if years is not None else None, same_year)


def _own_lasts(table: Table) -> Lasts | None:
    inner = table.table("validity")
    if inner is None:
        return None
    lasts = lasts_of(inner, required=True)
    inner.finish()
    return lasts


def _repair(table: Table) -> Repair | None:
    inner = table.table("repair")
    if inner is None:
        return None
    points, lasts = inner.number("points", required=True), lasts_of(inner, required=True)
    inner.finish()
    return Repair(points or ZERO, lasts or Lasts())


def conditions_of(table: Table, key: str) -> tuple[Condition, ...]:
    """The conditions of a gate or band."""
    return tuple(_condition(inner) for inner in table.tables(key))


def _condition(table: Table) -> Condition:
    given = [key for key in CONDITION_KEYS if key in table.content]
    kind = given[0] if given else "negative"
    refs = (*table.texts("indicator"), *table.texts("group"), *table.texts("rule"), *table.texts("rules"))
    negative, full = table.text("negative"), table.flag("full")
    bounds = table.bounds()
    if len(given) != 1:
        template = N_("A condition names exactly one of: {keys}")
        table.note("condition_unclear", given[1] if given else "indicator", template, keys=", ".join(CONDITION_KEYS))
    elif kind == "negative" and negative not in ("some", "none"):
        table.note("not_known", "negative", N_("Write “some” or “none”."))
    elif kind in ("indicator", "group") and full != bounds.everything:
        table.note("condition_unclear", "from", N_("Say either full = true or a range of points."))
    table.finish()
    if kind in ("rule", "rules"):
        return Condition("rules", refs, Bounds(Decimal(1)) if bounds.everything else bounds, where=table.path)
    return Condition(kind, refs, bounds, full, negative == "some", table.path)
