"""Do points, tiers, levels, caps and weights make sense together? Pure."""

from collections.abc import Iterator, Sequence
from decimal import Decimal, Inexact, localcontext
from itertools import pairwise

from core.i18n import N_
from membership.rules.grading.checks.intervals import Overlap, Piece, findings, ordered
from membership.rules.grading.checks.reach import full_points, most_of, most_of_fact, reach_of
from membership.rules.grading.numbers import EXACT, ZERO, plain
from membership.rules.grading.problems import Problem, Severity
from membership.rules.grading.scheme import Indicator, Rule, Scheme
from membership.rules.grading.terms import Kind, Method

HUNDRED = Decimal(100)
SCORES = (Kind.DEDUCT, Kind.BONUS)


def check_points(scheme: Scheme) -> Iterator[Problem]:
    """Every finding about points."""
    for rule in scheme.rules:
        yield from _fields(rule)
        yield from _tiers(rule)
        yield from _levels(scheme, rule)
        yield from _caps(scheme, rule)
    yield from _weights(scheme)
    yield from _sums(scheme)
    yield from _rounding(scheme)


def _fields(rule: Rule) -> Iterator[Problem]:
    """Fields that the kind or method of a rule does not look at: somebody expects something of them."""
    uses = (
        {
            Method.PER_STEP: ("points", "step"),
            Method.TIERED: ("tiers",),
            Method.BY_LEVEL: ("levels",),
            Method.AS_RULED: (),
        }.get(rule.method, ("points",))
        if rule.method
        else ()
    )
    given = {
        "points": rule.points is not None, "step": rule.step is not None, "tiers": bool(rule.tiers),
        "levels": bool(rule.levels), "method": rule.method is not None and rule.kind not in SCORES,
        "repair": rule.repair is not None and rule.kind is not Kind.DIRECT,
        "repeat_times": rule.repeat_times is not None and rule.kind is not Kind.DEDUCT,
        "indicator": bool(rule.indicator) and rule.kind not in SCORES,
        "group": bool(rule.group) and (rule.kind not in SCORES or bool(rule.indicator)),
    }  # fmt: skip
    for key, there in given.items():
        if there and key not in uses:
            template = N_("“{key}” has no effect here: kind {kind}, method {method}.")
            values = {"key": key, "kind": rule.kind, "method": rule.method or "-"}
            yield Problem("field_unused", f"{rule.where}.{key}", template, values)


def _tiers(rule: Rule) -> Iterator[Problem]:
    pieces = [Piece(tier.bounds, plain(tier.points), tier.where) for tier in rule.tiers]
    for found in findings(pieces, None):
        if isinstance(found, Overlap):
            template = N_("{value} lies in two tiers: here and at {other}.")
            yield Problem(
                "tier_overlap", found.second.where, template, {"value": plain(found.value), "other": found.first.where}
            )
        else:
            template = N_("{value} lies between two tiers and in none.")
            where = found.after.where if found.after else rule.where
            yield Problem("tier_gap", where, template, {"value": plain(found.value)})
    yield from _rising(rule, pieces)
    yield from _open_tiers(pieces)


def _rising(rule: Rule, pieces: Sequence[Piece]) -> Iterator[Problem]:
    """The more, the more points (a real table took 10 for over 12 months of arrears and 50 for 6 to 12)."""
    points = {tier.where: tier.points for tier in rule.tiers}
    for lower, higher in pairwise(ordered(pieces)):
        if points[higher.where] < points[lower.where]:
            template = N_("More is worth less here: {high} points after {low}. Is a digit missing?")
            values = {"high": higher.name, "low": lower.name}
            yield Problem("tier_not_monotonic", f"{higher.where}.points", template, values)


def _open_tiers(pieces: Sequence[Piece]) -> Iterator[Problem]:
    if not pieces:
        return
    placed = ordered(pieces)
    low = placed[0].bounds.low
    if low is not None and low > 0:
        template = N_("Values below {value} are in no tier and will be refused.")
        yield Problem("tier_open", placed[0].where, template, {"value": plain(low)}, Severity.WARNING)
    highs = [piece.bounds.high for piece in placed]
    closed = [high for high in highs if high is not None]
    if len(closed) == len(highs):
        template = N_("Values above {value} are in no tier and will be refused.")
        yield Problem("tier_open", placed[-1].where, template, {"value": plain(max(closed))}, Severity.WARNING)


def _levels(scheme: Scheme, rule: Rule) -> Iterator[Problem]:
    ranks = {level.id: place for place, level in enumerate(scheme.levels)}
    first: dict[str, str] = {}
    for entry in rule.levels:
        if entry.level in first:
            template = N_("The level “{level}” stands already at {other}. Which of the two holds?")
            yield Problem("level_twice", entry.where, template, {"level": entry.level, "other": first[entry.level]})
        first.setdefault(entry.level, entry.where)
    known = sorted((e for e in rule.levels if e.level in ranks), key=lambda e: ranks[e.level])
    for higher, lower in pairwise(known):
        if lower.points > higher.points:
            template = N_("“{lower}” is worth more than the higher level “{higher}”.")
            values = {"lower": lower.level, "higher": higher.level}
            yield Problem("level_not_monotonic", f"{lower.where}.points", template, values)


