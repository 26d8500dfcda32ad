"""What stands in the cells of a roster: codes, days, telephone numbers and counts in every spelling in use. Pure.

Each reader takes a raw cell and gives ``(value, problem)``; a problem of ``problems.NOTES`` comes with a good value.
"""

import re
import unicodedata
from calendar import monthrange
from collections.abc import Callable
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any

from stdnum.cn import uscc

from core.errors import BadInput
from membership.rules.units import check_name

Raw = str | int | float | bool | date | datetime | None
Read = tuple[Any, str | None]
FORMULA = "\x01f"
"""What the reader puts for a formula without a stored result."""
NOTHING = frozenset({"", "/", "-", "--", "—", "——", "无", "暂无", "空", "n/a", "none", "null"})
"""What people write into a cell that they leave blank."""
MOST_ENGINEERS = 100_000
LONGEST = {"region": 60, "contact": 100}


@lru_cache(maxsize=8192)
def folded(text: str) -> str:
    """Text as it is compared: NFKC, without invisible marks and any white space."""
    plain = unicodedata.normalize("NFKC", text)
    if plain.isprintable() and " " not in plain:
        return plain
    return "".join(c for c in plain if not c.isspace() and unicodedata.category(c) not in ("Cf", "Cc"))


def is_blank(value: Raw) -> bool:
    """Whether a cell shows nothing; a formula or an error is something."""
    if not isinstance(value, str):
        return value is None
    if value.isprintable():
        return not value.strip()
    return value != FORMULA and not folded(value)


def text_of(value: Raw) -> str:
    """A cell as one line of text."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return " ".join(str(value).split())


def is_left_blank(value: Raw) -> bool:
    """Whether a cell is empty, or says so in words."""
    return is_blank(value) or (isinstance(value, str) and folded(value).casefold() in NOTHING)


def trouble_of(value: Raw) -> str | None:
    """A formula whose result was never stored, or an error value of the spreadsheet program."""
    if not isinstance(value, str) or value[:1] not in ("#", FORMULA[0]):
        return None
    if value == FORMULA:
        return "formula"
    return "cell_error" if _ERROR_VALUE.fullmatch(value) else None


def read_name(value: Raw) -> Read:
    """The name as registered."""
    try:
        return check_name(text_of(value)), None
    except BadInput as trouble:
        return "", trouble.code


def read_code(value: Raw) -> Read:
    """The credit code in its one spelling, and what is wrong with it."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return text_of(value), "code_is_number"
    if is_left_blank(value):
        return "", "code_missing"
    code = folded(text_of(value)).upper().strip("'`\"=")
    if _CODE.fullmatch(code):
        return code, code_problem(code)
    if _POWER.fullmatch(code):
        return code, "code_is_number"
    code = re.sub("[-‐-―]", "", code)
    return code, code_problem(code)


def code_problem(code: str) -> str | None:
    """What is wrong with a credit code in its one spelling, None when it is right (GB 32100)."""
    if not code:
        return "code_missing"
    if len(code) != 18:
        return "code_length"
    if re.search("[^0-9A-HJ-NPQRTUWXY]", code):
        return "code_characters"
    well_formed = _CODE.fullmatch(code) and uscc.calc_check_digit(code[:-1]) == code[-1]
    return None if well_formed else "code_check_digit"


_ERROR_VALUE = re.compile(r"#[A-Z0-9/]+[!?]?")
_POWER = re.compile(r"[0-9](\.[0-9]+)?E\+?[0-9]{1,2}")
_CODE = re.compile(r"[0-9]{8}[0-9A-HJ-NPQRTUWXY]{10}")

EPOCH, EPOCH_1904 = date(1899, 12, 30), date(1904, 1, 1)
EARLIEST, LATEST = date(1949, 10, 1), date(2100, 1, 1)
_PARTS = r"[-./年、,~_]"
_FULL = (
    re.compile(rf"([0-9]{{4}}){_PARTS}([0-9]{{1,2}})[-./月、,~_]([0-9]{{1,2}})[日号]?"),
    re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})"),
)
_MONTH = re.compile(rf"([0-9]{{4}}){_PARTS}([0-9]{{1,2}})月?")
_SERIAL = re.compile(r"[2-7][0-9]{4}(\.0+)?")
_CLOCK = re.compile(r"(?<=\d)[日号]?[T\s]+[0-9]{1,2}[:：][0-9]{2}([:：][0-9]{2}(\.[0-9]+)?)?Z?\s*([AP]M)?\s*$")
_HAN = re.compile(
    "([〇○零一二三四五六七八九]{4})年([一二三四五六七八九十]{1,3})月(?:([一二三四五六七八九十]{1,3})[日号])?"
)
_DIGITS = {sign: str(number) for number, signs in enumerate(("〇○零", *"一二三四五六七八九")) for sign in signs}


def read_day(value: Raw, *, epoch: date = EPOCH, last: bool = False) -> tuple[date | None, str | None]:
    """A day from a date cell, a serial number or a text in any usual spelling; the problem when there is none.

    A month alone is its first day, or with ``last`` its last one, and is said.
    """
    if isinstance(value, datetime):
        return _within(value.date())
    if isinstance(value, date):
        return _within(value)
    if isinstance(value, bool):
        return None, "date_form"
    if isinstance(value, int | float):
        return _day_of_number(value, epoch)
    text = folded(_CLOCK.sub("", value or ""))
    if _SERIAL.fullmatch(text):
        return _day_of_number(float(text), epoch)
    return _day_in(text, last=last)


