"""PDF: title, the words of every page with lines put together again, notes on the pages, values of forms."""

from collections.abc import Iterator, Mapping
from io import BytesIO
from typing import Any

from pypdf import PageObject, PdfReader
from pypdf.errors import PyPdfError

from disciplinary.reading.found import Found, NotRead, Part

ENDS = "。！？；：.!?;:…”」』）)"
ODD = 0.2
"""Beyond this share of signs that mean nothing, a font hides its letters: the page cannot be read."""


def read(content: bytes, order: dict[str, Any]) -> Found:
    """The words of all pages. Pages that hold only pictures, or letters without meaning, are told as not read."""
    try:
        return _read(_opened(content), order)
    except (PyPdfError, ValueError, KeyError, TypeError, AttributeError, RecursionError, OverflowError) as broken:
        raise NotRead("broken") from broken


def _opened(content: bytes) -> PdfReader:
    reader = PdfReader(BytesIO(content), strict=False)
    if reader.is_encrypted and not reader.decrypt(""):
        raise NotRead("encrypted")
    return reader


def _read(reader: PdfReader, order: dict[str, Any]) -> Found:
    count = len(reader.pages)
    if count > order["pages"]:
        raise NotRead("too_large")
    parts = list(_aside(reader))
    blind, pictures = 0, 0
    for number, page in enumerate(reader.pages, 1):
        words, seen = joined(page.extract_text() or ""), _pictures(page)
        blind += (not words and seen > 0) or _odd(words)
        pictures += seen
        parts += [("page", str(number), words + "\n"), *_notes(page, number)]
    if blind == count:
        raise NotRead("pictures")
    unread = "pages" if blind else "embedded" if reader.attachments else ""
    return Found(parts, unread, pictures)


def _aside(reader: PdfReader) -> Iterator[Part]:
    about: Mapping[str, Any] = reader.metadata or {}
    for name in ("/Title", "/Subject", "/Keywords"):
        if about.get(name):
            yield "about", "", f"{about[name]}\n"
    for field in (reader.get_fields() or {}).values():
        if isinstance(field.value, str):
            yield "form", "", field.value + "\n"


def _notes(page: PageObject, number: int) -> Iterator[Part]:
    for note in page.annotations or ():
        words = note.get_object().get("/Contents")
        if isinstance(words, str) and words.strip():
            yield "comment", str(number), words + "\n"


def _pictures(page: PageObject, depth: int = 3) -> int:
    return _images(page.get("/Resources"), depth)


def _images(resources: Any, depth: int) -> int:
    """Pictures drawn on a page, those inside its forms included."""
    held = resources.get_object().get("/XObject") if resources is not None else None
    found = 0
    for one in held.get_object().values() if held is not None else ():
        drawn = one.get_object()
        if drawn.get("/Subtype") == "/Image":
            found += 1
        elif drawn.get("/Subtype") == "/Form" and depth:
            found += _images(drawn.get("/Resources"), depth - 1)
    return found


def _odd(words: str) -> bool:
    """Whether most of it means nothing: replacement signs, private letters, control characters."""
    signs = [c for c in words if not c.isspace()]
    odd = sum(c == "\ufffd" or "\ue000" <= c <= "\uf8ff" or ord(c) < 32 for c in signs)
    return bool(signs) and odd > ODD * len(signs)


def joined(text: str) -> str:
    """Lines that the edge of the page broke are put together again: full lines that do not end a sentence."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    widest = max(map(len, lines), default=0)
    out = ""
    for line in lines:
        out += line
        broken = len(line) * 5 >= widest * 4 and line[-1] not in ENDS
        out += ("" if ord(line[-1]) > 0x2E7F else " ") if broken else "\n"
    return out.strip()
