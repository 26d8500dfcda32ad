"""Writing sheets as an .xlsx file. The only place that does, so that every cell is safe wherever it is opened."""

import re
from collections.abc import Sequence
from datetime import date, datetime
from io import BytesIO
from typing import Any
from unicodedata import east_asian_width
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet._write_only import WriteOnlyWorksheet
from openpyxl.worksheet.page import PageMargins
from openpyxl.writer.excel import ExcelWriter

from exports.sheets import Cell, Column, Kind, Sheet

LONGEST_CELL = 32_767
ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
FORMULA_LEADS = ("=", "+", "-", "@", "\t", "\r", "\n")
FORMATS = {
    Kind.TEXT: "@",
    Kind.NUMBER: "#,##0",
    Kind.SCORE: "#,##0.00",
    Kind.DATE: "yyyy-mm-dd",
    Kind.MOMENT: "yyyy-mm-dd hh:mm",
}
HEAD = PatternFill("solid", fgColor="1F4E5F")
MACHINE = PatternFill("solid", fgColor="E4ECEF")
THIN = Border(bottom=Side(style="thin", color="C8D3D8"))
MIDDLE, WRAPPED = Alignment(vertical="center"), Alignment(vertical="center", wrap_text=True)
LEFT, CENTRED = (Alignment(vertical="center", horizontal=side) for side in ("left", "center"))
HEADED, SHRUNK = (
    Alignment(horizontal="center", vertical="center", wrap_text=wraps, shrink_to_fit=not wraps)
    for wraps in (True, False)
)
LONGEST_LINE = 1_000
LINE, TALLEST, PORTRAIT = 16, 400, 115
"""Heights of a line and of the tallest row, in points; the widest sheet that still prints well upright."""


def safe_text(text: str) -> str:
    """Text that no spreadsheet takes for a formula, also after it was saved as CSV, and that every one can store."""
    kept = ILLEGAL.sub("\N{REPLACEMENT CHARACTER}", text)
    if kept.startswith(FORMULA_LEADS) or kept.lstrip(" \u3000").startswith(FORMULA_LEADS):
        kept = "'" + kept
    return kept if len(kept) <= LONGEST_CELL else kept[: LONGEST_CELL - 1] + "…"


def safe_cell(page: WriteOnlyWorksheet, value: Cell, column: Column) -> Any:
    """A styled cell: text stays text whatever it looks like, numbers and dates are real ones; what is long wraps."""
    cell = _stored(page, value, column.kind)
    if isinstance(value, str):
        cell.alignment = WRAPPED if _lines(value, column) > 1 else MIDDLE
    else:
        cell.alignment = LEFT if column.kind is Kind.TEXT else CENTRED if isinstance(value, date) else MIDDLE
    return cell


def _stored(page: WriteOnlyWorksheet, value: Any, kind: Kind) -> Any:
    if isinstance(value, str) and value:
        cell = WriteOnlyCell(page, value=safe_text(value))
        cell.data_type = "s"
        cell.number_format = "@"
        return cell
    if isinstance(value, datetime):
        kind = Kind.MOMENT
    elif isinstance(value, date):
        kind = Kind.DATE
    cell = WriteOnlyCell(page, value=None if value == "" else value)
    cell.number_format = FORMATS[kind if value is not None and kind is not Kind.TEXT else Kind.NUMBER]
    return cell


