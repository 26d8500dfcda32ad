"""Hostile and odd files: refused by name, quickly, in little memory."""

import io
import resource
import time
import zipfile

import openpyxl
import pytest
import xlwt

from core.errors import BadInput
from membership.reading import read_sheet
from membership.rules import roster

HEAD = '<?xml version="1.0" encoding="UTF-8"?>'
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
ROW = ["单位名称", "统一社会信用代码"]


def workbook(rows, prepare=lambda book: None):
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    prepare(book)
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def patched(**parts):
    """A good workbook in which some parts are replaced or added."""
    target = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(workbook([ROW]))) as source,
        zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as made,
    ):
        for name in source.namelist():
            if name not in parts:
                made.writestr(name, source.read(name))
        for name, content in parts.items():
            made.writestr(name, content)
    return target.getvalue()


def sheet(body):
    return f'{HEAD}<worksheet xmlns="{MAIN}">{body}</worksheet>'


ONE = "xl/worksheets/sheet1.xml"
BILLION = (
    HEAD
    + "<!DOCTYPE x [<!ENTITY a0 'ha'>"
    + "".join(f"<!ENTITY a{i} '{f'&a{i - 1};' * 10}'>" for i in range(1, 10))
    + f"]><worksheet xmlns='{MAIN}'><sheetData><row r='1'><c r='A1' t='inlineStr'><is><t>&a9;</t></is></c></row></sheetData></worksheet>"
)
EXTERNAL = (
    HEAD
    + "<!DOCTYPE x [<!ENTITY e SYSTEM 'file:///etc/passwd'>]>"
    + f"<worksheet xmlns='{MAIN}'><sheetData><row r='1'><c r='A1' t='inlineStr'><is><t>&e;</t></is></c></row></sheetData></worksheet>"
)
FAR = sheet('<sheetData><row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>')
MERGED = sheet(
    '<sheetData><row r="1"><c r="A1"><v>1</v></c></row></sheetData><mergeCells><mergeCell ref="A1:XFD1048576"/></mergeCells>'
)
LYING = sheet('<dimension ref="A1:XFD1048576"/><sheetData><row r="1"><c r="A1"><v>1</v></c></row></sheetData>')


def rows_xml(count):
    return sheet("<sheetData>" + "".join(f'<row r="{i}"/>' for i in range(1, count)) + "</sheetData>")


def strings(count):
    return f'{HEAD}<sst xmlns="{MAIN}">' + "<si><t>x</t></si>" * count + "</sst>"


BOMBS = {
    "a string of 60 MB": lambda: patched(**{"xl/sharedStrings.xml": "x" * 60_000_000}),
    "a ratio beyond reason": lambda: patched(**{"xl/media/a.bin": b"\0" * 30_000_000}),
    "three thousand entries": lambda: patched(**{f"xl/x{i}": b"" for i in range(3000)}),
    "a million shared strings": lambda: patched(**{"xl/sharedStrings.xml": strings(1_000_000)}),
    "a cell in the last corner": lambda: patched(**{ONE: FAR}),
    "half a million rows": lambda: patched(**{ONE: rows_xml(500_000)}),
    "billion laughs": lambda: patched(**{ONE: BILLION}),
    "an external entity": lambda: patched(**{ONE: EXTERNAL}),
    "a path that climbs": lambda: patched(**{"../../evil": b"x"}),
    "an absolute path": lambda: patched(**{"/etc/evil": b"x"}),
}


@pytest.mark.parametrize("name", BOMBS)
def test_bombs_are_refused_within_the_limits(name):
    content = BOMBS[name]()
    began = time.monotonic()
    with pytest.raises(BadInput) as refused:
        read_sheet(content, "a.xlsx")
    assert time.monotonic() - began < 15
    assert refused.value.code in ("file_bomb", "file_unreadable", "too_many_rows", "too_many_columns", "file_too_large")
    assert resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss < 512 * 1024


@pytest.mark.parametrize("part", [MERGED, LYING], ids=["merged to the end", "lying dimension"])
def test_boasting_files_are_read_for_what_they_hold(part):
    rows = read_sheet(patched(**{ONE: part}), "a.xlsx").sheets[0].rows
    assert len(rows) == 1


NOT_SHEETS = {
    "empty": (b"", "file_empty"),
    "eleven megabytes": (b"x" * 11_000_000, "file_too_large"),
    "noise": (bytes(range(256)) * 10, "file_unreadable"),
    "a truncated workbook": (workbook([ROW])[:900], "file_unreadable"),
    "a web page": (b"<html><table><tr><td>x</td></tr></table></html>", "file_is_html"),
    "a document": (b"PK\x03\x04" + b"\0" * 100, "file_unreadable"),
    "a locked file": (
        bytes.fromhex("d0cf11e0a1b11ae1") + b"\0" * 600 + "EncryptedPackage".encode("utf-16-le"),
        "file_encrypted",
    ),
    "macros": (patched(**{"xl/vbaProject.bin": b"x"}), "file_has_macros"),
}


@pytest.mark.parametrize("name", NOT_SHEETS)
def test_what_is_no_sheet_is_named(name):
    content, code = NOT_SHEETS[name]
    with pytest.raises(BadInput) as refused:
        read_sheet(content, "a.xlsx")
    assert refused.value.code == code


def test_a_cell_of_a_novel_is_refused():
    with pytest.raises(BadInput) as refused:
        read_sheet(workbook([ROW, ["长" * 2001, ""]]), "a.xlsx")
    assert refused.value.code == "cell_too_long"


def test_hidden_rows_and_sheets_formulas_and_errors_are_told():
    def prepare(book):
        book.active.row_dimensions[2].hidden = True
        book.active["A3"] = "=1+1"
        book.active["A4"] = "#N/A"
        book.create_sheet("暗").sheet_state = "veryHidden"

    book = read_sheet(workbook([ROW, ["甲", "乙"], ["", "x"], ["", "y"]], prepare), "a.xlsx")
    assert book.skipped == ["暗"]
    one = book.sheets[0]
    assert one.hidden == {2}
    assert one.rows[2][0] == roster.FORMULA
    judged = roster.judge(one.rows, hidden=one.hidden, merged=one.merged)
    assert "formula" in judged[1].problems
    assert "cell_error" in judged[2].problems


def test_old_xls_and_both_csv_encodings():
    book = xlwt.Workbook()
    page = book.add_sheet("名册")
    for column, heading in enumerate(ROW):
        page.write(0, column, heading)
    target = io.BytesIO()
    book.save(target)
    assert read_sheet(target.getvalue(), "a.xls").sheets[0].rows[0] == ROW
    for encoding in ("utf-8", "utf-8-sig", "gb18030"):
        text = "单位名称,统一社会信用代码\n甲,乙\n".encode(encoding)
        assert read_sheet(text, "a.csv").sheets[0].rows == [ROW, ["甲", "乙"]]
