"""Reading a time of day that a person typed. Pure."""

import re
import unicodedata
from datetime import time

from core.errors import BadInput
from core.i18n import _

FORM = re.compile(
    r"(?P<half>上午|下午|晚上|中午|am|pm)?(?P<hour>[0-9]{1,2})"
    r"(?:(?::|点|时)(?:(?P<minute>[0-9]{1,2})分?|(?P<part>半|一刻|三刻|整))?)?(?P<after>am|pm)?"
)
PARTS = {"半": 30, "一刻": 15, "三刻": 45, "整": 0, None: 0}
LATER = ("下午", "晚上", "中午", "pm")


def read_time(raw: str) -> time:
    """A time such as 14:00, 14点, 9点半, 下午2点30分 or 2pm. Raises BadInput."""
    text = "".join(unicodedata.normalize("NFKC", raw).split()).casefold()
    found = FORM.fullmatch(text)
    if found is None:
        raise _no_time(raw)
    hour, half = int(found["hour"]), found["half"] or found["after"]
    minute = int(found["minute"]) if found["minute"] else PARTS[found["part"]]
    if half in LATER and hour < 12 and not (half == "中午" and hour == 11):
        hour += 12
    if hour > 23 or minute > 59:
        raise _no_time(raw)
    return time(hour, minute)


def _no_time(raw: str) -> BadInput:
    return BadInput("time_form", _("“{value}” is no time of day. Write it like 14:30.").format(value=raw[:40]))
