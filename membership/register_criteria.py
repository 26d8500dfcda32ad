"""What registers add to the choice of an audience: people whose unit has a live entry of some kind."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import ColumnElement, or_, select

from core.i18n import N_
from membership.models import Unit, UnitContact
from membership.queries import PRESENT, register_filters
from people import audiences
from people.audiences import Criterion
from people.models import Person


def _registered(values: Sequence[str], day: date) -> ColumnElement[bool]:
    """People who act for a present unit with a live entry that one of the values describes."""
    units = or_(*(Unit.id.in_(register_filters.units_with(value, day)) for value in values))
    acting = select(UnitContact.person_id).join(Unit, Unit.id == UnitContact.unit_id)
    return Person.id.in_(acting.where(UnitContact.until.is_(None), units, PRESENT))


def register() -> None:
    """Make the criterion known."""
    parse, show = register_filters.parse, register_filters.describe
    audiences.register(Criterion("register", "登记", N_("register"), parse, _registered, show=show))
