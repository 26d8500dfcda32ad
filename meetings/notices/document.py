"""Minutes as a Word document in the manner of an office: A4, Heiti headings, Fangsong text, a table of attendance."""

from io import BytesIO
from typing import Any

from docx import Document
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from docx.shared import Cm, Pt

from meetings.notices.minutes import Record, Section, heading, sections

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
HEADING, BODY = ("SimHei", "黑体"), ("FangSong", "仿宋")
STYLES = {"Minutes": (HEADING, 22), "Part": (HEADING, 16), "Words": (BODY, 14), "Cell": (BODY, 12)}
"""Style → its Latin and East Asian font, and its size in points."""


def as_document(record: Record) -> bytes:
    """The minutes as the bytes of a .docx file with the margins of official papers."""
    document = Document()
    _page(document)
    for name, (fonts, size) in STYLES.items():
        _style(document, name, fonts, size)
    _write(document.add_paragraph(style="Minutes"), heading(record))
    for section in sections(record):
        _section(document, section)
    document.core_properties.title = heading(record)
    document.core_properties.author = record.association
    stream = BytesIO()
    document.save(stream)
    return stream.getvalue()


def _page(document: Any) -> None:
    page = document.sections[0]
    page.page_width, page.page_height = Cm(21), Cm(29.7)
    page.top_margin, page.bottom_margin, page.left_margin, page.right_margin = Cm(3.7), Cm(3.5), Cm(2.8), Cm(2.6)


def _style(document: Any, name: str, fonts: tuple[str, str], size: int) -> None:
    style = document.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
    style.font.name, style.font.size = fonts[0], Pt(size)
    style.element.rPr.rFonts.set(qn("w:eastAsia"), fonts[1])
    if name == "Minutes":
        style.paragraph_format.alignment = WD_ALIGN_PARAGRAPH.CENTER


def _section(document: Any, section: Section) -> None:
    if section.heading:
        _write(document.add_paragraph(style="Part"), section.heading)
    for paragraph in section.paragraphs:
        for line in paragraph.split("\n"):
            _write(document.add_paragraph(style="Words"), line)
    if section.table:
        _table(document, section.table)


def _table(document: Any, rows: tuple[tuple[str, ...], ...]) -> None:
    table = document.add_table(rows=len(rows), cols=len(rows[0]), style="Table Grid")
    # Asking for cells row by row, or for a style by its name, would search the whole document again for each cell.
    for cell, text in zip(table._cells, (text for row in rows for text in row), strict=True):
        paragraph = cell.paragraphs[0]
        paragraph._p.style = "Cell"
        _write(paragraph, text)


def _write(paragraph: Any, text: str) -> None:
    """Characters that no document may hold are left out."""
    paragraph.add_run("".join(c for c in text if c.isprintable() or c == "\t"))
