"""Hostile and odd files: refused by name, quickly, in little memory."""

import io
import zipfile

import openpyxl
import pytest
import xlwt

from core.errors import BadInput
from membership.reading import read_sheet
from membership.rules import roster

ROW = ["单位名称", "统一社会信用代码"]


def workbook(rows, prepare=lambda book: None):
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    prepare(book)
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def with_part(name):
    """A workbook that has one part more."""
    target = io.BytesIO(workbook([ROW]))
    with zipfile.ZipFile(target, "a") as made:
        made.writestr(name, b"x")
    return target.getvalue()


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
    "macros": (with_part("xl/vbaProject.bin"), "file_has_macros"),
    "a binary workbook": (with_part("xl/workbook.bin"), "file_binary"),
    "a text table named like a workbook": ("单位名称,代码\n甲,乙\n".encode("gb18030"), "file_misnamed"),
    "a document of another program": (b"%PDF-1.7 \x00", "file_unreadable"),
    "a picture": (b"\x89PNG\r\n\x1a\n" + b"\x00" * 50, "file_unreadable"),
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
