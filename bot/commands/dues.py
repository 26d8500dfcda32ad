"""Dues that were charged: lists, a member's card, ageing, the workbook, and one's own."""

from datetime import date
from typing import Any

from bot.commands.dues_parameters import (
    ChargeRef,
    DuesYear,
    ViewName,
)
from bot.commands.members import ClassName, MemberRef
from bot.messages import Button, FileOut, Reply, Table
from bot.parameters import Page
from bot.registry import command
from core.access import Permission
from core.i18n import N_, _
from core.transaction import Tx
from exports import dues as workbooks
from membership import queries
from membership.models import DuesCharge
from membership.queries import dues
from membership.queries.dues import ChargeFilter
from membership.rules import classes
from membership.rules.dues import standing
from membership.rules.dues.money import plain_yuan, yuan
from membership.rules.dues.paying import EntryKind
from membership.rules.dues.standing import Bucket, ChargeState

PAGE = 15


def state_words(charge: DuesCharge, today: date) -> str:
    """Where a charge stands, and how long it has been overdue."""
    state = state_of(charge)
    late = standing.days_overdue(charge.due_on, today)
    if late and charge.outstanding > 0:
        return _("{state}, {days} days overdue").format(state=state.label, days=late)
    return state.label


def state_of(charge: DuesCharge) -> ChargeState:
    """The state of a charge."""
    void = charge.voided_at is not None
    return standing.state_of(amount=charge.amount, paid=charge.paid, waived=charge.waived, void=void)


def as_data(charge: DuesCharge) -> dict[str, Any]:
    """A charge for machines, money in fen."""
    return {
        "charge": charge.reference,
        "member": charge.unit.reference,
        "name": charge.unit.name,
        "year": charge.year,
        "class": charge.rank,
        "fen": charge.amount,
        "paid": charge.paid,
        "waived": charge.waived,
        "outstanding": charge.outstanding,
        "due": charge.due_on.isoformat(),
        "state": state_of(charge).value,
    }


def charge_table(charges: list[DuesCharge], today: date) -> Table:
    """Charges as lines."""
    columns = _("Charge"), _("Member"), _("Name"), _("Dues year"), _("Dues"), _("Paid"), _("Owed"), _("Due"), _("State")
    rows = (
        (
            c.reference,
            c.unit.reference,
            c.unit.name,
            str(c.year),
            plain_yuan(c.amount),
            plain_yuan(c.paid),
            plain_yuan(c.outstanding),
            c.due_on.isoformat(),
            state_words(c, today),
        )
        for c in charges
    )
    return Table(columns, tuple(rows))


