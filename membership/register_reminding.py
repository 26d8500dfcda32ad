"""What registers let people be reminded of: every date that a declaration calls due, as a kind of its own."""

from collections.abc import Callable

from sqlalchemy import and_, literal

from core.i18n import N_
from core.transaction import Tx
from membership.models import RegisterEntry, RegisterFacet, Unit, UnitContact
from membership.queries import PRESENT
from membership.rules.registers import catalogue, declaration
from reminders import kinds
from reminders.kinds import Due, Kind, columns, numbered


def _entries(register: declaration.Register, due: declaration.Due) -> Callable[[Tx], Due]:
    """The live entries of present members with this date, for the contacts of the unit."""

    def found(_tx: Tx) -> Due:
        entry, facet = RegisterEntry, RegisterFacet
        mine = (facet.entry_id == entry.id, facet.register == register.name, facet.field == due.field)
        return (
            columns(
                association_id=entry.association_id,
                subject=numbered("register_entry", entry.number) + literal("." + due.name),
                owner=numbered("register_entry", entry.number),
                title=Unit.name + literal(" · ") + entry.title,
                due_on=facet.day,
                person_id=UnitContact.person_id,
                category=Unit.category,
                region=Unit.region,
            )
            .join_from(entry, facet, and_(*mine))
            .join(Unit, Unit.id == entry.unit_id)
            .outerjoin(UnitContact, and_(UnitContact.unit_id == Unit.id, UnitContact.until.is_(None)))
            .where(PRESENT, entry.ended_on.is_(None), facet.day.is_not(None))
        )

    return found


def kind_of(register: declaration.Register, due: declaration.Due) -> Kind:
    """The kind of reminder for a due date."""
    return Kind(
        f"{register.name}-{due.name}",
        due.label.texts["zh_CN"],
        due.label,
        _entries(register, due),
        letter="E",
        prefix="register_entry",
        filters=("category", "region"),
        quiet=True,
        button=(N_("Show the entry"), "my register show {reference}"),
    )


def register() -> None:
    """Make the kinds known."""
    for one in catalogue.registers().values():
        for due in one.dues:
            kinds.register(kind_of(one, due))
