"""Whether training programmes have their needs analysis, process, assessment and feedback, and enough hours. Pure.

Source: 关于加快推进安全生产社会化服务体系建设的指导意见（征求意见稿）（十）；hours are data (``figures.hours``).
"""

from collections.abc import Sequence
from decimal import Decimal

from core.i18n import N_, _
from membership.rules.registers.declaration import Values
from membership.rules.registers.figures import Hours, hours
from membership.rules.registers.reading import ends_of, show_period
from membership.rules.registers.reports.table import Cell, Column, Kind, Report, Snapshot

COLUMNS = (
    Column(N_("Number"), "member"),
    Column(N_("Name"), "name"),
    Column(N_("Programme"), "title"),
    Column(N_("Period"), "period"),
    Column(N_("Hours"), "hours"),
    Column(N_("Least hours"), "least", Kind.NUMBER),
    Column(N_("Hours lacking"), "lacking"),
    Column(N_("Missing"), "missing"),
)
PARTS = (
    ("needs_on", N_("needs analysis")),
    ("syllabus", N_("syllabus")),
    ("assessed_on", N_("quality assessment")),
    ("feedback_on", N_("feedback")),
)


def missing_parts(values: Values) -> list[str]:
    """What a programme does not have yet, as msgids."""
    return [label for name, label in PARTS if not values.get(name)]


def least_hours(values: Values, rules: Sequence[Hours]) -> Hours | None:
    """The first rule for the trainees, kind and risk of a programme."""
    fits = (
        rule
        for rule in rules
        if values["trainees"] in rule.trainees and (values["kind"], values["high_risk"]) == (rule.kind, rule.high_risk)
    )
    return next(fits, None)


def training(snapshot: Snapshot) -> Report:
    """Every programme with its gaps. The rules of the last day of its period count."""
    rows: list[tuple[Cell, ...]] = []
    used: dict[str, Hours] = {}
    for line in snapshot.own:
        rule = least_hours(line.values, hours(ends_of(line.values["period"])[1]))
        lacking = max(Decimal(0), Decimal(rule.least) - Decimal(line.values["hours"])) if rule else Decimal(0)
        missing = _(", ").join(_(label) for label in missing_parts(line.values))
        said = (show_period(line.values["period"]), line.values["hours"], rule.least if rule else None)
        unit = (line.unit, line.unit_name, line.values["title"])
        rows.append((*unit, *said, str(lacking) if lacking else "", missing))
        if rule and not rule.verified:
            used[rule.basis] = rule
    good = sum(not row[6] and not row[7] for row in rows)
    notes = [_("{good} of {all} programmes are complete and long enough.").format(good=good, all=len(rows))]
    notes += [_("Least hours to be checked against the text ({basis}).").format(basis=basis) for basis in used]
    return Report(COLUMNS, rows, notes=tuple(notes))
