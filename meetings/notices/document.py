"""Minutes as a Word document in the manner of an office: Song and Fangsong type, a table of attendance."""

from io import BytesIO
from typing import Any

from docx import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from docx.shared import Cm, Pt

from meetings.notices.minutes import Record, Section, heading, sections

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
HEADING, BODY = ("SimHei", "黑体"), ("FangSong", "仿宋")


def as_document(record: Record) -> bytes:
    """The minutes as the bytes of a .docx file, A4 with the margins of official papers."""
    document = Document()
    _page(document)
    title = document.add_paragraph()
    title.alignment = WD_ALIGN_PARAGRAPH.CENTER
    _write(title, heading(record), HEADING, 22, bold=True)
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


def _section(document: Any, section: Section) -> None:
    if section.heading:
        _write(document.add_paragraph(), section.heading, HEADING, 16)
    for paragraph in section.paragraphs:
        for line in paragraph.split("\n"):
            _write(document.add_paragraph(), line, BODY, 14)
    if section.table:
        _table(document, section.table)


def _table(document: Any, rows: tuple[tuple[str, ...], ...]) -> None:
    table = document.add_table(rows=0, cols=len(rows[0]))
    table.style = "Table Grid"
    for number, row in enumerate(rows):
        cells = table.add_row().cells
        for cell, text in zip(cells, row, strict=True):
            _write(cell.paragraphs[0], text, BODY, 12, bold=number == 0)


def _write(paragraph: Any, text: str, fonts: tuple[str, str], size: int, *, bold: bool = False) -> None:
    """Text in a Latin and an East Asian font; characters that no document may hold are left out."""
    run = paragraph.add_run("".join(c for c in text if c.isprintable() or c == "\t"))
    run.font.name, run.font.size, run.font.bold = fonts[0], Pt(size), bold
    run._element.rPr.rFonts.set(qn("w:eastAsia"), fonts[1])
