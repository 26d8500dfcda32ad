"""Lists of payments as banks and bookkeepers write them: headings, cells, lines judged one by one. Pure."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from core.errors import AppError, BadInput
from core.i18n import N_, _
from membership.rules.dues.money import read_yuan
from membership.rules.dues.paying import check_receipt
from membership.rules.roster import Raw, folded, read_day
from membership.rules.roster.cells import is_left_blank, text_of, trouble_of

HEADINGS: Mapping[str, tuple[str, ...]] = {
    "charge": ("会费编号", "缴费编号", "缴费单号", "应缴编号", "charge", "dues"),
    "member": ("会员编号", "会员号", "member", "member number"),
    "code": ("统一社会信用代码", "社会信用代码", "信用代码", "credit code", "code"),
    "name": (
        *("单位名称", "会员单位", "会员名称", "缴费单位", "付款单位", "付款人", "付款方", "付款人名称", "付款方名称"),
        *(
            "付款人户名",
            "付款户名",
            "对方户名",
            "对方名称",
            "对方账户名称",
            "对方单位名称",
            "汇款人",
            "汇款单位",
            "户名",
        ),
        *("name", "payer"),
    ),
    "amount": (
        *(
            "金额",
            "缴费金额",
            "收款金额",
            "到账金额",
            "实收金额",
            "收入金额",
            "贷方金额",
            "贷方发生额",
            "收入",
            "交易金额",
        ),
        "amount",
    ),
    "on": (
        *("日期", "缴费日期", "收款日期", "到账日期", "交易日期", "入账日期", "记账日期", "交易时间", "到账时间"),
        *("date", "received on"),
    ),
    "receipt": (
        *(
            "收据号",
            "收据编号",
            "收据号码",
            "票据号",
            "票据编号",
            "票据号码",
            "发票号",
            "发票号码",
            "凭证号",
            "凭证编号",
        ),
        *("流水号", "交易流水号", "交易流水", "receipt", "receipt number"),
    ),
    "year": ("年度", "会费年度", "所属年度", "year"),
}
NAMES = {name: field for field, names in HEADINGS.items() for name in (folded(n).casefold() for n in names)}
REQUIRED = ("amount", "on", "receipt")
WHO = ("charge", "member", "code", "name")
HEADER_SEARCH = 30
TOTALS = re.compile("(?:本页|本月|累计)?(?:合计|小计|总计|共计)")
_UNIT_NOTE = re.compile(r"[(（][^()（）]{1,6}[)）]$")

PROBLEMS: Mapping[str, str] = {
    "who_missing": N_("nothing says who paid"),
    "amount_form": N_("this is no amount"),
    "amount_too_fine": N_("the amount is finer than one fen"),
    "amount_range": N_("the amount is too large"),
    "amount_zero": N_("the amount must be more than 0; enter refunds one by one"),
    "date_missing": N_("the day is missing"),
    "date_form": N_("this is not a date"),
    "date_impossible": N_("there is no such day"),
    "date_range": N_("this day is too far away to be right"),
    "date_month_only": N_("only year and month are given"),
    "date_future": N_("this day has not come yet"),
    "receipt_form": N_("the number of the receipt is missing or too long"),
    "receipt_used": N_("this receipt is entered already"),
    "receipt_twice": N_("another line of this list has the same receipt"),
    "year_form": N_("this is no year"),
    "charge_unknown": N_("there is no such charge"),
    "member_unknown": N_("no member is found by this"),
    "member_ambiguous": N_("several members have this name: give the number"),
    "nothing_owed": N_("nothing is owed by this member (for that year)"),
    "overpaid": N_("more than is owed: enter it by hand"),
    "several_years": N_("it covers several years: enter them one by one"),
    "changed": N_("the charge has changed since: nothing was entered"),
    "formula": N_("a formula without a stored result: save the file in the spreadsheet program first"),
    "cell_error": N_("the cell shows an error (#N/A, #REF! …)"),
}


@dataclass
class Line:
    """One line of a list: what it says and what is wrong with it. ``outcome`` is good, error, blank or footer."""

    row: int
    outcome: str = "good"
    problems: list[str] = field(default_factory=list)
    said: dict[str, str] = field(default_factory=dict)
    amount: int = 0
    on: date | None = None
    receipt: str = ""
    year: int | None = None

    def spoil(self, problem: str) -> None:
        """Note a problem; the line stays out."""
        self.outcome = "error"
        if problem not in self.problems:
            self.problems.append(problem)


def find_header(rows: Sequence[Sequence[Raw]]) -> tuple[int, dict[str, int]] | None:
    """Row and columns of the first line that names payer, amount, day and receipt; None where there is none."""
    for index, row in enumerate(rows[:HEADER_SEARCH]):
        columns: dict[str, int] = {}
        for position, cell in enumerate(row):
            meaning = _meaning(cell)
            if meaning:
                columns.setdefault(meaning, position)
        if all(name in columns for name in REQUIRED) and any(name in columns for name in WHO):
            return index, columns
    return None


def _meaning(cell: Raw) -> str | None:
    if not isinstance(cell, str):
        return None
    word = folded(cell).casefold().strip("*:")
    return NAMES.get(word) or NAMES.get(_UNIT_NOTE.sub("", word))


def header_missing() -> BadInput:
    """What a list needs."""
    text = _("No heading row was found. It needs {needed} and one of {who}.")
    needed, who = (_(", ").join(HEADINGS[name][0] for name in names) for names in (REQUIRED, WHO))
    return BadInput("header_missing", text.format(needed=needed, who=who))


def judge(rows: Sequence[Sequence[Raw]], header: tuple[int, dict[str, int]], today: date) -> list[Line]:
    """Every line under the heading, each judged by itself."""
    index, columns = header
    return [_line(number, row, columns, today) for number, row in enumerate(rows[index + 1 :], index + 2)]


def _line(number: int, row: Sequence[Raw], columns: Mapping[str, int], today: date) -> Line:
    cells = {name: row[position] if position < len(row) else None for name, position in columns.items()}
    line = Line(number)
    if all(is_left_blank(cell) for cell in cells.values()):
        line.outcome = "blank"
        return line
    line.said = {name: text_of(cells[name])[:200] for name in WHO if not is_left_blank(cells.get(name))}
    if any(TOTALS.match(folded(cell)) for cell in row if isinstance(cell, str)) and is_left_blank(cells["receipt"]):
        line.outcome = "footer"
        return line
    for cell in cells.values():
        if trouble := trouble_of(cell):
            line.spoil(trouble)
    if not line.said:
        line.spoil("who_missing")
    if line.outcome == "good":
        _read(line, cells, today)
    return line


def _read(line: Line, cells: Mapping[str, Raw], today: date) -> None:
    try:
        line.amount = read_amount(cells["amount"])
        line.receipt = check_receipt(text_of(cells["receipt"]))
    except AppError as trouble:
        line.spoil(trouble.code)
    day, problem = (None, "date_missing") if is_left_blank(cells["on"]) else read_day(cells["on"])
    if problem or day is None:
        line.spoil(problem or "date_missing")
    elif day > today:
        line.spoil("date_future")
    line.on = day
    year = text_of(cells.get("year")).removesuffix("年").removesuffix("年度")
    if year:
        line.year = int(year) if year.isascii() and year.isdigit() and len(year) == 4 else None
        if line.year is None:
            line.spoil("year_form")


def read_amount(value: Raw) -> int:
    """Fen of a cell: a number as it was typed, or a text in any usual spelling. Raises BadInput."""
    if isinstance(value, bool) or value is None or isinstance(value, date):
        raise BadInput("amount_form", _(PROBLEMS["amount_form"]))
    # A float cell shows its shortest spelling, which is what somebody typed; it is never computed with.
    text = repr(value) if isinstance(value, float) and not value.is_integer() else text_of(value)
    if text.lstrip().startswith(("-", "－", "(", "（")):
        raise BadInput("amount_zero", _(PROBLEMS["amount_zero"]))
    fen = read_yuan(text)
    if fen == 0:
        raise BadInput("amount_zero", _(PROBLEMS["amount_zero"]))
    return fen


def problem_words(code: str) -> str:
    """A problem in the language of the moment."""
    return _(PROBLEMS[code])


def as_data(line: Line) -> dict[str, Any]:
    """A line as it is stored: days as ISO text, money in fen."""
    return {
        **line.said,
        "amount": line.amount,
        "on": line.on.isoformat() if line.on else None,
        "receipt": line.receipt,
        "year": line.year,
    }
