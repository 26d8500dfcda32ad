"""From matches to findings: the rules and the second opinion put together.

A rule that holds keeps its severity when the second opinion sees misuse in the text or around the words; otherwise it
is only a hint. Where the second opinion suspects a kind of misuse that no rule has found, it raises a review, never more.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache

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
    if judge.suspects:
        kind = judge.kind()
        if all(one.rule.category != kind or one.severity is Severity.LOW for one in graded):
            graded.append(judge.raised(kind))
        graded.sort(key=lambda one: (one.rule.category != kind, one.span))
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
        self._text, self._said = reading.plain.text, reading.said
        self._held: dict[int, set[str]] = {}
        for match in matches:
            self._held.setdefault(match.at, set()).add(match.rule.id)
        self._around: dict[int, float] = {}
        form = opinion.common_form(self._text, [voice.found for voice in self._said], 0, len(self._text))
        held = {name for names in self._held.values() for name in names}
        self.whole = opinion.probability(opinion.score(weights, self._text, form, held))

    def _chance(self, first: int, last: int) -> float:
        """How likely the sentences from the first to the last misuse authority."""
        start, end = self._said[first].sentence.start, self._said[last].sentence.end
        form = opinion.common_form(self._text, [self._said[at].found for at in range(first, last + 1)], start, end)
        held = {name for at in range(first, last + 1) for name in self._held.get(at, ())}
        return opinion.probability(opinion.score(self.weights, self._text[start:end], form, held))

    def around(self, at: int) -> float:
        """How likely a sentence with its neighbours misuses authority."""
        if at not in self._around:
            self._around[at] = self._chance(max(0, at - 1), min(len(self._said) - 1, at + 1))
        return self._around[at]

    @property
    def suspects(self) -> bool:
        """Whether the whole looks bad enough to ask for a review."""
        return self.whole >= self.weights.raise_at and bool(self._own())

    def _own(self) -> list[int]:
        return [at for at, voice in enumerate(self._said) if voice.stance is Stance.OWN]

    @cached_property
    def _worst(self) -> int:
        """The sentence that looks worst by itself."""
        own = self._own()
        long = [at for at in own if self._said[at].sentence.end - self._said[at].sentence.start >= _SHORTEST] or own
        return max(long, key=lambda at: self._chance(at, at))

    def kind(self) -> str:
        """The category that the worst sentence and its neighbours resemble most."""
        first, last = max(0, self._worst - 1), min(len(self._said) - 1, self._worst + 1)
        start, end = self._said[first].sentence.start, self._said[last].sentence.end
        found = [self._said[at].found for at in range(first, last + 1)]
        form = opinion.common_form(self._text, found, start, end)
        return opinion.kind(self.weights, self._text[start:end], form)

    def raised(self, kind: str) -> Graded:
        """A review for the worst sentence."""
        part = self._said[self._worst].sentence
        text = self._text[part.start : part.end]
        words = tuple(opinion.strongest(self.weights, text))
        length = max(1, len(text.rstrip("。;\n")))
        return Graded((part.start, part.start + length), _opinions()[kind], Severity.MEDIUM, words)


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