def _within(day: date) -> tuple[date | None, str | None]:
    return (day, None) if EARLIEST <= day <= LATEST else (None, "date_range")


def _day_of_number(value: float, epoch: date) -> tuple[date | None, str | None]:
    if 19_000_000 < value < 21_010_000:
        return _day_in(str(int(value)), last=False)
    return _within(epoch + timedelta(days=int(value))) if 0 < value < 80_000 else (None, "date_range")


@lru_cache(maxsize=20_000)
def _day_in(text: str, *, last: bool) -> tuple[date | None, str | None]:
    text = _in_digits(text)
    for form in _FULL:
        if match := form.fullmatch(text):
            return _existing(int(match[1]), int(match[2]), int(match[3]))
    if match := _MONTH.fullmatch(text):
        year, month = int(match[1]), int(match[2])
        day, problem = _existing(year, month, 1)
        if day is None:
            return None, problem
        return day.replace(day=monthrange(year, month)[1]) if last else day, "date_month_only"
    return None, "date_form"


def _existing(year: int, month: int, day: int) -> tuple[date | None, str | None]:
    try:
        return _within(date(year, month, day))
    except ValueError:
        return None, "date_impossible"


def _in_digits(text: str) -> str:
    """二〇二六年十月八日 → 2026年10月8日; everything else as it is."""
    match = _HAN.fullmatch(text)
    if match is None:
        return text
    year = "".join(_DIGITS[sign] for sign in match[1])
    return f"{year}年{_han_number(match[2])}月" + (f"{_han_number(match[3])}日" if match[3] else "")


def _han_number(text: str) -> int:
    tens, ten, ones = text.rpartition("十")
    return (int(_DIGITS[tens]) if tens else 1) * 10 * bool(ten) + (int(_DIGITS[ones]) if ones in _DIGITS else 0)


def read_joined(value: Raw, epoch: date = EPOCH) -> Read:
    """The day of joining."""
    return (None, "date_missing") if is_left_blank(value) else read_day(value, epoch=epoch)


def read_validity(value: Raw, epoch: date = EPOCH) -> Read:
    """The last day of a qualification; of a span, its end; nothing for an open end."""
    if is_left_blank(value) or (isinstance(value, str) and folded(value).rstrip("有效") in ("长期", "永久", "长期有")):
        return None, None
    if isinstance(value, str):
        value = re.split("至|到|~|～|—+|--", value)[-1]
    return read_day(value, epoch=epoch, last=True)


_MOBILE = re.compile("1[0-9]{10}")
_HOTLINE = re.compile("[48]00[0-9]{7}")
_LANDLINE = re.compile("(0(?:10|2[0-9]|[3-9][0-9]{2}))-?([2-9][0-9]{6,7})(?:(?:-|转|ext\\.?|x|#)([0-9]{1,6}))?")


def read_phone(value: Raw) -> Read:
    """A mobile number as 11 digits, or a landline as 0571-88888888 (with -123 for its extension)."""
    if is_left_blank(value):
        return "", None
    numbers = [_phone_in(part) for part in re.split("[/;,、|\n]|或", _spaced(value)) if re.search("[0-9]", part)]
    good = [number for number, problem in numbers if problem is None]
    if len(numbers) > 1 and len(good) == len(numbers):
        return good[0], "phone_several"
    return numbers[0] if len(numbers) == 1 else (re.sub("[^0-9]", "", _spaced(value)), "phone_length")


def _spaced(value: Raw) -> str:
    return unicodedata.normalize("NFKC", value if isinstance(value, str) else text_of(value)).casefold()


def _phone_in(text: str) -> tuple[str, str | None]:
    kept = re.sub(r"[^0-9+\-转extx#]", "", text)
    bare = re.sub(r"^(\+86|0086|86(?=1[0-9]{10}$))-?", "", kept)
    digits = re.sub("[^0-9]", "", bare)
    if _MOBILE.fullmatch(digits) or _HOTLINE.fullmatch(digits):
        return digits, None
    trunk = "0" if bare != kept and not bare.startswith("0") else ""
    if line := _LANDLINE.fullmatch(trunk + bare) or _LANDLINE.fullmatch(trunk + digits):
        return "-".join(part for part in line.groups() if part), None
    return digits, "phone_length"


def read_engineers(value: Raw) -> Read:
    """How many certified safety engineers; blank is not nought."""
    if is_left_blank(value):
        return None, None
    text = folded(text_of(value)).removesuffix("人").removesuffix("名").removesuffix("个")
    odd = any(unicodedata.category(c) == "No" for c in text_of(value))
    if odd or not re.fullmatch("-?[0-9]{1,6}", text) or int(text) > MOST_ENGINEERS:
        return None, "engineers_form"
    return int(text), "engineers_negative" if int(text) < 0 else None


def read_text(value: Raw) -> Read:
    """Free text on one line, without invisible marks."""
    return "".join(c for c in text_of(value) if unicodedata.category(c) not in ("Cf", "Cc")), None


def _read_short(name: str) -> Callable[[Raw], Read]:
    """A reader of short text, where a stroke or 无 means nothing."""

    def read(value: Raw) -> Read:
        text = "" if is_left_blank(value) else read_text(value)[0]
        return (text, None) if len(text) <= LONGEST[name] else ("", f"{name}_too_long")

    return read


READERS: dict[str, Callable[..., Read]] = {
    "name": read_name,
    "code": read_code,
    "joined": read_joined,
    "valid_until": read_validity,
    "phone": read_phone,
    "engineers": read_engineers,
    "region": _read_short("region"),
    "contact": _read_short("contact"),
    "remark": read_text,
}