@command(
    "dues list",
    zh="会费 列表",
    summary=N_("Charges by state, year, class or member"),
    permission=Permission.VIEW_MEMBERS,
)
def list_charges(
    tx: Tx,
    state: ViewName | None = None,
    year: DuesYear | None = None,
    rank: ClassName | None = None,
    member: MemberRef | None = None,
    page: Page = 1,
) -> Reply:
    """One page of charges with the sums of all that the filter names."""
    chosen = ChargeFilter(tx.today, state, year, rank, member.id if member else None)
    found = dues.sums(tx.session, chosen)
    pages = max(1, -(-found.count // PAGE))
    page = min(max(page, 1), pages)
    charges = dues.charges(tx.session, chosen, limit=PAGE, offset=PAGE * (page - 1))
    text = _("{count} charges: {amount} charged, {paid} paid, {waived} waived, {owed} owed").format(
        count=found.count,
        amount=yuan(found.amount),
        paid=yuan(found.paid),
        waived=yuan(found.waived),
        owed=yuan(found.owed),
    )
    if pages > 1:
        text += _(", page {page} of {pages}").format(page=page, pages=pages)
    options = {"state": state, "year": year, "rank": rank, "member": member.reference if member else None}
    typed = "".join(f" {name}={value}" for name, value in options.items() if value is not None)
    buttons = [Button(_("Back"), f"dues list{typed} page={page - 1}")] if page > 1 else []
    buttons += [Button(_("More"), f"dues list{typed} page={page + 1}")] if page < pages else []
    data = {"count": found.count, "owed": found.owed, "paid": found.paid, "charges": [as_data(c) for c in charges]}
    table = charge_table(charges, tx.today) if charges else None
    return Reply(text, table=table, buttons=(tuple(buttons),) if buttons else (), data=data)


@command(
    "dues show",
    zh="会费 查看",
    summary=N_("A member's dues with everything that was paid"),
    permission=Permission.VIEW_MEMBERS,
)
def show(tx: Tx, member: MemberRef) -> Reply:
    """Every charge of a member with its payments, receipts, waivers."""
    charges = dues.charges_of_units(tx.session, [member.id])
    owed = sum(max(charge.outstanding, 0) for charge in charges)
    head = _("{reference} {name}: {owed} owed").format(reference=member.reference, name=member.name, owed=yuan(owed))
    lines = [head, *(line for charge in charges for line in charge_lines(tx, charge))]
    buttons = []
    if tx.actor.may(Permission.MANAGE_DUES):
        buttons = [
            (Button(_("Enter a payment on {reference}").format(reference=c.reference), f"dues pay {c.reference}"),)
            for c in charges
            if c.outstanding > 0
        ][:5]
    years = queries.dues.overdue_years(tx.session, tx.today, [member.id]).get(member.id, 0)
    if years > 1:
        lines.append(_("Unpaid for {years} years in a row.").format(years=years))
    data = {"member": member.reference, "owed": owed, "years": years, "charges": [as_data(c) for c in charges]}
    return Reply("\n".join(lines), buttons=tuple(buttons), data=data)


def charge_lines(tx: Tx, charge: DuesCharge) -> list[str]:
    """One charge and what was entered on it."""
    text = _("{reference} dues {year} ({class_name}): {amount}, due {due}: {state}")
    lines = [
        text.format(
            reference=charge.reference,
            year=charge.year,
            class_name=classes.label(charge.rank),
            amount=yuan(charge.amount),
            due=charge.due_on.isoformat(),
            state=state_words(charge, tx.today),
        )
    ]
    for entry in dues.entries_of(tx.session, charge):
        said = _("  {day} {kind} {amount}, receipt {receipt} {reason}").format(
            day=entry.on.isoformat(),
            kind=EntryKind(entry.kind).label,
            amount=yuan(entry.amount),
            receipt=entry.receipt,
            reason=entry.reason,
        )
        lines.append(said.rstrip())
    if charge.waived:
        waived = _("  waived: {amount}, {reason}")
        lines.append(waived.format(amount=yuan(charge.waived), reason=charge.waived_why or ""))
    if charge.outstanding < 0:
        lines.append(_("  paid too much: {amount}").format(amount=yuan(-charge.outstanding)))
    return lines


@command(
    "dues card",
    zh="会费 明细",
    summary=N_("One charge with everything that was entered on it"),
    permission=Permission.VIEW_MEMBERS,
)
def show_charge(tx: Tx, charge: ChargeRef) -> Reply:
    """The charge, also a cancelled one."""
    head = f"{charge.unit.reference} {charge.unit.name}"
    lines = [head, *charge_lines(tx, charge)]
    if charge.voided_at is not None:
        lines.append(_("Cancelled: {reason}").format(reason=charge.voided_why or ""))
    return Reply("\n".join(lines), data=as_data(charge))


@command(
    "dues ageing",
    zh="会费 账龄",
    summary=N_("What is owed, by class and by how long it has been due"),
    permission=Permission.VIEW_MEMBERS,
)
def ageing(tx: Tx) -> Reply:
    """A class on each line, a bucket in each column, exact sums."""
    found = dues.ageing(tx.session, tx.today)
    owed = {(line.rank, line.bucket): line.owed for line in found}
    ranks = [rank.value for rank in classes.MemberClass if any(key[0] == rank for key in owed)]
    ranks += sorted({key[0] for key in owed} - set(ranks))
    rows = [_row(classes.label(rank), [owed.get((rank, bucket), 0) for bucket in Bucket]) for rank in ranks]
    sums = [sum(owed.get((rank, bucket), 0) for rank in ranks) for bucket in Bucket]
    rows.append(_row(_("Total"), sums))
    columns = (_("Class"), *(bucket.label for bucket in Bucket), _("Total"))
    text = _("{amount} is owed on {count} charges (yuan)").format(
        amount=yuan(sum(sums)), count=sum(line.count for line in found)
    )
    buttons = ((Button(_("As a workbook"), "dues export"), Button(_("Overdue ones"), "dues list state=overdue")),)
    data = {"owed": sum(sums), "lines": [{"class": x.rank, "bucket": x.bucket.value, "fen": x.owed} for x in found]}
    return Reply(text, table=Table(columns, tuple(rows)), buttons=buttons, data=data)


def _row(name: str, fen: list[int]) -> tuple[str, ...]:
    return (name, *(plain_yuan(amount) for amount in fen), plain_yuan(sum(fen)))


@command(
    "dues export",
    zh="会费 导出",
    summary=N_("Ageing and every open charge as a workbook"),
    permission=Permission.EXPORT,
)
def export(tx: Tx, year: DuesYear | None = None) -> Reply:
    """The ageing by class, and the charges behind it."""
    name, content, count = workbooks.export_dues(tx, year=year)
    text = _("Dues as a workbook: {count} charges.").format(count=count)
    return Reply(text, files=(FileOut(name, content, workbooks.XLSX),), data={"count": count})


@command("my dues", zh="我的 会费", summary=N_("What your unit owes and has paid"), permission=Permission.USE_OFFICE)
def mine(tx: Tx) -> Reply:
    """The dues of every unit that one acts for."""
    units = queries.units_for(tx.session, tx.actor.person_id or 0)
    charges = dues.charges_of_units(tx.session, [unit.id for unit in units])
    if not units:
        return Reply(_("You act for no member unit."), data=[])
    lines = []
    for unit in units:
        own = [charge for charge in charges if charge.unit_id == unit.id]
        owed = sum(max(charge.outstanding, 0) for charge in own)
        lines.append(
            _("{reference} {name}: {owed} owed").format(reference=unit.reference, name=unit.name, owed=yuan(owed))
        )
        lines += [line for charge in own for line in charge_lines(tx, charge)]
    lines.append(_("Dues are paid to the association's account only. Ask the office when something is not right."))
    return Reply("\n".join(lines), data=[as_data(charge) for charge in charges])
