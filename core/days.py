"""Reading a date that a person typed, in any of the spellings in use."""

import re
import unicodedata
from datetime import date, timedelta

from core.errors import BadInput
from core.i18n import _

FORMS = (
    re.compile(r"([0-9]{4})[-./年]([0-9]{1,2})[-./月]([0-9]{1,2})日?"),
    re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})"),
)
NEAR = {"today": 0, "今天": 0, "今日": 0, "tomorrow": 1, "明天": 1, "yesterday": -1, "昨天": -1}


def read_date(raw: str, today: date) -> date:
    """The date that was typed. Raises BadInput for another form or a day that does not exist."""
    text = "".join(unicodedata.normalize("NFKC", raw).split()).casefold()
    if text in NEAR:
        return today + timedelta(days=NEAR[text])
    for form in FORMS:
        if found := form.fullmatch(text):
            return _existing(raw, *(int(part) for part in found.groups()))
    raise BadInput("date_form", _("“{value}” is no date. Write it like 2026-10-08.").format(value=raw[:40]))


def _existing(raw: str, year: int, month: int, day: int) -> date:
    try:
        return date(year, month, day)
    except ValueError:
        raise BadInput("date_impossible", _("There is no such day: {value}").format(value=raw[:40])) from None
