"""Who acts at a place in the text: the association, a body of the state, or somebody who is spoken about."""

from disciplinary.rules.screening.lexicon import Mentions, Span
from disciplinary.rules.screening.scope import Voice

_KINDS = ("us_self", "us", "gov", "third")


def fits(wanted: str, said: list[Voice], at: int, place: Span) -> bool:
    """Whether the one who acts may be who the rule wants: ``us`` or ``not_gov``."""
    who = agent(said, at, place)
    if wanted == "us":
        return who in {"us", "us_self"}
    return who not in {"gov", "third"}


def agent(said: list[Voice], at: int, place: Span) -> str:
    """The last possible subject before a place, else that of the sentence before; empty when there is none."""
    who = _subject(said[at].found, place[0])
    if who or at == 0:
        return who
    before = said[at - 1]
    if "address" in said[at].found or "reader_you" in said[at].found:
        return ""
    previous = _subject(before.found, before.sentence.end)
    return previous if previous == "gov" and before.sentence.line == said[at].sentence.line else ""


def _subject(found: Mentions, limit: int) -> str:
    best, who = -1, ""
    for kind in _KINDS:
        for start, end in found.get(kind, ()):
            if end <= limit and start > best and not _led(found, start):
                best, who = start, kind
    return who


def _led(found: Mentions, start: int) -> bool:
    """Whether a preposition stands right before, so that the name is not the subject."""
    return any(start - 4 <= a and b <= start and start - b <= 3 for a, b in found.get("prep", ()))
