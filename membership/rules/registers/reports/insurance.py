"""Liability insurance and its accident-prevention fund: what was insured, what the fund should have got, got and used. Pure.

Amounts are in fen. What a rate gives is rounded half up to the fen, entry by entry.
Source: 关于加快推进安全生产社会化服务体系建设的指导意见（征求意见稿）（四）（五）（二十二）.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from core.i18n import N_, _
from membership.rules.registers.figures import rates
from membership.rules.registers.reading import ends_of, yuan
from membership.rules.registers.reports.table import Cell, Column, Kind, Line, Report, Snapshot, by_unit

UNIT = (Column(N_("Number"), "member"), Column(N_("Name"), "name"))
FUND = (
    *UNIT,
    Column(N_("Income"), "income", Kind.MONEY),
    Column(N_("Used"), "used", Kind.MONEY),
    Column(N_("Balance"), "balance", Kind.MONEY),
    Column(N_("Lowest balance"), "lowest", Kind.MONEY),
    Column(N_("On"), "lowest_on", Kind.DATE),
    Column(N_("Overdrawn"), "overdrawn"),
)
INSURANCE = (
    *UNIT,
    Column(N_("Insured units"), "insured", Kind.NUMBER),
    Column(N_("Premium"), "premium", Kind.MONEY),
    Column(N_("Claims"), "claims", Kind.NUMBER),
    Column(N_("Amount paid"), "paid", Kind.MONEY),
    Column(N_("Fund by the rate"), "owed", Kind.MONEY),
    Column(N_("Income"), "income", Kind.MONEY),
    Column(N_("Used"), "used", Kind.MONEY),
    Column(N_("Balance"), "balance", Kind.MONEY),
    Column(N_("Prevention services"), "services", Kind.NUMBER),
)
AMOUNTS = slice(2, None)


@dataclass(frozen=True)
class Balance:
    """A fund over time. ``lowest`` is the least balance at the end of any day, 0 before the first movement."""

    income: int
    used: int
    lowest: int
    lowest_on: date | None

    @property
    def balance(self) -> int:
        """What is there now."""
        return self.income - self.used


def balance(lines: Sequence[Line]) -> Balance:
    """The fund of one unit from its movements, whatever their order."""
    by_day: dict[str, int] = {}
    for line in lines:
        sign = 1 if line.values["movement"] == "income" else -1
        by_day[line.values["day"]] = by_day.get(line.values["day"], 0) + sign * line.values["amount"]
    running, lowest, lowest_on = 0, 0, None
    for day in sorted(by_day):
        running += by_day[day]
        if running < lowest:
            lowest, lowest_on = running, date.fromisoformat(day)
    income = sum(line.values["amount"] for line in lines if line.values["movement"] == "income")
    return Balance(income, income - running, lowest, lowest_on)


def overdrawn(lines: Sequence[Line]) -> list[str]:
    """What is to be said after a movement of one unit's fund: that more was used than was there."""
    found = balance(lines)
    if found.lowest_on is None:
        return []
    text = _("The fund is overdrawn: on {day} its balance was {amount} yuan.")
    return [text.format(day=found.lowest_on.isoformat(), amount=yuan(found.lowest))]


def prevention_fund(snapshot: Snapshot) -> Report:
    """Income, use and balance of each unit's fund, and whether it was ever overdrawn."""
    rows: list[tuple[Cell, ...]] = []
    for number, lines in by_unit(snapshot.own).items():
        found = balance(lines)
        flag = _("Yes") if found.lowest_on else _("No")
        amounts = (found.income, found.used, found.balance, found.lowest, found.lowest_on, flag)
        rows.append((f"M-{number:04d}", lines[0].unit_name, *amounts))
    income, used = (sum(int(str(row[place])) for row in rows) for place in (2, 3))
    return Report(FUND, rows, (_("Total"), None, income, used, income - used, None, None, None))


def owed(line: Line) -> int | None:
    """What the fund should get of an entry's premium by the rate of its region; None where there is no rate."""
    rate = rates(ends_of(line.values["period"])[1]).get(line.values["region"])
    return None if rate is None else (line.values["premium"] * rate.rate * 2 + 10_000) // 20_000


def insurance(snapshot: Snapshot) -> Report:
    """Insured units, premium, claims, fund and prevention services of every insurer."""
    parts = {name: by_unit(lines) for name, lines in snapshot.lines.items()}
    names = {line.unit_number: line.unit_name for lines in snapshot.lines.values() for line in lines}
    rows: list[tuple[Cell, ...]] = [
        (f"M-{number:04d}", names[number], *_figures(parts, number)) for number in sorted(names)
    ]
    sums = tuple(sum(int(str(row[place])) for row in rows) for place in range(2, len(INSURANCE)))
    return Report(INSURANCE, rows, (_("Total"), None, *sums), _said(snapshot))


def _figures(parts: dict[str, dict[int, list[Line]]], number: int) -> tuple[int, ...]:
    own = parts.get("liability_insurance", {}).get(number, [])
    fund = balance(parts.get("prevention_fund", {}).get(number, []))
    added = {name: sum(line.values.get(name) or 0 for line in own) for name in ("insured", "premium", "claims", "paid")}
    services = len(parts.get("prevention_service", {}).get(number, []))
    by_rate = sum(owed(line) or 0 for line in own)
    return (*added.values(), by_rate, fund.income, fund.used, fund.balance, services)


def _said(snapshot: Snapshot) -> tuple[str, ...]:
    """Which rates were used, and for which regions there is none."""
    lines = snapshot.lines.get("liability_insurance", ())
    without = sorted({line.values["region"] for line in lines if owed(line) is None})
    said = []
    if without:
        text = _("No rate is on record for {regions}: nothing was computed there.")
        said.append(text.format(regions=_(", ").join(without)))
    used = {line.values["region"] for line in lines} - set(without)
    for region, rate in rates(snapshot.day).items():
        if region in used and not rate.verified:
            text = _("{region}: {rate} %, to be checked against the text ({basis}).")
            said.append(text.format(region=region, rate=yuan(rate.rate), basis=rate.basis))
    return tuple(said)
