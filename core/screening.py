"""The port through which every outgoing text is checked for misuse of administrative authority.

The rules live in ``disciplinary``; the composition root puts them in.
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:  # screening a text alone should not have to load the database library
    from sqlalchemy.orm import Session


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
    """One suspicious passage: ``start`` and ``end`` are offsets into the original text."""

    category: str
    severity: Severity
    start: int
    end: int
    quote: str
    rule: str
    basis: str
    why: str
    suggestion: str


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


class TextOf(Protocol):
    """Reads the words of a file, so that they are screened with the text that the file goes out with."""

    def __call__(self, name: str, content: bytes) -> str | None:
        """The words of a file; None when this reader does not know the format."""
        ...


READERS: list[TextOf] = []
"""Filled by the composition root."""


def text_of(name: str, content: bytes) -> str | None:
    """The words of a file, or None when nobody here can read it: then a person has to."""
    return next((words for read in READERS if (words := read(name, content)) is not None), None)
