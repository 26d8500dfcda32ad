"""What this package lets people be reminded of: qualifications of member units that end."""

from sqlalchemy import and_, literal

from core.i18n import N_
from core.transaction import Tx
from membership.models import Qualification, Unit, UnitContact
from membership.queries import PRESENT
from reminders import kinds
from reminders.kinds import Due, Kind, columns, numbered


def _qualifications(_tx: Tx) -> Due:
    return (
        columns(
            association_id=Unit.association_id,
            subject=numbered("qualification", Qualification.id),
            owner=numbered("member", Unit.number),
            title=Unit.name + literal(" · ") + Qualification.name,
            due_on=Qualification.valid_until,
            person_id=UnitContact.person_id,
            name=Qualification.name,
            category=Unit.category,
            region=Unit.region,
        )
        .join_from(Unit, Qualification, Qualification.unit_id == Unit.id)
        .outerjoin(UnitContact, and_(UnitContact.unit_id == Unit.id, UnitContact.until.is_(None)))
        .where(PRESENT, Qualification.valid_until.is_not(None))
    )


def register() -> None:
    """Make the kind known."""
    filters = ("name", "category", "region")
    label = N_("end of a qualification")
    kinds.register(Kind("qualification", "资质", label, _qualifications, letter="M", prefix="member", filters=filters))
