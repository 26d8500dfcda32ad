"""Money on a charge: what comes in, what goes back, what was entered in error; and charges that are let go."""

from datetime import date
from functools import partial
from typing import Any

from core import approvals
from core.access import Permission, usecase
from core.errors import Conflict, NotAllowed
from core.i18n import _, in_every_language
from core.outbox import Message
from core.transaction import Tx
from membership import notices
from membership.models import DuesCharge, DuesEntry
from membership.queries import dues as queries
from membership.queries import units_for
from membership.rules.dues import paying
from membership.rules.dues.money import check_positive, yuan
from membership.rules.dues.paying import EntryKind
from people.audiences import ONE_PERSON

WAIVE, VOID = "dues.waive", "dues.void"


@usecase(Permission.MANAGE_DUES)
def pay_dues(
    tx: Tx, *, charge: DuesCharge, amount: int, on: date, receipt: str, over: bool = False, batch_id: int | None = None
) -> DuesEntry:
    """Enter money that came in (fen) under the number of its receipt. The charge has to be locked.

    Raises RuleViolated for more than is owed, unless ``over``; Conflict where the receipt is entered already.
    """
    paying.check_received(on, tx.today)
    number = _free_receipt(tx, receipt)
    paying.check_payment(check_positive(amount), charge.outstanding, void=charge.voided_at is not None, over=over)
    entry = _enter(tx, charge, EntryKind.PAYMENT, amount, on, number)
    entry.batch_id = batch_id
    tx.record("dues:payment:enter", charge.audit_reference, _said(entry))
    return entry


@usecase(Permission.MANAGE_DUES)
def refund_dues(tx: Tx, *, charge: DuesCharge, amount: int, on: date, receipt: str, reason: str) -> DuesEntry:
    """Enter money that went back (fen) under the number of its voucher. Raises RuleViolated for more than came in."""
    paying.check_received(on, tx.today)
    number = _free_receipt(tx, receipt)
    paying.check_refund(check_positive(amount), charge.paid)
    entry = _enter(tx, charge, EntryKind.REFUND, -amount, on, number)
    entry.reason = reason
    tx.record("dues:payment:refund", charge.audit_reference, _said(entry))
    return entry


@usecase(Permission.MANAGE_DUES)
def correct_dues(tx: Tx, *, charge: DuesCharge, receipt: str, reason: str) -> DuesEntry:
    """Take an entry back that should not have been: a second entry of the opposite amount. Its receipt can be entered again.

    Nothing is deleted. Raises NotFound where the charge has no such entry, RuleViolated where its money has gone back.
    """
    wrong = queries.entry_with_receipt(tx.session, charge, paying.check_receipt(receipt))
    paying.check_correctable(wrong.amount, charge.paid)
    wrong.receipt_used = None
    charge.paid -= wrong.amount
    entry = DuesEntry(
        charge_id=charge.id,
        kind=EntryKind.CORRECTION,
        amount=-wrong.amount,
        on=tx.today,
        receipt=wrong.receipt,
        reason=reason,
        reverses_id=wrong.id,
        recorded_by=tx.actor.person_id,
        recorded_at=tx.now,
    )
    tx.session.add(entry)
    tx.session.flush()
    tx.record("dues:payment:correct", charge.audit_reference, _said(entry) | {"entry": wrong.id})
    return entry


def _free_receipt(tx: Tx, receipt: str) -> str:
    number = paying.check_receipt(receipt)
    known = queries.charge_of_receipt(tx.session, number)
    if known is not None:
        text = _("Receipt {receipt} is entered already, on {reference}.")
        raise Conflict("receipt_used", text.format(receipt=number, reference=known.reference))
    return number


def _enter(tx: Tx, charge: DuesCharge, kind: EntryKind, amount: int, on: date, number: str) -> DuesEntry:
    charge.paid += amount
    entry = DuesEntry(
        charge_id=charge.id,
        kind=kind,
        amount=amount,
        on=on,
        receipt=number,
        receipt_used=number,
        recorded_by=tx.actor.person_id,
        recorded_at=tx.now,
    )
    tx.session.add(entry)
    tx.session.flush()
    return entry


