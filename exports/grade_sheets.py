"""Two sheets of the month's workbook: the grades that changed, and the adjustments with their hearings."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time
from decimal import Decimal

from sqlalchemy import or_, select

from core.associations import Association
from core.deadlines import Deadline
from core.i18n import speaking
from core.transaction import Tx
from exports.sheets import Cell, Column, Kind, Sheet
from membership.models import AdjustmentAnswer, GradeAdjustment, GradingRound, GradingScheme, Unit, UnitGrade
from membership.queries.adjustments import ANSWER, OBJECT
from membership.rules import categories
from membership.rules.adjusting import Direction, State

MOVED = (
    Column("会员编号", "member", width=11),
    Column("单位名称", "name", width=36),
    Column("单位类别", "category", width=20),
    Column("原等级", "before", width=9),
    Column("新等级", "after", width=9),
    Column("得分", "score", Kind.SCORE, 9),
    Column("生效日期", "valid_from", Kind.DATE, 12),
    Column("有效期至", "valid_until", Kind.DATE, 12),
    Column("来源", "origin", width=11),
    Column("评级办法", "scheme", width=28),
    Column("版本", "version", width=10),
    Column("数据摘要（SHA-256）", "digest", width=66),
)
ADJUSTED = (
    Column("调整编号", "adjustment", width=11),
    Column("会员编号", "member", width=11),
    Column("单位名称", "name", width=36),
    Column("方向", "direction", width=8),
    Column("原等级", "before", width=9),
    Column("拟调整为", "after", width=10),
    Column("事实", "facts", width=24),
    Column("提出日期", "proposed_on", Kind.DATE, 12),
    Column("告知日期", "told_on", Kind.DATE, 12),
    Column("申辩截止", "answer_due", Kind.DATE, 12),
    Column("申辩次数", "answers", Kind.NUMBER, 9),
    Column("决定日期", "decided_on", Kind.DATE, 12),
    Column("状态", "state", width=18),
    Column("异议次数", "objections", Kind.NUMBER, 9),
    Column("异议裁定", "ruling", width=10),
)
RULINGS = {"upheld": "成立", "rejected": "不成立", None: ""}


def month_sheets(tx: Tx, begin: date, end: date) -> list[Sheet]:
    """Both sheets for a month, in Chinese."""
    with speaking("zh_CN"):
        return [
            Sheet("等级变动", "grade_changes", MOVED, _moved(tx, begin, end)),
            Sheet("等级调整", "grade_adjustments", ADJUSTED, _adjusted(tx, begin, end)),
        ]


def _moved(tx: Tx, begin: date, end: date) -> list[tuple[Cell, ...]]:
    """Grades that began in the month and differ from the one before."""
    query = (
        select(UnitGrade, Unit, GradingScheme, GradingRound.number, GradeAdjustment.number)
        .join(Unit, Unit.id == UnitGrade.unit_id)
        .join(GradingScheme, GradingScheme.id == UnitGrade.scheme_id)
        .outerjoin(GradingRound, GradingRound.id == UnitGrade.round_id)
        .outerjoin(GradeAdjustment, GradeAdjustment.id == UnitGrade.adjustment_id)
        .where(UnitGrade.valid_from.between(begin, end))
        .order_by(Unit.number, UnitGrade.valid_from, UnitGrade.id)
    )
    found = tx.session.execute(query).all()
    before = _before(tx, [row[0] for row in found], begin)
    rows: list[tuple[Cell, ...]] = []
    for grade, unit, scheme, round_number, adjustment in found:
        former, before[unit.id] = before.get(unit.id, ""), grade.shown
        if former != grade.shown:
            rows.append(_moved_row(grade, unit, scheme, former, _origin(round_number, adjustment)))
    return rows


def _before(tx: Tx, grades: Sequence[UnitGrade], begin: date) -> dict[int, str]:
    """Unit id → the grade it held when the month began."""
    units = {grade.unit_id for grade in grades}
    query = select(UnitGrade.unit_id, UnitGrade.shown).where(UnitGrade.valid_from < begin)
    rows = tx.session.execute(query.order_by(UnitGrade.valid_from, UnitGrade.id))
    return {unit_id: shown for unit_id, shown in rows if unit_id in units}


def _origin(round_number: int | None, adjustment: int | None) -> str:
    return f"D-{adjustment:04d}" if adjustment is not None else f"G-{round_number or 0:04d}"


def _moved_row(grade: UnitGrade, unit: Unit, scheme: GradingScheme, before: str, origin: str) -> tuple[Cell, ...]:
    score = None if grade.score is None else Decimal(grade.score)
    return (
        unit.reference, unit.name, categories.label(unit.category), before or "无", grade.shown, score, grade.valid_from,
        grade.valid_until, origin, scheme.title, scheme.version, grade.digest,
    )  # fmt: skip


def _adjusted(tx: Tx, begin: date, end: date) -> list[tuple[Cell, ...]]:
    """Adjustments that were proposed, told or decided in the month."""
    zone = tx.association.timezone
    since, until = datetime.combine(begin, time.min, zone), datetime.combine(end, time.max, zone)
    moments = (GradeAdjustment.proposed_at, GradeAdjustment.told_at, GradeAdjustment.decided_at)
    query = (
        select(GradeAdjustment, Unit, UnitGrade.shown)
        .join(Unit, Unit.id == GradeAdjustment.unit_id)
        .join(UnitGrade, UnitGrade.id == GradeAdjustment.grade_id)
        .where(or_(*(moment.between(since, until) for moment in moments)))
        .order_by(GradeAdjustment.number)
    )
    found = tx.session.execute(query).all()
    said = _said(tx, [row[0].id for row in found])
    dues = _dues(tx, [row[0].subject for row in found])
    return [_adjusted_row(tx.association, one, unit, shown, said, dues) for one, unit, shown in found]


def _said(tx: Tx, ids: Sequence[int]) -> dict[int, list[AdjustmentAnswer]]:
    answers: dict[int, list[AdjustmentAnswer]] = {}
    query = select(AdjustmentAnswer).where(AdjustmentAnswer.adjustment_id.in_(ids)).order_by(AdjustmentAnswer.id)
    for answer in tx.session.scalars(query):
        answers.setdefault(answer.adjustment_id, []).append(answer)
    return answers


def _dues(tx: Tx, subjects: Sequence[str]) -> dict[str, date]:
    query = select(Deadline.subject, Deadline.due_on).where(Deadline.rule == ANSWER, Deadline.subject.in_(subjects))
    return {subject: due_on for subject, due_on in tx.session.execute(query)}  # noqa: C416 - rows are no pairs to dict()


def _adjusted_row(
    association: Association,
    one: GradeAdjustment,
    unit: Unit,
    before: str,
    said: Mapping[int, list[AdjustmentAnswer]],
    dues: Mapping[str, date],
) -> tuple[Cell, ...]:
    answers = said.get(one.id, [])
    objections = [answer for answer in answers if answer.kind == OBJECT]
    day = association.day
    return (
        one.reference, unit.reference, unit.name, Direction(one.direction).label, before, one.shown,
        "、".join(ref for _kind, ref in one.causes if ref), day(one.proposed_at),
        day(one.told_at) if one.told_at else None, dues.get(one.subject),
        len(answers) - len(objections), day(one.decided_at) if one.decided_at else None, State(one.state).label,
        len(objections), RULINGS[objections[-1].ruling] if objections else "",
    )  # fmt: skip
