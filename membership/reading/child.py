"""The process that opens an uploaded spreadsheet: bounded in memory and time, without secrets, and then gone.

Reads the file from standard input and writes one JSON document to standard output: either the rows, or a refusal.
"""

import csv
import json
import re
import sys
import zipfile
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from io import BytesIO, StringIO
from typing import Any

from lxml import etree
from python_calamine import CalamineWorkbook, SheetVisibleEnum

from core.confined import confine

ROW = re.compile(rb"<(?:\w+:)?row\b[^>]*>")
NUMBER = re.compile(rb'\br="([0-9]+)"')
HIDDEN = re.compile(rb'\bhidden="(?:1|true)"')
COLUMN = re.compile(rb"<(?:\w+:)?col\b[^>]*>")
SPAN = re.compile(rb'\b(min|max)="([0-9]+)"')
SINCE_1904 = re.compile(rb'<(?:\w+:)?workbookPr\b[^>]*\bdate1904="(?:1|true)"')
SAVED = re.compile(rb"<dcterms:modified\b[^>]*>([0-9T:.-]{19,26}Z)<")
BARE_FORMULA = re.compile(
    rb'<(?:\w+:)?c\b[^>]*\br="([A-Z]+)([0-9]+)"[^>]*>\s*<(?:\w+:)?f\b[^>]*(?:/>|>[^<]*</(?:\w+:)?f>)\s*(?:<(?:\w+:)?v\s*/>|<(?:\w+:)?v></(?:\w+:)?v>)?\s*</(?:\w+:)?c>'
)
ERROR_CELL = re.compile(rb'<(?:\w+:)?c\b(?=[^>]*\bt="e")[^>]*\br="([A-Z]+)([0-9]+)"')
FORMULA_MARK, ERROR_MARK = re.compile(rb"<(?:\w+:)?f\b"), re.compile(rb'\bt="e"')
FAR_COLUMN = re.compile(rb'\br="[A-Z]{3,}[0-9]')
ENCODINGS = ("utf-8-sig", "gb18030", "utf-16", "cp437", "utf-8", "ascii")
DATE, FORMULA, ERROR = "\x01d", "\x01f", "#ERROR!"


class Refused(Exception):
    """The file is not taken; the argument is the code."""


def main() -> None:
    """Read what the parent sent and answer."""
    order = json.loads(sys.stdin.buffer.readline())
    confine(order)
    content = sys.stdin.buffer.read()
    try:
        answer = _csv(content, order) if order["kind"] == "csv" else _workbook(content, order)
    except Refused as refusal:
        answer = {"refused": str(refusal)}
    except MemoryError:
        answer = {"refused": "file_bomb"}
    sys.stdout.write(json.dumps(answer, ensure_ascii=False, separators=(",", ":")))


def _workbook(content: bytes, order: dict[str, Any]) -> dict[str, Any]:
    parts = _parts(content) if order["kind"] == "xlsx" else {}
    saved = SAVED.search(parts.get("docProps/core.xml", b""))
    for name, part in parts.items():
        _check_part(name, part, order)
    book = CalamineWorkbook.from_filelike(BytesIO(content))
    visible = [m.name for m in book.sheets_metadata if m.visible == SheetVisibleEnum.Visible]
    skipped = [m.name for m in book.sheets_metadata if m.visible != SheetVisibleEnum.Visible]
    if len(visible) > order["sheets"]:
        raise Refused("too_many_sheets")
    sheets = []
    for name in visible:
        sheet = book.get_sheet_by_name(name)
        if sheet.total_height > order["rows"] or sheet.total_width > order["columns"]:
            raise Refused("too_many_rows" if sheet.total_height > order["rows"] else "too_many_columns")
        rows = [[_cell(value, order) for value in row] for row in sheet.to_python(skip_empty_area=False)]
        _check_amount(rows, order)
        merged = [[*begin, *end] for begin, end in (sheet.merged_cell_ranges or [])]
        sheets.append({"name": name, "rows": rows, "merged": merged, "hidden": [], "hidden_columns": []})
    if parts:
        _add_from_xml(content, sheets, order)
    return {
        "sheets": sheets,
        "skipped": skipped,
        "since_1904": SINCE_1904.search(parts.get("xl/workbook.xml", b"")) is not None,
        "saved": saved[1].decode() if saved else None,
    }


def _check_amount(rows: list[list[Any]], order: dict[str, Any]) -> None:
    """One long text that thousands of cells share is small in the file and large afterwards."""
    if sum(len(cell) for row in rows for cell in row if isinstance(cell, str)) > order["characters"]:
        raise Refused("file_bomb")


