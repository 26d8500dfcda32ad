"""At what minute of the day reminders leave: in working hours, never on the full or half hour. Pure."""

from datetime import UTC, datetime, time, timedelta
from zlib import crc32
from zoneinfo import ZoneInfo

OPENS, LAST_CLAIM, CLOSES = time(9, 0), time(17, 5), time(17, 30)
SPREAD_MINUTES = 20
MARGIN_SECONDS = 120
HALF_HOUR = 30 * 60


def is_open(now: datetime, zone: ZoneInfo) -> bool:
    """Whether reminders may still be claimed at this moment, so that they go out within working hours."""
    return OPENS <= now.astimezone(zone).time() <= LAST_CLAIM


def jittered(now: datetime, zone: ZoneInfo, seed: str, spread_minutes: int = SPREAD_MINUTES) -> datetime:
    """A moment within so many minutes from now, the same for the same seed, at least two minutes away from every full and
    half hour of the zone.
    """
    chance = crc32(seed.encode())
    moment = now + timedelta(seconds=30 + chance % (spread_minutes * 60 - 60))
    return _off_the_mark(moment, zone, chance)


def _off_the_mark(moment: datetime, zone: ZoneInfo, chance: int) -> datetime:
    local = moment.astimezone(zone)
    past = (local.minute * 60 + local.second) % HALF_HOUR
    if past < MARGIN_SECONDS:
        moment += timedelta(seconds=MARGIN_SECONDS - past + chance % 60)
    elif past > HALF_HOUR - MARGIN_SECONDS:
        moment += timedelta(seconds=HALF_HOUR - past + MARGIN_SECONDS + chance % 60)
    return moment.astimezone(UTC)
