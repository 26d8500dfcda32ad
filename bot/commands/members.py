"""Member units: list, find, show, enter, change, export."""

import unicodedata
from datetime import date
from typing import Annotated, Any

from bot.commands.people import PersonRef
from bot.messages import Button, FileOut, Reply, Table
from bot.parameters import Choice, Day, Line, Name, Page, Parameter, Phone, Reason, plain, read_day, read_number
from bot.registry import command
from core.access import Permission
from core.errors import BadInput
from core.i18n import N_, _
from core.transaction import Tx
from exports import registers
from membership import queries, usecases
from membership.models import Unit
from membership.queries import Filter
from membership.rules import categories, classes, standing
from membership.rules.standing import Status
from membership.rules.units import check_code, check_name
from membership.usecases.units import NewUnit
from people import usecases as people

PAGE = 15


def read_member(tx: Tx, raw: str) -> Unit:
    """A unit by number (M-0042, 42), credit code or name."""
    text = plain(raw)
    digits = text.upper().removeprefix("M-").removeprefix("M")
    if digits.isascii() and digits.isdigit() and len(digits) <= 9:
        return queries.unit_by_number(tx.session, int(digits))
    return queries.unit_named(tx.session, raw.strip() if len(text) != 18 else text)


def _read_category(_tx: Tx, raw: str) -> str:
    return categories.category_named(raw)


def _read_class(_tx: Tx, raw: str) -> str:
    return classes.class_named(raw)


def _read_status(_tx: Tx, raw: str) -> Status:
    return standing.status_named(plain(raw))


def _read_engineers(tx: Tx, raw: str) -> int:
    number = read_number(tx, plain(raw).removesuffix("人"))
    if number < 0:
        raise BadInput("engineers_negative", _("The number of engineers cannot be negative."))
    return number


def _read_region(_tx: Tx, raw: str) -> str:
    text = " ".join(unicodedata.normalize("NFKC", raw).split())
    if not text or len(text) > 60:
        raise BadInput("region_form", _("Write a region like 杭州市."))
    return text


def _read_joined(tx: Tx, raw: str) -> date:
    day = read_day(tx, raw)
    if not day.year >= 1949 or day > tx.today:
        raise BadInput("date_future", _("A unit cannot have joined on that day."))
    return day


def _category_choices(_tx: Tx) -> list[Choice]:
    return [(str(value), categories.label(value)) for value in categories.CATEGORIES]


def _class_choices(_tx: Tx) -> list[Choice]:
    return [(value.value, classes.label(value)) for value in classes.MemberClass]


def _status_choices(_tx: Tx) -> list[Choice]:
    return [(status.value, status.label) for status in Status]


def _region_choices(tx: Tx) -> list[Choice]:
    return [(region, region) for region in queries.known_values(tx.session)["region"]]


MemberRef = Annotated[
    Unit, Parameter(N_("member"), read_member, zh="会员", hint=N_("number such as M-0042, credit code or name"))
]
UnitName = Annotated[str, Parameter(N_("unit name"), lambda _tx, raw: check_name(raw), zh="单位名称")]
UnitCode = Annotated[
    str,
    Parameter(
        N_("credit code"), lambda _tx, raw: check_code(raw), zh="信用代码", hint=N_("18 characters, on the licence")
    ),
]
Category = Annotated[str, Parameter(N_("category"), _read_category, zh="类别", choices=_category_choices)]
ClassName = Annotated[str, Parameter(N_("class"), _read_class, zh="会籍", choices=_class_choices)]
Region = Annotated[str, Parameter(N_("region"), _read_region, zh="地区", choices=_region_choices)]
NewRegion = Annotated[str, Parameter(N_("region"), _read_region, zh="地区", hint=N_("for example 杭州市"))]
StatusName = Annotated[Status, Parameter(N_("status"), _read_status, zh="状态", choices=_status_choices)]
Engineers = Annotated[int, Parameter(N_("engineers"), _read_engineers, zh="注安师")]
Joined = Annotated[date, Parameter(N_("joined"), _read_joined, zh="入会日期", hint=N_("for example 2026-10-08"))]
Words = Annotated[str, Parameter(N_("words"), lambda _tx, raw: raw.strip(), zh="关键词", rest=True)]


def _rows(units: list[Unit]) -> tuple[tuple[str, ...], ...]:
    return tuple(
        (u.reference, u.name, categories.label(u.category), classes.label(u.rank), u.region, Status(u.status).label)
        for u in units
    )