def _parts(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(BytesIO(content)) as archive:
        names = archive.namelist()
        return {n: archive.read(n) for n in names if n.startswith(("xl/", "docProps/")) and n.endswith(".xml")}


def _check_part(name: str, part: bytes, order: dict[str, Any]) -> None:
    """Size traps that a parser would fall into: entities, far-away cells, too many or too long strings."""
    if b"\x00" in part[:200]:
        raise Refused("file_unreadable")
    if b"<!DOCTYPE" in part or b"<!ENTITY" in part:
        raise Refused("file_bomb")
    if name.endswith("sharedStrings.xml") and part.count(b"<si") > order["shared_strings"]:
        raise Refused("file_bomb")
    if not name.startswith("xl/worksheets/"):
        return
    if part.count(b"mergeCell ") > order["merges"]:
        raise Refused("file_bomb")
    rows = ROW.findall(part)
    numbers = [int(found[1]) for row in rows if (found := NUMBER.search(row))]
    if len(rows) > order["rows"] or max(numbers, default=0) > order["rows"]:
        raise Refused("too_many_rows")
    beyond = len(str(order["rows"])) + 1
    if FAR_COLUMN.search(part) or re.search(rb'\br="[A-Z]+[0-9]{%d,}"' % beyond, part):
        raise Refused("too_many_columns")


def _add_from_xml(content: bytes, sheets: list[dict[str, Any]], order: dict[str, Any]) -> None:
    """Hidden rows, formulas without a stored result, and error cells: the reader library tells none of them."""
    with zipfile.ZipFile(BytesIO(content)) as archive:
        paths = _sheet_paths(archive)
        for sheet in sheets:
            path = paths.get(sheet["name"])
            if path is None or path not in archive.namelist():
                continue
            part = archive.read(path)
            hidden = (NUMBER.search(row) for row in ROW.findall(part) if HIDDEN.search(row))
            sheet["hidden"] = [int(found[1]) for found in hidden if found]
            sheet["hidden_columns"] = _hidden_columns(part, order["columns"])
            told = ((FORMULA_MARK, BARE_FORMULA, FORMULA), (ERROR_MARK, ERROR_CELL, ERROR))
            for sign, pattern, mark in told:
                if not sign.search(part):
                    continue
                for column, row in pattern.findall(part):
                    _mark(sheet["rows"], int(row) - 1, _column(column), mark)


def _hidden_columns(part: bytes, most: int) -> list[int]:
    """Positions of hidden columns, from 0."""
    found: list[int] = []
    for column in COLUMN.findall(part):
        if HIDDEN.search(column):
            span = {name: int(number) for name, number in SPAN.findall(column)}
            found += range(span.get(b"min", 1) - 1, min(span.get(b"max", 0), most))
    return found


def _mark(rows: list[list[Any]], row: int, column: int, mark: str) -> None:
    if row < len(rows) and column < len(rows[row]) and rows[row][column] in (None, ""):
        rows[row][column] = mark


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number - 1


def _sheet_paths(archive: zipfile.ZipFile) -> dict[str, str]:
    """Sheet name → path of its part."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False, load_dtd=False)
    book = etree.fromstring(archive.read("xl/workbook.xml"), parser)
    links = etree.fromstring(archive.read("xl/_rels/workbook.xml.rels"), parser)
    targets = {link.get("Id"): link.get("Target", "") for link in links}
    found = {}
    for sheet in book.iter("{*}sheet"):
        link = next((value for key, value in sheet.attrib.items() if key.endswith("}id")), "")
        target = targets.get(link, "")
        found[sheet.get("name", "")] = target.lstrip("/") if target.startswith("/") else "xl/" + target
    return found


def _cell(value: Any, order: dict[str, Any]) -> Any:
    if isinstance(value, str):
        if len(value) > order["cell_characters"]:
            raise Refused("cell_too_long")
        return value
    if isinstance(value, datetime):
        return DATE + value.date().isoformat()
    if isinstance(value, date):
        return DATE + value.isoformat()
    if isinstance(value, time | timedelta):
        return str(value)
    return value


def _csv(content: bytes, order: dict[str, Any]) -> dict[str, Any]:
    text = _decoded(content)
    rows = []
    reader = csv.reader(StringIO(text, newline=""), delimiter=_delimiter(text))
    for row in _limited(reader, order["rows"]):
        if len(row) > order["columns"]:
            raise Refused("too_many_columns")
        rows.append([_cell(value, order) for value in row])
    _check_amount(rows, order)
    sheet = {"name": "csv", "rows": rows, "merged": [], "hidden": [], "hidden_columns": []}
    return {"sheets": [sheet], "skipped": [], "since_1904": False, "saved": None}


def _delimiter(text: str) -> str:
    """The separator that the first lines use most; titles above the table have none."""
    head = "\n".join(text.splitlines()[:30])
    return max(",\t;|", key=head.count)


def _limited(rows: Iterator[list[str]], most: int) -> Iterator[list[str]]:
    try:
        for number, row in enumerate(rows, 1):
            if number > most:
                raise Refused("too_many_rows")
            yield row
    except csv.Error as broken:
        raise Refused("file_unreadable") from broken


def _decoded(content: bytes) -> str:
    marked = content[:2] in (b"\xff\xfe", b"\xfe\xff")
    for encoding in ENCODINGS[2:3] if marked else ENCODINGS[:2]:
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise Refused("file_unreadable")


if __name__ == "__main__":
    main()
