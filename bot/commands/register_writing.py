"""Writing into registers: staff enter, change and end; what members proposed is confirmed or declined."""

from collections.abc import Mapping, Sequence
from typing import Any

from bot.commands.members import MemberRef
from bot.commands.register_facts import fact_lines
from bot.commands.register_parameters import (
    EntryRef,
    ProposalRef,
    RegisterName,
    fields_to_change,
    fields_to_fill,
    given,
    names_of,
)
from bot.commands.registers import as_data
from bot.messages import Button, Incoming, Reply, Table
from bot.parameters import Day, Reason
from bot.registry import command
from core.access import Permission
from core.i18n import N_, _
from core.transaction import Tx
from membership.models import RegisterEntry, RegisterProposal, Unit
from membership.notices.registers import kind_of
from membership.queries import register_values
from membership.queries import registers as queries
from membership.rules.registers import catalogue
from membership.rules.registers.declaration import Register
from membership.usecases import registers as usecases
from membership.usecases.registers import Written

SHOWN = 10


@command(
    "register add",
    zh="登记 添加",
    summary=N_("Enter something into a register, question by question or as name=value"),
    permission=Permission.MANAGE_MEMBERS,
    grow=fields_to_fill,
)
def add(tx: Tx, register: RegisterName, member: MemberRef, **fields: Any) -> Reply:
    """What the register needs is asked for; the rest can be filled in afterwards."""
    written = usecases.add_entry(tx, register=register, unit=member, values=given(fields))
    entry = written.entry
    text = _("{reference} is entered into “{register}”: {title}.")
    lines = [text.format(reference=entry.reference, register=_(register.label), title=entry.title), *written.said]
    meant, offered = fact_lines(tx, register, entry)
    lines += meant
    buttons = (*((one,) for one in offered), *_blanks("register edit", register, entry))
    again = (Button(_("One more of this member"), f"register add {register.name} {member.reference}"),)
    data = {"entry": entry.reference, "register": register.name, "member": member.reference, "values": entry.data}
    return Reply("\n".join(lines), buttons=(*buttons, again), data=data)


def _blanks(line: str, register: Register, entry: RegisterEntry) -> tuple[tuple[Button, ...], ...]:
    """A button for each optional field that is still blank."""
    blank = [one for one in register.fields if entry.data.get(one.name) in (None, "", []) and not one.historic]
    label = _("Fill in: {field}")
    return tuple(
        (Button(label.format(field=_(one.label)), f"{line} {entry.reference} {one.name}="),) for one in blank[:SHOWN]
    )


@command(
    "register edit",
    zh="登记 修改",
    summary=N_("Change fields of an entry as name=value"),
    permission=Permission.MANAGE_MEMBERS,
    grow=fields_to_change,
)
def edit(tx: Tx, incoming: Incoming, entry: EntryRef, **fields: Any) -> Reply:
    """Change what is given; 无 leaves an optional field blank. Without a field it offers all of them."""
    changes = given(fields)
    if not changes and incoming.interactive:
        return which_field(tx, entry, "register edit")
    register = catalogue.register_named(entry.register)
    written = usecases.edit_entry(tx, entry=entry, changes=changes)
    head = _("{reference} is changed.").format(reference=entry.reference)
    lines = [head, *change_lines(tx, register, written.changes), *written.said]
    buttons = ((Button(_("Show"), f"register show {entry.reference}"),),)
    return Reply("\n".join(lines), buttons=buttons, data=as_data(entry), personal=True)


def which_field(tx: Tx, entry: RegisterEntry, line: str) -> Reply:
    """The fields of an entry as buttons, each of which asks for its new value."""
    register = catalogue.register_named(entry.register)
    values = register_values.shown(tx.session, register, entry.data, files=False)
    label = _("{name}: {text}")
    buttons = tuple(
        (
            Button(
                label.format(name=_(one.label), text=values.get(one.name, "—"))[:60],
                f"{line} {entry.reference} {one.name}=",
            ),
        )
        for one in register.fields
    )
    text = _("{reference} {title}: what shall be changed?").format(reference=entry.reference, title=entry.title)
    return Reply(text, buttons=buttons, personal=True)


def change_lines(tx: Tx, register: Register, changes: Mapping[str, tuple[Any, Any]]) -> list[str]:
    """Changed fields: what each said, what it says."""
    old = register_values.shown(tx.session, register, {name: pair[0] for name, pair in changes.items()})
    new = register_values.shown(tx.session, register, {name: pair[1] for name, pair in changes.items()})
    text, blank = _("{fact}: {old} → {new}"), _("(blank)")
    return [
        text.format(fact=names_of(register, [name]), old=old.get(name, blank), new=new.get(name, blank))
        for name in changes
    ]


@command(
    "register end",
    zh="登记 终止",
    summary=N_("An entry holds no longer; it stays readable"),
    permission=Permission.MANAGE_MEMBERS,
)
def end(tx: Tx, entry: EntryRef, reason: Reason, on: Day | None = None) -> Reply:
    """End it with the reason."""
    written = usecases.end_entry(tx, entry=entry, reason=reason, on=on)
    day = written.entry.ended_on or tx.today
    text = _("{reference} {title} ends on {day}.")
    return Reply(text.format(reference=entry.reference, title=entry.title, day=day.isoformat()), data=as_data(entry))


