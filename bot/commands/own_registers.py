"""What a member contact does with the registers of their own unit: look, propose, see what became of it."""

from typing import Annotated, Any

from bot.commands.register_parameters import (
    OwnEntry,
    OwnRegister,
    OwnUnit,
    fields_to_fill,
    given,
    own_fields_to_change,
    own_units,
)
from bot.commands.register_writing import which_field
from bot.commands.registers import as_data, entry_lines
from bot.messages import Button, Incoming, Reply, Table
from bot.parameters import NAMED, Reason
from bot.registry import command
from core.access import Permission
from core.errors import BadInput, NotAllowed
from core.i18n import N_, _
from core.transaction import Tx
from membership.models import RegisterProposal, Unit
from membership.notices.registers import kind_of
from membership.queries import registers as queries
from membership.queries.registers import Chosen
from membership.rules.registers import catalogue
from membership.usecases import registers as usecases

SHOWN = 12
STATES = {"waiting": N_("waits for the secretariat"), "confirmed": N_("taken over"), "declined": N_("not taken over")}


@command(
    "my register list",
    zh="我的登记 列表",
    summary=N_("What your unit has in the registers, and what you have proposed"),
    permission=Permission.USE_OFFICE,
)
def list_own(tx: Tx) -> Reply:
    """The entries of one's own units, and the state of what was proposed."""
    units = _acting_for(tx)
    found = [
        entry
        for unit in units
        for register in catalogue.registers().values()
        for entry in queries.entries(tx.session, Chosen(register, unit.id), limit=SHOWN)
    ]
    rows = tuple(
        (
            e.reference,
            catalogue.label_of(e.register),
            e.title,
            e.valid_until.isoformat() if e.valid_until else "",
        )
        for e in found
    )
    lines = [_("{count} entries of your unit").format(count=len(rows))]
    lines += [_proposed(proposal) for proposal in queries.proposals_of(tx.session, [u.id for u in units], SHOWN)]
    buttons = [(Button(f"{e.reference} {e.title}"[:60], f"my register show {e.reference}"),) for e in found[:5]]
    buttons.append((Button(_("Propose an entry"), "my register add"),))
    table = Table((_("Entry"), _("Register"), _("Content"), _("Valid until")), rows)
    return Reply("\n".join(lines), table=table, buttons=tuple(buttons), data=[list(row) for row in rows])


def _acting_for(tx: Tx) -> list[Unit]:
    units = own_units(tx)
    if not units:
        raise NotAllowed("no_unit", _("You do not act for any member. Ask the secretariat."))
    return units


def _proposed(proposal: RegisterProposal) -> str:
    text = _("Proposal {number} ({register}, {what}): {state}")
    label = catalogue.label_of(proposal.register)
    said = text.format(
        number=proposal.number, register=label, what=kind_of(proposal.action), state=_(STATES[proposal.state])
    )
    return f"{said} · {proposal.reason}" if proposal.state == "declined" else said


@command(
    "my register show",
    zh="我的登记 查看",
    summary=N_("One entry of your unit"),
    permission=Permission.USE_OFFICE,
)
def show_own(tx: Tx, entry: OwnEntry) -> Reply:
    """Every field, with the buttons to propose something else."""
    register = catalogue.register_named(entry.register)
    buttons: tuple[tuple[Button, ...], ...] = ()
    if register.members and entry.ended_on is None:
        change = Button(_("Propose a change"), f"my register edit {entry.reference}")
        buttons = ((change, Button(_("Propose an end"), f"my register end {entry.reference}")),)
    text = "\n".join(entry_lines(tx, register, entry, files=False))
    return Reply(text, buttons=buttons, data=as_data(entry), personal=True)


@command(
    "my register add",
    zh="我的登记 添加",
    summary=N_("Propose an entry for your unit; it counts once the secretariat has confirmed it"),
    permission=Permission.USE_OFFICE,
    grow=fields_to_fill,
)
def add_own(tx: Tx, register: OwnRegister, member: Annotated[OwnUnit, NAMED] | None = None, **fields: Any) -> Reply:
    """What the register needs is asked for."""
    units = _acting_for(tx)
    if member is None and len(units) > 1:
        names = "; ".join(f"{unit.reference} {unit.name}" for unit in units)
        raise BadInput(
            "which_unit", _("You act for several members. Say which: member=… ({names})").format(names=names)
        )
    made = usecases.propose_entry(tx, register=register, unit=member or units[0], values=given(fields))
    return _thanks(made)


@command(
    "my register edit",
    zh="我的登记 修改",
    summary=N_("Propose changes to an entry of your unit"),
    permission=Permission.USE_OFFICE,
    grow=own_fields_to_change,
)
def edit_own(tx: Tx, incoming: Incoming, entry: OwnEntry, **fields: Any) -> Reply:
    """Without a field it offers all of them."""
    changes = given(fields)
    if not changes and incoming.interactive:
        return which_field(tx, entry, "my register edit")
    return _thanks(usecases.propose_change(tx, entry=entry, changes=changes))


@command(
    "my register end",
    zh="我的登记 终止",
    summary=N_("Propose to end an entry of your unit"),
    permission=Permission.USE_OFFICE,
)
def end_own(tx: Tx, entry: OwnEntry, reason: Reason) -> Reply:
    """It stays until the secretariat has confirmed it."""
    return _thanks(usecases.propose_end(tx, entry=entry, reason=reason))


def _thanks(made: RegisterProposal) -> Reply:
    text = _("Thank you. Proposal {number} waits for the secretariat; you will be told what becomes of it.")
    buttons = ((Button(_("My registers"), "my register list"),),)
    return Reply(text.format(number=made.number), buttons=buttons, data={"proposal": made.number})
