"""What this package lets people be reminded of: qualifications of member units that end, and dues that are owed."""

from sqlalchemy import and_, cast, literal
from sqlalchemy.types import String

from core.i18n import N_
from core.transaction import Tx
from membership.models import DuesCharge, Qualification, Unit, UnitContact
from membership.queries import PRESENT
from membership.queries.dues import IN_FORCE, OWED
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


def _dues(_tx: Tx) -> Due:
    """Charges of present members that are not settled: who has left is not chased."""
    return (
        columns(
            association_id=DuesCharge.association_id,
            subject=numbered("dues", DuesCharge.number),
            owner=numbered("dues", DuesCharge.number),
            title=Unit.name + literal(" · ") + cast(DuesCharge.year, String),
            due_on=DuesCharge.due_on,
            person_id=UnitContact.person_id,
            year=cast(DuesCharge.year, String),
            category=Unit.category,
            region=Unit.region,
        )
        .join_from(DuesCharge, Unit, Unit.id == DuesCharge.unit_id)
        .outerjoin(UnitContact, and_(UnitContact.unit_id == Unit.id, UnitContact.until.is_(None)))
        .where(PRESENT, IN_FORCE, OWED > 0)
    )


def register() -> None:
    """Make the kinds known."""
    filters = ("name", "category", "region")
    label = N_("end of a qualification")
    kinds.register(Kind("qualification", "资质", label, _qualifications, letter="M", prefix="member", filters=filters))
    kinds.register(
        Kind(
            "dues",
            "会费",
            N_("dues that are owed"),
            _dues,
            letter="F",
            filters=("year", "category", "region"),
            button=(N_("My dues"), "my dues"),
        )
    )
