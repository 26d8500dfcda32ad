"""From what was typed, or stands in a cell, to the value that is stored, and back to words. Exact; nothing is guessed. Pure."""

import re
import unicodedata
from calendar import monthrange
from collections.abc import Callable, Sequence
from datetime import date
from decimal import Decimal
from typing import Any
from urllib.parse import urlsplit

from core.days import read_date
from core.errors import BadInput
from core.i18n import _
from membership.rules.categories import folded
from membership.rules.registers.declaration import Field, Item, Type
from membership.rules.units import check_code

LONGEST_URL = 500
MOST_DIGITS = 15
NUMBER = re.compile(r"-?[0-9]{1,15}(\.[0-9]{1,6})?")
GROUPED = re.compile(r"-?[0-9]{1,3}(,[0-9]{3})+(\.[0-9]+)?")
COUNTERS = "人名家个次学时份项元户台套"
YES = frozenset({"yes", "y", "true", "1", "是", "对", "有", "已", "√", "✓"})
NO = frozenset({"no", "n", "false", "0", "否", "不", "不是", "无", "没有", "未", "×"})


def plain(raw: str) -> str:
    """A typed value as it is compared: full-width forms folded, on one line."""
    return " ".join(unicodedata.normalize("NFKC", raw).split())


def clean(raw: str) -> str:
    """Text as it is stored: as typed, on one line, without invisible marks."""
    kept = "".join(c for c in raw if unicodedata.category(c) not in ("Cf", "Cc", "Cs") or c in "\n\t")
    return " ".join(kept.split())


def _text(field: Field, raw: str, _day: date) -> str:
    text = clean(raw)
    if not text:
        raise BadInput("value_missing", _("“{field}” is empty.").format(field=_(field.label)))
    if len(text) > field.longest:
        words = _("“{field}” is longer than {count} characters.")
        raise BadInput("value_too_long", words.format(field=_(field.label), count=field.longest))
    if field.pattern and not re.fullmatch(field.pattern, plain(text)):
        raise _unreadable(field, raw)
    return plain(text) if field.pattern else text


def _unreadable(field: Field, raw: str) -> BadInput:
    words = _("“{value}” cannot be read as “{field}”. {how}")
    hint = _(field.hint) if field.hint else example(field.type)
    return BadInput(f"{field.type}_form", words.format(value=clean(raw)[:40], field=_(field.label), how=hint).strip())


def example(kind: Type) -> str:
    """How a value of a type is written."""
    return {
        Type.NUMBER: _("Write a number in digits, for example 12.5."),
        Type.WHOLE: _("Write a whole number in digits, for example 12."),
        Type.MONEY: _("Write an amount in yuan, for example 12345.60 or 1.2万."),
        Type.PERCENT: _("Write a percentage, for example 20%."),
        Type.DATE: _("Write a day, for example 2026-10-08."),
        Type.PERIOD: _("Write a period, for example 2026-10, 2026Q3, 2026 or 2026-01-01~2026-06-30."),
        Type.YES_NO: _("Write yes or no."),
        Type.URL: _("Write an address that begins with https://."),
        Type.REGION: _("Write a region, for example 杭州市."),
        Type.PERSON: _("Write the name or the number of a person of the office's list."),
        Type.ENTRY: _("Write an entry, for example E-0012."),
        Type.ATTACHMENT: _("Send the file."),
    }.get(kind, "")


def _decimal(field: Field, raw: str, *, suffixes: str = "", scale: int = 1) -> Decimal:
    """A number in ordinary digits, thousands grouped or not, times ten thousand where it says 万."""
    if any(unicodedata.category(c) == "No" for c in raw):
        raise _unreadable(field, raw)
    text = plain(raw).replace(" ", "").strip("¥￥").removesuffix("元").rstrip(suffixes)
    if text.endswith("万"):
        text, scale = text[:-1], scale * 10_000
    if GROUPED.fullmatch(text):
        text = text.replace(",", "")
    if not (text.isascii() and NUMBER.fullmatch(text)):
        raise _unreadable(field, raw)
    return Decimal(text) * scale


def _whole_of(field: Field, raw: str, number: Decimal) -> int:
    """A number that has no fraction left, within the bounds of the field. Raises BadInput."""
    if number != number.to_integral_value() or len(str(abs(int(number)))) > MOST_DIGITS:
        raise _unreadable(field, raw)
    value = int(number)
    least = 0 if field.least is None else field.least
    if value < least or (field.most is not None and value > field.most):
        low, high = show(field, least), "" if field.most is None else show(field, field.most)
        words = _("“{field}” lies between {low} and {high}.") if high else _("“{field}” is at least {low}.")
        raise BadInput("value_range", words.format(field=_(field.label), low=low, high=high))
    return value


def _number(field: Field, raw: str, _day: date) -> str:
    value = _decimal(field, raw, suffixes=COUNTERS)
    _whole_of(field, raw, value.to_integral_value(rounding="ROUND_FLOOR"))
    return format(value.normalize() if value else Decimal(0), "f")


def _whole(field: Field, raw: str, _day: date) -> int:
    return _whole_of(field, raw, _decimal(field, raw, suffixes=COUNTERS))


def _money(field: Field, raw: str, _day: date) -> int:
    return _whole_of(field, raw, _decimal(field, raw) * 100)


def _percent(field: Field, raw: str, _day: date) -> int:
    return _whole_of(field, raw, _decimal(field, raw, suffixes="%") * 100)


def _date(_field: Field, raw: str, day: date) -> str:
    return read_date(raw, day).isoformat()


