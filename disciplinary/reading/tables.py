"""Workbooks: every sheet, hidden ones too, cell by cell; names of sheets, comments, text boxes, headers and footers."""

import re
import zipfile
from collections.abc import Iterator
from io import BytesIO
from typing import Any

from lxml import etree
from python_calamine import CalamineWorkbook

from disciplinary.reading.found import Found, NotRead, Part

ASIDE = {
    re.compile(r"xl/(threadedComments|comments)[^.]*\.xml|xl/(threadedC|c)omments/.*\.xml"): "comment",
    re.compile(r"xl/drawings/drawing\d+\.xml"): "text_box",
}
RUNS = ("{*}t", "{*}text")
MARGINS = ("{*}oddHeader", "{*}oddFooter", "{*}evenHeader", "{*}evenFooter", "{*}firstHeader", "{*}firstFooter")
HIDDEN_DOCTYPE = (b"<!DOCTYPE", b"<!ENTITY")


def read_old(content: bytes, order: dict[str, Any]) -> Found:
    """An Excel 97 workbook: its cells; what else it holds is not told."""
    return Found(list(_cells(content, order)))


def read_new(content: bytes, order: dict[str, Any]) -> Found:
    """An .xlsx workbook. One without words that has pictures was not read."""
    with zipfile.ZipFile(BytesIO(content)) as archive:
        names = archive.namelist()
        if any(mark in archive.read(name) for name in names if name.endswith(".xml") for mark in HIDDEN_DOCTYPE):
            raise NotRead("broken")
        parts = [*_cells(content, order), *_aside(archive, names)]
    pictures = sum(name.startswith("xl/media/") for name in names)
    if pictures and not any(kind != "sheet" for kind, _where, _words in parts):
        raise NotRead("pictures")
    embedded = any(name.startswith("xl/embeddings/") for name in names)
    return Found(parts, "embedded" if embedded else "", pictures)


def _cells(content: bytes, order: dict[str, Any]) -> Iterator[Part]:
    """Cells of one row stand together, so that a sentence over several cells is read as one."""
    try:
        book = CalamineWorkbook.from_filelike(BytesIO(content))
        sheets = [book.get_sheet_by_name(name) for name in book.sheet_names]
    except Exception as broken:  # calamine raises errors of many kinds
        raise NotRead("encrypted" if "assword" in str(broken) else "broken") from broken
    if sum(sheet.total_height * sheet.total_width for sheet in sheets) > order["cells"]:
        raise NotRead("too_large")
    for sheet in sheets:
        yield "sheet", sheet.name, sheet.name + "\n"
        yield from _rows(sheet.name, sheet.to_python(skip_empty_area=False))


def _rows(sheet: str, rows: list[list[Any]]) -> Iterator[Part]:
    for row, cells in enumerate(rows, 1):
        filled = [(column, cell) for column, cell in enumerate(cells, 1) if isinstance(cell, str) and cell.strip()]
        for column, cell in filled:
            last = column == filled[-1][0]
            yield "cell", f"{sheet}!{_letters(column)}{row}", cell + ("\n" if last else " ")


def _letters(column: int) -> str:
    letters = ""
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def _aside(archive: zipfile.ZipFile, names: list[str]) -> Iterator[Part]:
    for name in sorted(names):
        for pattern, kind in ASIDE.items():
            if pattern.fullmatch(name):
                yield kind, "", "".join(run.text or "" for run in _parsed(archive, name).iter(*RUNS)) + "\n"
        if name.startswith("xl/worksheets/sheet"):
            for margin in _parsed(archive, name).iter(*MARGINS):
                yield "header", "", re.sub(r"&(?:[LCRPNDTFAZG]|\"[^\"]*\"|\d+)", " ", margin.text or "") + "\n"


def _parsed(archive: zipfile.ZipFile, name: str) -> Any:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False, load_dtd=False)
    try:
        return etree.fromstring(archive.read(name), parser)
    except etree.XMLSyntaxError as broken:
        raise NotRead("broken") from broken
