"""Entering, changing and moving member units, one at a time."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any

from sqlalchemy import select

from core import holds
from core.access import Permission, usecase
from core.errors import BadInput, Conflict, RuleViolated
from core.i18n import _, in_every_language
from core.numbering import next_numbers
from core.outbox import Message, Recipients
from core.transaction import Tx
from membership import notices, queries
from membership.models import Unit, UnitContact
from membership.rules import units as rules
from membership.rules.reckoning import FACT_OF
from membership.rules.standing import Status, check_step, check_until
from membership.usecases.steps import end_facts, enter_fact, enter_step, touch
from people.audiences import recipients
from people.models import Person

EDITABLE = ("name", "code", "category", "rank", "region", "engineers", "remark", "joined_on")


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
    _check_code_free(tx, new.code)
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
        changed_at=tx.now,
    )
    tx.session.add(unit)
    tx.session.flush()
    enter_step(tx, unit, None, Status.ACTIVE, new.joined_on, "")
    tx.record("member:entry:add", unit.audit_reference, {"code": unit.code, "name": unit.name})
    return unit


@usecase(Permission.MANAGE_MEMBERS)
def edit_unit(tx: Tx, *, unit: Unit, changes: Mapping[str, Any]) -> dict[str, tuple[Any, Any]]:
    """Change facts of a unit; returns, and the audit keeps, the old and the new value of each that differs.

    Raises BadInput when nothing is given or nothing differs, Conflict when another unit has the new code.
    """
    if not changes:
        raise BadInput("nothing_to_change", _("Say what to change, for example region=杭州市."))
    if unknown := changes.keys() - set(EDITABLE):
        raise ValueError(f"{unknown} cannot be edited")
    differing = {name: (getattr(unit, name), value) for name, value in changes.items() if getattr(unit, name) != value}
    if not differing:
        raise BadInput("nothing_changed", _("This is what the card says already. Nothing was changed."))
    _check_code_free(tx, differing.get("code", (None, None))[1])
    if "joined_on" in differing and unit.left_on is not None:
        rules.check_order(differing["joined_on"][1], unit.left_on)
    for name, (_old, new) in differing.items():
        setattr(unit, name, new)
    unit.name_key = rules.name_key(unit.name)
    touch(tx, unit)
    tx.record("member:entry:edit", unit.audit_reference, {"changes": {n: list(pair) for n, pair in differing.items()}})
    return differing


def _check_code_free(tx: Tx, code: str | None) -> None:
    """Raises Conflict when a unit has this code."""
    known = tx.session.scalar(select(Unit).where(Unit.code == code)) if code else None
    if known is not None:
        text = _("{reference} {name} has this code.")
        raise Conflict("code_known", text.format(reference=known.reference, name=known.name))


@usecase(Permission.MANAGE_MEMBERS)
def change_status(
    tx: Tx, *, unit: Unit, status: Status, reason: str, on: date | None = None, until: date | None = None
) -> Status:
    """Move a unit to another standing, with day and reason. A withdrawal is never refused. Its contacts are told.

    ``until`` is the last day of a suspension: the timer ends it. Returns the former standing. Raises BadInput for a day
    in the future, before joining or before the last step, and for an end that does not come after it; RuleViolated for
    cancelling a membership, which takes two people.
    """
    former, day = Status(unit.status), on or tx.today
    check_until(status, day, until)
    check_change(tx, unit, status, day)
    if status is Status.EXPELLED:
        raise RuleViolated("expulsion_alone", _("A membership is cancelled only when a second officer confirms it."))
    enter_change(tx, unit, status, reason, day, until)
    return former


def check_change(tx: Tx, unit: Unit, status: Status, day: date) -> None:
    """That a unit may move to a standing from a day on. Raises RuleViolated, BadInput."""
    check_step(Status(unit.status), status)
    if day > tx.today:
        raise BadInput("date_future", _("This day has not come yet."))
    rules.check_order(max(unit.joined_on, queries.last_step_on(tx.session, unit) or unit.joined_on), day)


def enter_change(tx: Tx, unit: Unit, status: Status, reason: str, day: date, until: date | None = None) -> None:
    """Enter a standing that was checked, with the dated fact behind it."""
    end_facts(tx, unit, day)
    if status in FACT_OF:
        enter_fact(tx, unit, FACT_OF[status], day, reason, until=until)
    move(tx, unit, status, day, reason)


def move(tx: Tx, unit: Unit, status: Status, day: date, reason: str) -> None:
    """Enter a step of a unit's standing, and tell its contacts. The facts behind it are entered by the caller."""
    if tx.actor.person_id is not None:
        holds.insist(tx, f"{unit.audit_reference}:status:{tx.now.isoformat()}", reason)
    former = Status(unit.status)
    unit.status = status
    unit.left_on = None if status.member else day
    touch(tx, unit)
    step = enter_step(tx, unit, former, status, day, reason)
    tx.record("member:status:change", unit.audit_reference, {"from": former, "to": status, "on": day, "reason": reason})
    write = partial(_status_words, unit.name, tx.association.name, status, reason)
    key = f"{unit.audit_reference}:status:{step.id}"
    tx.notify(Message(key, unit.audit_reference, in_every_language(write)), contacts_of(unit))


def contacts_of(unit: Unit) -> Recipients:
    """Everyone who acts for a unit."""
    contacts = select(UnitContact.person_id).where(UnitContact.unit_id == unit.id, UnitContact.until.is_(None))
    return recipients(Person.id.in_(contacts))


def _status_words(name: str, association: str, status: Status, reason: str) -> str:
    return notices.status_changed(name=name, association=association, status=status.label, reason=reason)


def unit_asked_about(tx: Tx, arguments: dict[str, Any]) -> Unit:
    """The unit of a request that waits for a second person."""
    return queries.units_by_id(tx.session, [arguments["unit"]])[arguments["unit"]]


def standing_asked_about(tx: Tx, arguments: dict[str, Any]) -> str:
    """The version of a request about a unit's standing: another standing in the meantime overtakes it."""
    unit = unit_asked_about(tx, arguments)
    return f"{unit.status}:{unit.left_on}"
