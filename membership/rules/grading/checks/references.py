"""Does every name lead somewhere, and only to one thing? Pure."""

import difflib
from collections.abc import Iterable, Iterator
from itertools import chain

from core.i18n import N_
from membership.rules.grading.facts import RESERVED
from membership.rules.grading.numbers import half_width
from membership.rules.grading.problems import Problem
from membership.rules.grading.scheme import Condition, Scheme
from membership.rules.grading.terms import Kind

Named = tuple[str, str]
"""An id and the path of what bears it."""


def check_references(scheme: Scheme) -> Iterator[Problem]:
    """Ids used twice, names of nothing, titles that two rules share."""
    items = [(t.id, t.where) for t in scheme.indicators] + [(t.id, t.where) for t in scheme.rules]
    taken = [(name, f"{rule.where}.takes") for rule in scheme.rules for name in rule.takes]
    yield from _twice([*items, *taken, *((word, "reserved") for word in RESERVED)])
    yield from _twice((group.id, group.where) for group in scheme.groups)
    yield from _twice((level.id, level.where) for level in scheme.levels)
    yield from _twice((gate.id, gate.where) for gate in scheme.gates)
    yield from _twice(
        [*((g.id, g.where) for g in scheme.grades), (scheme.missing.id, "missing"), (scheme.ended.id, "ended")]
    )
    yield from _unknown(scheme)
    yield from _titles(scheme)


def _twice(named: Iterable[Named]) -> Iterator[Problem]:
    first: dict[str, str] = {}
    pairs = sorted(named, key=lambda pair: pair[1] != "reserved")
    for name, where in pairs:
        if name in first:
            template = N_("The id “{id}” is already used at {other}.")
            yield Problem("id_twice", f"{where}.id", template, {"id": name, "other": first[name]})
        first.setdefault(name, where)


def _unknown(scheme: Scheme) -> Iterator[Problem]:
    known = {
        "grade": set(scheme.grade_ids),
        "indicator": {indicator.id for indicator in scheme.indicators},
        "group": {group.id for group in scheme.groups},
        "level": {level.id for level in scheme.levels},
        "rule": {rule.id for rule in scheme.rules},
    }
    for kind, name, where in chain(_grades_named(scheme), _things_named(scheme), _conditions_named(scheme)):
        if name and name not in known[kind]:
            near = difflib.get_close_matches(name, known[kind], 1)
            template = (
                N_("Nothing is called “{name}” here. Did you mean “{near}”?")
                if near
                else N_("Nothing is called “{name}” here.")
            )
            values = {"name": name, "near": near[0] if near else ""}
            yield Problem(f"{kind}_unknown", where, template, values)


def _grades_named(scheme: Scheme) -> Iterator[tuple[str, str, str]]:
    for band in scheme.bands:
        yield "grade", band.grade, f"{band.where}.grade"
    for rule in scheme.rules:
        yield "grade", rule.grade, f"{rule.where}.{'at_most' if rule.kind is Kind.CAP else 'grade'}"
    for gate in scheme.gates:
        yield "grade", gate.at_most, f"{gate.where}.at_most"
    for indicator in scheme.indicators:
        yield "grade", indicator.must_have, f"{indicator.where}.must_have"
    for entry in scheme.consecutive:
        yield "grade", entry.grade, f"{entry.where}.grade"
        yield "grade", entry.becomes, f"{entry.where}.becomes"
    for validity in scheme.validity:
        yield "grade", validity.grade, f"{validity.where}.grade"
    for grade in scheme.grades:
        for former in grade.former:
            yield "grade", former, f"{grade.where}.former.{former}"


def _things_named(scheme: Scheme) -> Iterator[tuple[str, str, str]]:
    for indicator in scheme.indicators:
        yield "group", indicator.group, f"{indicator.where}.group"
    for rule in scheme.rules:
        yield "indicator", rule.indicator, f"{rule.where}.indicator"
        yield "group", rule.group, f"{rule.where}.group"
        for name in rule.also:
            yield "rule", name, f"{rule.where}.also"
        for entry in rule.levels:
            yield "level", entry.level, f"{entry.where}.level"
    for validity in scheme.validity:
        for name in validity.levels:
            yield "level", name, f"{validity.where}.levels"


def _conditions_named(scheme: Scheme) -> Iterator[tuple[str, str, str]]:
    for condition in conditions(scheme):
        kind = {"rules": "rule", "indicator": "indicator", "group": "group"}.get(condition.kind)
        for name in condition.refs:
            if kind:
                yield kind, name, condition.where


def conditions(scheme: Scheme) -> Iterator[Condition]:
    """Every condition of bands and gates."""
    for band in scheme.bands:
        yield from band.when
    for gate in scheme.gates:
        yield from gate.when
        yield from gate.unless


def _titles(scheme: Scheme) -> Iterator[Problem]:
    """The same item twice: the same title among indicators of a group, or among rules that do the same to the same."""
    first: dict[tuple[str, ...], str] = {}
    indicators = [(("indicator", i.group, folded(i.title.zh)), i.where) for i in scheme.indicators]
    rules = [((r.kind, r.indicator or r.group, folded(r.title.zh)), r.where) for r in scheme.rules]
    for key, where in (*indicators, *rules):
        if key in first:
            template = N_("The same item stands already at {other}. Which of the two holds?")
            yield Problem("item_twice", f"{where}.title", template, {"other": first[key]})
        first.setdefault(key, where)


def folded(title: str) -> str:
    """A title as it is compared: letters and digits only."""
    return "".join(character for character in half_width(title).casefold() if character.isalnum())
