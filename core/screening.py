"""The port through which every outgoing text is checked for misuse of administrative authority.

The rules live in ``disciplinary``; the composition root puts them in.
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:  # screening a text alone should not have to load the database library
    from sqlalchemy.orm import Session


FILE = "file"
"""The category of a finding that says nothing but that a file was not read."""


class Severity(StrEnum):
    """How a finding is handled: high holds, medium asks a reviewer, low only tells the author."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


class Verdict(StrEnum):
    """What happens to a text."""

    BLOCK = "block"
    REVIEW = "review"
    HINT = "hint"
    OK = "ok"


@dataclass(frozen=True)
class Finding:
    """One suspicious passage: ``start`` and ``end`` are offsets into the original text, ``place`` names where that is."""

    category: str
    severity: Severity
    start: int
    end: int
    quote: str
    rule: str
    basis: str
    why: str
    suggestion: str
    place: str = ""


class Screener(Protocol):
    """Reads a text with the mandates that are live on ``today`` and returns what is suspicious in it."""

    def __call__(self, text: str, session: "Session", today: date) -> tuple[Finding, ...]:
        """The findings of a text, none when nothing is suspicious."""
        ...


def verdict_of(findings: tuple[Finding, ...]) -> Verdict:
    """The strictest handling that any finding asks for. An empty tuple is ``ok``, which never means lawful."""
    severities = {finding.severity for finding in findings}
    if Severity.HIGH in severities:
        return Verdict.BLOCK
    if Severity.MEDIUM in severities:
        return Verdict.REVIEW
    return Verdict.HINT if severities else Verdict.OK


class Place(StrEnum):
    """What kind of place in a file some words stand in."""

    PARAGRAPH = "paragraph"
    HEADER = "header"
    FOOTER = "footer"
    FOOTNOTE = "footnote"
    ENDNOTE = "endnote"
    COMMENT = "comment"
    TEXT_BOX = "text_box"
    STRUCK_OUT = "struck_out"
    PAGE = "page"
    ABOUT = "about"
    FORM = "form"
    SHEET = "sheet"
    CELL = "cell"
    LINE = "line"


class Unread(StrEnum):
    """Why a file, or some of it, could not be read: then a person has to look at it."""

    UNKNOWN = "unknown"
    ENCRYPTED = "encrypted"
    BROKEN = "broken"
    TOO_LARGE = "too_large"
    PICTURES = "pictures"
    PAGES = "pages"
    EMBEDDED = "embedded"
    EMPTY = "empty"


@dataclass(frozen=True)
class Part:
    """Words of a file with their place: ``where`` is a number, a name or a cell. What separates them from the next is included."""

    place: Place
    where: str
    text: str


@dataclass(frozen=True)
class Words:
    """What a file says. ``unread`` is why some of it is not here; ``pictures`` are those whose words nobody read."""

    parts: tuple[Part, ...]
    unread: Unread | None = None
    pictures: int = 0


class TextOf(Protocol):
    """Reads the words of a file, so that they are screened with the text that the file goes out with."""

    def __call__(self, name: str, content: bytes) -> Words:
        """The words of a file, or why it has none for us."""
        ...


READERS: list[TextOf] = []
"""Filled by the composition root."""


def text_of(name: str, content: bytes) -> Words:
    """The words of a file. One that nobody here can read says so: then a person has to."""
    for read in READERS:
        words = read(name, content)
        if words.unread is not Unread.UNKNOWN:
            return words
    return Words((), Unread.UNKNOWN)