def _columns() -> tuple[str, ...]:
    return _("Number"), _("Name"), _("Category"), _("Class"), _("Region"), _("Status")


@command(
    "member list",
    zh="会员 列表",
    summary=N_("Members, by category, class, region, status"),
    permission=Permission.VIEW_MEMBERS,
)
def list_members(
    tx: Tx,
    category: Category | None = None,
    rank: ClassName | None = None,
    region: Region | None = None,
    status: StatusName | None = None,
    page: Page = 1,
) -> Reply:
    """One page of the register, with a button for the next."""
    chosen = Filter(category, rank, region, status)
    return _page(tx, chosen, page, _typed(category=category, rank=rank, region=region, status=status))


def _typed(**options: str | None) -> str:
    """The options of a list as they would be typed, for its next page and its export."""
    return "".join(f' {name}="{value}"' for name, value in options.items() if value)


def _page(tx: Tx, chosen: Filter, page: int, options: str) -> Reply:
    page = max(page, 1)
    count = queries.count_units(tx.session, chosen)
    found = queries.units(tx.session, chosen, limit=PAGE, offset=PAGE * (page - 1))
    buttons = []
    if count > PAGE * page:
        buttons.append(Button(_("More"), f"member list{options} page={page + 1}"))
    if count:
        buttons.append(Button(_("As a workbook"), f"member export{options}"))
    text = _("{count} members").format(count=count)
    if count > PAGE:
        text += _(", page {page} of {pages}").format(page=page, pages=-(-count // PAGE))
    data = {"count": count, "members": [_as_data(unit) for unit in found]}
    return Reply(text, table=Table(_columns(), _rows(found)), buttons=(tuple(buttons),) if buttons else (), data=data)


def _as_data(unit: Unit) -> dict[str, Any]:
    return {
        "number": unit.reference,
        "name": unit.name,
        "code": unit.code,
        "category": unit.category,
        "class": unit.rank,
        "region": unit.region,
        "status": unit.status,
        "joined": unit.joined_on.isoformat(),
        "engineers": unit.engineers,
    }


@command(
    "member find",
    zh="会员 查找",
    summary=N_("Look for members by name, code or region"),
    permission=Permission.VIEW_MEMBERS,
)
def find(tx: Tx, words: Words) -> Reply:
    """Members whose name, code or region contains the words, whatever their status."""
    found: list[Unit] = []
    for status in Status:
        found += queries.units(tx.session, Filter(status=status, words=words), limit=PAGE + 1)
    if not found:
        return Reply(_("Nothing matches “{words}”.").format(words=words[:60]), data=[])
    buttons = tuple((Button(f"{u.reference} {u.name}"[:60], f"member show {u.reference}"),) for u in found[:5])
    text = (
        _("{count} found").format(count=len(found))
        if len(found) <= PAGE
        else _("More than {count} found").format(count=PAGE)
    )
    table = Table(_columns(), _rows(found[:PAGE]))
    return Reply(text, table=table, buttons=buttons, data=[_as_data(unit) for unit in found[:PAGE]])


@command("member show", zh="会员 查看", summary=N_("Everything about one member"), permission=Permission.VIEW_MEMBERS)
def show(tx: Tx, member: MemberRef) -> Reply:
    """The member's card."""
    card = queries.card(tx.session, member)
    lines = [
        f"{member.reference} {member.name}",
        _("Credit code: {code}").format(code=member.code),
        f"{categories.label(member.category)} · {classes.label(member.rank)} · {member.region}",
        _("{status}, joined {day}").format(status=Status(member.status).label, day=member.joined_on.isoformat()),
    ]
    if member.engineers is not None:
        lines.append(_("Certified safety engineers: {count}").format(count=member.engineers))
    lines += [
        _("{name}: valid until {day}").format(name=q.name, day=q.valid_until or _("open end"))
        for q in card.qualifications
    ]
    reachable = {True: _("in chat"), False: _("not in chat")}
    lines += [
        _("Contact: {name} ({state})").format(name=p.name, state=reachable[p.identity_id is not None])
        for p in card.contacts
    ]
    lines += [f"{step.on.isoformat()} {Status(step.status).label} {step.reason}".rstrip() for step in card.history]
    if member.remark:
        lines.append(member.remark)
    buttons = tuple((Button(_("Invite {name}").format(name=p.name), f"person invite {p.id}"),) for p in card.contacts)
    contacts = [{"person": person.id, "name": person.name} for person in card.contacts]
    return Reply("\n".join(lines), buttons=buttons, data=_as_data(member) | {"contacts": contacts}, personal=True)


@command("member add", zh="会员 添加", summary=N_("Enter a member unit"), permission=Permission.MANAGE_MEMBERS)
def add(
    tx: Tx,
    name: UnitName,
    code: UnitCode,
    category: Category,
    rank: ClassName,
    region: NewRegion,
    joined: Joined | None = None,
    engineers: Engineers | None = None,
) -> Reply:
    """Enter one unit."""
    new = NewUnit(name, code, category, rank, region, joined or tx.today, engineers)
    unit = usecases.add_unit(tx, new=new)
    buttons = ((Button(_("Add a contact"), f"contact add {unit.reference}"),),)
    text = _("{reference} {name} is entered.").format(reference=unit.reference, name=unit.name)
    return Reply(text, buttons=buttons, data=_as_data(unit))


@command("member edit", zh="会员 修改", summary=N_("Change facts of a member"), permission=Permission.MANAGE_MEMBERS)
def edit(
    tx: Tx,
    member: MemberRef,
    name: UnitName | None = None,
    category: Category | None = None,
    rank: ClassName | None = None,
    region: NewRegion | None = None,
    joined: Joined | None = None,
    engineers: Engineers | None = None,
    remark: Line | None = None,
) -> Reply:
    """Change what is given as name=value; the rest stays."""
    given = {
        "name": name,
        "category": category,
        "rank": rank,
        "region": region,
        "joined_on": joined,
        "engineers": engineers,
        "remark": remark,
    }
    changes = {key: value for key, value in given.items() if value is not None}
    usecases.edit_unit(tx, unit=member, changes=changes)
    return Reply(
        _("{reference} {name} is changed.").format(reference=member.reference, name=member.name), data=_as_data(member)
    )


@command(
    "member status",
    zh="会员 状态",
    summary=N_("Suspend, withdraw, readmit … with the reason"),
    permission=Permission.MANAGE_MEMBERS,
    sensitive=True,
)
def change_status(tx: Tx, member: MemberRef, status: StatusName, reason: Reason, on: Day | None = None) -> Reply:
    """Move a member to another standing; its contacts are told."""
    usecases.change_status(tx, unit=member, status=status, reason=reason, on=on)
    text = _("{reference} {name}: {status}").format(reference=member.reference, name=member.name, status=status.label)
    return Reply(text, data=_as_data(member))


@command("member export", zh="会员 导出", summary=N_("A list of members as a workbook"), permission=Permission.EXPORT)
def export(
    tx: Tx,
    category: Category | None = None,
    rank: ClassName | None = None,
    region: Region | None = None,
    status: StatusName | None = None,
) -> Reply:
    """The filtered list as a workbook."""
    name, content = registers.export_members(tx, chosen=Filter(category, rank, region, status))
    return Reply(_("The list as a workbook."), files=(FileOut(name, content, registers.XLSX),))


@command(
    "contact add",
    zh="联系人 添加",
    summary=N_("Enter a person who acts for a member"),
    permission=Permission.MANAGE_MEMBERS,
)
def add_contact(tx: Tx, member: MemberRef, name: Name, phone: Phone | None = None) -> Reply:
    """Enter a new person as contact of a unit; the invitation is offered as a button."""
    person = people.add_person(tx, name=name, phone=phone)
    usecases.add_contact(tx, unit=member, person=person)
    buttons = ((Button(_("Invite to chat"), f"person invite {person.id}"),),)
    text = _("{name} (number {number}) acts for {unit}.").format(name=person.name, number=person.id, unit=member.name)
    return Reply(text, buttons=buttons, data={"person": person.id, "member": member.reference})


@command(
    "contact end",
    zh="联系人 终止",
    summary=N_("A person no longer acts for a member"),
    permission=Permission.MANAGE_MEMBERS,
)
def end_contact(tx: Tx, member: MemberRef, person: PersonRef) -> Reply:
    """End a contact."""
    usecases.end_contact(tx, unit=member, person=person)
    return Reply(_("{name} no longer acts for {unit}.").format(name=person.name, unit=member.name))