def _said(entry: DuesEntry) -> dict[str, Any]:
    return {"fen": entry.amount, "on": entry.on, "receipt": entry.receipt, "reason": entry.reason}


@usecase(Permission.MANAGE_DUES, sensitive=True)
def ask_waiver(tx: Tx, *, charge: DuesCharge, reason: str) -> approvals.Approval:
    """Ask that what is still owed be waived; another person decides. Raises RuleViolated where nothing is owed."""
    paying.check_waivable(charge.outstanding, void=charge.voided_at is not None)
    text = _("Waive {amount} of the dues {year} of {member} {name} ({reference}). Reason: {reason}")
    return _ask(
        tx, WAIVE, charge, text.format(amount=yuan(charge.outstanding), **_named(charge), reason=reason), reason
    )


@usecase(Permission.MANAGE_DUES, sensitive=True)
def ask_voiding(tx: Tx, *, charge: DuesCharge, reason: str) -> approvals.Approval:
    """Ask that a charge made in error be cancelled; another person decides. Raises RuleViolated where it is paid on."""
    paying.check_voidable(charge.paid, void=charge.voided_at is not None)
    text = _("Cancel the charge {reference}: dues {year} of {member} {name}, {amount}. Reason: {reason}")
    return _ask(tx, VOID, charge, text.format(amount=yuan(charge.amount), **_named(charge), reason=reason), reason)


def _named(charge: DuesCharge) -> dict[str, Any]:
    unit = charge.unit
    return {"reference": charge.reference, "year": charge.year, "member": unit.reference, "name": unit.name}


def _ask(tx: Tx, action: str, charge: DuesCharge, summary: str, reason: str) -> approvals.Approval:
    arguments = {"charge": charge.number, "reason": reason, "asked_by": tx.actor.person_id, "summary": summary}
    return approvals.request(tx, action, subject=charge.audit_reference, arguments=arguments, summary=summary)


def _locked(tx: Tx, arguments: dict[str, Any]) -> DuesCharge:
    charge = queries.charge_by_number(tx.session, arguments["charge"], lock=True)
    if charge.unit_id in {unit.id for unit in units_for(tx.session, tx.actor.person_id or 0)}:
        raise NotAllowed("own_unit", _("You act for this member. Another person has to decide this."))
    return charge


def _waive(tx: Tx, arguments: dict[str, Any]) -> DuesCharge:
    charge = _locked(tx, arguments)
    paying.check_waivable(charge.outstanding, void=charge.voided_at is not None)
    fen = charge.outstanding
    charge.waived += fen
    charge.waived_on, charge.waived_why = tx.today, arguments["reason"]
    tx.record("dues:charge:waive", charge.audit_reference, {"fen": fen, "reason": arguments["reason"]})
    return charge


def _void(tx: Tx, arguments: dict[str, Any]) -> DuesCharge:
    charge = _locked(tx, arguments)
    paying.check_voidable(charge.paid, void=charge.voided_at is not None)
    void_charge(tx, charge, arguments["reason"])
    return charge


def void_charge(tx: Tx, charge: DuesCharge, reason: str) -> None:
    """Take a charge out of force; it stays with its reason."""
    charge.voided_on, charge.voided_at, charge.voided_why = tx.today, tx.now, reason
    tx.record("dues:charge:void", charge.audit_reference, {"fen": charge.amount, "reason": reason})


def _version(tx: Tx, arguments: dict[str, Any]) -> str:
    return str(queries.charge_by_number(tx.session, arguments["charge"]).version)


def tell_declined(tx: Tx, arguments: dict[str, Any], reason: str) -> None:
    """Whoever asked is told that it was refused, and why."""
    write = partial(notices.request_declined, summary=arguments["summary"], by=tx.actor.name, reason=reason)
    key = f"declined:{arguments['asked_by']}:{tx.now.isoformat()}"
    message = Message(key, f"person:{arguments['asked_by']}", in_every_language(write))
    tx.notify(message, ONE_PERSON, {"person": arguments["asked_by"]})


for name, carry_out in ((WAIVE, _waive), (VOID, _void)):
    approvals.APPROVABLE[name] = approvals.Approvable(
        version=_version, execute=carry_out, declined=tell_declined, permission=Permission.MANAGE_DUES, tells=True
    )
