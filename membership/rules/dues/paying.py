"""Receipts, payments and what takes them back. Pure."""

import unicodedata
from datetime import date
from enum import StrEnum

from core.errors import BadInput, RuleViolated
from core.i18n import N_, _
from membership.rules.dues.money import yuan

LONGEST_RECEIPT = 60


class EntryKind(StrEnum):
    """What an entry is: money in, money back, or an entry that never should have been."""

    PAYMENT = "payment"
    REFUND = "refund"
    CORRECTION = "correction"

    @property
    def label(self) -> str:
        """The kind in the language of the moment."""
        return _(KIND_NAMES[self])


KIND_NAMES = {
    EntryKind.PAYMENT: N_("payment"),
    EntryKind.REFUND: N_("refund"),
    EntryKind.CORRECTION: N_("correction"),
}


def check_receipt(raw: str) -> str:
    """The number of a receipt or voucher in its one spelling. Raises BadInput when it is empty or too long."""
    receipt = "".join(c for c in unicodedata.normalize("NFKC", raw) if c.isprintable() and not c.isspace()).upper()
    if not receipt or len(receipt) > LONGEST_RECEIPT:
        raise BadInput("receipt_form", _("Give the number of the receipt, at most 60 characters."))
    return receipt


def check_received(day: date, today: date) -> None:
    """Money is entered when it has come. Raises BadInput for a day that has not."""
    if day > today:
        raise BadInput("date_future", _("This day has not come yet."))


def check_payment(amount: int, outstanding: int, *, void: bool, over: bool) -> None:
    """A payment fits what is owed, unless more is taken on purpose. Raises RuleViolated that names what is too much."""
    if void:
        raise RuleViolated("dues_void", _("This charge is cancelled. Nothing can be paid on it."))
    if amount > max(outstanding, 0) and not over:
        text = _("{owed} is owed, so this is {surplus} too much. Look at the amount again.")
        shown = text.format(owed=yuan(max(outstanding, 0)), surplus=yuan(amount - max(outstanding, 0)))
        raise RuleViolated("overpaid", shown)


def check_refund(amount: int, paid: int) -> None:
    """Only what has come in can go back. Raises RuleViolated."""
    if amount > paid:
        text = _("Only {paid} has come in on this charge. More cannot go back.")
        raise RuleViolated("refund_too_much", text.format(paid=yuan(paid)))


def check_correctable(amount: int, paid: int) -> None:
    """What has gone back to the member cannot be taken off a second time. Raises RuleViolated."""
    if amount > paid:
        text = _("{amount} of this has been refunded. Correct the refund first, by the number of its voucher.")
        raise RuleViolated("refund_stands", text.format(amount=yuan(amount - paid)))


def check_waivable(outstanding: int, *, void: bool) -> None:
    """Something is left to be waived. Raises RuleViolated."""
    if void or outstanding <= 0:
        raise RuleViolated("nothing_owed", _("Nothing is owed on this charge. There is nothing to waive."))


def check_voidable(paid: int, *, void: bool) -> None:
    """A charge made in error and not yet paid can be cancelled. Raises RuleViolated."""
    if void:
        raise RuleViolated("dues_void_already", _("This charge is cancelled already."))
    if paid:
        text = _("{paid} has been paid on this charge. Refund or correct that first.")
        raise RuleViolated("dues_paid", text.format(paid=yuan(paid)))
