"""What can be reminded of during a round: assessments that are not handed in, and reviews that are not finished."""

from typing import Any

from sqlalchemy import ColumnElement, and_, case, cast, func, literal
from sqlalchemy.types import String

from core.deadlines import Deadline
from core.i18n import N_
from core.transaction import Tx
from membership.models import GradingRound, RoundAssignment, RoundMember, Unit, UnitContact
from membership.queries import PRESENT
from membership.queries.rounds import STAGE_RULES
from membership.rules.grading.terms import Stage
from membership.rules.rounds import State
from reminders import kinds
from reminders.kinds import Due, Kind, columns, numbered

ACTING = and_(UnitContact.unit_id == Unit.id, UnitContact.until.is_(None))


def _due(rule: str) -> ColumnElement[bool]:
    """The deadline of a stage: it is kept under the round's own name, ``grading:G-0003``."""
    return and_(
        Deadline.association_id == GradingRound.association_id, Deadline.rule == rule, Deadline.met_at.is_(None)
    )


def _assessments(_tx: Tx) -> Due:
    """Present units whose own assessment is not handed in, with everybody who acts for them."""
    open_ones = _of_round(Stage.SELF, UnitContact.person_id, RoundMember.id)
    return open_ones.where(PRESENT, RoundMember.handed_in_at.is_(None))


def _of_round(stage: Stage, person: Any, row: Any) -> Due:
    """Members of rounds that stand at a stage, with the last day of the stage."""
    query = columns(
        association_id=GradingRound.association_id,
        subject=numbered(f"grading-{stage.value}", row),
        owner=numbered("grading", GradingRound.number),
        title=GradingRound.title + literal(" · ", String()) + Unit.name,
        due_on=Deadline.due_on,
        person_id=person,
        category=Unit.category,
    )
    joined = query.join_from(GradingRound, Deadline, _due(STAGE_RULES[stage]))
    if stage is Stage.SELF:
        joined = joined.join(RoundMember, RoundMember.round_id == GradingRound.id)
        joined = joined.join(Unit, Unit.id == RoundMember.unit_id).outerjoin(UnitContact, ACTING)
    else:
        joined = joined.join(RoundAssignment, RoundAssignment.round_id == GradingRound.id)
        joined = joined.join(Unit, Unit.id == RoundAssignment.unit_id)
    return joined.where(Deadline.subject == _named(), GradingRound.state == State(stage.value).value)


def _named() -> ColumnElement[str]:
    """``grading:G-0003`` as SQL: the number with four digits at least."""
    number = GradingRound.number
    padded = func.substr(cast(number + 10_000, String), 2)
    return literal("grading:G-", String()) + case((number < 10_000, padded), else_=cast(number, String))


def _first(_tx: Tx) -> Due:
    """What evaluators have not finished at the first review."""
    return _of_round(Stage.FIRST, RoundAssignment.person_id, RoundAssignment.id).where(
        RoundAssignment.stage == Stage.FIRST.value, RoundAssignment.finished.is_(False)
    )


def _second(_tx: Tx) -> Due:
    """What evaluators have not finished at the second review."""
    return _of_round(Stage.REVIEW, RoundAssignment.person_id, RoundAssignment.id).where(
        RoundAssignment.stage == Stage.REVIEW.value, RoundAssignment.finished.is_(False)
    )


def register() -> None:
    """Make the kinds known."""
    button = (N_("Begin the self-assessment"), "assessment fill {reference}")
    queue = (N_("Open my queue"), "grading queue {reference}")
    for name, zh, label, due, pressed in (
        ("assessment", "自评", N_("self-assessment that is not handed in"), _assessments, button),
        ("first-review", "初评", N_("first review that is not finished"), _first, queue),
        ("second-review", "复核", N_("second review that is not finished"), _second, queue),
    ):
        kinds.register(Kind(name, zh, label, due, letter="G", prefix="grading", filters=("category",), button=pressed))
