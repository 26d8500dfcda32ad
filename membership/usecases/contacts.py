"""People who act for member units."""

from sqlalchemy import select

from core.access import Permission, usecase
from core.errors import Conflict
from core.i18n import _
from core.transaction import Tx
from membership.models import Unit, UnitContact
from membership.usecases.steps import touch
from people.models import Person
from people.usecases import end_representing, let_represent


@usecase(Permission.MANAGE_MEMBERS)
def add_contact(tx: Tx, *, unit: Unit, person: Person) -> UnitContact:
    """Let a person act for a unit from today, with the role of a member contact."""
    present = select(UnitContact).where(
        UnitContact.unit_id == unit.id, UnitContact.person_id == person.id, UnitContact.until.is_(None)
    )
    if tx.session.scalar(present) is not None:
        raise Conflict("contact_known", _("{name} acts for this unit already.").format(name=person.name))
    contact = UnitContact(unit_id=unit.id, person_id=person.id, since=tx.today)
    tx.session.add(contact)
    touch(tx, unit)
    let_represent(tx, person)
    tx.record("member:contact:add", unit.audit_reference, {"person": person.reference})
    return contact


@usecase(Permission.MANAGE_MEMBERS)
def end_contact(tx: Tx, *, unit: Unit, person: Person) -> None:
    """From today the person no longer acts for the unit; the role of a contact ends with the last unit."""
    acting = select(UnitContact).where(UnitContact.person_id == person.id, UnitContact.until.is_(None))
    mine = list(tx.session.scalars(acting))
    ending = [contact for contact in mine if contact.unit_id == unit.id]
    if not ending:
        raise Conflict("contact_unknown", _("{name} does not act for this unit.").format(name=person.name))
    ending[0].until = tx.today
    touch(tx, unit)
    if len(mine) == 1:
        end_representing(tx, person)
    tx.record("member:contact:end", unit.audit_reference, {"person": person.reference})
