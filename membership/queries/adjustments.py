"""Reads about adjustments of grades, what members answered, and benefits."""

from collections.abc import Collection
from datetime import date

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import Session

from core.associations import Association
from core.calendar import add_months
from core.deadlines import Deadline
from core.errors import NotFound
from core.i18n import _
from membership.models import (
    AdjustmentAnswer,
    ConflictOfInterest,
    GradeAdjustment,
    GradeBenefit,
    RoundScore,
    Unit,
    UnitContact,
    UnitGrade,
)
from membership.queries.grading import expired, newest_on
from membership.queries.units import PRESENT
from membership.rules.adjusting import OPEN, Direction, Policy, Standing, State, policy_on
from membership.rules.grading.terms import Stage
from people.models import Person

ANSWER, OBJECT = "answer", "object"


def adjustment_by_number(session: Session, number: int, *, lock: bool = False) -> GradeAdjustment:
    """The adjustment with this number. Raises NotFound."""
    query = select(GradeAdjustment).where(GradeAdjustment.number == number)
    found = session.scalar(query.with_for_update() if lock else query)
    if found is None:
        raise NotFound("adjustment_unknown", _("There is no such adjustment. `adjustment list` shows them."))
    return found


def adjustments(
    session: Session, unit: Unit | None = None, *, closed: bool = False, limit: int | None = None, offset: int = 0
) -> list[tuple[GradeAdjustment, Unit, UnitGrade]]:
    """Adjustments, the newest first, each with its unit and the grade it starts from; only open ones unless asked."""
    query = select(GradeAdjustment, Unit, UnitGrade).join(Unit, Unit.id == GradeAdjustment.unit_id)
    query = query.join(UnitGrade, UnitGrade.id == GradeAdjustment.grade_id)
    if unit is not None:
        query = query.where(GradeAdjustment.unit_id == unit.id)
    if not closed:
        query = query.where(GradeAdjustment.state.in_(OPEN))
    rows = session.execute(query.order_by(GradeAdjustment.number.desc()).limit(limit).offset(offset))
    return [(one, of, grade) for one, of, grade in rows]


def open_adjustments(session: Session, unit_ids: Collection[int] | None = None) -> dict[int, GradeAdjustment]:
    """Unit id → its open adjustment."""
    query = select(GradeAdjustment).where(GradeAdjustment.state.in_(OPEN))
    if unit_ids is not None:
        query = query.where(GradeAdjustment.unit_id.in_(unit_ids))
    return {one.unit_id: one for one in session.scalars(query)}


def unit_and_grade(session: Session, one: GradeAdjustment) -> tuple[Unit, UnitGrade]:
    """The unit of an adjustment and the grade it starts from."""
    return session.get_one(Unit, one.unit_id), session.get_one(UnitGrade, one.grade_id)


def due_of(session: Session, one: GradeAdjustment, rule: str) -> Deadline | None:
    """The last day to ``answer`` or to ``object``; None while it has not begun to run."""
    return session.scalar(select(Deadline).where(Deadline.subject == one.subject, Deadline.rule == rule))


def answers_to(session: Session, one: GradeAdjustment, kind: str = ANSWER) -> list[AdjustmentAnswer]:
    """What the member said, the first word first."""
    mine = (AdjustmentAnswer.adjustment_id == one.id, AdjustmentAnswer.kind == kind)
    return list(session.scalars(select(AdjustmentAnswer).where(*mine).order_by(AdjustmentAnswer.id)))


def standing_of(session: Session, one: GradeAdjustment, association: Association, today: date) -> Standing:
    """An adjustment as the rules look at it, in the days of its association."""
    due, said = due_of(session, one, ANSWER), answers_to(session, one)
    return Standing(
        State(one.state),
        Direction(one.direction),
        today,
        due.due_on if due else None,
        due.provisional if due else False,
        association.day(said[-1].said_at) if said else None,
    )


def evaluators_of(session: Session, one: GradeAdjustment) -> set[int]:
    """Who scored the unit as an evaluator in the round that its grades come from."""
    rounds = select(UnitGrade.round_id).where(UnitGrade.unit_id == one.unit_id, UnitGrade.id <= one.grade_id)
    newest = rounds.where(UnitGrade.round_id.is_not(None)).order_by(UnitGrade.id.desc()).limit(1).scalar_subquery()
    query = select(RoundScore.scored_by).where(
        RoundScore.round_id == newest, RoundScore.unit_id == one.unit_id, RoundScore.stage != Stage.SELF.value
    )
    return set(session.scalars(query.distinct()))


def dropped_from(session: Session, grade: UnitGrade) -> list[GradeAdjustment]:
    """Adjustments that started from this grade and were dropped by a decision."""
    mine = (GradeAdjustment.grade_id == grade.id, GradeAdjustment.state == State.DROPPED)
    return list(session.scalars(select(GradeAdjustment).where(*mine)))


def contacts_of(unit_id: int) -> Select[UnitContact]:
    """Who acts for a unit now."""
    return select(UnitContact).where(UnitContact.unit_id == unit_id, UnitContact.until.is_(None))


def acting_for(session: Session, unit_id: int) -> set[int]:
    """The people who act for a unit now."""
    return {contact.person_id for contact in session.scalars(contacts_of(unit_id))}


def reachable_contacts(session: Session, unit_id: int) -> int:
    """How many of those who act for a unit have a chat."""
    query = (
        select(func.count())
        .select_from(Person)
        .where(Person.id.in_(acting_for(session, unit_id)), Person.identity_id.is_not(None), Person.left_at.is_(None))
    )
    return session.scalar(query) or 0


def tied_to(session: Session, unit_id: int) -> set[int]:
    """People with a tie to a unit: they act for it, or declared a conflict of interest."""
    declared = select(ConflictOfInterest.person_id).where(
        ConflictOfInterest.unit_id == unit_id, ConflictOfInterest.ended_at.is_(None)
    )
    return acting_for(session, unit_id) | set(session.scalars(declared))


def benefits(session: Session, scheme: str, grade: str, day: date) -> list[GradeBenefit]:
    """What a grade of a scheme brings on a day, in the order of entry."""
    mine = (
        GradeBenefit.scheme == scheme,
        GradeBenefit.grade == grade,
        GradeBenefit.effective_from <= day,
        or_(GradeBenefit.effective_to.is_(None), GradeBenefit.effective_to >= day),
    )
    return list(session.scalars(select(GradeBenefit).where(*mine).order_by(GradeBenefit.number)))


def benefit_by_number(session: Session, number: int) -> GradeBenefit:
    """The benefit with this number. Raises NotFound."""
    found = session.scalar(select(GradeBenefit).where(GradeBenefit.number == number))
    if found is None:
        raise NotFound("benefit_unknown", _("There is no such benefit. `benefits` shows them."))
    return found


def ending(session: Session, last: date, today: date) -> list[tuple[Unit, UnitGrade, bool]]:
    """Present units whose newest grade ends by a day, the nearest first, and whether that is past already."""
    query = select(Unit, UnitGrade).join(UnitGrade, UnitGrade.unit_id == Unit.id)
    query = query.where(PRESENT, newest_on(today), UnitGrade.valid_until <= last)
    rows = session.execute(query.order_by(UnitGrade.valid_until, Unit.number))
    return [(unit, grade, expired(grade, today)) for unit, grade in rows]


def policy_here(association: Association, today: date) -> Policy:
    """The rules on adjustments of a day, as this association has settled them."""
    return policy_on(today, association.settings.get("adjustments"))


def window_end(association: Association, today: date) -> date:
    """Grades that end by this day are due for review."""
    return add_months(today, policy_here(association, today).window_months)
