"""Money on a charge: entering it, sending it back, correcting it, letting it go; and lists of payments."""

from typing import Any

from bot.commands.dues import as_data, state_words
from bot.commands.dues_parameters import Amount, BatchOfPayments, LockedCharge, Over, Receipt, Received
from bot.commands.files import File
from bot.messages import Button, FileIn, Progress, Reply, Table
from bot.parameters import Reason
from bot.registry import command
from core.access import Permission
from core.attachments import clean_name
from core.errors import RuleViolated
from core.i18n import N_, _
from core.transaction import Tx
from membership import usecases
from membership.models import DuesCharge
from membership.rules.dues import bank
from membership.rules.dues.money import plain_yuan, yuan
from membership.usecases.dues_import import Matched

SHOWN = 12


@command(
    "dues pay",
    zh="会费 缴费",
    summary=N_("Enter a payment with its receipt"),
    permission=Permission.MANAGE_DUES,
)
def pay(tx: Tx, charge: LockedCharge, amount: Amount, on: Received, receipt: Receipt, over: Over = False) -> Reply:
    """In full or in part; too much is named first and taken only on purpose."""
    try:
        usecases.pay_dues(tx, charge=charge, amount=amount, on=on, receipt=receipt, over=over)
    except RuleViolated as refusal:
        if refusal.code != "overpaid":
            raise
        line = f"dues pay {charge.reference} {plain_yuan(amount)} {on.isoformat()} 「{receipt}」 --over"
        buttons = ((Button(_("Enter it all the same"), line),),)
        return Reply(refusal.text, buttons=buttons, error=refusal.code)
    return _standing(
        tx, charge, _("{amount} entered on {reference}.").format(amount=yuan(amount), reference=charge.reference)
    )


def _standing(tx: Tx, charge: DuesCharge, head: str) -> Reply:
    text = _("{name}, dues {year}: {paid} of {amount} paid, {state}.").format(
        name=charge.unit.name,
        year=charge.year,
        paid=yuan(charge.paid),
        amount=yuan(charge.amount - charge.waived),
        state=state_words(charge, tx.today),
    )
    lines = [head, text]
    if charge.outstanding > 0:
        lines.append(_("Still owed: {amount}").format(amount=yuan(charge.outstanding)))
    elif charge.outstanding < 0:
        text = _("Paid too much: {amount}. `dues refund {reference}` sends it back.")
        lines.append(text.format(amount=yuan(-charge.outstanding), reference=charge.reference))
    buttons = ((Button(_("The member's dues"), f"dues show {charge.unit.reference}"),),)
    return Reply("\n".join(lines), buttons=buttons, data=as_data(charge))


@command(
    "dues refund",
    zh="会费 退费",
    summary=N_("Enter money that went back to the member"),
    permission=Permission.MANAGE_DUES,
)
def refund(tx: Tx, charge: LockedCharge, amount: Amount, on: Received, receipt: Receipt, reason: Reason) -> Reply:
    """An entry of its own with the number of its voucher; the payment stays as it was."""
    usecases.refund_dues(tx, charge=charge, amount=amount, on=on, receipt=receipt, reason=reason)
    return _standing(
        tx, charge, _("{amount} sent back on {reference}.").format(amount=yuan(amount), reference=charge.reference)
    )


@command(
    "dues correct",
    zh="会费 更正",
    summary=N_("Take back an entry that was wrong; its receipt can then be entered anew"),
    permission=Permission.MANAGE_DUES,
)
def correct(tx: Tx, charge: LockedCharge, receipt: Receipt, reason: Reason) -> Reply:
    """A second entry of the opposite amount; nothing is deleted."""
    entry = usecases.correct_dues(tx, charge=charge, receipt=receipt, reason=reason)
    text = _("Receipt {receipt} is taken back ({amount}); it can be entered anew.")
    return _standing(tx, charge, text.format(receipt=receipt, amount=yuan(entry.amount)))


@command(
    "dues waive",
    zh="会费 减免",
    summary=N_("Ask another person to waive what is still owed"),
    permission=Permission.MANAGE_DUES,
    sensitive=True,
)
def waive(tx: Tx, charge: LockedCharge, reason: Reason) -> Reply:
    """Nothing changes until a second person has agreed."""
    approval = usecases.ask_waiver(tx, charge=charge, reason=reason)
    return _asked(approval.reference, approval.summary)


