"""What member contacts propose for the registers of their own unit, and how staff take it over or not."""

from collections.abc import Callable, Mapping
from typing import Any

from core import holds
from core.access import Permission, usecase
from core.errors import BadInput, Conflict, NotAllowed, RuleViolated
from core.i18n import N_, _, in_every_language
from core.numbering import next_numbers
from core.outbox import Message
from core.transaction import Tx
from membership import queries as units
from membership.models import RegisterEntry, RegisterProposal, Unit
from membership.notices import registers as notices
from membership.queries import registers as queries
from membership.rules.registers import catalogue
from membership.rules.registers import entries as rules
from membership.rules.registers.declaration import Register
from membership.usecases.registers.entries import (
    LONGEST_REASON,
    Written,
    check_changes,
    check_free,
    check_live,
    check_member,
    merged,
    put_in,
    put_right,
    take_out,
)
from membership.usecases.registers.writing import Why
from people.audiences import may, recipients
from people.models import Person
from people.queries import was_queued

MOST_WAITING = 50
TOO_MANY = N_("Already {count} proposals of your unit wait. Please let the secretariat work through them first.")


def check_own(tx: Tx, unit_id: int) -> None:
    """Only those who act for a unit propose for it. Raises NotAllowed."""
    mine = units.units_for(tx.session, tx.actor.person_id or 0)
    if unit_id not in [unit.id for unit in mine]:
        raise NotAllowed("not_your_unit", _("You do not act for this unit."))


def _check_open(register: Register) -> None:
    if not register.members:
        raise RuleViolated(
            "register_of_staff", _("“{name}” is kept by the secretariat.").format(name=_(register.label))
        )


@usecase(Permission.USE_OFFICE)
def propose_entry(tx: Tx, *, register: Register, unit: Unit, values: Mapping[str, Any]) -> RegisterProposal:
    """Propose a new entry for one's own unit: checked now, entered when staff confirm it. Staff are told.

    Raises what entering it would raise, so that a proposal which can be made can as a rule be confirmed.
    """
    check_own(tx, unit.id)
    _check_open(register)
    check_member(unit)
    rules.checked(register, values, tx.today)
    check_free(tx, register, values, unit.id)
    return _propose(tx, RegisterProposal(register=register.name, unit_id=unit.id, action="add", data=dict(values)))


@usecase(Permission.USE_OFFICE)
def propose_change(tx: Tx, *, entry: RegisterEntry, changes: Mapping[str, Any]) -> RegisterProposal:
    """Propose changes to an entry of one's own unit."""
    register = _checked_entry(tx, entry)
    differing = check_changes(register, entry, changes)
    values = merged(entry, changes)
    rules.checked(register, values, tx.today)
    check_free(tx, register, values, entry.unit_id, entry.id)
    return _propose(tx, _about(entry, "edit", {name: pair[1] for name, pair in differing.items()}))


@usecase(Permission.USE_OFFICE)
def propose_end(tx: Tx, *, entry: RegisterEntry, reason: str) -> RegisterProposal:
    """Propose to end an entry of one's own unit."""
    _checked_entry(tx, entry)
    return _propose(tx, _about(entry, "end", {}, reason[:LONGEST_REASON]))


def _checked_entry(tx: Tx, entry: RegisterEntry) -> Register:
    register = catalogue.register_named(entry.register)
    check_own(tx, entry.unit_id)
    _check_open(register)
    check_live(entry)
    return register


def _about(entry: RegisterEntry, action: str, data: dict[str, Any], reason: str = "") -> RegisterProposal:
    return RegisterProposal(
        register=entry.register,
        unit_id=entry.unit_id,
        entry_id=entry.id,
        action=action,
        data=data,
        entry_version=entry.version,
        reason=reason,
    )


def _propose(tx: Tx, made: RegisterProposal) -> RegisterProposal:
    waiting = [one for one in queries.proposals_of(tx.session, [made.unit_id], MOST_WAITING) if one.state == "waiting"]
    if len(waiting) >= MOST_WAITING:
        raise RuleViolated("too_many_proposals", _(TOO_MANY).format(count=len(waiting)))
    made.number = next_numbers(tx.session, tx.association.id, "register_proposal")[0]
    made.state, made.reason = "waiting", made.reason or ""
    made.proposed_by, made.proposed_at = tx.actor.person_id or 0, tx.now
    tx.session.add(made)
    tx.session.flush()
    data = {"register": made.register, "action": made.action, "fields": sorted(made.data)}
    tx.record("register:proposal:make", f"register_proposal:{made.number}", data)
    _tell_staff(tx, made)
    return made


