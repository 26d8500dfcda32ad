"""Entries of registers, one at a time: entered, changed, ended by staff."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from core import attachments
from core.access import Permission, usecase
from core.errors import BadInput, Conflict, NotFound, RuleViolated
from core.i18n import _
from core.transaction import Tx
from membership.models import RegisterEntry, Unit
from membership.queries import registers as queries
from membership.rules import categories
from membership.rules.registers import catalogue
from membership.rules.registers import entries as rules
from membership.rules.registers.declaration import Register, Type
from membership.rules.registers.reports import report_of
from membership.rules.standing import Status
from membership.usecases.registers.writing import Why, audited, change, enter

LONGEST_REASON = 500


@dataclass(frozen=True)
class Written:
    """An entry as it is now, what is to be said about it, and field → (former, new) of what was changed."""

    entry: RegisterEntry
    said: list[str] = field(default_factory=list)
    changes: Mapping[str, tuple[Any, Any]] = field(default_factory=dict)


@usecase(Permission.MANAGE_MEMBERS)
def add_entry(tx: Tx, *, register: Register, unit: Unit, values: Mapping[str, Any]) -> Written:
    """Enter something into a register.

    Raises BadInput for missing or disagreeing fields, Conflict when a live entry has the same key, RuleViolated for a
    unit that is no member.
    """
    return put_in(tx, register, unit, values, Why("add"))


def put_in(tx: Tx, register: Register, unit: Unit, values: Mapping[str, Any], why: Why) -> Written:
    """Check and enter; also what a confirmed proposal does."""
    check_member(unit)
    said = rules.checked(register, values, tx.today)
    check_free(tx, register, values, unit.id)
    [entry_id] = enter(tx, register, [(unit.id, values)], why)
    entry = tx.session.get_one(RegisterEntry, entry_id)
    tx.record("register:entry:add", entry.audit_reference, audited(register, unit, values))
    return Written(entry, said + _meant_for(register, unit) + _after(tx, register, unit))


def _meant_for(register: Register, unit: Unit) -> list[str]:
    """What is to be said when a register is meant for other units."""
    if register.meant_for([unit.category]):
        return []
    known = _(", ").join(categories.label(one) for one in register.categories)
    return [_("Mind: “{register}” is meant for: {categories}.").format(register=_(register.label), categories=known)]


def check_member(unit: Unit) -> None:
    """Only members have entries. Raises RuleViolated."""
    if not Status(unit.status).member:
        text = _("{reference} {name} is no member any more. Its entries stay as they are.")
        raise RuleViolated("not_a_member", text.format(reference=unit.reference, name=unit.name))


def check_free(tx: Tx, register: Register, values: Mapping[str, Any], unit_id: int, own: int | None = None) -> None:
    """No other live entry of the register has this key. Raises Conflict that names it."""
    known = queries.live_entry(tx.session, register, rules.key_of(register, values, unit_id))
    if known is not None and known.id != own:
        text = _("{reference} says this already ({unit}). Change that entry, or end it first.")
        raise Conflict("entry_known", text.format(reference=known.reference, unit=known.unit.name))


def _after(tx: Tx, register: Register, unit: Unit) -> list[str]:
    """What the report of the register has to say about the unit now."""
    return report_of(register).after(queries.lines_of_unit(tx.session, register.name, unit))


@usecase(Permission.MANAGE_MEMBERS)
def edit_entry(tx: Tx, *, entry: RegisterEntry, changes: Mapping[str, Any]) -> Written:
    """Change fields of an entry; None blanks one. The history keeps what it said before.

    Raises BadInput when nothing is given or nothing differs, RuleViolated for an entry that has ended.
    """
    return put_right(tx, entry, changes, Why("edit"))


def put_right(tx: Tx, entry: RegisterEntry, changes: Mapping[str, Any], why: Why) -> Written:
    """Check and change; also what a confirmed proposal does."""
    register = catalogue.register_named(entry.register)
    check_live(entry)
    differing = check_changes(register, entry, changes)
    values = merged(entry, changes)
    said = rules.checked(register, values, tx.today)
    check_free(tx, register, values, entry.unit_id, entry.id)
    change(tx, register, entry, values, why)
    unit = queries.unit_of(tx.session, entry.unit_id)
    told = {name: rules.open_values(register, {name: pair[1]})[name] for name, pair in differing.items()}
    data = {"register": register.name, "member": unit.number, "version": entry.version, "changes": told}
    tx.record("register:entry:edit", entry.audit_reference, data)
    return Written(entry, said + _after(tx, register, unit), differing)


def check_changes(register: Register, entry: RegisterEntry, changes: Mapping[str, Any]) -> dict[str, tuple[Any, Any]]:
    """Field → (former, new) of what differs. Raises BadInput when that is nothing."""
    if not changes:
        example = register.fields[-1].label
        text = _("Say what to change, for example {field}=…")
        raise BadInput("nothing_to_change", text.format(field=_(example)))
    differing = rules.differing(entry.data, changes)
    if not differing:
        raise BadInput("nothing_changed", _("The entry says this already. Nothing was changed."))
    return differing


def merged(entry: RegisterEntry, changes: Mapping[str, Any]) -> dict[str, Any]:
    """The values of an entry with some changed."""
    return {name: value for name, value in {**entry.data, **changes}.items() if value is not None}


def check_live(entry: RegisterEntry) -> None:
    """An entry that has ended stays as it is. Raises RuleViolated."""
    if entry.ended_on is not None:
        text = _("{reference} ended on {day}. Enter it anew if it holds again.")
        raise RuleViolated("entry_ended", text.format(reference=entry.reference, day=entry.ended_on.isoformat()))


@usecase(Permission.MANAGE_MEMBERS)
def end_entry(tx: Tx, *, entry: RegisterEntry, reason: str, on: date | None = None) -> Written:
    """End an entry with its reason: it counts no more, and stays readable.

    Raises BadInput for a day that has not come, RuleViolated for an entry that has ended already.
    """
    return take_out(tx, entry, on or tx.today, Why("end", reason[:LONGEST_REASON]))


def take_out(tx: Tx, entry: RegisterEntry, on: date, why: Why) -> Written:
    """End it; also what a confirmed proposal does."""
    check_live(entry)
    if on > tx.today:
        raise BadInput("date_future", _("This day has not come yet."))
    register = catalogue.register_named(entry.register)
    change(tx, register, entry, entry.data, why, on)
    data = {"register": register.name, "on": on, "reason": why.reason}
    tx.record("register:entry:end", entry.audit_reference, data)
    return Written(entry)


@usecase(Permission.VIEW_MEMBERS)
def fetch_file(tx: Tx, *, entry: RegisterEntry) -> tuple[str, str, bytes]:
    """Name, media type and bytes of the file that an entry carries. Raises NotFound when it carries none."""
    register = catalogue.register_named(entry.register)
    kept = [entry.data[one.name] for one in register.fields if one.type is Type.ATTACHMENT and one.name in entry.data]
    if not kept:
        raise NotFound("file_unknown", _("There is no such file."))
    found = attachments.content_of(tx.session, kept[0])
    tx.record("register:file:get", entry.audit_reference, {"attachment": kept[0]})
    return found
