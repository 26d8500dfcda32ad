"""Who acts at a place in the text: the association, a body of the state, or somebody who is spoken about."""

from disciplinary.rules.screening.lexicon import Mentions, Span, particles
from disciplinary.rules.screening.scope import Voice

_KINDS = ("us_self", "us", "gov", "third")


def fits(wanted: str, said: list[Voice], at: int, place: Span, text: str) -> bool:
    """Whether the one who acts may be who the rule wants: ``us`` or ``not_gov``."""
    who = agent(said, at, place, text)
    if wanted == "us":
        return who in {"us", "us_self"}
    return who not in {"gov", "third"}


def agent(said: list[Voice], at: int, place: Span, text: str) -> str:
    """The last possible subject before a place, else that of the sentence before; empty when there is none."""
    who = _subject(said[at], place[0], text)
    if who or at == 0:
        return who
    before = said[at - 1]
    if "address" in said[at].found or "reader_you" in said[at].found:
        return ""
    previous = _subject(before, before.sentence.end, text)
    return previous if previous == "gov" and before.sentence.line == said[at].sentence.line else ""


def _subject(voice: Voice, limit: int, text: str) -> str:
    names = [(start, kind) for kind in _KINDS for start, end in voice.found.get(kind, ()) if end <= limit]
    if not names:
        return ""
    small = particles(text, voice.sentence.start, voice.sentence.end)
    free = [(start, order, kind) for order, (start, kind) in enumerate(names) if not _led(small, start)]
    return max(free, key=lambda one: (one[0], -one[1]))[2] if free else ""


def _led(small: Mentions, start: int) -> bool:
    """Whether a preposition stands right before, so that the name is not the subject."""
    return any(start - 4 <= a and b <= start and start - b <= 3 for a, b in small.get("prep", ()))
