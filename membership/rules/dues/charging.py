"""What is decided for a year, and what a unit then owes. Pure."""

import re
import unicodedata
from collections.abc import Mapping
from datetime import date

from core.errors import BadInput, RuleViolated
from core.i18n import _
from membership.rules import classes
from membership.rules.dues.money import read_yuan
from membership.rules.standing import Status

LONGEST_BASIS = 200
YEARS = range(1990, 2101)
MONTHS = 12
_PARTS = re.compile(r"[、；;\n]|[,，](?![0-9]{3}(?![0-9]))")
_PAIR = re.compile(r"([^0-9=:]*[^\s0-9=:¥-])[\s=:]*([-¥]?\s*[0-9].*)")


def check_year(year: int) -> int:
    """A year that dues can be about. Raises BadInput."""
    if year not in YEARS:
        raise BadInput("dues_year", _("Give the year in four digits, for example 2027."))
    return year


def read_rates(raw: str) -> dict[str, int]:
    """``会员单位 3000、理事单位 5000`` → class → fen. Raises BadInput that names the part that cannot be read."""
    rates: dict[str, int] = {}
    for part in filter(None, (part.strip() for part in _PARTS.split(unicodedata.normalize("NFKC", raw)))):
        found = _PAIR.fullmatch(part)
        if found is None:
            text = _("“{part}” lacks a class or an amount. Write for example: 会员单位 3000、理事单位 5000")
            raise BadInput("rates_form", text.format(part=part[:40]))
        rank = classes.class_named(found[1])
        if rank in rates:
            text = _("{name} stands there twice.")
            raise BadInput("rates_twice", text.format(name=classes.label(rank)))
        rates[rank] = read_yuan(found[2])
    if not rates:
        raise BadInput("rates_missing", _("Say what each class pays, for example: 会员单位 3000、理事单位 5000"))
    return rates


def check_basis(raw: str) -> str:
    """The decision by which the amounts were adopted, on one line. Raises BadInput when it is empty or too long."""
    basis = " ".join(raw.split())
    if not basis or len(basis) > LONGEST_BASIS:
        text = _("Name the decision that adopted the amounts, in at most 200 characters.")
        raise BadInput("dues_basis", text)
    return basis


def check_adopted(adopted_on: date, today: date) -> None:
    """Dues need a decision that has been made. Raises BadInput."""
    if adopted_on > today:
        text = _("The decision of {day} has not been made yet. Dues are entered when they are adopted.")
        raise BadInput("dues_not_adopted", text.format(day=adopted_on.isoformat()))


def check_due(due_on: date, year: int) -> None:
    """A due day in the year, or within a year of its end or beginning. Raises BadInput."""
    if abs(due_on.year - year) > 1:
        text = _("The due day {day} does not fit dues of {year}.")
        raise BadInput("dues_due", text.format(day=due_on.isoformat(), year=year))


def months_owed(year: int, joined_on: date, *, prorata: bool) -> int:
    """How many months of the year a unit owes: from the month of joining on where the association adopted that, else all."""
    if not prorata or joined_on.year != year:
        return MONTHS
    return MONTHS + 1 - joined_on.month


def amount_owed(rate: int, months: int) -> int:
    """Fen for so many months of a year; a fraction of a fen is left to the unit. The SQL of a raise does the same."""
    return rate * months // MONTHS


def check_chargeable(status: Status, joined_on: date, left_on: date | None, day: date) -> None:
    """Who has left is not charged, who has not joined is not yet. Raises RuleViolated. A withdrawal never costs anything."""
    if not status.member:
        text = _("This unit has left on {day}. Nothing is charged after that.")
        raise RuleViolated("dues_has_left", text.format(day=left_on.isoformat() if left_on else "—"))
    if joined_on > day:
        text = _("This unit joins only on {day}. It is not charged before.")
        raise RuleViolated("dues_not_joined", text.format(day=joined_on.isoformat()))


def unpriced(rates: Mapping[str, int], present: Mapping[str, int]) -> dict[str, int]:
    """Class → present units of it for which no amount was decided."""
    return {rank: count for rank, count in present.items() if rank not in rates}
