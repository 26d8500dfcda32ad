"""Qualifications of member units: entered, renewed, taken off, and their ends announced in time."""

from datetime import date, timedelta
from functools import partial

from sqlalchemy import select

from core.access import Permission, usecase
from core.errors import NotFound
from core.i18n import _, in_every_language
from core.outbox import Message
from core.transaction import Tx
from membership import notices, queries
from membership.models import Qualification, Unit, UnitContact
from membership.rules import units as rules
from membership.usecases.units import touch
from people.audiences import recipients
from people.models import Person

WARN_DAYS = (60, 30, 7)


@usecase(Permission.MANAGE_MEMBERS)
def set_qualification(tx: Tx, *, unit: Unit, name: str, until: date | None) -> tuple[date | None, bool]:
    """Enter or renew a qualification; no day is an open end. Returns the former end and whether it was held before."""
    name = rules.check_qualification(name)
    held = queries.qualification_of(tx.session, unit, name)
    former, known = (held.valid_until, True) if held else (None, False)
    if held is None:
        tx.session.add(Qualification(unit_id=unit.id, name=name, valid_until=until))
    else:
        held.valid_until = until
    touch(tx, unit)
    tx.record("member:qualification:set", unit.audit_reference, {"name": name, "from": former, "to": until})
    return former, known


@usecase(Permission.MANAGE_MEMBERS)
def remove_qualification(tx: Tx, *, unit: Unit, name: str) -> None:
    """Take a qualification off the card; the audit keeps what it was. Raises NotFound."""
    held = queries.qualification_of(tx.session, unit, rules.check_qualification(name))
    if held is None:
        raise NotFound("qualification_unknown", _("{unit} holds no “{name}”.").format(unit=unit.name, name=name[:40]))
    tx.session.delete(held)
    touch(tx, unit)
    tx.record("member:qualification:remove", unit.audit_reference, {"name": held.name, "until": held.valid_until})


def remind_expiries(tx: Tx) -> str:
    """The timer's part: tell contacts 60, 30 and 7 days before a qualification ends; a missed day is caught up once."""
    told = 0
    for unit, qualification in queries.expiring(tx.session, tx.today + timedelta(days=max(WARN_DAYS))):
        told += _remind(tx, unit, qualification)
    return f"{told} reminders"


def _remind(tx: Tx, unit: Unit, qualification: Qualification) -> int:
    """The nearest threshold that has been passed is due; its key makes it go out once."""
    ends = qualification.valid_until
    if ends is None or ends < tx.today:
        return 0
    passed = [days for days in WARN_DAYS if ends - timedelta(days=days) <= tx.today]
    key = f"qualification:{qualification.id}:{ends.isoformat()}:{min(passed)}"
    if not passed or queries.was_queued(tx.session, key):
        return 0
    write = partial(
        notices.qualification_ends,
        unit=unit.name,
        association=tx.association.name,
        qualification=qualification.name,
        day=ends.isoformat(),
    )
    contacts = select(UnitContact.person_id).where(UnitContact.unit_id == unit.id, UnitContact.until.is_(None))
    message = Message(key, unit.audit_reference, in_every_language(write))
    sent = tx.notify(message, recipients(Person.id.in_(contacts)))
    tx.record("member:qualification:remind", unit.audit_reference, {"ends": ends, "days": min(passed)})
    return sent