@command(
    "dues cancel",
    zh="会费 作废",
    summary=N_("Ask another person to cancel a charge made in error"),
    permission=Permission.MANAGE_DUES,
    sensitive=True,
)
def cancel(tx: Tx, charge: LockedCharge, reason: Reason) -> Reply:
    """A cancelled charge stays on record and counts nowhere; the member can then be charged anew."""
    approval = usecases.ask_voiding(tx, charge=charge, reason=reason)
    return _asked(approval.reference, approval.summary)


def _asked(reference: str, summary: str) -> Reply:
    text = _("{reference} waits for a second person: {summary}").format(reference=reference, summary=summary)
    return Reply(text, data={"approval": reference})


@command(
    "dues import",
    zh="会费 导入",
    summary=N_("Read a list of payments (xlsx, xls, csv) and show what each line pays"),
    permission=Permission.MANAGE_DUES,
)
def import_payments(tx: Tx, file: File) -> Reply:
    """Judge every line. Nothing is entered until the list is confirmed."""
    sent: FileIn = file
    batch, matched = usecases.judge_payments(tx, name=sent.name, content=sent.content)
    good = [one for one in matched if one.line.outcome == "good"]
    bad = [one for one in matched if one.line.outcome == "error"]
    text = _("{reference}: {name}. {good} lines can be entered ({amount}), {bad} cannot.")
    head = text.format(
        reference=batch.reference,
        name=clean_name(sent.name),
        good=len(good),
        amount=yuan(sum(one.line.amount for one in good)),
        bad=len(bad),
    )
    lines = [head, *(_line(one) for one in bad[:SHOWN])]
    if len(bad) > SHOWN:
        lines.append(_("… and {count} more.").format(count=len(bad) - SHOWN))
    label = _("Enter {count} payments").format(count=len(good))
    buttons = ((Button(label, f"dues import confirm {batch.reference}"),),) if good else ()
    rows = tuple(_row(one) for one in good[:SHOWN])
    columns = (_("Row"), _("Charge"), _("Name"), _("Amount"), _("Received"), _("Receipt no."))
    table = Table(columns, rows) if rows else None
    data = {"batch": batch.reference, "counts": batch.counts, "rows": [_as_data(one) for one in matched]}
    return Reply("\n".join(lines), table=table, buttons=buttons, data=data)


def _row(one: Matched) -> tuple[str, ...]:
    line, charge = one.line, one.charge
    shown = (charge.reference, charge.unit.name) if charge else ("", "")
    return (str(line.row), *shown, plain_yuan(line.amount), line.on.isoformat() if line.on else "", line.receipt)


def _line(one: Matched) -> str:
    who = " ".join(one.line.said.values())[:60]
    return problem_line(one.line.row, who, one.line.problems)


def problem_line(row: int, who: str, problems: list[str]) -> str:
    """A line that stays out, and why."""
    words = "; ".join(bank.problem_words(code) for code in problems)
    return _("Row {row} {name}: {problems}").format(row=row, name=who, problems=words)


def _as_data(one: Matched) -> dict[str, Any]:
    charge = one.charge.reference if one.charge else None
    return {
        "row": one.line.row,
        "outcome": one.line.outcome,
        "problems": one.line.problems,
        "charge": charge,
        **bank.as_data(one.line),
    }


@command(
    "dues import confirm",
    zh="会费 导入 确认",
    summary=N_("Enter the good lines of a list of payments"),
    permission=Permission.MANAGE_DUES,
    sensitive=True,
)
def confirm_import(tx: Tx, batch: BatchOfPayments, progress: Progress) -> Reply:
    """Line by line; what no longer fits stays out and is named."""
    rows = usecases.confirm_payments(tx, batch=batch, progress=progress)
    entered = [row for row in rows if row.outcome == "entered"]
    left = [row for row in rows if row.outcome == "error"]
    total = yuan(sum(row.data["amount"] for row in entered))
    text = _("{reference}: {count} payments entered ({amount}), {left} lines stay out.")
    lines = [text.format(reference=batch.reference, count=len(entered), amount=total, left=len(left))]
    names = [" ".join(str(row.data[key]) for key in bank.WHO if key in row.data)[:60] for row in left]
    lines += [problem_line(row.row, who, row.problems) for row, who in zip(left[:SHOWN], names[:SHOWN], strict=True)]
    return Reply("\n".join(lines), data={"entered": len(entered), "left": [row.row for row in left]})
