"""Entering, changing and moving member units, one at a time."""

from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from typing import Any

from sqlalchemy import select

from core.access import Permission, Role, usecase
from core.errors import BadInput, Conflict
from core.i18n import _, in_every_language
from core.numbering import next_numbers
from core.outbox import Message
from core.transaction import Tx
from membership import notices, queries
from membership.models import Qualification, StatusChange, Unit, UnitContact
from membership.rules import units as rules
from membership.rules.standing import Status, check_step
from people.audiences import recipients
from people.models import Person, RoleGrant

EDITABLE = ("name", "category", "rank", "region", "engineers", "remark", "joined_on")
WARN_DAYS = (60, 30, 7)


@dataclass(frozen=True)
class NewUnit:
    """What is needed to enter a unit; values have been read and checked."""

    name: str
    code: str
    category: str
    rank: str
    region: str
    joined_on: date
    engineers: int | None = None
    remark: str = ""


@usecase(Permission.MANAGE_MEMBERS)
def add_unit(tx: Tx, *, new: NewUnit) -> Unit:
    """Enter a member unit and give it the next number. Raises Conflict when its code is entered already."""
    known = tx.session.scalar(select(Unit).where(Unit.code == new.code))
    if known is not None:
        raise Conflict(
            "code_known", _("{reference} {name} has this code.").format(reference=known.reference, name=known.name)
        )
    number = next_numbers(tx.session, tx.association.id, "member")[0]
    unit = Unit(
        number=number,
        code=new.code,
        name=rules.check_name(new.name),
        name_key=rules.name_key(new.name),
        category=new.category,
        rank=new.rank,
        region=new.region,
        joined_on=new.joined_on,
        status=Status.ACTIVE,
        engineers=new.engineers,
        remark=new.remark,
    )
    tx.session.add(unit)
    tx.session.flush()
    _step(tx, unit, None, Status.ACTIVE, new.joined_on, "")
    tx.record("member:entry:add", unit.audit_reference, {"code": unit.code, "name": unit.name})
    return unit


def _step(tx: Tx, unit: Unit, former: Status | None, status: Status, on: date, reason: str) -> None:
    step = StatusChange(unit_id=unit.id, former=former, status=status, on=on, reason=reason, recorded_at=tx.now)
    tx.session.add(step)


@usecase(Permission.MANAGE_MEMBERS)
def edit_unit(tx: Tx, *, unit: Unit, changes: dict[str, Any]) -> Unit:
    """Change facts of a unit; the audit keeps the old and the new value of each."""
    if not changes:
        raise BadInput("nothing_to_change", _("Say what to change, for example region=杭州市."))
    kept = {}
    for name, value in changes.items():
        if name not in EDITABLE:
            raise ValueError(f"{name} cannot be edited")
        if getattr(unit, name) != value:
            kept[name] = [getattr(unit, name), value]
            setattr(unit, name, value)
    unit.name_key = rules.name_key(unit.name)
    tx.record("member:entry:edit", unit.audit_reference, {"changes": kept})
    return unit


@usecase(Permission.MANAGE_MEMBERS)
def change_status(tx: Tx, *, unit: Unit, status: Status, reason: str, on: date | None = None) -> Unit:
    """Move a unit to another standing, with day and reason. A withdrawal is never refused. Its contacts are told."""
    former, day = Status(unit.status), on or tx.today
    check_step(former, status)
    if day > tx.today:
        raise BadInput("date_future", _("This day has not come yet."))
    unit.status = status
    unit.left_on = None if status.member else day
    _step(tx, unit, former, status, day, reason)
    tx.record("member:status:change", unit.audit_reference, {"from": former, "to": status, "on": day, "reason": reason})
    write = partial(_status_words, unit.name, tx.association.name, status, reason)
    key = f"{unit.audit_reference}:status:{tx.now.isoformat()}"
    contacts = select(UnitContact.person_id).where(UnitContact.unit_id == unit.id, UnitContact.until.is_(None))
    message = Message(key, unit.audit_reference, in_every_language(write))
    tx.notify(message, recipients(Person.id.in_(contacts)))
    return unit


def _status_words(name: str, association: str, status: Status, reason: str) -> str:
    return notices.status_changed(name=name, association=association, status=status.label, reason=reason)


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
    held = select(RoleGrant.id).where(
        RoleGrant.person_id == person.id, RoleGrant.role == Role.CONTACT, RoleGrant.revoked_at.is_(None)
    )
    if tx.session.scalar(held.limit(1)) is None:
        grant = RoleGrant(person_id=person.id, role=Role.CONTACT, starts_on=tx.today, granted_by=tx.actor.person_id)
        tx.session.add(grant)
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
    if len(mine) == 1:
        roles = select(RoleGrant).where(
            RoleGrant.person_id == person.id, RoleGrant.role == Role.CONTACT, RoleGrant.revoked_at.is_(None)
        )
        for grant in tx.session.scalars(roles):
            grant.revoked_at = tx.now
    tx.record("member:contact:end", unit.audit_reference, {"person": person.reference})


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
