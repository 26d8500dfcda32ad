"""People who act for member units."""

from sqlalchemy import Select, select

from core.access import Permission, Role, usecase
from core.errors import Conflict
from core.i18n import _
from core.transaction import Tx
from membership.models import Unit, UnitContact
from membership.usecases.units import touch
from people.models import Person, RoleGrant


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
    if tx.session.scalar(_contact_roles(person).limit(1)) is None:
        grant = RoleGrant(person_id=person.id, role=Role.CONTACT, starts_on=tx.today, granted_by=tx.actor.person_id)
        tx.session.add(grant)
    tx.record("member:contact:add", unit.audit_reference, {"person": person.reference})
    return contact


def _contact_roles(person: Person) -> Select[RoleGrant]:
    mine = (RoleGrant.person_id == person.id, RoleGrant.role == Role.CONTACT, RoleGrant.revoked_at.is_(None))
    return select(RoleGrant).where(*mine)


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
        for grant in tx.session.scalars(_contact_roles(person)):
            grant.revoked_at = tx.now
    tx.record("member:contact:end", unit.audit_reference, {"person": person.reference})
