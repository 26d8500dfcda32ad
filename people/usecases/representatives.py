"""People who act for somebody else: entered many at once, given the role of a contact, and taken back with an undo.

Called by the use cases of the floors above, which record what they did.
"""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, and_, delete, insert, select, update

from core.access import Role
from core.transaction import Tx
from people import rules
from people.models import Person, RoleGrant


def enter_contacts(tx: Tx, entries: Sequence[tuple[str, str | None]]) -> list[int]:
    """A person with the role of a contact for each ``(name, phone)``, in one statement a table. Returns their ids."""
    if not entries:
        return []
    own = {"association_id": tx.association.id, "added_at": tx.now}
    people = [own | {"name": name[: rules.LONGEST_NAME], "phone": phone} for name, phone in entries]
    made = insert(Person).returning(Person.id, sort_by_parameter_order=True)
    ids = list(tx.session.scalars(made, people))
    granted = {"association_id": tx.association.id, "role": Role.CONTACT, "starts_on": tx.today}
    by = {"granted_by": tx.actor.person_id}
    tx.session.execute(insert(RoleGrant), [granted | by | {"person_id": person_id} for person_id in ids])
    return ids


def let_represent(tx: Tx, person: Person) -> None:
    """Give the role of a contact, unless it is held already."""
    held = select(RoleGrant.id).where(_contact_of(person)).limit(1)
    if tx.session.scalar(held) is None:
        grant = RoleGrant(person_id=person.id, role=Role.CONTACT, starts_on=tx.today, granted_by=tx.actor.person_id)
        tx.session.add(grant)


def end_representing(tx: Tx, person: Person) -> None:
    """End the role of a contact."""
    tx.session.execute(update(RoleGrant).where(_contact_of(person)).values(revoked_at=tx.now))


def _contact_of(person: Person) -> ColumnElement[bool]:
    return and_(RoleGrant.person_id == person.id, RoleGrant.role == Role.CONTACT, RoleGrant.revoked_at.is_(None))


def take_back(tx: Tx, person_ids: Sequence[int]) -> None:
    """Take out people whom an undone import had entered. The database refuses when anything else refers to them."""
    for column in (RoleGrant.person_id, Person.id):
        tx.session.execute(delete(column.class_).where(column.in_(person_ids)))
