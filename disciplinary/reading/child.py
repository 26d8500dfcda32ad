"""The process that takes the words out of a file: bounded in memory and time, without secrets, and then gone.

Reads the file from standard input and writes one JSON document: ``parts`` (kind of place, number or name, words),
``unread`` (why some of it could not be read) and ``pictures`` (how many there are, whose words nobody read).
"""

import codecs
import json
import sys
from collections.abc import Iterable
from contextlib import suppress
from importlib import import_module
from pkgutil import walk_packages
from typing import Any

from core.confined import confine
from disciplinary.reading.found import Found, NotRead

READERS = {
    "docx": ("documents", "read"),
    "pdf": ("pages", "read"),
    "xlsx": ("tables", "read_new"),
    "xls": ("tables", "read_old"),
    "text": ("plain", "read"),
}


ENCODINGS = (
    *("utf-16", "utf-16-be", "utf-16-le", "gbk", "gb2312", "big5", "big5hkscs", "cp950", "shift_jis", "cp932"),
    *("euc_jp", "euc_kr", "cp949", "cp1250", "cp1252", "cp1254", "cp1257", "iso8859_15", "mac_roman", "charmap"),
)
"""Those in which a PDF may write its letters."""


def main() -> None:
    """Read what the parent sent and answer."""
    order = json.loads(sys.stdin.buffer.readline())
    module, name = READERS[order["kind"]]
    read = getattr(import_module(f"disciplinary.reading.{module}"), name)
    if order["kind"] == "pdf":
        warm_up()
    confine(order)
    try:
        answer = _answer(read(sys.stdin.buffer.read(), order), order["characters"])
    except NotRead as why:
        answer = {"parts": [], "unread": str(why), "pictures": 0}
    except MemoryError:
        answer = {"parts": [], "unread": "too_large", "pictures": 0}
    sys.stdout.write(json.dumps(answer, ensure_ascii=False, separators=(",", ":")))


def warm_up() -> None:
    """The library imports its parts when it meets them; once confined, nothing can be imported any more."""
    import pypdf

    for found in walk_packages(pypdf.__path__, "pypdf."):
        with suppress(ImportError):  # those that go with a library that is not here
            import_module(found.name)
    for encoding in ENCODINGS:
        codecs.lookup(encoding)


def _answer(found: Found, most: int) -> dict[str, Any]:
    parts, cut = _limited(found.parts, most)
    unread = found.unread or ("too_large" if cut else "")
    return {"parts": parts, "unread": unread, "pictures": found.pictures}


def _limited(parts: Iterable[tuple[str, str, str]], most: int) -> tuple[list[list[str]], bool]:
    """The parts up to so many characters, and whether there was more."""
    kept, left = list[list[str]](), most
    for kind, where, words in parts:
        if not words.strip():
            continue
        kept.append([kind, where, words[:left]])
        left -= len(words)
        if left <= 0:
            return kept, True
    return kept, False


if __name__ == "__main__":
    main()
