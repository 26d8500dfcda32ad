"""The sheet 会员分级 of the month's workbook: every member's grade at the end of the month, how it came about and until when."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from sqlalchemy import select

from announcements import queries as announcements
from announcements.queries import NoticeState
from core.i18n import speaking
from core.transaction import Tx
from exports.sheets import Cell, Column, Kind, Sheet
from membership.models import GradingRound, GradingScheme, Unit, UnitGrade
from membership.queries import PRESENT
from membership.queries.grading import newest_on
from membership.rules import categories

GRADED = (
    Column("会员编号", "member", width=11),
    Column("单位名称", "name", width=36),
    Column("单位类别", "category", width=20),
    Column("轮次", "round", width=10),
    Column("评定办法", "scheme", width=26),
    Column("规则版本", "version", width=11),
    Column("得分", "score", Kind.SCORE, 9),
    Column("等级", "grade", width=9),
    Column("上期等级", "before", width=9),
    Column("变动原因", "why", width=14),
    Column("公示起", "notice_from", Kind.DATE, 12),
    Column("公示止", "notice_until", Kind.DATE, 12),
    Column("异议数", "objections", Kind.NUMBER, 8),
    Column("有效期自", "valid_from", Kind.DATE, 12),
    Column("有效期至", "valid_until", Kind.DATE, 12),
    Column("状态", "state", width=9),
)
NOTE = "列出月末在会单位最近一次评定的等级；有效期已过的标“已到期”，不视为现行等级。公示与异议为该轮评定的数据。"


def month_sheets(tx: Tx, begin: date, end: date) -> list[Sheet]:
    """The sheet for a month, in Chinese; none while nobody has been graded."""
    del begin
    with speaking("zh_CN"):
        rows = _rows(tx, end)
        return [Sheet("会员分级", "grades", GRADED, rows, notes=(NOTE,))] if rows else []


def _rows(tx: Tx, end: date) -> list[tuple[Cell, ...]]:
    query = (
        select(UnitGrade, Unit, GradingScheme, GradingRound)
        .join(Unit, Unit.id == UnitGrade.unit_id)
        .join(GradingScheme, GradingScheme.id == UnitGrade.scheme_id)
        .outerjoin(GradingRound, GradingRound.id == UnitGrade.round_id)
        .where(newest_on(end), PRESENT)
        .order_by(Unit.number)
    )
    found = tx.session.execute(query).all()
    before = _before(tx, end)
    states = _notices(tx, {row[3].subject for row in found if row[3] is not None})
    return [_row(grade, unit, scheme, round_, before, states, end) for grade, unit, scheme, round_ in found]


def _before(tx: Tx, end: date) -> dict[int, str]:
    """Grade id → the grade as shown that the unit held just before it."""
    query = select(UnitGrade.id, UnitGrade.unit_id, UnitGrade.shown).where(UnitGrade.valid_from <= end)
    held: dict[int, str] = {}
    found: dict[int, str] = {}
    for number, unit, shown in tx.session.execute(query.order_by(UnitGrade.valid_from, UnitGrade.id)):
        found[number], held[unit] = held.get(unit, ""), shown
    return found


def _notices(tx: Tx, subjects: set[str]) -> dict[str, NoticeState]:
    return {one: announcements.notice_state(tx.session, tx.association, one, tx.now) for one in sorted(subjects)}


def _row(
    grade: UnitGrade,
    unit: Unit,
    scheme: GradingScheme,
    round_: GradingRound | None,
    before: Mapping[int, str],
    states: Mapping[str, NoticeState],
    end: date,
) -> tuple[Cell, ...]:
    notice = states.get(round_.subject) if round_ is not None else None
    over = grade.valid_until is not None and grade.valid_until < end
    return (
        unit.reference, unit.name, categories.label(unit.category), round_.reference if round_ else "", scheme.title,
        scheme.version, None if grade.score is None else Decimal(grade.score), grade.shown, before[grade.id] or "无",
        _why(grade, before[grade.id]), notice.starts if notice else None, notice.ends if notice else None,
        notice.received if notice else None, grade.valid_from, grade.valid_until, "已到期" if over else "有效",
    )  # fmt: skip


def _why(grade: UnitGrade, before: str) -> str:
    if grade.adjustment_id is not None:
        return "动态调整"
    if not before:
        return "首次评定"
    return "评定未变" if before == grade.shown else "新一轮评定"
