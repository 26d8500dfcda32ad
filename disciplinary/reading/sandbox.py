"""Opening a file in a child process, and turning what it says into words with places, or why there are none."""

from dataclasses import asdict
from hashlib import sha256
from typing import Any

from core import confined
from core.screening import Part, Place, Unread, Words
from disciplinary.reading.kinds import Unreadable, kind_of
from disciplinary.reading.limits import DEFAULT, Limits

KEPT = 16
"""So many files are remembered by each process: one text is screened several times on its way out."""
_remembered: dict[tuple[str, str], Words] = {}


def words_of(name: str, content: bytes, limits: Limits = DEFAULT) -> Words:
    """The words of a .docx, .xlsx, .xls, .pdf or plain text file with their places; for any other file why not.

    The file is opened in a process with bounded memory, processor time and patience, an empty environment and no
    right to open or write files.
    """
    key = (name, sha256(content).hexdigest())
    words = _remembered.get(key) or _read(name, content, limits)
    if limits == DEFAULT:
        _remembered[key] = words
        for oldest in list(_remembered)[:-KEPT]:
            _remembered.pop(oldest, None)
    return words


def _read(name: str, content: bytes, limits: Limits) -> Words:
    try:
        order = {"kind": kind_of(content, name, limits), **asdict(limits)}
        return _words(confined.ask("disciplinary.reading.child", order, content, limits.wall_seconds))
    except Unreadable as unreadable:
        return Words((), unreadable.why)
    except confined.Exhausted:
        return Words((), Unread.TOO_LARGE)
    except confined.Broken:
        return Words((), Unread.BROKEN)


def _words(answer: dict[str, Any]) -> Words:
    parts = tuple(Part(Place(kind), where, words) for kind, where, words in answer["parts"])
    unread = Unread(answer["unread"]) if answer["unread"] else None
    if not parts and unread is None:
        unread = Unread.EMPTY
    return Words(parts, unread, answer["pictures"])
