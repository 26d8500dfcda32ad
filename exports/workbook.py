"""Writing sheets as an .xlsx file. The only place that does, so that every cell is safe wherever it is opened."""

import re
from collections.abc import Sequence
from datetime import date, datetime
from io import BytesIO
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet._write_only import WriteOnlyWorksheet
from openpyxl.writer.excel import ExcelWriter

from exports.sheets import Cell, Column, Kind, Sheet

LONGEST_CELL = 32_767
ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
FORMULA_LEADS = ("=", "+", "-", "@", "\t", "\r", "\n")
FORMATS = {Kind.TEXT: "@", Kind.NUMBER: "#,##0", Kind.DATE: "yyyy-mm-dd", Kind.MOMENT: "yyyy-mm-dd hh:mm"}
HEAD = PatternFill("solid", fgColor="1F4E5F")
MACHINE = PatternFill("solid", fgColor="E4ECEF")
THIN = Border(bottom=Side(style="thin", color="C8D3D8"))


def safe_text(text: str) -> str:
    """Text that no spreadsheet takes for a formula, also after it was saved as CSV, and that every one can store."""
    kept = ILLEGAL.sub("\N{REPLACEMENT CHARACTER}", text)
    if kept.startswith(FORMULA_LEADS) or kept.lstrip(" \u3000").startswith(FORMULA_LEADS):
        kept = "'" + kept
    return kept if len(kept) <= LONGEST_CELL else kept[: LONGEST_CELL - 1] + "…"


def safe_cell(sheet: WriteOnlyWorksheet, value: Cell, kind: Kind) -> Any:
    """A styled cell: text stays text whatever it looks like, numbers and dates are real ones."""
    if isinstance(value, str) and value:
        cell = WriteOnlyCell(sheet, value=safe_text(value))
        cell.data_type = "s"
        cell.number_format = "@"
    else:
        if isinstance(value, datetime):
            kind = Kind.MOMENT
        elif isinstance(value, date):
            kind = Kind.DATE
        stored: Any = value or (None if value == "" else value)
        cell = WriteOnlyCell(sheet, value=stored)
        cell.number_format = FORMATS[kind if value is not None and kind is not Kind.TEXT else Kind.NUMBER]
    cell.alignment = Alignment(vertical="top", wrap_text=isinstance(value, str) and len(value) > 24)
    return cell


class _Stamped(ZipFile):
    """An archive whose entries carry one given time: the same content gives the same bytes."""

    made_at = datetime(1980, 1, 1)  # noqa: DTZ001 - archives know no zones

    def open(self, name: Any, mode: Any = "r", *args: Any, **more: Any) -> Any:
        """Stamp an entry before it is written."""
        if mode == "w" and isinstance(name, ZipInfo):
            name.date_time = self.made_at.timetuple()[:6]
        return super().open(name, mode, *args, **more)


def write(sheets: Sequence[Sheet], made_at: datetime) -> bytes:
    """The sheets as one workbook. ``made_at`` is a naive local time; all time stamps of the file carry it."""
    book = Workbook(write_only=True)
    book.properties.creator = "Guildhall"
    book.properties.created = book.properties.modified = made_at
    for sheet in sheets:
        _add(book, sheet)
    target = BytesIO()
    with _Stamped(target, "w", ZIP_DEFLATED) as archive:
        archive.made_at = made_at
        ExcelWriter(book, archive).write_data()
    return target.getvalue()


def _add(book: Workbook, sheet: Sheet) -> None:
    page = book.create_sheet(sheet.zh)
    _lay_out(page, sheet)
    page.append([_heading(page, column.zh, HEAD, "FFFFFF") for column in sheet.columns])
    page.append([_heading(page, column.name, MACHINE, "5F6B70") for column in sheet.columns])
    for row in sheet.rows:
        page.append([safe_cell(page, value, column.kind) for value, column in zip(row, sheet.columns, strict=True)])
    if sheet.totals is not None:
        page.append([_total(page, value, column) for value, column in zip(sheet.totals, sheet.columns, strict=True)])
    for note in sheet.notes:
        page.append([])
        page.append([safe_cell(page, note, Kind.TEXT)])


def _lay_out(page: Any, sheet: Sheet) -> None:
    """Frozen headings, filter, widths, and a page that prints on A4 with the headings on each sheet of paper."""
    page.freeze_panes = "A3"
    last = get_column_letter(len(sheet.columns))
    page.auto_filter.ref = f"A2:{last}{len(sheet.rows) + 2}"
    for index, column in enumerate(sheet.columns, 1):
        page.column_dimensions[get_column_letter(index)].width = column.width
    page.page_setup.orientation = "landscape" if len(sheet.columns) > 6 else "portrait"
    page.page_setup.paperSize = 9
    page.page_setup.fitToWidth, page.page_setup.fitToHeight = 1, 0
    page.sheet_properties.pageSetUpPr.fitToPage = True
    page.print_title_rows = "1:2"
    page.oddFooter.center.text = "&A  &P/&N"


def _heading(page: Any, text: str, fill: PatternFill, colour: str) -> Any:
    cell = WriteOnlyCell(page, value=text)
    cell.fill, cell.font = fill, Font(bold=fill is HEAD, color=colour, size=11 if fill is HEAD else 9)
    cell.alignment = Alignment(horizontal="center", vertical="center", wrap_text=True)
    return cell


def _total(page: Any, value: Cell, column: Column) -> Any:
    cell = safe_cell(page, value, column.kind)
    cell.font, cell.border = Font(bold=True), THIN
    return cell
