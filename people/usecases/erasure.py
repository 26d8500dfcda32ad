"""Forgetting a person: legal holds against it, the request, and the erasure itself, which a second officer confirms.

Erasing deletes the person's key (so that nothing sealed for them in the audit can be read), empties what the office
keeps about them in plain words, and leaves a skeleton: that a person of this number acted, and when. Personal
Information Protection Law, article 47.
"""

from typing import Any

from sqlalchemy import select

from core import approvals
from core.access import Permission, usecase
from core.errors import Conflict, NotAllowed, NotFound, RuleViolated
from core.i18n import _
from core.transaction import Tx
from people import holdings, queries, rules
from people.models import Erasure, LegalHold, Person
from people.usecases.asking import ask_officers

ERASE = "people.erase"
NOBODY = "—"


@usecase(Permission.MANAGE_OFFICE, sensitive=True)
def place_hold(tx: Tx, *, person: Person, reason: str) -> LegalHold:
    """From now on this person's data must be kept, for this reason, until the hold is lifted."""
    if queries.holds_on(tx.session, person.id):
        raise Conflict("hold_placed", _("The data of this person is on hold already."))
    hold = LegalHold(person_id=person.id, reason=reason.strip(), placed_by=tx.actor.person_id, placed_at=tx.now)
    tx.session.add(hold)
    tx.record("person:hold:place", person.reference, person=person.id, personal={"reason": hold.reason})
    return hold


@usecase(Permission.MANAGE_OFFICE, sensitive=True)
def lift_hold(tx: Tx, *, person: Person, reason: str) -> None:
    """The data of this person need not be kept any longer."""
    held = queries.holds_on(tx.session, person.id)
    if not held:
        raise NotFound("hold_unknown", _("The data of this person is not on hold."))
    for hold in held:
        hold.lifted_at = tx.now
    tx.record("person:hold:lift", person.reference, person=person.id, personal={"reason": reason})


@usecase(Permission.MANAGE_OFFICE, sensitive=True)
def ask_erasure(tx: Tx, *, person: Person) -> approvals.Approval:
    """Ask another officer to erase a person who has left. Raises RuleViolated while something says to keep the data."""
    rules.check_not_oneself(tx.actor.person_id, person.id)
    _check_erasable(tx, person)
    summary = _("Erase person {number}: {name}").format(number=person.id, name=person.name)
    return ask_officers(tx, ERASE, person, {"person": person.id}, summary)


def _check_erasable(tx: Tx, person: Person) -> None:
    if queries.is_erased(tx.session, person.id):
        raise Conflict("person_erased", _("This person has been erased already."))
    if person.left_at is None:
        raise RuleViolated("person_present", _("First let the person leave: `person remove`."))
    reasons = [reason for holding in holdings.HOLDINGS.values() for reason in holding.holds(tx, person)]
    if reasons:
        text = _("This data has to be kept: {reasons}")
        raise RuleViolated("legal_hold", text.format(reasons=_("; ").join(reasons)))


def _erase(tx: Tx, arguments: dict[str, Any]) -> Person:
    person = queries.person_by_id(tx.session, arguments["person"])
    _check_erasable(tx, person)
    return _forget(tx, person)


def _forget(tx: Tx, person: Person) -> Person:
    """Holdings first: they still need the name to find what mentions it."""
    counts = {holding.name: holding.erase(tx, person) for holding in holdings.HOLDINGS.values()}
    person.name, person.phone, person.language, person.identity_id = NOBODY, None, None, None
    tx.session.add(Erasure(person_id=person.id, erased_at=tx.now, confirmed_by=tx.actor.person_id))
    tx.session.flush()
    tx.keys.forget(tx.session, person.id)
    tx.record("person:entry:erase", person.reference, {"erased": {name: n for name, n in counts.items() if n}})
    return person


@usecase(Permission.MANAGE_OFFICE, sensitive=True)
def erase_again(tx: Tx, *, person_id: int) -> bool:
    """After a restore: erase a person who had been erased since the backup was made. Only the system may.

    False when there is nothing to do.
    """
    if tx.actor.person_id is not None:
        raise NotAllowed("not_allowed", _("You may not do this. Ask the secretary-general for the right role."))
    person = tx.session.scalar(select(Person).where(Person.id == person_id))
    found = person is not None and not queries.is_erased(tx.session, person_id)
    tx.record("person:entry:erase-again", f"person:{person_id}", {"found": found})
    if person is not None and found:
        person.left_at = person.left_at or tx.now
        _forget(tx, person)
    return found


def _version(tx: Tx, arguments: dict[str, Any]) -> str:
    person = queries.person_by_id(tx.session, arguments["person"])
    return f"{person.left_at}"


approvals.APPROVABLE[ERASE] = approvals.Approvable(
    version=_version, execute=_erase, permission=Permission.MANAGE_OFFICE
)
