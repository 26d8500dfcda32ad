"""Mandates: what the register knows, what a text claims, and whether the two agree."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from core.screening import Severity
from disciplinary.rules.screening.denial import silenced
from disciplinary.rules.screening.files import data_text
from disciplinary.rules.screening.lexicon import Span, particles
from disciplinary.rules.screening.patterns import Pattern, parse
from disciplinary.rules.screening.rulebook import Rule, read_rules
from disciplinary.rules.screening.scope import Stance, Voice

_CLAIMS: tuple[Pattern, ...] = tuple(
    parse(one)
    for one in (
        "by ~6 gov|gov_vague ~14 entrust_formal",
        "gov|gov_vague ~6 entrust_formal ~2 us",
        "by ~2 gov_vague|gov ~4 entrust_formal",
    )
)
_SIGNS = re.compile(r"[\s〔〕\[\]［］()（）【】《》“”\"号第-]")


@dataclass(frozen=True)
class Mandate:
    """One live entry of the register: who asked for what, by which paper, until when.

    ``acts`` are the permitted acts in words; empty means that none are recorded. Dates are inclusive.
    """

    principal: str
    number: str
    starts: date
    ends: date
    principal_level: str = ""
    acts: tuple[str, ...] = ()
    fee_allowed: bool = False


@dataclass(frozen=True)
class Claim:
    """A mandate that a text claims, and what is wrong with it."""

    span: Span
    rule: Rule
    severity: Severity


@lru_cache(maxsize=1)
def _rules() -> dict[str, Rule]:
    return {rule.id: rule for rule in read_rules(data_text("mandates.yaml"))}


def claims(
    said: list[Voice], text: str, quoted: list[Span], mandates: Sequence[Mandate] | None, on: date | None
) -> Iterator[Claim]:
    """The claims of a text that need a look: vague, incomplete, unknown to the register, or over."""
    spans = list(_claimed(said, text, quoted))
    if not spans:
        return
    has = {slot for voice in said for slot in voice.found}
    numbered = bool(has & {"doc_number", "contract_number", "paper"})
    known = _known(text, mandates or ())
    for span, vague in spans:
        problem = _problem(has, text, mandates, known, on, vague=vague, numbered=numbered)
        if problem:
            rule = _rules()[problem]
            yield Claim(span, rule, rule.severity)
            return


def _problem(
    has: set[str],
    text: str,
    mandates: Sequence[Mandate] | None,
    known: list[Mandate],
    on: date | None,
    *,
    vague: bool,
    numbered: bool,
) -> str:
    """Which rule a claim meets; empty when it is in order."""
    live = [one for one in known if on is None or one.starts <= on <= one.ends]
    if known and not live:
        return "M10-mandate-over"
    if not numbered and not live:
        return "M01-mandate-vague" if vague else "M01-mandate-incomplete"
    if live:
        return "" if any(not one.acts or any(act in text for act in one.acts) for one in live) else "M10-mandate-beyond"
    if mandates is not None:
        return "M10-mandate-unknown"
    settled = bool(has & {"term", "paper"}) + bool(has & {"free", "voluntary"})
    if settled == 0:
        return "M01-mandate-incomplete"
    return "M01-mandate-check"


def fee_allowed(text: str, mandates: Sequence[Mandate] | None, on: date | None) -> bool:
    """Whether the text names a live mandate that lets the association charge."""
    live = (one for one in _known(text, mandates or ()) if on is None or one.starts <= on <= one.ends)
    return any(one.fee_allowed for one in live)


def _claimed(said: list[Voice], text: str, quoted: list[Span]) -> Iterator[tuple[Span, bool]]:
    for voice in said:
        if voice.stance is not Stance.OWN or "entrust_formal" not in voice.found:
            continue
        small = particles(text, voice.sentence.start, voice.sentence.end)
        for pattern in _CLAIMS:
            for spans in pattern.matches(voice.found):
                if not silenced(voice.found, small, spans, pattern.steps, text, quoted):
                    vague = any(one in voice.found.get("gov_vague", ()) for one in spans)
                    yield (spans[0][0], spans[-1][1]), vague


def _known(text: str, mandates: Sequence[Mandate]) -> list[Mandate]:
    bare = _SIGNS.sub("", text)
    return [one for one in mandates if one.number and _SIGNS.sub("", one.number.lower()) in bare]
