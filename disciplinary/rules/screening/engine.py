"""From a text to its findings: words, sentences, voices, rules."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from itertools import count

from core.i18n import language
from core.screening import Finding, Severity
from disciplinary.rules.screening import actors, opinion
from disciplinary.rules.screening.denial import silenced
from disciplinary.rules.screening.lexicon import Mentions
from disciplinary.rules.screening.mandates import Mandate, claims, fee_allowed
from disciplinary.rules.screening.patterns import Pattern
from disciplinary.rules.screening.reading import Match, Reading, read
from disciplinary.rules.screening.rulebook import Rule, cited, rulebook
from disciplinary.rules.screening.scope import Stance, Voice
from disciplinary.rules.screening.weighing import Graded, weigh

_WEIGHT = {Severity.HIGH: 0, Severity.MEDIUM: 1, Severity.LOW: 2}
_NEIGHBOURS = 3
_FEES = "M06"  # the category that a mandate with a fee clears


@dataclass(frozen=True, slots=True)
class _Entry:
    """One pattern of a rule, with the slots without which it cannot match."""

    number: int
    rule: Rule
    pattern: Pattern
    needs: frozenset[str]


class Rules:
    """A set of rules, indexed by the slots that open their patterns."""

    def __init__(self, rules: Iterable[Rule]) -> None:
        self._opened: dict[str, list[_Entry]] = defaultdict(list)
        number = count()
        for rule in rules:
            for pattern in rule.patterns:
                needs = pattern.needs() | {group[0] for group in rule.needs if len(group) == 1}
                entry = _Entry(next(number), rule, pattern, needs)
                for slot in pattern.opening() if rule.across == 1 else pattern.steps[0].slots:
                    self._opened[slot].append(entry)

    def matches(self, reading: Reading) -> list[Match]:
        """Every place where a rule holds."""
        said, result = reading.said, list[Match]()
        for at, voice in enumerate(said):
            for entry in self._candidates(voice, said[at + 1] if at + 1 < len(said) else None):
                found = _joined(said, at) if entry.rule.across > 1 else voice.found
                result += _held(reading, at, entry.rule, entry.pattern, found)
        return result

    def _candidates(self, voice: Voice, following: Voice | None) -> Iterable[_Entry]:
        """The patterns that may start in a sentence, given its own words and those of the next one."""
        present = voice.found.keys()
        seen: dict[int, _Entry] = {}
        for slot in self._opened.keys() & present:
            for entry in self._opened[slot]:
                if entry.number in seen or voice.stance not in entry.rule.voices:
                    continue
                lacking = entry.needs - present
                if not lacking or (entry.rule.across > 1 and following and lacking <= following.found.keys()):
                    seen[entry.number] = entry
        return [seen[number] for number in sorted(seen)]


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
    matched = pattern.matches(found)
    if not matched:
        return []
    said = reading.said
    small = reading.small(at, min(at + rule.across, len(said)) - 1)
    result = []
    for spans in matched:
        if spans[0][0] >= said[at].sentence.end:
            break
        if silenced(found, small, spans, pattern.steps, reading.plain.text, reading.quoted):
            continue
        if rule.agent == "any" or actors.fits(rule.agent, reading, at, spans[-1]):
            result.append(Match(rule, spans[0][0], spans[-1][1], at))
    return result


def _fits(reading: Reading, at: int, rule: Rule, found: Mentions) -> bool:
    if any(slot in found for slot in rule.unless):
        return False
    if not all(any(slot in found for slot in group) for group in rule.needs):
        return False
    last = len(reading.said) - 1
    if rule.near or rule.unless_near:
        around = reading.slots(max(0, at - _NEIGHBOURS), min(last, at + _NEIGHBOURS))
        if any(slot in around for slot in rule.unless_near) or not _all(rule.near, around):
            return False
    if rule.text or rule.unless_text:
        around = reading.slots(0, last)
        if any(slot in around for slot in rule.unless_text) or not _all(rule.text, around):
            return False
    return True


def _all(groups: tuple[tuple[str, ...], ...], around: set[str]) -> bool:
    return all(any(slot in around for slot in group) for group in groups)


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
    second: opinion.Model | None = None,
) -> tuple[Finding, ...]:
    """What is suspicious in a text, the gravest first, and among those the kind that the text resembles most.

    ``mandates`` are the live entries of the register; None means that there is no register at hand, so that a
    complete declaration is only pointed out, not compared. ``on`` is the day by which mandates and sources are read.
    """
    reading = read(text)
    matches = (rules or standard()).matches(reading)
    cleared = _FEES if fee_allowed(reading.plain.text, mandates, on) else ""
    matches = [match for match in matches if match.rule.category != cleared]
    graded = weigh(reading, matches, second or opinion.model(), cleared)
    findings = [_written(text, reading, one, on) for one in graded]
    claimed = claims(reading.said, reading.plain.text, reading.quoted, mandates, on)
    findings += [_written(text, reading, Graded(one.span, one.rule, one.severity), on) for one in claimed]
    return tuple(sorted(findings, key=lambda one: _WEIGHT[one.severity]))


def _written(text: str, reading: Reading, graded: Graded, on: date | None) -> Finding:
    start, end = reading.plain.origin(*graded.span)
    rule, quote = graded.rule, text[start:end]
    return Finding(
        category=rule.category,
        severity=graded.severity,
        start=start,
        end=end,
        quote=quote,
        rule=f"{rule.id}@{rule.version}",
        basis=cited(rule.basis, on),
        why=_why(graded, " ".join(quote.split()), language()),
        suggestion=rule.suggestion.get(language(), rule.suggestion["zh"]),
    )


def _why(graded: Graded, quote: str, tongue: str) -> str:
    """Why a rule holds, and why it is only a hint where the second opinion doubts it."""
    why = graded.rule.why.get(tongue, graded.rule.why["zh"])
    why = why.replace("{quote}", quote).replace("{words}", "、".join(graded.words))
    if graded.doubt is None:
        return why
    but = "（{doubt}，因此只作提示。）" if tongue.startswith("zh") else " (A hint only: {doubt}.)"
    return why + but.replace("{doubt}", graded.doubt.told(tongue))
