"""The report of any register: how many entries, how many in force, how many of each kind, sums of what can be added. Pure."""

from collections import Counter
from datetime import timedelta

from core.i18n import N_, _
from membership.rules.registers.declaration import Field, Type
from membership.rules.registers.reading import show
from membership.rules.registers.reports.table import Cell, Column, Kind, Report, Snapshot

SOON = timedelta(days=60)
COLUMNS = (
    Column(N_("Figure"), "figure"),
    Column(N_("Of what"), "value"),
    Column(N_("Count or sum"), "count", Kind.NUMBER),
)
ADDED = frozenset({Type.WHOLE, Type.MONEY})


def validity(snapshot: Snapshot) -> Report:
    """Entries by validity, by each choice, and the sums of whole numbers and amounts (these in words)."""
    lines, day = snapshot.own, snapshot.day
    ends = [line.valid_until for line in lines if line.valid_until is not None]
    rows: list[tuple[Cell, ...]] = [
        (_("entries"), "", len(lines)),
        (_("units"), "", len({line.unit_number for line in lines})),
    ]
    if snapshot.register.valid_until:
        rows += [
            (_("valid now"), "", len(lines) - sum(end < day for end in ends)),
            (_("expired"), "", sum(end < day for end in ends)),
            (_("ending within 60 days"), "", sum(day <= end <= day + SOON for end in ends)),
        ]
    for one in snapshot.register.fields:
        if not one.historic:
            rows += _of_field(snapshot, one)
    return Report(COLUMNS, rows)


def _of_field(snapshot: Snapshot, one: Field) -> list[tuple[Cell, ...]]:
    given = [line.values[one.name] for line in snapshot.own if line.values.get(one.name) is not None]
    if one.type in (Type.CHOICE, Type.CHOICES):
        counted = Counter(item for value in given for item in (value if isinstance(value, list) else [value]))
        return [(_(one.label), _(item.label), counted[item.value]) for item in one.items if counted[item.value]]
    if one.type is Type.YES_NO and given:
        return [(_(one.label), show(one, answer), given.count(answer)) for answer in (True, False)]
    if one.type in ADDED and given:
        total = sum(given)
        return [(_(one.label), show(one, total) if one.type is Type.MONEY else "", _plain(one, total))]
    return []


def _plain(one: Field, total: int) -> int | None:
    return None if one.type is Type.MONEY else total