def _period(field: Field, raw: str, day: date) -> str:
    text = plain(raw).replace(" ", "")
    if found := re.fullmatch(r"([0-9]{4})年?", text):
        return _span(int(found[1]), 1, 12)
    if found := re.fullmatch(r"([0-9]{4})[-./年]([0-9]{1,2})月?", text):
        if not 1 <= int(found[2]) <= 12:
            raise _unreadable(field, raw)
        return _span(int(found[1]), int(found[2]), int(found[2]))
    if found := re.fullmatch(r"([0-9]{4})年?-?第?(?:[Qq]([1-4])|([一二三四1-4])季度)", text):
        word = found[2] or found[3]
        quarter = "一二三四".find(word) + 1 or int(word)
        return _span(int(found[1]), 3 * quarter - 2, 3 * quarter)
    ends = re.split("~|至|到|/", text)
    if len(ends) != 2:
        raise _unreadable(field, raw)
    first, last = (read_date(end, day) for end in ends)
    if last < first:
        raise BadInput("period_reversed", _("This period ends before it begins."))
    return f"{first.isoformat()}/{last.isoformat()}"


def _span(year: int, first: int, last: int) -> str:
    return f"{year:04d}-{first:02d}-01/{year:04d}-{last:02d}-{monthrange(year, last)[1]}"


def _yes_no(field: Field, raw: str, _day: date) -> bool:
    word = plain(raw).casefold()
    if word not in YES | NO:
        raise _unreadable(field, raw)
    return word in YES


def _choice(field: Field, raw: str, day: date) -> str:
    return item_named(field, raw, day).value


def _choices(field: Field, raw: str, day: date) -> list[str]:
    words = [word for word in re.split("[,，、;；/]", raw) if word.strip()]
    if not words:
        raise BadInput("value_missing", _("“{field}” is empty.").format(field=_(field.label)))
    chosen = {item_named(field, word, day).value for word in words}
    return [item.value for item in field.items if item.value in chosen]


def item_named(field: Field, raw: str, day: date) -> Item:
    """The item of this name or alias that can be chosen on a day. Raises BadInput that lists what there is."""
    word = folded(raw)
    for item in field.items:
        if word in (item.value, *map(folded, (*item.label.texts.values(), *item.aliases))) and item.offered(day):
            return item
    known = _(", ").join(_(item.label) for item in field.items if item.offered(day))
    words = _("“{value}” is no “{field}”. Use: {known}")
    raise BadInput("choice_unknown", words.format(value=clean(raw)[:40], field=_(field.label), known=known))


def _url(field: Field, raw: str, _day: date) -> str:
    text = plain(raw)
    try:
        parts = urlsplit(text)
    except ValueError:
        raise _unreadable(field, raw) from None
    good = parts.scheme in ("http", "https") and parts.hostname and "." in parts.hostname and not parts.username
    if not good or " " in text or len(text) > LONGEST_URL:
        raise _unreadable(field, raw)
    return text


def _region(field: Field, raw: str, _day: date) -> str:
    text = plain(clean(raw))
    if not 2 <= len(text) <= 60 or text.isascii():
        raise _unreadable(field, raw)
    return text


def _credit_code(_field: Field, raw: str, _day: date) -> str:
    return check_code(raw)


READERS: dict[Type, Callable[[Field, str, date], Any]] = {
    Type.TEXT: _text,
    Type.NUMBER: _number,
    Type.WHOLE: _whole,
    Type.MONEY: _money,
    Type.PERCENT: _percent,
    Type.DATE: _date,
    Type.PERIOD: _period,
    Type.YES_NO: _yes_no,
    Type.CHOICE: _choice,
    Type.CHOICES: _choices,
    Type.URL: _url,
    Type.REGION: _region,
    Type.CREDIT_CODE: _credit_code,
}
"""The types that need nothing but the text; persons, files and entries are looked up."""


def read(field: Field, raw: str, day: date) -> Any:
    """The stored value of a text, on a day. Raises BadInput that names the field and says how it is written."""
    return READERS[field.type](field, raw, day)


def show(field: Field, value: Any) -> str:
    """A stored value in the words of the language of the moment. Persons, files and entries come as they are given."""
    if value is None:
        return ""
    if field.type is Type.MONEY:
        return _("{amount} yuan").format(amount=yuan(value))
    if field.type is Type.PERCENT:
        return f"{hundredths(value)}%"
    if field.type is Type.YES_NO:
        return _("Yes") if value else _("No")
    if field.type in (Type.CHOICE, Type.CHOICES):
        return _(", ").join(_label(field.items, one) for one in (value if isinstance(value, list) else [value]))
    return show_period(value) if field.type is Type.PERIOD else str(value)


def _label(items: Sequence[Item], value: str) -> str:
    return next((_(item.label) for item in items if item.value == value), value)


def hundredths(value: int) -> str:
    """1234 → 12.34, exact."""
    sign, value = "-" * (value < 0), abs(value)
    return f"{sign}{value // 100:,}.{value % 100:02d}"


yuan = hundredths
"""Fen as yuan: 1234567 → 12,345.67."""


def ends_of(period: str) -> tuple[date, date]:
    """The first and the last day of a stored period."""
    first, last = period.split("/")
    return date.fromisoformat(first), date.fromisoformat(last)


def show_period(period: str) -> str:
    """A stored period as briefly as it can be said: 2026, 2026Q3, 2026-10, or both its ends."""
    first, last = ends_of(period)
    if first.day == 1 and last.day == monthrange(last.year, last.month)[1] and first.year == last.year:
        months = (first.month, last.month)
        if months == (1, 12):
            return str(first.year)
        if months[0] == months[1]:
            return f"{first.year}-{first.month:02d}"
        if months[0] % 3 == 1 and months[1] == months[0] + 2:
            return f"{first.year}Q{months[1] // 3}"
    return f"{first.isoformat()}~{last.isoformat()}"
