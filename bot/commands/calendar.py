"""The calendar: entering a year's holidays when they are published, and counting a deadline."""

from datetime import date
from typing import Annotated

from bot.messages import Reply
from bot.parameters import Choice, Day, Parameter, read_day, read_number
from bot.registry import command
from core import deadlines
from core.access import Permission
from core.calendar import Period, Unit
from core.errors import BadInput
from core.i18n import N_, _
from core.transaction import Tx

UNIT_NAMES = {
    Unit.WORK_DAY: N_("working days"),
    Unit.CALENDAR_DAY: N_("calendar days"),
    Unit.MONTH: N_("months"),
    Unit.YEAR: N_("years"),
}


def _read_days(tx: Tx, raw: str) -> list[date]:
    return [read_day(tx, word) for word in raw.replace("，", ",").replace("、", ",").split(",") if word.strip()]


def _read_unit(_tx: Tx, raw: str) -> Unit:
    for unit, name in UNIT_NAMES.items():
        if raw.strip().casefold() in (unit.value, _(name), name):
            return unit
    raise BadInput("unit_unknown", _("Use: {known}").format(known=", ".join(_(name) for name in UNIT_NAMES.values())))


def _units(_tx: Tx) -> list[Choice]:
    return [(unit.value, _(name)) for unit, name in UNIT_NAMES.items()]


DaysOff = Annotated[list[date], Parameter(N_("days off"), _read_days, zh="放假日", hint=N_("separated by commas"))]
DaysWorked = Annotated[
    list[date], Parameter(N_("days worked"), _read_days, zh="调休上班日", hint=N_("separated by commas"))
]
Year = Annotated[int, Parameter(N_("year"), read_number, zh="年份", hint=N_("for example 2027"))]
Amount = Annotated[int, Parameter(N_("amount"), read_number, zh="数量")]
UnitName = Annotated[Unit, Parameter(N_("unit"), _read_unit, zh="单位", choices=_units)]


@command(
    "calendar publish",
    zh="日历 发布",
    summary=N_("Enter a year's holidays and worked weekends; provisional deadlines are counted anew"),
    permission=Permission.MANAGE_OFFICE,
)
def publish(tx: Tx, year: Year, holidays: DaysOff, workdays: DaysWorked | None = None) -> Reply:
    """Enter a year as the State Council's notice gives it."""
    moved = deadlines.publish_year(tx, year=year, holidays=holidays, workdays=workdays or [], source="chat")
    lines = [_("The holidays of {year} are entered; {count} deadlines moved.").format(year=year, count=len(moved))]
    lines += [f"{deadline.subject}: {former} → {deadline.due_on}" for deadline, former in moved]
    return Reply("\n".join(lines), data={"moved": len(moved)})


@command(
    "calendar deadline",
    zh="日历 期限",
    summary=N_("The last day of a period that begins on a day"),
    permission=Permission.USE_OFFICE,
)
def count(tx: Tx, start: Day, amount: Amount, unit: UnitName) -> Reply:
    """Count a period from the day after its event."""
    if not 0 <= amount <= 3660:
        raise BadInput("period_range", _("A period has between 0 and 3660 units."))
    due = deadlines.calendar_of(tx.session).deadline(start, Period(amount, unit))
    text = due.day.isoformat()
    if due.provisional:
        text += " " + _("(provisional: the holidays of that year are not published yet)")
    return Reply(text, data={"day": due.day.isoformat(), "provisional": due.provisional})
