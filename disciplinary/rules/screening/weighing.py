"""From matches to findings: the rules and the second opinion put together.

A rule that holds keeps its severity unless the second opinion doubts it and the doubt can be named: a sign in the
text that it denies, reports, asks or turns down what the rule has seen, or, when the doubt is strong, the wording
that it shares with lawful texts (for an order, or a threat to those who have not obeyed, only when there is hardly any
doubt left). Then it is a hint that says so. Where the second opinion suspects a kind of misuse that no rule has found, it
raises a review, never more.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache

from core.screening import Severity
from disciplinary.rules.screening import opinion
from disciplinary.rules.screening.doubts import LIKE_LAWFUL, Named, named
from disciplinary.rules.screening.lexicon import Span
from disciplinary.rules.screening.reading import Match, Reading
from disciplinary.rules.screening.rulebook import Rule, rulebook
from disciplinary.rules.screening.scope import Stance

_WEIGHT = {Severity.HIGH: 0, Severity.MEDIUM: 1, Severity.LOW: 2}
_KINDS, _BESIDE = 2, 0.3  # categories that an opinion names at most, and the log-odds of the second
_STOPS, _WIDEN = ",;:。!?\n“”()", 16  # where clauses end, and how many characters a span may grow
_COMPELS = frozenset(["lack", "lack_join", "lack_attend", "lack_pay", "lack_buy", "lack_ok", "nonmember", "must"])
_SHORTEST = 5  # characters of a sentence that can be pointed at


@dataclass(frozen=True)
class Graded:
    """A finding before it is written out: where, by which rule, how grave.

    ``words`` weigh most in an opinion; ``doubt`` is why a rule that holds is only a hint.
    """

    span: Span
    rule: Rule
    severity: Severity
    words: tuple[str, ...] = ()
    doubt: Named | None = None


def weigh(reading: Reading, matches: list[Match], weights: opinion.Model, cleared: str = "") -> list[Graded]:
    """The findings of a text, one for each category and place; nothing is suspected of a category that is cleared."""
    judge = _Judge(reading, weights)
    law = all(voice.stance is Stance.LAW for voice in reading.said)
    graded = [] if law else [_confirmed(match, judge, reading) for match in distinct(matches)]
    if judge.suspects:
        order = judge.kinds
        sure = any(one.severity is not Severity.LOW for one in graded)
        for kind in judge.kinds[:1] if sure else judge.likeliest:
            if kind != cleared and all(one.rule.category != kind or one.severity is Severity.LOW for one in graded):
                graded.append(judge.raised(kind))
        graded.sort(key=lambda one: (order.index(one.rule.category), one.span))
    return graded


def distinct(matches: Sequence[Match]) -> list[Match]:
    """One match for each category and place: the gravest, then the longest."""
    kept: list[Match] = []
    for match in sorted(matches, key=lambda one: (_WEIGHT[one.rule.severity], one.start - one.end, one.start)):
        same = (one for one in kept if one.rule.category == match.rule.category)
        if not any(one.start < match.end and match.start < one.end for one in same):
            kept.append(match)
    return kept


def _confirmed(match: Match, judge: "_Judge", reading: Reading) -> Graded:
    """A match as the rule graded it, or as a hint when it is doubted and the doubt has a name."""
    graded = Graded(clauses(reading.plain.text, match.start, match.end), match.rule, match.rule.severity)
    if not judge.doubts:
        return graded
    doubt = named(match, reading) or judge.lawful(insisting=_compels(match, reading))
    return replace(graded, severity=Severity.LOW, doubt=doubt) if doubt else graded


def _compels(match: Match, reading: Reading) -> bool:
    """Whether a match orders, or says what becomes of those who have not done something: that gives way last."""
    found = reading.said[match.at].found
    compelling = (span for slot in _COMPELS & found.keys() for span in found[slot])
    return any(match.start <= a and b <= match.end for a, b in compelling)


def clauses(text: str, start: int, end: int) -> Span:
    """A span widened to whole clauses where they begin and end near by, so that what is quoted can be read."""
    first = next(
        (at for at in range(start, max(0, start - _WIDEN) - 1, -1) if at == 0 or text[at - 1] in _STOPS), start
    )
    last = next(
        (at for at in range(end, min(len(text), end + _WIDEN) + 1) if at == len(text) or text[at] in _STOPS), end
    )
    return first, last


class _Judge:
    """The second opinion on one text and its parts."""

    def __init__(self, reading: Reading, weights: opinion.Model) -> None:
        self.weights = weights
        self._text, self._said = reading.plain.text, reading.said
        self._parts = opinion.parts(self._text, self._said)
        self._weighed = opinion.weighed(weights, self._parts)
        self._own = [at for at, voice in enumerate(self._said) if voice.stance is Stance.OWN]

    @cached_property
    def whole(self) -> float:
        """Log-odds of the whole text and of its worst stretch in the association's voice, in equal parts."""
        all_of_it = float(self._weighed.alone[-1])
        return (all_of_it + float(self._weighed.near[self._own].max())) / 2 if self._own else all_of_it

    @cached_property
    def _chance(self) -> float:
        return opinion.probability(self.whole)

    @property
    def doubts(self) -> bool:
        """Whether a rule that holds may be wrong."""
        return self._chance < self.weights.keep_at

    def lawful(self, *, insisting: bool) -> Named | None:
        """The lawful wording of a text that looks harmless as a whole; None when it does not, or no words tell why."""
        at = self.weights.insist_at if insisting else self.weights.yield_at
        return self._wording if self._chance < at else None

    @cached_property
    def _wording(self) -> Named | None:
        words = opinion.most_lawful(self.weights, self._text)
        return Named(LIKE_LAWFUL, tuple(words)) if words else None

    @property
    def suspects(self) -> bool:
        """Whether the whole looks bad enough to ask for a review."""
        return bool(self._said) and self._chance >= (self.weights.raise_at if self._own else self.weights.foreign_at)

    @cached_property
    def _worst(self) -> int:
        """The sentence that looks worst by itself and with its neighbours."""
        heard = self._own or range(len(self._said))
        sizes = {at: self._said[at].sentence.end - self._said[at].sentence.start for at in heard}
        long = [at for at in heard if sizes[at] >= _SHORTEST] or heard
        return max(long, key=lambda at: float(self._weighed.alone[at] + self._weighed.near[at]))

    @cached_property
    def _by_kind(self) -> dict[str, float]:
        """How much the whole and its worst stretch resemble each category."""
        near = opinion.together(self._parts[max(0, self._worst - 1) : self._worst + 2])
        narrow, wide = opinion.kinds(self.weights, near), opinion.kinds(self.weights, opinion.together(self._parts))
        return {kind: (narrow[kind] + wide[kind]) / 2 for kind in narrow}

    @property
    def kinds(self) -> list[str]:
        """The categories, the likeliest first."""
        return sorted(self._by_kind, key=lambda kind: (-self._by_kind[kind], kind))

    @property
    def likeliest(self) -> list[str]:
        """The likeliest category, and the next when it is likely too."""
        return self.kinds[:1] + [kind for kind in self.kinds[1:_KINDS] if self._by_kind[kind] >= _BESIDE]

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
