"""People who come to apply for membership: entered by themselves, with the chat they wrote from and no other right."""

from sqlalchemy import update

from core.access import Permission, Role, usecase
from core.errors import Conflict
from core.i18n import _
from core.transaction import Tx
from people import rules
from people.models import Person, RoleGrant
from people.usecases.chats import holder_of, link_chat


@usecase(Permission.APPLY)
def receive_applicant(tx: Tx, *, name: str, platform: str, account: str, chat: str) -> Person:
    """Enter somebody who wants to apply and link the chat they wrote from. They may apply, and nothing else.

    Raises Conflict for an account that belongs to somebody already.
    """
    if holder_of(tx, platform, account) is not None:
        raise Conflict("account_taken", _("This chat account is linked to somebody else. Send `leave` there first."))
    person = _entered(tx, name)
    link_chat(tx, person, platform, account, chat)
    personal = {"name": person.name, "account": account}
    tx.record("person:entry:apply", person.reference, {"platform": platform}, person=person.id, personal=personal)
    return person


@usecase(Permission.APPLY)
def receive_by_web(tx: Tx, *, name: str) -> Person:
    """Enter somebody who applies on the web: no chat yet; they may apply, and nothing else."""
    person, how = _entered(tx, name), {"platform": "web"}
    tx.record("person:entry:apply", person.reference, how, person=person.id, personal={"name": person.name})
    return person


def _entered(tx: Tx, name: str) -> Person:
    """Somebody new who may apply. Recorded by the use case that calls it."""
    person = Person(name=rules.check_name(name), phone=None, added_at=tx.now)
    tx.session.add(person)
    tx.session.flush()
    tx.session.add(RoleGrant(person_id=person.id, role=Role.APPLICANT, starts_on=tx.today, granted_by=None))
    return person


def end_applying(tx: Tx, person_id: int) -> None:
    """End the role of an applicant: they are a member's contact now. Recorded by the use case that calls it."""
    held = (RoleGrant.person_id == person_id, RoleGrant.role == Role.APPLICANT, RoleGrant.revoked_at.is_(None))
    tx.session.execute(update(RoleGrant).where(*held).values(revoked_at=tx.now))
