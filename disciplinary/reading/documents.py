"""Word documents: body with tables and text boxes, headers, footers, notes, comments, and what was struck out."""

from collections import Counter
from collections.abc import Iterator
from io import BytesIO
from typing import Any

from docx import Document
from docx.oxml import parse_xml
from docx.oxml.ns import qn

from disciplinary.reading.found import Found, NotRead, Part

BODY = "word/document"
PLACES = {
    BODY: "paragraph",
    "word/header": "header",
    "word/footer": "footer",
    "word/footnotes": "footnote",
    "word/endnotes": "endnote",
    "word/comments": "comment",
}
"""How the name of a part begins, in the order in which parts are read."""
INSIDE = ("word/embeddings/", "word/afchunk")
PARAGRAPH, CELL, BOX, OLD_BOX = qn("w:p"), qn("w:tc"), qn("w:txbxContent"), "{*}Fallback"
TEXT, STRUCK, BREAKS = qn("w:t"), qn("w:delText"), (qn("w:tab"), qn("w:br"), qn("w:cr"))

BLANK = {TEXT: " ", STRUCK: ""}


def read(content: bytes, _order: dict[str, Any]) -> Found:
    """The words of every part. A document without words that has pictures was not read."""
    try:
        package = Document(BytesIO(content)).part.package
    except Exception as broken:  # the library raises whatever its parsers raise
        raise NotRead("broken") from broken
    blobs = {str(part.partname).lstrip("/"): part.blob for part in package.iter_parts()}
    parts = list(_parts(blobs))
    pictures = sum(name.startswith("word/media/") for name in blobs)
    if pictures and not any(words.strip() for _kind, _where, words in parts):
        raise NotRead("pictures")
    embedded = any(name.lower().startswith(INSIDE) for name in blobs)
    return Found(parts, "embedded" if embedded else "", pictures)


def _parts(blobs: dict[str, bytes]) -> Iterator[Part]:
    for beginning, kind in PLACES.items():
        for name in sorted(blobs):
            if name.startswith(beginning) and name.endswith(".xml"):
                yield from _paragraphs(parse_xml(blobs[name]), kind)


def _paragraphs(root: Any, kind: str) -> Iterator[Part]:
    """Paragraphs in order; what stands in a text box is one of its own. Word keeps a second copy of boxes for old readers."""
    for old in list(root.iter(OLD_BOX)):
        old.getparent().remove(old)
    numbers: Counter[str] = Counter()
    for paragraph in root.iter(PARAGRAPH):
        place = "text_box" if _ancestor(paragraph, BOX) is not None else kind
        numbers[place] += 1
        yield place, str(numbers[place]), _said(paragraph, TEXT) + _separator(paragraph)
        struck = _said(paragraph, STRUCK)
        if struck:
            yield "struck_out", str(numbers[place]), struck + "\n"


def _separator(paragraph: Any) -> str:
    """Cells of one row of a table are read as one line."""
    cell = paragraph.getparent()
    in_row = cell is not None and cell.tag == CELL and paragraph.getnext() is None
    return " " if in_row and cell.getnext() is not None else "\n"


def _ancestor(element: Any, tag: str) -> Any:
    return next(element.iterancestors(tag), None)


def _said(paragraph: Any, tag: str) -> str:
    """The words of a paragraph without those of paragraphs inside it."""
    own = (element for element in paragraph.iter(tag, *BREAKS) if _ancestor(element, PARAGRAPH) is paragraph)
    return "".join((element.text or "") if element.tag == tag else BLANK[tag] for element in own).strip()
