"""What changed between two versions of a text. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import unified_diff
from typing import Any

from announcements.rules.elements import label
from core.i18n import _


@dataclass(frozen=True)
class Shown:
    """One version as it was published."""

    title: str
    body: str
    elements: Mapping[str, Any]
    audience: Mapping[str, Any]
    attachments: Sequence[int]


def differences(former: Shown, later: Shown) -> list[str]:
    """Lines that went (−) and came (+), element by element; empty when nothing changed."""
    return list(_compared(former, later))


def _compared(former: Shown, later: Shown) -> Iterator[str]:
    yield from _lines(label("title"), former.title, later.title)
    yield from _lines(label("body"), former.body, later.body)
    for name in sorted({*former.elements, *later.elements}):
        yield from _lines(label(name), str(former.elements.get(name, "")), str(later.elements.get(name, "")))
    if former.audience != later.audience:
        yield _("The audience changed.")
    if list(former.attachments) != list(later.attachments):
        yield _("The files changed.")


def _lines(heading: str, former: str, later: str) -> Iterator[str]:
    if former == later:
        return
    yield f"[{heading}]"
    for line in unified_diff(former.splitlines(), later.splitlines(), n=0, lineterm=""):
        if not line.startswith(("---", "+++", "@@")):
            yield line.replace("-", "− ", 1) if line.startswith("-") else line.replace("+", "+ ", 1)
