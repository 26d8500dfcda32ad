"""Which units an audience means: the same words as for people, but units without a contact belong, too."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date

from sqlalchemy import ColumnElement, Select, and_, func, not_, or_, select
from sqlalchemy.orm import Session

from core.errors import BadInput
from core.i18n import _
from membership.models import Unit, UnitContact, UnitGrade
from membership.queries.grading import in_force_on
from membership.queries.units import PRESENT
from people.audiences import CRITERIA

Words = Mapping[str, Sequence[str]]


def _graded(values: Sequence[str], day: date) -> ColumnElement[bool]:
    held = select(UnitGrade.unit_id).where(in_force_on(day))
    named = Unit.id.in_(held.where(or_(UnitGrade.grade.in_(values), UnitGrade.shown.in_(values))))
    return or_(named, Unit.id.not_in(held)) if "none" in values else named


OF_UNITS: dict[str, Callable[[Sequence[str], date], ColumnElement[bool]]] = {
    "category": lambda values, _day: Unit.category.in_(values),
    "class": lambda values, _day: Unit.rank.in_(values),
    "region": lambda values, _day: Unit.region.in_(values),
    "status": lambda values, _day: Unit.status.in_(values),
    "grade": _graded,
}


def condition_of(words: Words, day: date) -> ColumnElement[bool]:
    """The condition on Unit that an audience stands for; present members unless a status is named.

    Raises BadInput for a criterion that is about persons.
    """
    conditions: list[ColumnElement[bool]] = [] if "status" in words else [PRESENT]
    for name, values in words.items():
        plain = name.removeprefix("-")
        if plain not in OF_UNITS:
            text = _("A round grades units, so it is opened for units: “{name}” is about persons. Use: {known}")
            known = _(", ").join(_(CRITERIA[one].label) for one in OF_UNITS)
            raise BadInput("population_criterion", text.format(name=_(CRITERIA[plain].label), known=known))
        found = OF_UNITS[plain](values, day)
        conditions.append(not_(found) if name.startswith("-") else found)
    return and_(*conditions)


def _chosen(words: Words, day: date) -> Select[Unit]:
    return select(Unit).where(condition_of(words, day)).order_by(Unit.number)


def population(session: Session, words: Words, day: date, *, limit: int | None = None, offset: int = 0) -> list[Unit]:
    """The exact units by number."""
    return list(session.scalars(_chosen(words, day).limit(limit).offset(offset)))


def count_population(session: Session, words: Words, day: date) -> int:
    """How many units there are."""
    return session.scalar(select(func.count()).select_from(Unit).where(condition_of(words, day))) or 0


def without_contact(session: Session, words: Words, day: date) -> list[Unit]:
    """Those of them for whom nobody acts."""
    acting = select(UnitContact.unit_id).where(UnitContact.until.is_(None))
    return list(session.scalars(_chosen(words, day).where(Unit.id.not_in(acting))))
