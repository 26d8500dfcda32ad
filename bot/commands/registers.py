"""Professional registers: what there is, what stands in them, what each field takes."""

from datetime import date, timedelta
from typing import Annotated, Any

from bot.commands.members import MemberRef, validity
from bot.commands.register_facts import fact_lines
from bot.commands.register_parameters import EntryRef, Expiring, RegisterName, fields_to_filter, given
from bot.messages import Button, FileOut, Reply, Table
from bot.parameters import NAMED, Flag, Page, Parameter
from bot.registry import command
from core.access import Permission
from core.i18n import N_, _
from core.transaction import Tx
from membership.models import RegisterEntry, RegisterVersion, Unit
from membership.queries import register_values
from membership.queries import registers as queries
from membership.queries.registers import Chosen
from membership.rules.registers import catalogue, reading
from membership.rules.registers.declaration import Field, Register, Type
from membership.usecases import registers as usecases

PAGE, FEW = 15, 5
SHOWN_VERSIONS = 8
ACTIONS = {"add": N_("entered"), "edit": N_("changed"), "end": N_("ended"), "erase": N_("personal data erased")}
Words = Annotated[str, Parameter(N_("words"), lambda _tx, raw: raw.strip(), zh="关键词")]
Ended = Annotated[Flag, NAMED]


@command(
    "register list",
    zh="登记 列表",
    summary=N_("Professional registers, or the entries of one, by any of its fields"),
    permission=Permission.VIEW_MEMBERS,
    grow=fields_to_filter,
)
def list_entries(
    tx: Tx,
    register: RegisterName | None = None,
    member: Annotated[MemberRef, NAMED] | None = None,
    words: Annotated[Words, NAMED] = "",
    expiring: Annotated[Expiring, NAMED] | None = None,
    ended: Flag = False,
    page: Annotated[Page, NAMED] = 1,
    **fields: Any,
) -> Reply:
    """Without a register: all of them with their counts, or what is looked for in any. With one: a page of its entries."""
    soon = None if expiring is None else tx.today + timedelta(days=expiring)
    if register is None:
        plain = not words and soon is None and not ended
        return overview(tx, member) if plain else _everywhere(tx, member, words, soon, ended=ended)
    wanted = given(fields)
    chosen = Chosen(register, member.id if member else None, words, soon, wanted, ended)
    typed = {"member": member and member.reference, "words": words, "expiring": expiring} | _typed(register, wanted)
    return _page(tx, chosen, page, typed)


def _typed(register: Register, wanted: dict[str, Any]) -> dict[str, Any]:
    """Filters as they would be typed again."""
    return {name: _spelled(register.by_name[name], value) for name, value in wanted.items()}


def _spelled(one: Field, value: Any) -> str:
    if one.type in (Type.MONEY, Type.PERCENT):
        return reading.hundredths(value)
    if one.type is Type.YES_NO:
        return "yes" if value else "no"
    return ",".join(value) if isinstance(value, list) else str(value)


def overview(tx: Tx, member: Unit | None = None) -> Reply:
    """Every register with its entries, of all members or of one."""
    found = queries.counts(tx.session, tx.today, unit_id=member.id if member else None)
    made = catalogue.registers()
    empty = queries.Count()
    pairs = [(made[name], found.get(name, empty)) for name in made]
    rows = tuple((_(one.label), one.name, str(count.live), str(count.expired)) for one, count in pairs)
    table = Table((_("Register"), _("Name in commands"), _("Entries"), _("Expired")), rows)
    suffix = f" member={member.reference}" if member else ""
    buttons = tuple((Button(_(one.label), f"register list {one.name}{suffix}"),) for one, c in pairs if c.live)
    text = _("{count} registers").format(count=len(rows))
    if member:
        text = f"{member.reference} {member.name}\n{text}"
    data = {one.name: {"live": count.live, "expired": count.expired} for one, count in pairs}
    return Reply(text, table=table, buttons=buttons[:8], data=data)


