"""When a message that is not urgent may go out: not at night, not on days off. Pure."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from core.calendar import Calendar
from core.errors import BadInput
from core.i18n import _

UNDO = timedelta(seconds=60)
MASS = 10
"""From so many recipients on a message waits for the undo window."""


@dataclass(frozen=True)
class Manners:
    """What an association has settled: no messages between these hours, days off, how the unread are reminded.

    ``chase_every`` and ``escalate_after`` are working days; ``notice_days`` and ``count_first_day`` apply to public notices.
    """

    begins: time = time(21)
    ends: time = time(8)
    days_off: bool = True
    chase_every: int = 2
    chase_times: int = 3
    escalate_after: int = 3
    notice_days: int = 0
    count_first_day: bool | None = None

    @classmethod
    def of(cls, settings: Mapping[str, Any]) -> "Manners":
        """As stored with the association; the defaults where nothing is."""
        kept = dict(settings.get("announcements", {}))
        for name in ("begins", "ends"):
            if name in kept:
                kept[name] = time.fromisoformat(kept[name])
        return cls(**kept)

    def stored(self) -> dict[str, Any]:
        """As plain values."""
        values = dict(self.__dict__)
        return values | {name: values[name].isoformat("minutes") for name in ("begins", "ends")}

    def is_quiet(self, at: time) -> bool:
        """Whether a time of day lies in the quiet hours, which may pass midnight."""
        if self.begins <= self.ends:
            return self.begins <= at < self.ends
        return at >= self.begins or at < self.ends


def next_moment(now: datetime, zone: ZoneInfo, calendar: Calendar, manners: Manners) -> datetime:
    """``now``, or the first moment after it that is neither in the quiet hours nor on a day off, in UTC."""
    local = now.astimezone(zone)
    day, at = local.date(), local.time()
    late = manners.is_quiet(at) and at >= manners.begins and manners.begins > manners.ends
    if manners.days_off and not calendar.is_workday(day):
        day, at = calendar.next_workday(day), time.min
    elif late:
        day, at = day + timedelta(days=1), time.min
    elif not manners.is_quiet(at):
        return now
    if manners.days_off:
        day = calendar.next_workday(day)
    at = manners.ends if manners.is_quiet(at) else at
    return datetime.combine(day, at, zone).astimezone(UTC)


def read_hours(words: str) -> tuple[time, time]:
    """``21:00-8:00`` in any spelling of the dash and colon. Raises BadInput."""
    text = words.translate(str.maketrans("：－—–~～至", ":------")).replace(" ", "")
    found = re.fullmatch(r"([0-9]{1,2}):([0-9]{2})-+([0-9]{1,2}):([0-9]{2})", text)
    parts = [int(part) for part in found.groups()] if found else [99]
    if not found or parts[0] > 23 or parts[2] > 23 or parts[1] > 59 or parts[3] > 59:
        raise BadInput("hours_form", _("Write the quiet hours like 21:00-08:00."))
    return time(parts[0], parts[1]), time(parts[2], parts[3])
