"""How many certified safety engineers units need, have and lack. Pure.

Source: 安全生产法（2021）第二十七条；the figures are data (``figures.staffing``), with their basis.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from core.i18n import N_, _
from membership.rules.registers.figures import Staffing, staffing
from membership.rules.registers.reports.table import Cell, Column, Kind, Line, Report, Snapshot, Staff

COLUMNS = (
    Column(N_("Number"), "member"),
    Column(N_("Name"), "name"),
    Column(N_("Employees"), "employees", Kind.NUMBER),
    Column(N_("Safety staff"), "safety_staff", Kind.NUMBER),
    Column(N_("As of"), "as_of", Kind.DATE),
    Column(N_("Engineers needed"), "needed", Kind.NUMBER),
    Column(N_("Engineers in force"), "engineers", Kind.NUMBER),
    Column(N_("Lacking"), "lacking", Kind.NUMBER),
    Column(N_("Rule"), "rule"),
)


@dataclass(frozen=True)
class Judged:
    """A unit's need by the rule that fits; no rule where none does or the unit has given no figures."""

    staff: Staff
    rule: Staffing | None

    @property
    def needed(self) -> int | None:
        """How many engineers it needs; None when that cannot be told."""
        if self.staff.employees is None:
            return None
        return self.rule.needed(self.staff.safety_staff or 0) if self.rule else 0

    @property
    def lacking(self) -> int | None:
        """How many are lacking."""
        return None if self.needed is None else max(0, self.needed - self.staff.engineers)


def judge(staff: Staff, rules: Sequence[Staffing]) -> Judged:
    """The first rule for the industry and the size of a unit."""
    fits = (
        rule
        for rule in rules
        if staff.employees is not None and staff.industry in rule.industries and staff.employees >= rule.employees_from
    )
    return Judged(staff, next(fits, None))


def judged(staff: Sequence[Staff], day: date) -> list[Judged]:
    """Every unit by the rules in force on a day; those that lack most first, then those that cannot be judged."""
    rules = staffing(day)
    found = [judge(one, rules) for one in staff]
    return sorted(found, key=lambda one: (-(one.lacking or 0), one.needed is not None, one.staff.unit_number))


def staff_from(registered: Sequence[Line], figures: Sequence[Line], day: date) -> list[Staff]:
    """The staff of units from the lines of both registers as they stood on a day: what the database counts for today."""
    names = {line.unit_number: line.unit_name for line in (*registered, *figures)}
    having = Counter(line.unit_number for line in registered if line.valid_until is None or line.valid_until >= day)
    last: dict[int, Line] = {}
    for line in sorted(figures, key=lambda one: (one.values["as_of"], one.number)):
        if line.values["as_of"] <= day.isoformat():
            last[line.unit_number] = line
    known = sorted(number for number in names if having[number] or number in last)
    return [_staff(number, names[number], having[number], last.get(number)) for number in known]


def _staff(number: int, name: str, having: int, line: Line | None) -> Staff:
    if line is None:
        return Staff(number, name, having)
    told = line.values
    as_of = date.fromisoformat(told["as_of"])
    return Staff(number, name, having, told["industry"], told["employees"], told["safety_staff"], as_of)


def engineers(snapshot: Snapshot) -> Report:
    """Need, holding and lack of every unit that has engineers or has given its figures."""
    found = judged(snapshot.staff, snapshot.day)
    rows: list[tuple[Cell, ...]] = [_row(one) for one in found]
    short = [one for one in found if one.lacking]
    unknown = sum(one.needed is None for one in found)
    notes = [_("{short} of {all} units lack engineers.").format(short=len(short), all=len(found))]
    if unknown:
        notes.append(_("{count} units have given no staffing figures: their need is not known.").format(count=unknown))
    notes += _unverified(found, snapshot.day)
    sums = tuple(sum(int(str(row[place])) for row in rows if row[place] is not None) for place in (5, 6, 7))
    totals = (_("Total"), None, None, None, None, *sums, None)
    return Report(COLUMNS, rows, totals, tuple(notes))


def _unverified(found: Sequence[Judged], day: date) -> list[str]:
    """The rules that were used and nobody has compared with their text yet."""
    text = _("Rule {rule} is to be checked against the text ({basis}).")
    used = [rule for rule in staffing(day) if not rule.verified and any(one.rule == rule for one in found)]
    return [text.format(rule=rule.id, basis=rule.basis) for rule in used]


def _row(one: Judged) -> tuple[Cell, ...]:
    staff = one.staff
    rule = one.rule.id if one.rule else (_("no figures") if staff.employees is None else _("no rule applies"))
    unit = (f"M-{staff.unit_number:04d}", staff.unit_name, staff.employees, staff.safety_staff, staff.as_of)
    return (*unit, one.needed, staff.engineers, one.lacking, rule)
