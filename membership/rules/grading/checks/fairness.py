"""What may not decide a grade, and limits that cannot work. Pure."""

import re
from collections.abc import Iterator
from decimal import Decimal

from core.i18n import N_
from membership.rules.grading.checks.references import folded
from membership.rules.grading.numbers import ZERO, plain
from membership.rules.grading.problems import Problem, Severity
from membership.rules.grading.scheme import Condition, Gate, Scheme
from membership.rules.grading.terms import Bounds, Kind, Origin

DUES = re.compile(
    "会费|會費|年费|年費|会员费|會員費|会务费|會務費|入会费|入會費|赞助|贊助|财务贡献|財務貢獻|[订訂][购購閱阅].{0,6}刊物"
    "|(?:向|给|給|对|對).{0,4}协会.{0,6}(?:捐|贡献)|^(?!.*(?:保险|保險|社保|税|稅)).*[缴繳交](?:[纳納].{0,4})?[费費]"
    "|membershipdues|membershipfee|annualfee|sponsor|^dues|dues$|duespaid"
)
CLASS = re.compile("会长单位|副会长|常务理事|理事单位|会籍|councilmember|membershipclass")


def check_fairness(scheme: Scheme) -> Iterator[Problem]:
    """Dues and class never make a grade; gates and must-haves can both hold and open."""
    yield from _paid(scheme)
    for gate in scheme.gates:
        yield from _gate(scheme, gate)
    yield from _limits(scheme)


def _paid(scheme: Scheme) -> Iterator[Problem]:
    """Grades are not for sale: neither dues nor the class of membership counts (two things never to be mixed)."""
    origins = [(i.where, i.origin) for i in scheme.indicators] + [(r.where, r.origin) for r in scheme.rules]
    paid, ranked = {w for w, o in origins if o is Origin.DUES}, {w for w, o in origins if o is Origin.CLASS}
    for where, words in _texts(scheme):
        if DUES.search(words):
            paid.add(where)
        elif CLASS.search(words) and where not in ranked:
            template = N_(
                "This looks like the class of membership. Class and grade are two things: do not let one make the other."
            )
            yield Problem("class_in_title", where, template, {}, Severity.WARNING)
    for where in sorted(paid):
        template = N_("Grades are not given for paid dues, fees or sponsorship. Take this out.")
        yield Problem("paid_dues", where, template)
    for where in sorted(ranked - paid):
        template = N_("Grades are not given for the class of membership. Take this out.")
        yield Problem("class_as_merit", where, template)


def _texts(scheme: Scheme) -> Iterator[tuple[str, str]]:
    for where, title, name in (
        *((i.where, i.title, i.id) for i in scheme.indicators),
        *((r.where, r.title, r.id) for r in scheme.rules),
        *((g.where, g.title, g.id) for g in scheme.groups),
        *((g.where, g.title, g.id) for g in scheme.gates),
    ):
        yield from ((where, folded(text)) for text in (title.zh, title.en, name))
    yield from ((one.where, folded(one.clause)) for one in scheme.indicators)
    yield from ((one.where, folded(one.clause)) for one in scheme.rules)


def _gate(scheme: Scheme, gate: Gate) -> Iterator[Problem]:
    if scheme.grades and gate.at_most == scheme.grades[0].id:
        yield Problem(
            "gate_idle", f"{gate.where}.at_most", N_("The best grade as limit limits nothing."), {}, Severity.WARNING
        )
    for condition in gate.unless:
        if not _possible(scheme, condition):
            template = N_("This can never be met, so no grade better than {grade} could ever be reached.")
            yield Problem("gate_impossible", condition.where, template, {"grade": gate.at_most})
    for condition in gate.when:
        if _certain(scheme, condition):
            template = N_("This always holds, so no grade better than {grade} could ever be reached.")
            yield Problem("gate_always", condition.where, template, {"grade": gate.at_most})
        elif not _possible(scheme, condition):
            yield Problem("gate_never", condition.where, N_("This can never be met."), {}, Severity.WARNING)


def _span(scheme: Scheme, condition: Condition) -> Bounds | None:
    """From where to where the points of a condition's indicator or group, or the count of its rules, can go."""
    if condition.kind == "rules":
        return Bounds(ZERO)
    names = set(condition.refs)
    for indicator in scheme.indicators:
        if condition.kind == "indicator" and indicator.id in names:
            return Bounds(indicator.floor, indicator.max)
    return Bounds(ZERO) if condition.kind == "group" else None


def _possible(scheme: Scheme, condition: Condition) -> bool:
    span, asked = _span(scheme, condition), condition.bounds
    if span is None or condition.full or span.low is None:
        return True
    if asked.high is not None and not (asked.high > span.low or (asked.high_included and asked.high == span.low)):
        return False
    low = asked.low
    return low is None or span.high is None or low < span.high or (asked.low_included and low == span.high)


def _certain(scheme: Scheme, condition: Condition) -> bool:
    span, asked = _span(scheme, condition), condition.bounds
    if span is None or condition.full or span.low is None:
        return False
    from_start = asked.low is None or asked.holds(span.low)
    return from_start and (asked.high is None or (span.high is not None and asked.holds(span.high)))


def _limits(scheme: Scheme) -> Iterator[Problem]:
    yield from _idle(scheme)
    for where, low, high in _ends(scheme):
        if low is not None and high is not None and low >= high:
            template = N_("The floor {floor} is not below the maximum {most}.")
            yield Problem("floor_above", where, template, {"floor": plain(low), "most": plain(high)})


def _idle(scheme: Scheme) -> Iterator[Problem]:
    """Limits that change nothing."""
    ids = scheme.grade_ids
    for rule in scheme.rules:
        if rule.kind in (Kind.DIRECT, Kind.CAP) and rule.grade in ids[:1]:
            yield Problem("limit_idle", rule.where, N_("The best grade as limit limits nothing."), {}, Severity.WARNING)
    for indicator in scheme.indicators:
        if indicator.must_have and indicator.must_have in ids[-1:]:
            template = N_("{grade} is the lowest grade: lacking a must-have of it changes nothing.")
            values = {"grade": ids[-1]}
            yield Problem("must_have_idle", f"{indicator.where}.must_have", template, values, Severity.WARNING)
    for entry in scheme.consecutive:
        if entry.grade == entry.becomes:
            yield Problem("consecutive_idle", f"{entry.where}.becomes", N_("It becomes what it was."))


def _ends(scheme: Scheme) -> Iterator[tuple[str, Decimal | None, Decimal | None]]:
    for indicator in scheme.indicators:
        yield f"{indicator.where}.floor", indicator.floor, indicator.max
    yield "score.floor", scheme.scoring.floor, scheme.scoring.cap
    for group in scheme.groups:
        yield f"{group.where}.floor", group.floor, group.cap
