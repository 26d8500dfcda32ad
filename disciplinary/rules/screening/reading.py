"""A text as the rules see it: plain words with their places, sentences with their voices."""

from dataclasses import dataclass, field

from disciplinary.rules.screening import scope
from disciplinary.rules.screening.lexicon import Mentions, Span, lexicon, particles
from disciplinary.rules.screening.plain import Plain, plain
from disciplinary.rules.screening.respell import respelt
from disciplinary.rules.screening.rulebook import Rule
from disciplinary.rules.screening.scope import Stance, Voice
from disciplinary.rules.screening.segments import quotes, sentences


@dataclass(frozen=True)
class Reading:
    """A text as the rules see it."""

    plain: Plain
    said: list[Voice]
    quoted: list[Span]
    _small: dict[tuple[int, int], Mentions] = field(default_factory=dict)
    _around: dict[tuple[int, int], set[str]] = field(default_factory=dict)

    def small(self, first: int, last: int) -> Mentions:
        """The small words of some sentences, looked up when first needed."""
        if (first, last) not in self._small:
            start, end = self.said[first].sentence.start, self.said[last].sentence.end
            self._small[first, last] = particles(self.plain.text, start, end)
        return self._small[first, last]

    def slots(self, first: int, last: int) -> set[str]:
        """The slots that the association's own sentences have between two places."""
        if (first, last) not in self._around:
            own = (voice.found for voice in self.said[first : last + 1] if voice.stance is Stance.OWN)
            self._around[first, last] = {slot for found in own for slot in found}
        return self._around[first, last]


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
