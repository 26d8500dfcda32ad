"""Who acts at a place in the text: the association, a body of the state, or somebody who is spoken about."""

from disciplinary.rules.screening.lexicon import Mentions, Span
from disciplinary.rules.screening.reading import Reading

_KINDS = ("us_self", "us", "gov", "third")


def fits(wanted: str, reading: Reading, at: int, place: Span) -> bool:
    """Whether the one who acts may be who the rule wants: ``us`` or ``not_gov``."""
    who = agent(reading, at, place)
    if wanted == "us":
        return who in {"us", "us_self"}
    return who not in {"gov", "third"}


def agent(reading: Reading, at: int, place: Span) -> str:
    """The last possible subject before a place, else that of the sentence before; empty when there is none."""
    who = _subject(reading, at, place[0])
    if who or at == 0:
        return who
    here, before = reading.said[at], reading.said[at - 1]
    if "address" in here.found or "reader_you" in here.found:
        return ""
    previous = _subject(reading, at - 1, before.sentence.end)
    return previous if previous == "gov" and before.sentence.line == here.sentence.line else ""


def _subject(reading: Reading, at: int, limit: int) -> str:
    found = reading.said[at].found
    names = [(start, kind) for kind in _KINDS for start, end in found.get(kind, ()) if end <= limit]
    if not names:
        return ""
    small = reading.small(at, at)
    free = [(start, order, kind) for order, (start, kind) in enumerate(names) if not _led(small, start)]
    return max(free, key=lambda one: (one[0], -one[1]))[2] if free else ""


def _led(small: Mentions, start: int) -> bool:
    """Whether a preposition stands right before, so that the name is not the subject."""
    return any(start - 4 <= a and b <= start and start - b <= 3 for a, b in small.get("prep", ()))
