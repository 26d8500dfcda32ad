"""What can be reminded of about grades: the end of a grade's time, and the time to answer before a downgrade."""

from sqlalchemy import and_, literal
from sqlalchemy.types import String

from core.deadlines import Deadline
from core.i18n import N_
from core.transaction import Tx
from membership.models import GradeAdjustment, Unit, UnitContact, UnitGrade
from membership.queries import PRESENT
from membership.queries.adjustments import ANSWER
from membership.queries.grading import newest_on
from membership.rules.adjusting import State
from reminders import kinds
from reminders.kinds import Due, Kind, columns, numbered

ACTING = and_(UnitContact.unit_id == Unit.id, UnitContact.until.is_(None))


def _validity(tx: Tx) -> Due:
    """The newest grade of each present member, whether its time is still running or over."""
    return (
        columns(
            association_id=Unit.association_id,
            subject=numbered("unit_grade", UnitGrade.id),
            owner=numbered("member", Unit.number),
            title=Unit.name + literal(" · ", String()) + UnitGrade.shown,
            due_on=UnitGrade.valid_until,
            person_id=UnitContact.person_id,
            category=Unit.category,
            region=Unit.region,
        )
        .join_from(Unit, UnitGrade, UnitGrade.unit_id == Unit.id)
        .outerjoin(UnitContact, ACTING)
        .where(PRESENT, newest_on(tx.today), UnitGrade.valid_until.is_not(None))
    )


def _answers(_tx: Tx) -> Due:
    """Downgrades that a present member was told of and that are not decided yet."""
    subject = numbered("adjustment", GradeAdjustment.number)
    same = and_(
        Deadline.subject == subject,
        Deadline.association_id == GradeAdjustment.association_id,
        Deadline.rule == ANSWER,
    )
    return (
        columns(
            association_id=GradeAdjustment.association_id,
            subject=subject,
            owner=subject,
            title=Unit.name,
            due_on=Deadline.due_on,
            person_id=UnitContact.person_id,
            category=Unit.category,
        )
        .join_from(GradeAdjustment, Unit, Unit.id == GradeAdjustment.unit_id)
        .join(Deadline, same)
        .outerjoin(UnitContact, ACTING)
        .where(PRESENT, GradeAdjustment.state == State.TOLD.value)
    )


def register() -> None:
    """Make the kinds known."""
    label = N_("end of a grade")
    kinds.register(Kind("grade", "等级", label, _validity, letter="M", prefix="member", filters=("category", "region")))
    button = (N_("Show"), "adjustment show {reference}")
    kinds.register(
        Kind(
            "adjustment", "等级调整", N_("answer before a downgrade"), _answers, letter="D", filters=("category",),
            button=button,
        )
    )  # fmt: skip
