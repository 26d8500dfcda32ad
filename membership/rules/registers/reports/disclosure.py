"""Which of the six items of service disclosure a technical service body has, and which are missing. Pure.

Source: 关于加快推进安全生产社会化服务体系建设的指导意见（征求意见稿）（三）.
"""

from collections.abc import Sequence

from core.i18n import N_, _
from membership.rules.registers.declaration import Register
from membership.rules.registers.reports.table import Cell, Column, Kind, Line, Report, Snapshot, by_unit

COLUMNS = (
    Column(N_("Number"), "member"),
    Column(N_("Name"), "name"),
    Column(N_("Disclosed"), "disclosed", Kind.NUMBER),
    Column(N_("Required"), "required", Kind.NUMBER),
    Column(N_("Missing"), "missing"),
    Column(N_("Complete"), "complete"),
)


def missing_items(register: Register, lines: Sequence[Line]) -> list[str]:
    """The values of the items that a unit has not disclosed, in the order of the list.

    An item counts as soon as one entry says where it stands (address or file) and since when.
    """
    there = {line.values["item"] for line in lines if line.values.get("address") or line.values.get("file")}
    return [item.value for item in register.by_name["item"].items if item.value not in there]


def disclosure(snapshot: Snapshot) -> Report:
    """Completeness of every unit that has a qualification or has disclosed anything."""
    register = snapshot.register
    own = by_unit(snapshot.own)
    names = {line.unit_number: line.unit_name for lines in snapshot.lines.values() for line in lines}
    items = {item.value: _(item.label) for item in register.by_name["item"].items}
    rows: list[tuple[Cell, ...]] = []
    for number in sorted(names):
        missing = missing_items(register, own.get(number, []))
        said = _(", ").join(items[value] for value in missing)
        complete = _("No") if missing else _("Yes")
        rows.append((f"M-{number:04d}", names[number], len(items) - len(missing), len(items), said, complete))
    complete_ones = sum(row[2] == row[3] for row in rows)
    note = _("{complete} of {all} bodies have disclosed all six items.").format(complete=complete_ones, all=len(rows))
    return Report(COLUMNS, rows, notes=(note,))