def _lines(value: Cell, column: Column) -> int:
    """How many lines a value takes in its column; a line break counts as one."""
    if not isinstance(value, str):
        return 1
    return sum(max(1, -(-_width(line) // max(column.width - 1, 1))) for line in value[:LONGEST_LINE].split("\n"))


def _width(text: str) -> int:
    """Columns that a text takes: two for each Chinese character."""
    return sum(2 if east_asian_width(c) in "WF" else 1 for c in text)


class _Stamped(ZipFile):
    """An archive whose entries carry one given time: the same content gives the same bytes."""

    made_at = datetime(1980, 1, 1)  # noqa: DTZ001 - archives know no zones

    def open(self, name: Any, mode: Any = "r", *args: Any, **more: Any) -> Any:
        """Stamp an entry before it is written."""
        if mode == "w" and isinstance(name, ZipInfo):
            name.date_time = self.made_at.timetuple()[:6]
        return super().open(name, mode, *args, **more)


def write(sheets: Sequence[Sheet], made_at: datetime, title: str = "") -> bytes:
    """The sheets as one workbook. ``made_at`` is a naive local time; all time stamps of the file carry it.

    ``title`` stands above each printed page.
    """
    book = Workbook(write_only=True)
    book.properties.creator = "Guildhall"
    book.properties.created = book.properties.modified = made_at
    for sheet in sheets:
        _add(book, sheet, title)
    target = BytesIO()
    with _Stamped(target, "w", ZIP_DEFLATED) as archive:
        archive.made_at = made_at
        ExcelWriter(book, archive).write_data()
    return target.getvalue()


def _add(book: Workbook, sheet: Sheet, title: str) -> None:
    page = book.create_sheet(sheet.zh)
    _lay_out(page, sheet)
    _for_paper(page, sheet, title)
    page.append([_heading(page, column.zh, HEAD, "FFFFFF") for column in sheet.columns])
    page.append([_heading(page, column.name, MACHINE, "5F6B70") for column in sheet.columns])
    for number, row in enumerate(sheet.rows, 3):
        lines = max((_lines(value, column) for value, column in zip(row, sheet.columns, strict=True)), default=1)
        if lines > 1:
            page.row_dimensions[number].height = min(LINE * lines, TALLEST)
        page.append([safe_cell(page, value, column) for value, column in zip(row, sheet.columns, strict=True)])
    if sheet.totals is not None:
        page.append([_total(page, value, column) for value, column in zip(sheet.totals, sheet.columns, strict=True)])
    for note in sheet.notes:
        page.append([])
        page.append([_stored(page, note, Kind.TEXT)])


def _lay_out(page: Any, sheet: Sheet) -> None:
    """Frozen headings, filter, widths, and a page that prints on A4 with the headings on each sheet of paper."""
    page.freeze_panes = "A3"
    last = get_column_letter(len(sheet.columns))
    page.auto_filter.ref = f"A2:{last}{len(sheet.rows) + 2}"
    for index, column in enumerate(sheet.columns, 1):
        page.column_dimensions[get_column_letter(index)].width = column.width
    page.row_dimensions[1].height = LINE * max(_lines(column.zh, column) for column in sheet.columns) + 4


def _for_paper(page: Any, sheet: Sheet, title: str) -> None:
    """A4, as wide as the paper, with title, page numbers, grid and the headings on every page."""
    wide = sum(column.width for column in sheet.columns) > PORTRAIT
    page.page_setup.orientation = "landscape" if wide else "portrait"
    page.page_setup.paperSize = 9
    page.page_setup.fitToWidth, page.page_setup.fitToHeight = 1, 0
    page.sheet_properties.pageSetUpPr.fitToPage = True
    page.page_margins = PageMargins(left=0.4, right=0.4, top=0.75, bottom=0.6, header=0.35, footer=0.3)
    page.print_options.gridLines = page.print_options.horizontalCentered = True
    page.print_title_rows = "1:2"
    last = 2 + len(sheet.rows) + (sheet.totals is not None) + 2 * len(sheet.notes)
    page.print_area = f"A1:{get_column_letter(len(sheet.columns))}{last}"
    if title:
        page.oddHeader.center.text, page.oddHeader.center.size = title.replace("&", "&&"), 14
    page.oddFooter.center.text = "&A  &P/&N"


def _heading(page: Any, text: str, fill: PatternFill, colour: str) -> Any:
    cell = WriteOnlyCell(page, value=text)
    cell.fill, cell.font = fill, Font(bold=fill is HEAD, color=colour, size=11 if fill is HEAD else 9)
    cell.alignment = HEADED if fill is HEAD else SHRUNK
    return cell


def _total(page: Any, value: Cell, column: Column) -> Any:
    cell = safe_cell(page, value, column)
    cell.font, cell.border = Font(bold=True), THIN
    return cell
