"""Trying rules before they count: what would newly fire, what would stop firing, over a set of texts."""

from collections.abc import Iterable
from dataclasses import dataclass

from disciplinary.rules.screening.engine import Rules
from disciplinary.rules.screening.reading import Match, Reading, read
from disciplinary.rules.screening.rulebook import Rule, read_rules, rulebook


@dataclass(frozen=True)
class Change:
    """One text in which a rule fires differently: the words are quoted from the original text."""

    name: str
    rule: str
    quote: str


@dataclass(frozen=True)
class Trial:
    """What a file of rules changes, and which of its own examples fail."""

    starts: tuple[Change, ...]
    stops: tuple[Change, ...]
    failed: tuple[Change, ...]


def tried(rules: str, texts: Iterable[tuple[str, str]]) -> Trial:
    """The rules of a YAML text set beside the shipped ones (one with the same id takes the place of the shipped rule)
    and run over ``texts``, pairs of name and text. ValueError when the file is wrong, naming the rule.
    """
    fresh = read_rules(rules)
    names = {rule.id for rule in fresh}
    before, after = Rules(rulebook()), Rules([*(rule for rule in rulebook() if rule.id not in names), *fresh])
    starts, stops = list[Change](), list[Change]()
    for name, text in texts:
        reading = read(text)
        old = {(match.rule.id, match.start, match.end): match for match in before.matches(reading)}
        new = {(match.rule.id, match.start, match.end): match for match in after.matches(reading)}
        starts += [_change(name, text, reading, new[key]) for key in sorted(new.keys() - old.keys())]
        stops += [_change(name, text, reading, old[key]) for key in sorted(old.keys() - new.keys())]
    return Trial(tuple(starts), tuple(stops), tuple(failures(fresh)))


def failures(rules: Iterable[Rule]) -> list[Change]:
    """The examples that a rule should find and does not, or should leave and finds."""
    wrong = []
    for rule in rules:
        alone = Rules([rule])
        wrong += [Change("finds", rule.id, text) for text in rule.examples.finds if not alone.matches(read(text))]
        wrong += [Change("leaves", rule.id, text) for text in rule.examples.leaves if alone.matches(read(text))]
    return wrong


def _change(name: str, text: str, reading: Reading, match: Match) -> Change:
    start, end = reading.plain.origin(match.start, match.end)
    return Change(name, match.rule.id, text[start:end])