def _tell_staff(tx: Tx, made: RegisterProposal) -> None:
    """One message a day and unit is enough: the list shows the rest."""
    unit = queries.unit_of(tx.session, made.unit_id)
    label = catalogue.register_named(made.register).label
    key = f"register:waiting:{unit.number}:{tx.today.isoformat()}"
    if was_queued(tx.session, key):
        return

    def write() -> str:
        what = notices.kind_of(made.action)
        return notices.waiting(unit=unit.name, register=_(label), what=what)

    subject = f"register_proposal:{made.number}"
    labels = in_every_language(lambda: _("Show what waits"))
    buttons = [[{"labels": labels, "command": "register waiting"}]]
    staff = may(Permission.MANAGE_MEMBERS, tx.today, besides=tx.actor.person_id)
    tx.notify(Message(key, subject, in_every_language(write), buttons), recipients(staff))


@usecase(Permission.MANAGE_MEMBERS)
def confirm_proposal(tx: Tx, *, proposal: RegisterProposal) -> Written:
    """Let a proposal count; the one who made it is told.

    Raises NotAllowed for one's own proposal, Conflict when it was decided or the entry has changed since, and whatever
    entering it by hand would raise.
    """
    _check_decidable(tx, proposal)
    entry = queries.entry_of(tx.session, proposal)
    if entry is not None and entry.version != proposal.entry_version:
        text = _("{reference} has changed since this was proposed. Decline it, and let it be proposed anew.")
        raise Conflict("entry_changed", text.format(reference=entry.reference))
    written = _carry_out(tx, proposal, entry)
    proposal.entry_id = written.entry.id
    _decide(tx, proposal, "confirmed")
    reference = written.entry.reference
    _tell(
        tx,
        proposal,
        lambda what, about: notices.confirmed(
            association=tx.association.name, register=about, what=what, reference=reference
        ),
    )
    return written


def _carry_out(tx: Tx, proposal: RegisterProposal, entry: RegisterEntry | None) -> Written:
    why = Why(proposal.action, proposal.reason, proposal.number)
    if entry is None:
        register = catalogue.register_named(proposal.register)
        return put_in(tx, register, queries.unit_of(tx.session, proposal.unit_id), proposal.data, why)
    if proposal.action == "edit":
        return put_right(tx, entry, proposal.data, why)
    return take_out(tx, entry, tx.today, why)


@usecase(Permission.MANAGE_MEMBERS)
def decline_proposal(tx: Tx, *, proposal: RegisterProposal, reason: str) -> bool:
    """Leave a proposal aside, with the reason that the one who made it is told.

    False when screening holds the reason: then nothing is decided yet.
    """
    _check_decidable(tx, proposal)
    if not reason.strip():
        raise BadInput("reason_missing", _("Give the reason: whoever proposed it is told."))
    words, subject = reason[:LONGEST_REASON].strip(), f"register_proposal:{proposal.number}"
    if not holds.check(tx, f"{subject}:declined", words).may_go:
        tx.record("register:proposal:hold", subject)
        return False
    proposal.reason = words
    _decide(tx, proposal, "declined")
    _tell(
        tx,
        proposal,
        lambda what, about: notices.declined(
            association=tx.association.name, register=about, what=what, reason=proposal.reason
        ),
    )
    return True


def _check_decidable(tx: Tx, proposal: RegisterProposal) -> None:
    if proposal.state != "waiting":
        raise Conflict("already_decided", _("This has been decided already."))
    if proposal.proposed_by == tx.actor.person_id:
        raise NotAllowed("second_person", _("Another person has to decide this: you asked for it, or it is about you."))


def _decide(tx: Tx, proposal: RegisterProposal, state: str) -> None:
    proposal.state, proposal.decided_by, proposal.decided_at = state, tx.actor.person_id, tx.now
    tx.session.flush()
    verb = "confirm" if state == "confirmed" else "decline"
    data = {"register": proposal.register, "action": proposal.action, "proposed_by": f"person:{proposal.proposed_by}"}
    tx.record(f"register:proposal:{verb}", f"register_proposal:{proposal.number}", data)


def _tell(tx: Tx, proposal: RegisterProposal, write: Callable[[str, str], str]) -> None:
    label = catalogue.register_named(proposal.register).label
    texts = in_every_language(lambda: write(notices.kind_of(proposal.action), _(label)))
    subject = f"register_proposal:{proposal.number}"
    tx.notify(Message(f"{subject}:{proposal.state}", subject, texts), recipients(Person.id == proposal.proposed_by))