def _everywhere(tx: Tx, member: Unit | None, words: str, soon: date | None, *, ended: bool) -> Reply:
    """What is looked for in every register: the first entries of each, and how many there are."""
    total, found = 0, []
    for register in catalogue.registers().values():
        if soon is not None and not register.valid_until:
            continue
        chosen = Chosen(register, member.id if member else None, words, soon, {}, ended)
        count, entries = queries.page_of(tx.session, chosen, FEW, 0)
        total += count
        found += entries
    rows = tuple((row[0], catalogue.label_of(e.register), *row[1:]) for e, row in zip(found, _rows(found), strict=True))
    columns = (_("Entry"), _("Register"), _("Name"), _("Content"), _("Valid until"))
    text = _("{count} entries in all registers").format(count=total)
    if total > len(rows):
        text += "\n" + _("The first of each register are shown. Name a register to see all of its entries.")
    data = {"count": total, "entries": [as_data(entry) for entry in found]}
    return Reply(text, table=Table(columns, rows), data=data)


def _page(tx: Tx, chosen: Chosen, page: int, typed: dict[str, Any]) -> Reply:
    page = max(page, 1)
    count, found = queries.page_of(tx.session, chosen, PAGE, PAGE * (page - 1))
    pages = max(1, -(-count // PAGE))
    if page > pages:
        return _page(tx, chosen, pages, typed)
    options = "".join(f" {name}=「{value}」" for name, value in typed.items() if value not in (None, ""))
    line = f"register list {chosen.register.name}{options}" + (" --ended" if chosen.ended else "")
    buttons = []
    if page > 1:
        buttons.append(Button(_("Back"), f"{line} page={page - 1}"))
    if page < pages:
        buttons.append(Button(_("More"), f"{line} page={page + 1}"))
    if tx.actor.may(Permission.MANAGE_MEMBERS):
        buttons.append(Button(_("Add an entry"), f"register add {chosen.register.name}"))
    text = _("{register}: {count} entries").format(register=_(chosen.register.label), count=count)
    if pages > 1:
        text += _(", page {page} of {pages}").format(page=page, pages=pages)
    data = {"count": count, "entries": [as_data(entry) for entry in found]}
    columns = (_("Entry"), _("Name"), _("Content"), _("Valid until"))
    return Reply(text, table=Table(columns, _rows(found)), buttons=(tuple(buttons),) if buttons else (), data=data)


def _rows(found: list[RegisterEntry]) -> tuple[tuple[str, ...], ...]:
    return tuple(
        (
            entry.reference,
            f"{entry.unit.reference} {entry.unit.name}",
            entry.title,
            entry.valid_until.isoformat() if entry.valid_until else "",
        )
        for entry in found
    )


def as_data(entry: RegisterEntry) -> dict[str, Any]:
    """An entry for machines: values as they are stored (fen, basis points, ISO days)."""
    return {
        "entry": entry.reference,
        "register": entry.register,
        "member": entry.unit.reference,
        "values": entry.data,
        "valid_until": entry.valid_until.isoformat() if entry.valid_until else None,
        "ended_on": entry.ended_on.isoformat() if entry.ended_on else None,
        "version": entry.version,
    }


@command(
    "register show",
    zh="登记 查看",
    summary=N_("One entry of a register with its history"),
    permission=Permission.VIEW_MEMBERS,
)
def show(tx: Tx, entry: EntryRef) -> Reply:
    """Every field, how long it is valid, and what it said before."""
    register = catalogue.register_named(entry.register)
    lines = [*entry_lines(tx, register, entry), *_history(tx, register, entry)]
    buttons = []
    if tx.actor.may(Permission.MANAGE_MEMBERS) and entry.ended_on is None:
        buttons = [
            Button(_("Change this entry"), f"register edit {entry.reference}"),
            Button(_("End"), f"register end {entry.reference}"),
        ]
    if has_file(register, entry):
        buttons.append(Button(_("Fetch the file"), f"register file {entry.reference}"))
    said, offered = fact_lines(tx, register, entry) if entry.ended_on is None else ([], [])
    lines, buttons = lines + said, buttons + offered
    return Reply("\n".join(lines), buttons=(tuple(buttons),) if buttons else (), data=as_data(entry), personal=True)


def has_file(register: Register, entry: RegisterEntry) -> bool:
    """Whether the entry carries a file."""
    return any(one.type is Type.ATTACHMENT and entry.data.get(one.name) for one in register.fields)


def entry_lines(tx: Tx, register: Register, entry: RegisterEntry, *, files: bool = True) -> list[str]:
    """An entry in lines, without its history."""
    head = _("{reference} {register} · {unit}")
    unit = f"{entry.unit.reference} {entry.unit.name}"
    lines = [head.format(reference=entry.reference, register=_(register.label), unit=unit)]
    for name, words in register_values.shown(tx.session, register, entry.data, files=files).items():
        one = register.by_name.get(name)
        lines.append(_("{name}: {text}").format(name=_(one.label) if one else name, text=words))
    if entry.ended_on is not None:
        lines.append(_("Ended on {day}").format(day=entry.ended_on.isoformat()))
    elif register.valid_until:
        lines.append(validity(entry.valid_until, tx.today))
    return lines


def _history(tx: Tx, register: Register, entry: RegisterEntry) -> list[str]:
    found = queries.history_of(tx.session, entry)
    lines = [_("History:")]
    for former, version in zip([None, *found], found, strict=False):
        lines.append(_version_line(tx, register, former, version))
    return lines if len(lines) <= SHOWN_VERSIONS else [lines[0], "…", *lines[-SHOWN_VERSIONS:]]


def _version_line(tx: Tx, register: Register, former: RegisterVersion | None, version: RegisterVersion) -> str:
    """When what was done, and which fields it changed."""
    changed = [] if former is None else [n for n in register.by_name if former.data.get(n) != version.data.get(n)]
    parts = [tx.association.show(version.at), _(ACTIONS[version.action])]
    parts.append(_(", ").join(_(register.by_name[name].label) for name in changed))
    if version.proposal:
        parts.append(_("(proposal {number})").format(number=version.proposal))
    return " ".join(part for part in (*parts, version.reason) if part)


@command(
    "register file", zh="登记 附件", summary=N_("The file that an entry carries"), permission=Permission.VIEW_MEMBERS
)
def fetch_file(tx: Tx, entry: EntryRef) -> Reply:
    """Send the file as it was stored."""
    name, media_type, content = usecases.fetch_file(tx, entry=entry)
    return Reply(f"{entry.reference} {name}", files=(FileOut(name, content, media_type),), personal=True)


@command(
    "register fields",
    zh="登记 字段",
    summary=N_("What a register is for, which fields it has and how they are typed"),
    permission=Permission.USE_OFFICE,
)
def describe(tx: Tx, register: RegisterName) -> Reply:
    """The declaration in words."""
    rows = tuple((_(one.label), one.name, _("needed") if one.required else "", _how(one)) for one in register.fields)
    who = _("Members propose, the secretariat confirms.") if register.members else _("Kept by the secretariat.")
    key = _(", ").join(_(register.by_name[name].label) for name in register.key)
    lines = [
        f"{_(register.label)} ({register.name}, {register.version})",
        _(register.about),
        _("Basis: {text}").format(text=register.basis),
        who,
        _("Told apart by: {fields}").format(fields=key),
    ]
    lines += [_("Reminded of: {name}").format(name=_(due.label)) for due in register.dues]
    table = Table((_("Field"), _("Name in commands"), _("Required field"), _("How it is typed")), rows)
    data = {"register": register.name, "fields": [{"name": one.name, "type": one.type} for one in register.fields]}
    buttons = ((Button(_("Template for import"), f"register template {register.name}"),),)
    return Reply("\n".join(lines), table=table, buttons=buttons if tx.actor.may(Permission.EXPORT) else (), data=data)


def _how(one: Field) -> str:
    if one.items:
        return _(", ").join(_(item.label) for item in one.items)
    return _(one.hint) if one.hint else reading.example(one.type) or _("any text")
