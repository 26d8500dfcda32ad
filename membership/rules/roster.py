"""Judging the rows of a member roster as associations really keep them. Pure.

Finds the header row wherever it is, fills merged regions down, and reads codes, dates, telephone numbers and counts in
every spelling in use. What cannot be read is a named problem of its row; nothing is guessed.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any

from stdnum.cn import uscc
from stdnum.exceptions import ValidationError

from core.errors import BadInput
from core.i18n import N_, _
from membership.rules import categories, classes
from membership.rules.units import check_name

Raw = str | int | float | bool | date | datetime | None
HEADINGS: Mapping[str, tuple[str, ...]] = {
    "name": ("单位名称", "企业名称", "会员单位", "会员名称", "公司名称", "机构名称", "单位全称", "名称"),
    "code": ("统一社会信用代码", "社会信用代码", "信用代码", "统一信用代码", "统一代码"),
    "kind": ("单位类别", "单位类型", "机构类别", "机构类型", "企业类型", "类别", "类型"),
    "class": ("会籍", "会籍类别", "会员类别", "会员级别", "会内职务", "协会职务", "职务"),
    "joined": ("入会日期", "入会时间", "加入日期", "入会年月日"),
    "contact": ("联系人", "联系人姓名", "联络人", "负责人"),
    "phone": ("手机", "手机号", "手机号码", "联系电话", "联系方式", "电话"),
    "engineers": ("注安师人数", "注册安全工程师人数", "注安师", "注册安全工程师", "注安师数量"),
    "valid_until": ("资质有效期至", "有效期至", "证书有效期", "资质有效期", "证书有效期至", "有效期"),
    "region": ("所属地区", "地区", "所在地区", "所在市", "所在地", "地市", "区域"),
    "remark": ("备注", "说明"),
}
REQUIRED = ("name", "code")
HEADER_SEARCH = 30
FOOTERS = re.compile(
    "^(合计|总计|小计|共计|制表|制表人|审核|审核人|填报|填表|填表人|填报人|复核|注[:：]|备注[:：]|说明[:：]|打印)"
)
FORMULA = "\x01f"
"""What the reader puts for a formula without a stored result."""
EPOCH = date(1899, 12, 30)
EARLIEST, LATEST = date(1949, 10, 1), date(2100, 1, 1)
DATES = (
    re.compile(r"([0-9]{4})[-./年]([0-9]{1,2})[-./月]([0-9]{1,2})日?(?: 00:00:00)?"),
    re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})"),
)
MOST_ENGINEERS = 100_000

PROBLEMS: Mapping[str, str] = {
    "name_missing": N_("the name is missing"),
    "name_too_long": N_("the name is longer than 200 characters"),
    "code_missing": N_("the credit code is missing"),
    "code_is_number": N_("the spreadsheet turned the credit code into a number: type it as text"),
    "code_length": N_("a credit code has 18 characters"),
    "code_characters": N_("a credit code has no such letters (I, O, S, V, Z are never used; mind 0 and 1)"),
    "code_check_digit": N_("the check digit of the credit code is wrong: compare it with the licence"),
    "duplicate_code": N_("another row above has this credit code"),
    "kind_missing": N_("the category is missing"),
    "kind_unknown": N_("this category is not registered"),
    "kind_alias": N_("read as the registered category (alias)"),
    "class_missing": N_("the class is missing"),
    "class_unknown": N_("this class is not known"),
    "date_missing": N_("the day of joining is missing"),
    "date_form": N_("this is not a date"),
    "date_impossible": N_("there is no such day"),
    "date_range": N_("this day is too far away to be right"),
    "phone_length": N_("a mobile number has 11 digits"),
    "engineers_negative": N_("the number of engineers is negative"),
    "engineers_form": N_("the number of engineers is not a whole number"),
    "formula": N_("a formula without a stored result: save the file in the spreadsheet program first"),
    "has_left": N_("this unit is no longer a member: its facts are brought up to date, its standing stays"),
    "cell_error": N_("the cell shows an error (#N/A, #REF! …)"),
}
NOTES = frozenset({"kind_alias", "has_left"})
"""Problems that are only said: the row is good."""


@dataclass
class Row:
    """One spreadsheet row as judged. Dates are dates; ``kind`` and ``rank`` are stored values, None when unreadable."""

    row: int
    outcome: str
    hidden: bool = False
    problems: list[str] = field(default_factory=list)
    name: str = ""
    code: str = ""
    kind: str | None = None
    rank: str | None = None
    joined: date | None = None
    phone: str = ""
    engineers: int | None = None
    valid_until: date | None = None
    region: str = ""
    contact: str = ""
    remark: str = ""


@dataclass(frozen=True)
class Header:
    """Where the headings stand: the row, and field → column index."""

    row: int
    columns: Mapping[str, int]


def problem_words(code: str) -> str:
    """A problem in the language of the moment."""
    return _(PROBLEMS[code])


@lru_cache(maxsize=8192)
def folded(text: str) -> str:
    """Text as it is compared: NFKC, without invisible marks and any white space."""
    plain = unicodedata.normalize("NFKC", text)
    return "".join(c for c in plain if not c.isspace() and unicodedata.category(c) != "Cf")


_HEADING = {folded(heading): name for name, headings in HEADINGS.items() for heading in headings}


def find_header(rows: Sequence[Sequence[Raw]]) -> Header:
    """The first row that names at least a unit and its credit code. Raises BadInput with what was looked for."""
    for index, row in enumerate(rows[:HEADER_SEARCH]):
        columns: dict[str, int] = {}
        for position, cell in enumerate(row):
            name = _HEADING.get(folded(cell)) if isinstance(cell, str) else None
            if name is None:
                continue
            if name in columns:
                text = _("Two columns are headed “{heading}”. Remove one.")
                raise BadInput("header_twice", text.format(heading=str(cell)[:40]))
            columns[name] = position
        if all(name in columns for name in REQUIRED):
            return Header(index, columns)
    text = _("No heading row was found. It needs at least “{name}” and “{code}”.")
    raise BadInput("header_missing", text.format(name=HEADINGS["name"][0], code=HEADINGS["code"][0]))


def judge(
    rows: Sequence[Sequence[Raw]],
    *,
    hidden: frozenset[int] = frozenset(),
    merged: Iterable[tuple[int, int, int, int]] = (),
    table: Mapping[str, categories.Names] = categories.CATEGORIES,
) -> list[Row]:
    """Judge every row below the headings. ``hidden`` are row numbers from 1, ``merged`` are zero-based
    (first row, first column, last row, last column) whose value stands for all their rows. Blank lines among the
    footers are left out.
    """
    header = find_header(rows)
    filled = _fills(rows, header, merged)
    judged: list[Row] = []
    seen: set[str] = set()
    ended = False
    for index in range(header.row + 1, len(rows)):
        cells = rows[index]
        row = Row(index + 1, "blank", hidden=index + 1 in hidden)
        first = next((c for c in cells if c is not None and c != "" and str(c).strip()), None)
        if first is None and ended:
            continue
        judged.append(row)
        if first is None:
            continue
        if _is_footer(cells, header, first):
            row.outcome, ended = "footer", True
            continue
        _judge_cells(row, cells, header.columns, table)
        row.region = row.region or filled.get(index, "")
        if row.code and not {"code_length", "code_is_number"} & set(row.problems):
            if row.code in seen:
                row.problems.append("duplicate_code")
            seen.add(row.code)
        row.outcome = "error" if any(p not in NOTES for p in row.problems) else "ok"
    return judged


def _fills(
    rows: Sequence[Sequence[Raw]], header: Header, merged: Iterable[tuple[int, int, int, int]]
) -> dict[int, str]:
    """Row index → region, for merged region cells."""
    column = header.columns.get("region")
    found: dict[int, str] = {}
    for top, left, bottom, right in merged:
        if column is None or not left <= column <= right or top <= header.row:
            continue
        value = rows[top][column] if top < len(rows) and column < len(rows[top]) else None
        if isinstance(value, str):
            found |= dict.fromkeys(range(top, min(bottom, len(rows) - 1) + 1), _text(value))
    return found


def _is_footer(cells: Sequence[Raw], header: Header, first: Raw) -> bool:
    """A line of totals or signatures: it starts like one and has no credit code."""
    code = header.columns["code"]
    if len(cells) > code and cells[code] not in (None, ""):
        return False
    return isinstance(first, str) and FOOTERS.match(folded(first)) is not None


def _judge_cells(
    row: Row, cells: Sequence[Raw], columns: Mapping[str, int], table: Mapping[str, categories.Names]
) -> None:
    for name, read in READERS:
        position = columns.get(name)
        if position is None:
            if name in ("kind", "class", "joined"):
                row.problems.append({"kind": "kind_missing", "class": "class_missing", "joined": "date_missing"}[name])
            continue
        value = cells[position] if position < len(cells) else None
        if isinstance(value, str) and (trouble := _broken(value)):
            if name != "remark":
                row.problems.append(trouble)
            continue
        if name == "kind":
            _read_kind(row, value, table)
        else:
            read(row, value)


def _broken(value: str) -> str | None:
    """A formula whose result was never stored, or an error value of the spreadsheet program."""
    if value == FORMULA:
        return "formula"
    return "cell_error" if re.fullmatch(r"#[A-Z0-9/]+[!?]?", value) else None


def _text(value: Raw) -> str:
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return " ".join(str(value).split())


def _read_name(row: Row, value: Raw) -> None:
    try:
        row.name = check_name(_text(value))
    except BadInput as trouble:
        row.problems.append(trouble.code)


def _read_code(row: Row, value: Raw) -> None:
    if isinstance(value, int | float):
        row.code = _text(value)
        row.problems.append("code_is_number")
        return
    row.code = folded(_text(value)).upper()
    if problem := code_problem(row.code):
        row.problems.append(problem)


def code_problem(code: str) -> str | None:
    """What is wrong with a credit code in its one spelling, None when it is right (GB 32100)."""
    if not code:
        return "code_missing"
    if len(code) != 18:
        return "code_length"
    try:
        uscc.validate(code)
    except ValidationError:
        return "code_characters" if re.search("[^0-9A-HJ-NPQRTUWXY]", code) else "code_check_digit"
    return None


def _read_kind(row: Row, value: Raw, table: Mapping[str, categories.Names]) -> None:
    text = _text(value)
    if not text:
        row.problems.append("kind_missing")
        return
    found = categories.recognise(text, table) if table is not categories.CATEGORIES else _known_kind(text)
    if found is None:
        row.problems.append("kind_unknown")
        return
    row.kind = found.value
    if found.by_alias:
        row.problems.append("kind_alias")


_known_kind = lru_cache(maxsize=1024)(categories.recognise)
_known_class = lru_cache(maxsize=1024)(classes.recognise)


def _read_class(row: Row, value: Raw) -> None:
    text = _text(value)
    found = _known_class(text) if text else None
    if found is None:
        row.problems.append("class_unknown" if text else "class_missing")
        return
    row.rank = found.value


def read_day(value: Raw) -> tuple[date | None, str | None]:
    """A day from a date cell, a serial number or a text in any usual spelling; the problem when there is none."""
    if isinstance(value, datetime):
        found: date = value.date()
    elif isinstance(value, date):
        found = value
    elif isinstance(value, int | float):
        if 19_000_000 < value < 21_010_000:
            return _day_in(str(int(value)))
        if not 0 < value < 80_000:
            return None, "date_range"
        found = EPOCH + timedelta(days=int(value))
    else:
        return _day_in(folded(str(value or "")))
    return (found, None) if EARLIEST <= found <= LATEST else (None, "date_range")


@lru_cache(maxsize=20_000)
def _day_in(text: str) -> tuple[date | None, str | None]:
    text = text.removesuffix("00:00:00")
    for form in DATES:
        if match := form.fullmatch(text):
            try:
                found = date(int(match[1]), int(match[2]), int(match[3]))
            except ValueError:
                return None, "date_impossible"
            return (found, None) if EARLIEST <= found <= LATEST else (None, "date_range")
    return None, "date_form"


def _read_joined(row: Row, value: Raw) -> None:
    if not _text(value):
        row.problems.append("date_missing")
        return
    row.joined, problem = read_day(value)
    if problem:
        row.problems.append(problem)


def _read_valid_until(row: Row, value: Raw) -> None:
    if value is None or not str(value).strip() or folded(str(value)) in ("长期", "无", "/", "-", "—"):
        return
    row.valid_until, problem = read_day(value)
    if problem and problem not in row.problems:
        row.problems.append(problem)


def _read_phone(row: Row, value: Raw) -> None:
    digits = re.sub(r"[^0-9+]", "", folded(_text(value)))
    row.phone = re.sub(r"^(\+86|0086|86(?=1[0-9]{10}$))", "", digits)
    if row.phone and not re.fullmatch("1[0-9]{10}", row.phone):
        row.problems.append("phone_length")


def _read_engineers(row: Row, value: Raw) -> None:
    text = folded(_text(value)).removesuffix("人").removesuffix("名")
    if not text:
        return
    if not re.fullmatch("-?[0-9]{1,6}", text) or int(text) > MOST_ENGINEERS:
        row.problems.append("engineers_form")
        return
    row.engineers = int(text)
    if row.engineers < 0:
        row.problems.append("engineers_negative")


def _plain(name: str) -> Callable[[Row, Raw], None]:
    def read(row: Row, value: Raw) -> None:
        setattr(row, name, "".join(c for c in _text(value) if unicodedata.category(c) != "Cf")[:500])

    return read


READERS: tuple[tuple[str, Callable[[Row, Raw], Any]], ...] = (
    ("name", _read_name),
    ("code", _read_code),
    ("kind", lambda _row, _value: None),
    ("class", _read_class),
    ("joined", _read_joined),
    ("valid_until", _read_valid_until),
    ("phone", _read_phone),
    ("engineers", _read_engineers),
    ("region", _plain("region")),
    ("contact", _plain("contact")),
    ("remark", _plain("remark")),
)
