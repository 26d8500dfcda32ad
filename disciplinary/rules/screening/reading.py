"""A text as the rules see it: plain words with their places, sentences with their voices."""

from dataclasses import dataclass

from disciplinary.rules.screening import scope
from disciplinary.rules.screening.lexicon import Span, lexicon
from disciplinary.rules.screening.plain import Plain, plain
from disciplinary.rules.screening.respell import respelt
from disciplinary.rules.screening.rulebook import Rule
from disciplinary.rules.screening.scope import Voice
from disciplinary.rules.screening.segments import quotes, sentences


@dataclass(frozen=True)
class Reading:
    """A text as the rules see it."""

    plain: Plain
    said: list[Voice]
    quoted: list[Span]


@dataclass(frozen=True)
class Match:
    """A rule that holds at a span of the plain text."""

    rule: Rule
    start: int
    end: int
    at: int  # in which sentence


def read(text: str) -> Reading:
    """The words, sentences and voices of a text."""
    folded = respelt(plain(text))
    quoted = quotes(folded.text)
    parts = sentences(folded.text, quoted)
    found = lexicon().mentions(folded.text, [part.end for part in parts])
    return Reading(folded, scope.voices(parts, found, folded.text), quoted)