@command(
    "register waiting",
    zh="登记 待确认",
    summary=N_("What member contacts have proposed for the registers"),
    permission=Permission.MANAGE_MEMBERS,
)
def waiting(tx: Tx) -> Reply:
    """The oldest first, each with what it would do."""
    found = queries.proposals_waiting(tx.session)
    rows = tuple(_proposal_row(tx, proposal, unit) for proposal, unit in found)
    table = Table((_("Number"), _("Name"), _("Register"), _("Proposed"), _("What"), _("Waiting since")), rows)
    buttons = tuple((Button(f"{p.number} {u.name}"[:60], f"register proposal {p.number}"),) for p, u in found[:SHOWN])
    return Reply(
        _("{count} proposals wait.").format(count=len(rows)), table=table, buttons=buttons, data=[list(r) for r in rows]
    )


def _proposal_row(tx: Tx, proposal: RegisterProposal, unit: Unit) -> tuple[str, ...]:
    register = catalogue.registers().get(proposal.register)
    what = names_of(register, [name for name in proposal.data if name in register.by_name]) if register else ""
    since = tx.association.show(proposal.proposed_at)
    return str(proposal.number), unit.name, catalogue.label_of(proposal.register), kind_of(proposal.action), what, since


@command(
    "register proposal",
    zh="登记 申报",
    summary=N_("One proposal of a member, beside what the entry says now"),
    permission=Permission.MANAGE_MEMBERS,
)
def proposal(tx: Tx, proposal: ProposalRef) -> Reply:
    """What would be entered or changed, with the buttons to decide."""
    unit = queries.unit_of(tx.session, proposal.unit_id)
    head = _("{number}: {unit} proposes {what} for “{register}”").format(
        number=proposal.number,
        unit=f"{unit.reference} {unit.name}",
        what=kind_of(proposal.action),
        register=_(catalogue.register_named(proposal.register).label),
    )
    lines = [head, *proposal_lines(tx, proposal)]
    buttons: Sequence[Button] = ()
    if proposal.state == "waiting":
        buttons = (
            Button(_("Take over"), f"register confirm {proposal.number}"),
            Button(_("Decline"), f"register decline {proposal.number}"),
        )
    data = {"number": proposal.number, "state": proposal.state, "values": proposal.data}
    return Reply("\n".join(lines), buttons=(tuple(buttons),) if buttons else (), data=data, personal=True)


def proposal_lines(tx: Tx, proposal: RegisterProposal, *, files: bool = True) -> list[str]:
    """The values of a proposal, beside those of the entry that it changes."""
    register = catalogue.register_named(proposal.register)
    entry = queries.entry_of(tx.session, proposal)
    former = entry.data if entry is not None and proposal.action == "edit" else {}
    old = register_values.shown(tx.session, register, {name: former.get(name) for name in proposal.data}, files=files)
    new = register_values.shown(tx.session, register, proposal.data, files=files)
    text, blank, lines = _("{fact}: {old} → {new}"), _("(blank)"), []
    for name in proposal.data:
        fact = names_of(register, [name]) if name in register.by_name else name
        if proposal.action == "edit":
            lines.append(text.format(fact=fact, old=old.get(name, blank), new=new.get(name, blank)))
        else:
            lines.append(_("{name}: {text}").format(name=fact, text=new.get(name, blank)))
    if entry is not None:
        lines.insert(0, f"{entry.reference} {entry.title}")
    return lines + ([_("Reason: {text}").format(text=proposal.reason)] if proposal.reason else [])


@command(
    "register confirm",
    zh="登记 确认",
    summary=N_("Take a member's proposal over into the register"),
    permission=Permission.MANAGE_MEMBERS,
)
def confirm(tx: Tx, proposal: ProposalRef) -> Reply:
    """It counts from now on; the one who proposed it is told."""
    written: Written = usecases.confirm_proposal(tx, proposal=proposal)
    text = _("Proposal {number} is taken over: {reference} {title}.")
    entry = written.entry
    said = text.format(number=proposal.number, reference=entry.reference, title=entry.title)
    meant, offered = fact_lines(tx, catalogue.register_named(entry.register), entry)
    buttons = (*((one,) for one in offered), (Button(_("What else waits"), "register waiting"),))
    return Reply("\n".join([said, *written.said, *meant]), buttons=buttons, data={"entry": entry.reference})


@command(
    "register decline",
    zh="登记 退回",
    summary=N_("Leave a member's proposal aside, with the reason"),
    permission=Permission.MANAGE_MEMBERS,
)
def decline(tx: Tx, proposal: ProposalRef, reason: Reason) -> Reply:
    """Nothing is entered; the one who proposed it is told why."""
    if not usecases.decline_proposal(tx, proposal=proposal, reason=reason):
        return Reply(
            _("Screening holds this reason; nothing was decided. Say it without what was marked."), error="text_held"
        )
    text = _("Proposal {number} is declined; whoever made it is told.")
    buttons = ((Button(_("What else waits"), "register waiting"),),)
    return Reply(text.format(number=proposal.number), buttons=buttons, data={"proposal": proposal.number})
