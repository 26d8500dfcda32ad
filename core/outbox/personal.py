"""Words that differ from person to person and must never be stored: they are put in at the moment of sending.

A text holds ``MARK`` where they belong; the package that a content's subject names says what they are. A line whose
words turn out empty is left out.
"""

from collections.abc import Callable

from sqlalchemy.orm import Session

from core.keys import KeyRing

MARK = "⟦…⟧"

Fill = Callable[[int], str]
"""The words for the person of this number."""

FILLERS: dict[str, Callable[[Session, KeyRing, str, str], Fill]] = {}
"""First part of a subject → (session, keys, subject, public address) → the words for each person."""


def filler_of(session: Session, keys: KeyRing, subject: str, public_url: str) -> Fill:
    """What fills the texts of a subject; nothing when no package says so."""
    make = FILLERS.get(subject.partition(":")[0])
    return make(session, keys, subject, public_url) if make else lambda _person: ""


def filled(text: str, words: str) -> str:
    """The text with the words in their place."""
    if MARK not in text:
        return text
    return "\n".join(line.replace(MARK, words) for line in text.split("\n") if words or MARK not in line)
