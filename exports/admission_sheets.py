"""Two sheets of the month's workbook: applications for membership, and who has accepted the code of conduct."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta

from core.i18n import speaking
from core.transaction import Tx
from exports import queries as exported
from exports.sheets import Cell, Column, Kind, Sheet
from membership import queries
from membership.models import Application, ApplicationStep, Unit
from membership.rules import categories, classes
from membership.rules.admission import plan
from membership.rules.admission.states import Act

APPLIED = (
    Column("申请编号", "application", width=11),
    Column("单位名称", "name", width=34),
    Column("统一社会信用代码", "code", width=22),
    Column("单位类别", "category", width=22),
    Column("申请会籍", "class", width=12),
    Column("地区", "region", width=12),
    Column("首次提交日", "filed_on", Kind.DATE, 12),
    Column("本月经过", "course", width=52),
    Column("月末情况", "state", width=16),
    Column("会员编号", "member", width=11),
)
ACCEPTED = (
    Column("会员编号", "member", width=11),
    Column("单位名称", "name", width=34),
    Column("版本", "version", Kind.NUMBER, 8),
    Column("文本摘要（SHA-256）", "sha256", width=68),
    Column("已接受", "accepted", width=9),
    Column("接受日期", "accepted_on", Kind.DATE, 12),
)
YES_NO = {True: "是", False: "否"}
NOTE = "入会申请不收取任何费用；未获通过的理由已告知申请人，按编号可查。"


def month_sheets(tx: Tx, begin: date, end: date) -> list[Sheet]:
    """Both sheets for a month, in Chinese, as things stood at its end."""
    with speaking("zh_CN"):
        rows = _applications(tx, begin, end)
        return [
            Sheet("入会申请", "applications", APPLIED, rows, notes=(NOTE,)),
            _conduct(tx, begin, end),
        ]


def _applications(tx: Tx, begin: date, end: date) -> list[tuple[Cell, ...]]:
    midnight = datetime.combine(end + timedelta(days=1), time(), tx.association.timezone)
    found = queries.applications_until(tx.session, midnight)
    lines = [_line(tx, one, steps, unit, begin) for one, steps, unit in found]
    return [line for line in lines if line is not None]


def _line(
    tx: Tx, one: Application, steps: Sequence[ApplicationStep], unit: Unit | None, begin: date
) -> tuple[Cell, ...] | None:
    """One application with what happened to it in the month; None when nothing did."""
    labels = {step.name: step.label for step in plan.loaded(one.steps)}
    days = [(tx.association.day(step.at), step) for step in steps]
    course = [_said(day, step, labels) for day, step in days if day >= begin]
    filed = next((day for day, step in days if step.act == Act.FILED), None)
    if filed is None or not course:
        return None
    admitted = unit.reference if unit is not None and steps[-1].act == Act.ADMITTED else ""
    kinds = (categories.label(one.category), classes.label(one.rank))
    return (
        one.reference,
        one.name,
        one.code,
        *kinds,
        one.region,
        filed,
        "；".join(course),
        Act(steps[-1].act).label,
        admitted,
    )


def _said(day: date, step: ApplicationStep, labels: dict[str, str]) -> str:
    where = labels.get(step.step, "") if step.act in (Act.APPROVED, Act.RETURNED, Act.DECLINED) else ""
    return f"{day.strftime('%m-%d')} {where}{Act(step.act).label}"


def _conduct(tx: Tx, begin: date, end: date) -> Sheet:
    """Every unit that was a member at the end of the month, and whether it had accepted the version then in force."""
    text = next(
        (one for one in queries.conduct_texts(tx.session) if one.published_on and one.published_on <= end), None
    )
    if text is None:
        return Sheet("行为规范", "conduct", ACCEPTED, [])
    days = {
        unit.reference: tx.association.day(one.at)
        for one, unit, version in queries.acceptances_until(tx.session, end)
        if version.id == text.id
    }
    rows: list[tuple[Cell, ...]] = []
    for line in exported.member_lines(tx.session, begin, end):
        if line.stood(begin, end)[3]:
            day = days.get(line.number)
            done = day is not None and day <= end
            shown = day if done else None
            rows.append((line.number, line.name, text.version, text.sha256, YES_NO[done], shown))
    done_ones = sum(row[4] == YES_NO[True] for row in rows)
    note = f"{text.title} 第 {text.version} 版：{len(rows)} 家会员中 {done_ones} 家已接受。"
    return Sheet("行为规范", "conduct", ACCEPTED, rows, notes=(note,))
