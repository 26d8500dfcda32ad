"""How far technology results are in use, against the goal. Compared as whole numbers: 79.999 % is not 80 %. Pure.

Source: 关于加快推进安全生产社会化服务体系建设的指导意见（征求意见稿）（十五）.
"""

from core.i18n import N_, _
from membership.rules.registers.figures import goal
from membership.rules.registers.reading import hundredths
from membership.rules.registers.reports.table import Cell, Column, Kind, Line, Report, Snapshot

COLUMNS = (
    Column(N_("Number"), "member"),
    Column(N_("Name"), "name"),
    Column(N_("Result"), "title"),
    Column(N_("Units that use it"), "adopted", Kind.NUMBER),
    Column(N_("Units in the field"), "target", Kind.NUMBER),
    Column(N_("Coverage (rounded down)"), "share", Kind.PERCENT),
    Column(N_("Goal reached"), "reached"),
    Column(N_("Still needed"), "needed", Kind.NUMBER),
    Column(N_("Goal by"), "goal_on"),
)


def reached(adopted: int, target: int, share: int) -> bool:
    """Whether ``adopted`` of ``target`` is at least ``share`` basis points, exactly."""
    return adopted * 10_000 >= target * share


def still_needed(adopted: int, target: int, share: int) -> int:
    """How many more units have to use it."""
    return max(0, -(-target * share // 10_000) - adopted)


def coverage(snapshot: Snapshot) -> Report:
    """Every result against the goal of the policy."""
    wanted = goal(snapshot.day)
    share = wanted.share if wanted else 10_000
    rows = [_row(line, share) for line in snapshot.own]
    adopted, target = (sum(line.values[name] for line in snapshot.own) for name in ("adopted", "target"))
    notes = (
        [_("Goal: {share} % ({basis}).").format(share=hundredths(wanted.share), basis=wanted.basis)] if wanted else []
    )
    count = sum(reached(line.values["adopted"], line.values["target"], share) for line in snapshot.own)
    notes.append(_("{count} of {all} results have reached it.").format(count=count, all=len(rows)))
    floor = adopted * 10_000 // target if target else None
    totals = (_("Total"), None, None, adopted, target, floor, None, None, None)
    return Report(COLUMNS, rows, totals, tuple(notes))


def _row(line: Line, share: int) -> tuple[Cell, ...]:
    adopted, target = line.values["adopted"], line.values["target"]
    done = _("Yes") if reached(adopted, target, share) else _("No")
    figures = (adopted, target, adopted * 10_000 // target, done, still_needed(adopted, target, share))
    return (line.unit, line.unit_name, line.values["title"], *figures, line.values.get("goal_on") or "")
