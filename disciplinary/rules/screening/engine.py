"""From a text to its findings: words, sentences, voices, rules."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from core.i18n import language
from core.screening import Finding, Severity
from disciplinary.rules.screening import actors, scope
from disciplinary.rules.screening.lexicon import Mentions, Span, lexicon
from disciplinary.rules.screening.mandates import Mandate, claims
from disciplinary.rules.screening.patterns import Pattern
from disciplinary.rules.screening.plain import Plain, plain
from disciplinary.rules.screening.respell import respelt
from disciplinary.rules.screening.rulebook import Rule, cited, rulebook
from disciplinary.rules.screening.scope import Stance, Voice
from disciplinary.rules.screening.segments import quotes, sentences

_WEIGHT = {Severity.HIGH: 0, Severity.MEDIUM: 1, Severity.LOW: 2}
_NEIGHBOURS = 3
# Slots that are negative in themselves: a negation right before them belongs to them.
_NEGATIVE = ("lack", "lack_join", "lack_attend", "lack_pay", "lack_buy", "lack_ok", "refuse", "nonmember", "prohibit")


@dataclass(frozen=True)
class Reading:
    """A text as the rules see it."""

    plain: Plain
    said: list[Voice]


@dataclass(frozen=True)
class Match:
    """A rule that holds at a span of the plain text."""

    rule: Rule
    start: int
    end: int


def read(text: str) -> Reading:
    """The words, sentences and voices of a text."""
    folded = respelt(plain(text))
    parts = sentences(folded.text, quotes(folded.text))
    found = _by_sentence(lexicon().mentions(folded.text), [part.end for part in parts])
    return Reading(folded, scope.voices(parts, found, folded.text))


def _by_sentence(mentions: Mentions, ends: list[int]) -> list[Mentions]:
    result: list[Mentions] = [{} for _ in ends]
    for slot, spans in mentions.items():
        at = 0
        for span in spans:
            while span[0] >= ends[at]:
                at += 1
            result[at].setdefault(slot, []).append(span)
    return result


class Rules:
    """A set of rules, indexed by the slots that open their patterns."""

    def __init__(self, rules: Iterable[Rule]) -> None:
        self._opened: dict[str, list[tuple[Rule, Pattern, frozenset[str]]]] = defaultdict(list)
        for rule in rules:
            for pattern in rule.patterns:
                needs = pattern.needs() | {group[0] for group in rule.needs if len(group) == 1}
                for slot in pattern.steps[0].slots:
                    self._opened[slot].append((rule, pattern, needs))

    def candidates(self, present: Mentions, wide: Mentions) -> list[tuple[Rule, Pattern]]:
        """The patterns that may start in a sentence, given its own words and those of its neighbours."""
        seen: set[int] = set()
        result = []
        for slot in present:
            for rule, pattern, needs in self._opened.get(slot, ()):
                around = wide if rule.across > 1 else present
                if id(pattern) not in seen and needs <= around.keys():
                    seen.add(id(pattern))
                    result.append((rule, pattern))
        return result

    def matches(self, reading: Reading) -> list[Match]:
        """Every place where a rule holds."""
        said, result = reading.said, list[Match]()
        for at, voice in enumerate(said):
            wide = _joined(said, at)
            for rule, pattern in self.candidates(voice.found, wide):
                if voice.stance not in rule.voices:
                    continue
                found = wide if rule.across > 1 else voice.found
                result += _held(reading, at, rule, pattern, found)
        return result


def _joined(said: list[Voice], at: int) -> Mentions:
    """The words of a sentence and the next one, when both speak in the association's voice."""
    voice = said[at]
    if at + 1 >= len(said) or said[at + 1].stance is not Stance.OWN:
        return voice.found
    following = said[at + 1].found
    return {slot: voice.found.get(slot, []) + following.get(slot, []) for slot in voice.found.keys() | following.keys()}


def _held(reading: Reading, at: int, rule: Rule, pattern: Pattern, found: Mentions) -> list[Match]:
    if not _fits(reading, at, rule, found):
        return []
    negative = frozenset(span for slot in _NEGATIVE for span in found.get(slot, ()))
    result = []
    for steps in pattern.matches(found):
        span = (steps[0][0], steps[-1][1])
        if steps[0][0] >= reading.said[at].sentence.end:
            break
        if scope.silenced(found, span, steps, negative, reading.plain.text):
            continue
        if rule.agent != "any" and not actors.fits(rule.agent, reading.said, at, steps[-1]):
            continue
        result.append(Match(rule, *span))
    return result


def _fits(reading: Reading, at: int, rule: Rule, found: Mentions) -> bool:
    if any(slot in found for slot in rule.unless):
        return False
    if not all(any(slot in found for slot in group) for group in rule.needs):
        return False
    if rule.near or rule.unless_near:
        around = _slots(reading.said[max(0, at - _NEIGHBOURS) : at + _NEIGHBOURS + 1])
        if any(slot in around for slot in rule.unless_near) or not _all(rule.near, around):
            return False
    if rule.text or rule.unless_text:
        around = _slots(reading.said)
        if any(slot in around for slot in rule.unless_text) or not _all(rule.text, around):
            return False
    return True


def _all(groups: tuple[tuple[str, ...], ...], around: set[str]) -> bool:
    return all(any(slot in around for slot in group) for group in groups)


def _slots(said: Sequence[Voice]) -> set[str]:
    return {slot for voice in said if voice.stance is Stance.OWN for slot in voice.found}


@lru_cache(maxsize=1)
def standard() -> Rules:
    """The rules of the data folder, ready to use."""
    return Rules(rulebook())


def screen(
    text: str,
    *,
    mandates: Sequence[Mandate] | None = None,
    on: date | None = None,
    rules: Rules | None = None,
) -> tuple[Finding, ...]:
    """What is suspicious in a text, the gravest first.

    ``mandates`` are the live entries of the register; None means that there is no register at hand, so that a
    complete declaration is only pointed out, not compared. ``on`` is the day by which mandates and sources are read.
    """
    reading = read(text)
    matches = (rules or standard()).matches(reading)
    findings = [_finding(text, reading, match, on) for match in _distinct(matches)]
    findings += [
        _written(text, reading, claim.span, claim.rule, claim.severity, on)
        for claim in claims(reading.said, reading.plain.text, mandates, on)
    ]
    return tuple(sorted(findings, key=lambda one: (_WEIGHT[one.severity], one.start, one.category)))


def _distinct(matches: list[Match]) -> list[Match]:
    """One match for each category and place: the gravest, then the longest."""
    kept: list[Match] = []
    for match in sorted(matches, key=lambda one: (_WEIGHT[one.rule.severity], one.start - one.end, one.start)):
        same = (one for one in kept if one.rule.category == match.rule.category)
        if not any(one.start < match.end and match.start < one.end for one in same):
            kept.append(match)
    return kept


def _finding(text: str, reading: Reading, match: Match, on: date | None) -> Finding:
    return _written(text, reading, (match.start, match.end), match.rule, match.rule.severity, on)


def _written(text: str, reading: Reading, span: Span, rule: Rule, severity: Severity, on: date | None) -> Finding:
    start, end = reading.plain.origin(*span)
    quote, tongue = text[start:end], language()
    return Finding(
        category=rule.category,
        severity=severity,
        start=start,
        end=end,
        quote=quote,
        rule=f"{rule.id}@{rule.version}",
        basis=cited(rule.basis, on),
        why=rule.why.get(tongue, rule.why["zh"]).replace("{quote}", " ".join(quote.split())),
        suggestion=rule.suggestion.get(tongue, rule.suggestion["zh"]),
    )
