"""Reading a date that a person typed, in any of the spellings in use."""

import re
import unicodedata
from calendar import monthrange
from contextlib import suppress
from datetime import date, timedelta

from core.errors import BadInput
from core.i18n import _

FORMS = (
    re.compile(r"([0-9]{4})[-./年]([0-9]{1,2})[-./月]([0-9]{1,2})日?"),
    re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})"),
)
SHORT = re.compile(r"([0-9]{1,2})月([0-9]{1,2})[日号]?")
MONTH_END = re.compile(r"(?:([0-9]{4})年)?([0-9]{1,2})月(?:月?底|末)")
NEAR = {
    "today": 0,
    "今天": 0,
    "今日": 0,
    "tomorrow": 1,
    "明天": 1,
    "明日": 1,
    "yesterday": -1,
    "昨天": -1,
    "昨日": -1,
    "后天": 2,
    "大后天": 3,
    "前天": -2,
}


def read_date(raw: str, today: date) -> date:
    """The date that was typed. Raises BadInput for another form or a day that does not exist.

    Without a year it is the one nearest to today: in November 2月3日 is next year's, 10月8日 that of last month.
    """
    text = "".join(unicodedata.normalize("NFKC", raw).split()).casefold()
    if text in NEAR:
        return today + timedelta(days=NEAR[text])
    for form in FORMS:
        if found := form.fullmatch(text):
            return _existing(raw, *(int(part) for part in found.groups()))
    if found := SHORT.fullmatch(text):
        return _nearest(raw, today, int(found[1]), int(found[2]))
    if found := MONTH_END.fullmatch(text):
        if not 1 <= int(found[2]) <= 12:
            return _existing(raw, today.year, int(found[2]), 1)
        if found[1]:
            return _existing(raw, int(found[1]), int(found[2]), monthrange(int(found[1]), int(found[2]))[1])
        return _nearest(raw, today, int(found[2]), 0)
    raise BadInput("date_form", _("“{value}” is no date. Write it like 2026-10-08.").format(value=raw[:40]))


def _nearest(raw: str, today: date, month: int, day: int) -> date:
    """The day of this month and day that is nearest to today; day 0 is the last one of the month."""
    found = []
    for year in (today.year - 1, today.year, today.year + 1):
        with suppress(ValueError):
            found.append(date(year, month, day or monthrange(year, month)[1]))
    if not found:
        return _existing(raw, today.year, month, day)
    return min(found, key=lambda one: abs(one - today))


def _existing(raw: str, year: int, month: int, day: int) -> date:
    try:
        return date(year, month, day)
    except ValueError:
        raise BadInput("date_impossible", _("There is no such day: {value}").format(value=raw[:40])) from None
