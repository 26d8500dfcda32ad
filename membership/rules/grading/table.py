"""Facts as people keep them in a table or a JSON file: columns by Chinese or machine name, every wrong cell named. Pure."""

import difflib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from core.errors import BadInput
from core.i18n import N_
from membership.rules.grading.cells import LONGEST, Cell, Reading, text_of
from membership.rules.grading.facts import Fact, Refused
from membership.rules.grading.numbers import half_width
from membership.rules.grading.problems import Problem
from membership.rules.grading.score import Grader

COLUMNS: Mapping[str, tuple[str, ...]] = {
    "member": ("会员", "会员编号", "会员名称", "单位名称", "单位"),
    "item": ("项目", "指标", "规则", "事项"),
    "score": ("得分", "评分", "分数"),
    "value": ("数值", "金额", "比率"),
    "count": ("次数", "数量", "起数"),
    "date": ("日期", "发生日期", "形成日期"),
    "ended": ("终止日期", "终了日期"),
    "continuing": ("持续", "是否持续"),
    "corrected": ("改正日期", "整改日期"),
    "repaired": ("修复日期",),
    "level": ("层级", "级别"),
    "stage": ("环节", "评分环节"),
    "grade": ("等级", "历史等级"),
    "not_applicable": ("不适用", "空项"),
    "evidence": ("证据", "依据材料"),
    "same_fact": ("同一事实", "同一行为"),
    "reason": ("理由", "说明", "备注"),
    "by": ("记录人", "评分人"),
}
"""Machine name → the headings that mean it; the first is the one we write."""
_HEADING = {heading: name for name, others in COLUMNS.items() for heading in (name, *others)}


@dataclass
class Facts:
    """What a table says: facts per member in the order of first mention, and what is wrong with it."""

    members: dict[str, list[Fact]] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)


def read_rows(grader: Grader, rows: Sequence[Sequence[Cell]], today: date) -> Facts:
    """The facts of a sheet whose first filled row holds the headings."""
    found = Facts()
    start = next((index for index, row in enumerate(rows) if any(_filled(cell) for cell in row)), None)
    if start is None:
        found.problems.append(Problem("table_empty", "row 1", N_("This table is empty.")))
        return found
    columns = _columns(rows[start], start + 1, found.problems)
    if found.problems:
        return found
    for number, row in enumerate(rows[start + 1 :], start + 2):
        cells = {name: row[place] for name, place in columns.items() if place < len(row)}
        if any(_filled(cell) for cell in cells.values()):
            _take(grader, cells, f"row {number}", today, found)
    return _complete(found)


def read_entries(grader: Grader, entries: Any, today: date) -> Facts:
    """The facts of a JSON document: a list of objects, or an object with that list under ``facts``."""
    found = Facts()
    if isinstance(entries, Mapping):
        entries = entries.get("facts")
    if not isinstance(entries, list):
        found.problems.append(Problem("not_a_list", "facts", N_("The document should hold a list of facts.")))
        return found
    for number, entry in enumerate(entries, 1):
        where = f"facts[{number}]"
        if not isinstance(entry, Mapping):
            found.problems.append(Problem("not_a_fact", where, N_("A fact is an object with member and item.")))
            continue
        unknown = [key for key in entry if key not in _HEADING]
        found.problems.extend(_unknown(key, f"{where}.{key[:40]}") for key in unknown)
        _take(grader, {_HEADING[key]: value for key, value in entry.items() if key in _HEADING}, where, today, found)
    return _complete(found)


def _complete(found: Facts) -> Facts:
    if not found.members and not found.problems:
        found.problems.append(Problem("table_empty", "row 1", N_("This table is empty.")))
    return found


def _columns(row: Sequence[Cell], number: int, problems: list[Problem]) -> dict[str, int]:
    columns: dict[str, int] = {}
    for place, cell in enumerate(row):
        if not _filled(cell):
            continue
        heading = half_width(str(cell)).casefold()
        name = _HEADING.get(heading)
        where = f"row {number}, column {place + 1}"
        if name is None:
            problems.append(_unknown(heading, where))
        elif name in columns:
            template = N_("The column “{name}” is there twice.")
            problems.append(Problem("column_twice", where, template, {"name": heading[:40]}))
        else:
            columns[name] = place
    if "member" not in columns:
        template = N_("There is no column “member” (会员). The first row holds the headings.")
        problems.append(Problem("column_missing", f"row {number}", template))
    return columns


def _unknown(heading: str, where: str) -> Problem:
    near = difflib.get_close_matches(heading, list(_HEADING), 1)
    template = N_("There is no column “{name}”. Did you mean “{near}”?") if near else N_("There is no column “{name}”.")
    return Problem("column_unknown", where, template, {"name": heading[:40], "near": near[0] if near else ""})


def _filled(cell: Cell) -> bool:
    return cell is not None and (not isinstance(cell, str) or bool(half_width(cell)))


def _take(grader: Grader, cells: Mapping[str, Any], where: str, today: date, found: Facts) -> None:
    """One row: a member on its own line is a member without facts; everything else is a fact or a named problem."""
    member = half_width(text_of(cells.get("member")))
    if not member or len(member) > LONGEST:
        found.problems.append(Problem("member_missing", f"{where}, member", N_("The member is missing.")))
        return
    facts = found.members.setdefault(member, [])
    if not any(_filled(value) for name, value in cells.items() if name != "member"):
        return
    reading = Reading(grader, cells, today)
    try:
        facts.append(reading.fact())
    except BadInput as wrong:
        column = wrong.column if isinstance(wrong, Refused) else reading.column
        template = str(wrong.text).replace("{", "{{").replace("}", "}}")
        found.problems.append(Problem(wrong.code, f"{where}, {column}", template))