def _caps(scheme: Scheme, rule: Rule) -> Iterator[Problem]:
    """Caps that can never be reached, and points that never fit under theirs."""
    indicator = next((i for i in scheme.indicators if i.id == rule.indicator), None)
    one, bonus = most_of_fact(rule), rule.kind is Kind.BONUS
    over = [
        ("most_per_fact", rule.most_per_fact, "most_per_year", rule.most_per_year),
        ("most_per_fact", rule.most_per_fact, "most", rule.most),
        ("most_per_year", rule.most_per_year, "most", rule.most),
        ("most", rule.most, "score.bonus_most", scheme.scoring.bonus_most if bonus else None),
        (
            "most_per_year",
            rule.most_per_year,
            "score.bonus_most_per_year",
            scheme.scoring.bonus_most_per_year if bonus else None,
        ),
        ("most", rule.most, f"{rule.indicator}.max", indicator.max if indicator else None),
    ]
    if rule.kind in SCORES:
        over.append(("points", one, "most", rule.most))
        over.append(("points", one, f"{rule.indicator}.max", indicator.max if indicator else None))
    for key, value, other, limit in over:
        if value is not None and limit is not None and value > limit:
            template = N_("{key} {value} is more than {other} {limit}: the part above never counts.")
            values = {"key": key, "value": plain(value), "other": other, "limit": plain(limit)}
            yield Problem("cap_beyond", f"{rule.where}.{key}", template, values, Severity.WARNING)


def _weights(scheme: Scheme) -> Iterator[Problem]:
    if not scheme.weighted:
        return
    for indicator in scheme.indicators:
        if indicator.weight is None:
            yield Problem(
                "weight_missing",
                f"{indicator.where}.weight",
                N_("The other indicators have weights, this one has none."),
            )
    total = sum((i.weight for i in _once(scheme.indicators) if i.weight is not None), ZERO)
    wanted = scheme.scoring.full or HUNDRED
    if total != wanted:
        template = N_("The weights add up to {total}, not to {wanted}.")
        yield Problem("weights_sum", "indicators", template, {"total": plain(total), "wanted": plain(wanted)})
    for rule in scheme.rules:
        if rule.group:
            template = N_("In a scheme with weights a rule acts on an indicator or on the total, not on a group.")
            yield Problem("weight_group", f"{rule.where}.group", template)


def _once(indicators: Sequence[Indicator]) -> Iterator[Indicator]:
    """Indicators, of each set of which only the best counts its weightiest one."""
    best: dict[str, Indicator] = {}
    for indicator in indicators:
        if not indicator.best_of:
            yield indicator
        elif indicator.best_of not in best or (indicator.weight or 0) > (best[indicator.best_of].weight or 0):
            best[indicator.best_of] = indicator
    yield from best.values()


def _sums(scheme: Scheme) -> Iterator[Problem]:
    """Indicators add up to their group, and everything to the full score."""
    for group in scheme.groups:
        inside = [indicator for indicator in scheme.indicators if indicator.group == group.id]
        total = full_points(inside)
        if inside and group.max is not None and total != group.max:
            template = N_("The indicators of this group add up to {total}, not to {wanted}.")
            yield Problem(
                "group_sum", f"{group.where}.max", template, {"total": plain(total), "wanted": plain(group.max)}
            )
        if not inside:
            yield Problem("group_empty", group.where, N_("No indicator belongs to this group."), {}, Severity.WARNING)
    full = scheme.scoring.full
    if full is None or scheme.weighted or not scheme.indicators:
        return
    total = full_points(scheme.indicators) + scheme.scoring.start
    if total != full:
        template = N_("Start and indicators add up to {total}, not to the full score of {wanted}.")
        yield Problem("maxima_sum", "score.full", template, {"total": plain(total), "wanted": plain(full)})


def _rounding(scheme: Scheme) -> Iterator[Problem]:
    scoring, reach = scheme.scoring, reach_of(scheme)
    if scoring.rescale_to is not None and scoring.rescale_rounding is None:
        template = N_("A rescaled score has endless decimals. Say digits and rounding.")
        yield Problem("rounding_missing", "score.rescale.digits", template)
    if scheme.weighted and scoring.rescale_to is None and scoring.rounding is None and not _terminates(scheme):
        template = N_("Points by weight have endless decimals here. Say digits and rounding.")
        yield Problem("rounding_missing", "score.digits", template)
    if scoring.cap is not None and reach.high is not None and scoring.cap > reach.high:
        template = N_("{key} {value} is more than {other} {limit}: the part above never counts.")
        values = {"key": "cap", "value": plain(scoring.cap), "other": "", "limit": plain(reach.high)}
        yield Problem("cap_beyond", "score.cap", template, values, Severity.WARNING)
    bonuses = [most_of(rule) for rule in scheme.rules if rule.kind is Kind.BONUS]
    possible = None if None in bonuses else sum((most for most in bonuses if most is not None), ZERO)
    if scoring.bonus_most is not None and possible is not None and scoring.bonus_most > possible:
        template = N_("bonus_most {value} is more than all bonuses together can give: {limit}.")
        values = {"value": plain(scoring.bonus_most), "limit": plain(possible)}
        yield Problem("cap_beyond", "score.bonus_most", template, values, Severity.WARNING)


def _terminates(scheme: Scheme) -> bool:
    """Whether points by weight always end after some decimals."""
    with localcontext(EXACT):
        try:
            for indicator in scheme.indicators:
                (indicator.weight or ZERO) / indicator.max
        except Inexact:
            return False
    return True
