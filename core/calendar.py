"""Months (interim)."""

import re
from calendar import monthrange
from datetime import date

from core.errors import BadInput
from core.i18n import _


def month_bounds(year: int, month: int) -> tuple[date, date]:
    """First and last day of a month."""
    return date(year, month, 1), date(year, month, monthrange(year, month)[1])


def parse_month(text: str, today: date) -> tuple[int, int]:
    """``2026-10``, ``2026年10月`` or ``10月``."""
    found = re.fullmatch(r"(?:([0-9]{4})[-./年])?([0-9]{1,2})月?", text)
    if not found or not 1 <= int(found[2]) <= 12:
        raise BadInput("month_form", _("“{value}” is no month. Write it like 2026-10.").format(value=text[:40]))
    return int(found[1] or today.year), int(found[2])
