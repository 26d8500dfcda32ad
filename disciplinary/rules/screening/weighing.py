"""From matches to findings: the rules and the second opinion put together.

A rule that holds keeps its severity when the second opinion sees misuse in the text or around the words; otherwise it
is only a hint. Where no rule is left, a second opinion that is sure enough raises a review, never more.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from core.screening import Severity
from disciplinary.rules.screening import opinion
from disciplinary.rules.screening.lexicon import Span
from disciplinary.rules.screening.reading import Match, Reading
from disciplinary.rules.screening.rulebook import Rule, rulebook
from disciplinary.rules.screening.scope import Stance

_WEIGHT = {Severity.HIGH: 0, Severity.MEDIUM: 1, Severity.LOW: 2}
_SHORTEST = 5  # characters of a sentence that can be pointed at


@dataclass(frozen=True)
class Graded:
    """A finding before it is written out: where, by which rule, how grave; ``words`` weigh most in an opinion."""

    span: Span
    rule: Rule
    severity: Severity
    words: tuple[str, ...] = ()


def weigh(reading: Reading, matches: list[Match], weights: opinion.Model) -> list[Graded]:
    """The findings of a text, one for each category and place."""
    if all(voice.stance is Stance.LAW for voice in reading.said):
        return []
    judge = _Judge(reading, matches, weights)
    graded = [_confirmed(match, judge) for match in distinct(matches)]
    if all(one.severity is Severity.LOW for one in graded):
        graded += judge.raised()
    return graded


def distinct(matches: Sequence[Match]) -> list[Match]:
    """One match for each category and place: the gravest, then the longest."""
    kept: list[Match] = []
    for match in sorted(matches, key=lambda one: (_WEIGHT[one.rule.severity], one.start - one.end, one.start)):
        same = (one for one in kept if one.rule.category == match.rule.category)
        if not any(one.start < match.end and match.start < one.end for one in same):
            kept.append(match)
    return kept


def _confirmed(match: Match, judge: "_Judge") -> Graded:
    least = judge.weights.keep_at
    sure = judge.whole >= least or judge.around(match.at) >= least
    return Graded((match.start, match.end), match.rule, match.rule.severity if sure else Severity.LOW)


class _Judge:
    """The second opinion on one text and its parts."""

    def __init__(self, reading: Reading, matches: list[Match], weights: opinion.Model) -> None:
        self.weights = weights
        self._reading, self._matches = reading, matches
        self._spans = [(voice.sentence.start, voice.sentence.end) for voice in reading.said]
        self._around: dict[int, float] = {}
        self.whole = self._chance(0, len(reading.plain.text))

    def _chance(self, start: int, end: int) -> float:
        reading = self._reading
        found = [one.found for one in reading.said if one.sentence.start < end and start < one.sentence.end]
        form = opinion.common_form(reading.plain.text, found, start, end)
        held = {match.rule.id for match in self._matches if start <= match.start < end}
        return opinion.probability(opinion.score(self.weights, reading.plain.text[start:end], form, held))

    def around(self, at: int) -> float:
        """How likely a sentence with its neighbours misuses authority."""
        if at not in self._around:
            self._around[at] = self._chance(*opinion.widened(self._spans, at))
        return self._around[at]

    def raised(self) -> list[Graded]:
        """A review for the passage that looks worst, when the whole looks bad enough."""
        own = [at for at, voice in enumerate(self._reading.said) if voice.stance is Stance.OWN]
        if self.whole < self.weights.raise_at or not own:
            return []
        long = [at for at in own if self._spans[at][1] - self._spans[at][0] >= _SHORTEST] or own
        start, end = self._spans[max(long, key=lambda at: self._chance(*self._spans[at]))]
        text = self._reading.plain.text
        found = [voice.found for voice in self._reading.said]
        form = opinion.common_form(text, found, 0, len(text))
        kind = opinion.kind(self.weights, form)
        words = tuple(opinion.strongest(self.weights, text[start:end]))
        stripped = text[start:end].rstrip("。;\n")
        return [Graded((start, start + max(1, len(stripped))), _opinions()[kind], Severity.MEDIUM, words)]


@lru_cache(maxsize=1)
def _opinions() -> dict[str, Rule]:
    """For each category, the rule under which a second opinion is filed."""
    first: dict[str, Rule] = {}
    for rule in rulebook():
        first.setdefault(rule.category, rule)
    return {
        category: replace(rule, id=f"{category}-second-opinion", severity=Severity.MEDIUM, why=_WHY)
        for category, rule in first.items()
    }


_WHY = {
    "zh": "“{quote}”与已知的同类问题表述相近（最有分量的字词：{words}），规则未能确认，请人工判断。",
    "en": "“{quote}” resembles known wordings of this kind (what weighs most: {words}); no rule confirms it, a person should judge.",
}
