"""The terminal as a chat platform: how a reply looks there, and delivery to it."""

import os
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from string import ascii_lowercase
from uuid import uuid4

from bot.messages import Reply, Table
from bot.platforms.base import Limits, Outgoing, Sent
from core.attachments import clean_name
from core.i18n import _

LONGEST_NAME = 200
"""Bytes."""


def width(text: str) -> int:
    """How many columns a text takes on a terminal."""
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text if not unicodedata.combining(c))


def pad(text: str, columns: int) -> str:
    """The text filled with spaces to a number of columns."""
    return text + " " * max(0, columns - width(text))


def render_table(table: Table) -> str:
    """A table with aligned columns."""
    rows = [table.columns, *table.rows]
    widths = [max(width(row[i]) for row in rows) for i in range(len(table.columns))]
    lines = ["  ".join(pad(cell, w) for cell, w in zip(row, widths, strict=True)).rstrip() for row in rows]
    lines.insert(1, "  ".join("─" * w for w in widths))
    return "\n".join(lines)


def render(reply: Reply, saved: list[Path]) -> str:
    """A reply as lines of text; buttons get numbers."""
    parts = [reply.text] if reply.text else []
    if reply.table is not None and reply.table.rows:
        parts.append(render_table(reply.table))
    flat = [button for row in reply.buttons for button in row]
    if flat:
        parts.append(offered([button.label for button in flat]))
    parts += [_("File: {path}").format(path=path) for path in saved]
    return "\n".join(parts)


def keys(labels: Sequence[str]) -> list[str]:
    """What is typed for each of these buttons: its number in the line; beside labels that are numbers themselves, which
    stand for themselves, the others have letters.
    """
    own = {label for label in labels if label.isascii() and label.isdigit()}
    free = iter(ascii_lowercase) if own else map(str, count(1))
    return [label if label in own else next(free, "…") for label in labels]


def offered(labels: Sequence[str], before: int = 0) -> str:
    """Buttons as a line of text; the first ``before`` of them have been shown already."""
    pairs = list(zip(keys(labels), labels, strict=True))[before:]
    return "  ".join(f"[{key}]" if key == label else f"[{key}] {label}" for key, label in pairs)


def save(folder: Path, name: str, content: bytes) -> Path:
    """Put a file into a folder: under its name stands all of it or nothing, whenever the machine stops."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / fitting(name)
    made = folder / f".{uuid4().hex}.part"
    try:
        with made.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        made.replace(path)
    finally:
        made.unlink(missing_ok=True)
    _settle(folder)
    return path


def fitting(name: str) -> str:
    """A file name without a path, short enough for every file system; its ending stays."""
    whole = Path(clean_name(name))
    stem, ending = whole.stem, whole.suffix
    while len((stem + ending).encode()) > LONGEST_NAME:
        stem, ending = stem[:-1], ending[:20]
    return stem + ending


def _settle(folder: Path) -> None:
    """Make a rename in this folder last."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@dataclass
class ConsolePlatform:
    """Delivery to terminals: what arrives is shown at once. ``show`` gets the chat's name and the message."""

    show: Callable[[str, Outgoing], None]
    name: str = "console"
    limits: Limits = field(default_factory=lambda: Limits(100_000.0, 0.0, 1_000_000, 100_000))

    async def send(self, outgoing: Outgoing) -> Sent:
        """Show one message; it always arrives."""
        self.show(outgoing.chat, outgoing)
        return Sent(message_id=uuid4().hex[:12])
