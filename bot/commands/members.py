"""Member units: what they are called in a command; list, find, show, export."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Annotated, Any

from bot.messages import Button, FileOut, Reply, Table
from bot.parameters import Choice, Page, Parameter, plain, read_day, read_number
from bot.registry import command
from core.access import Permission
from core.errors import BadInput
from core.i18n import N_, _
from core.transaction import Tx
from exports import registers
from membership import queries
from membership.models import Unit
from membership.queries import ANY, Filter
from membership.rules import categories, classes, standing
from membership.rules.standing import Status
from membership.rules.units import check_code, check_name, check_region

PAGE = 15
LONGEST_WAIT = 3_660
NOTHING = frozenset({"无", "-", "—", "none"})
"""What is typed to leave an optional fact blank."""


def read_member(tx: Tx, raw: str) -> Unit:
    """A unit by number (M-0042, 42), credit code or name."""
    text = plain(raw)
    digits = text.upper().removeprefix("M-").removeprefix("M")
    if digits.isascii() and digits.isdigit() and len(digits) <= 9:
        return queries.unit_by_number(tx.session, int(digits))
    return queries.unit_named(tx.session, raw)


def _read_category(_tx: Tx, raw: str) -> str:
    return categories.category_named(raw)


def _read_class(_tx: Tx, raw: str) -> str:
    return classes.class_named(raw)


def _read_status(_tx: Tx, raw: str) -> Status:
    return standing.status_named(plain(raw))


def _read_any_status(tx: Tx, raw: str) -> str:
    if plain(raw).casefold() in (ANY, "all", "全部", "所有"):
        return ANY
    return _read_status(tx, raw).value


def _read_engineers(tx: Tx, raw: str) -> int | str:
    if plain(raw).casefold() in NOTHING:
        return ""
    number = read_number(tx, plain(raw).removesuffix("人"))
    if number < 0:
        raise BadInput("engineers_negative", _("The number of engineers cannot be negative."))
    return number


def _read_region(_tx: Tx, raw: str) -> str:
    return check_region(raw)


def _read_joined(tx: Tx, raw: str) -> date:
    day = read_day(tx, raw)
    if not day.year >= 1949 or day > tx.today:
        raise BadInput("date_future", _("A unit cannot have joined on that day."))
    return day


def _read_days(tx: Tx, raw: str) -> int:
    number = read_number(tx, plain(raw).removesuffix("天"))
    if not 0 <= number <= LONGEST_WAIT:
        raise BadInput("days_range", _("Give a number of days between 0 and 3660."))
    return number


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
AnyStatus = Annotated[
    str, Parameter(N_("status"), _read_any_status, zh="状态", hint=N_("a status, or all"), choices=_status_choices)
]
Expiring = Annotated[
    int, Parameter(N_("expiring within days"), _read_days, zh="到期", hint=N_("for example 60: validity ends by then"))
]
Engineers = Annotated[int | str, Parameter(N_("engineers"), _read_engineers, zh="注安师")]
Joined = Annotated[date, Parameter(N_("joined"), _read_joined, zh="入会日期", hint=N_("for example 2026-10-08"))]
Words = Annotated[str, Parameter(N_("words"), lambda _tx, raw: raw.strip(), zh="关键词", rest=True)]


def rows_of(units: Sequence[Unit]) -> tuple[tuple[str, ...], ...]:
    """Units as lines of a table."""
    return tuple(
        (u.reference, u.name, categories.label(u.category), classes.label(u.rank), u.region, Status(u.status).label)
        for u in units
    )


def _columns() -> tuple[str, ...]:
    return _("Number"), _("Name"), _("Category"), _("Class"), _("Region"), _("Status")


def as_data(unit: Unit) -> dict[str, Any]:
    """A unit for machines."""
    return {
        "number": unit.reference,
        "name": unit.name,
        "code": unit.code,
        "category": unit.category,
        "class": unit.rank,
        "region": unit.region,
        "status": unit.status,
        "joined": unit.joined_on.isoformat(),
        "left": unit.left_on.isoformat() if unit.left_on else None,
        "engineers": unit.engineers,
        "remark": unit.remark,
    }


@command(
    "member list",
    zh="会员 列表",
    summary=N_("Members, by category, class, region, status, end of validity"),
    permission=Permission.VIEW_MEMBERS,
)
def list_members(
    tx: Tx,
    category: Category | None = None,
    rank: ClassName | None = None,
    region: Region | None = None,
    status: AnyStatus | None = None,
    expiring: Expiring | None = None,
    page: Page = 1,
) -> Reply:
    """One page of the register, with buttons for its neighbours."""
    chosen = _filter(tx, category, rank, region, status, expiring)
    typed = _typed(category=category, rank=rank, region=region, status=status, expiring=expiring)
    return _page(tx, chosen, page, typed)


def _filter(
    tx: Tx, category: str | None, rank: str | None, region: str | None, status: str | None, expiring: int | None
) -> Filter:
    soon = None if expiring is None else tx.today + timedelta(days=expiring)
    return Filter(category, rank, region, status, expiring_before=soon)


def _typed(**options: Any) -> str:
    """The options of a list as they would be typed, for its next page and its export."""
    return "".join(f" {name}=「{value}」" for name, value in options.items() if value is not None)


def _page(tx: Tx, chosen: Filter, page: int, options: str) -> Reply:
    count = queries.count_units(tx.session, chosen)
    pages = max(1, -(-count // PAGE))
    page = min(max(page, 1), pages)
    found = queries.units(tx.session, chosen, limit=PAGE, offset=PAGE * (page - 1))
    buttons = []
    if page > 1:
        buttons.append(Button(_("Back"), f"member list{options} page={page - 1}"))
    if page < pages:
        buttons.append(Button(_("More"), f"member list{options} page={page + 1}"))
    if count:
        buttons.append(Button(_("As a workbook"), f"member export{options}"))
    text = _("{count} members").format(count=count)
    if pages > 1:
        text += _(", page {page} of {pages}").format(page=page, pages=pages)
    data = {"count": count, "members": [as_data(unit) for unit in found]}
    return Reply(text, table=Table(_columns(), rows_of(found)), buttons=(tuple(buttons),) if buttons else (), data=data)


@command(
    "member find",
    zh="会员 查找",
    summary=N_("Look for members by name, code, region or contact"),
    permission=Permission.VIEW_MEMBERS,
)
def find(tx: Tx, words: Words) -> Reply:
    """Members whose name, code, region or contact contains the words, whatever their status."""
    chosen = Filter(status=ANY, words=words)
    count = queries.count_units(tx.session, chosen)
    if not count:
        return Reply(_("Nothing matches “{words}”.").format(words=words[:60]), data=[])
    found = queries.units(tx.session, chosen, limit=PAGE)
    buttons = tuple((Button(f"{u.reference} {u.name}"[:60], f"member show {u.reference}"),) for u in found[:5])
    text = _("{count} members").format(count=count)
    if count > PAGE:
        text = _("More than {count}: add a word to narrow it down.").format(count=PAGE)
    return Reply(text, table=Table(_columns(), rows_of(found)), buttons=buttons, data=[as_data(unit) for unit in found])


@command("member show", zh="会员 查看", summary=N_("One member's card"), permission=Permission.VIEW_MEMBERS)
def show(tx: Tx, member: MemberRef) -> Reply:
    """The member's card."""
    card = queries.card(tx.session, member)
    buttons = [(Button(_("Invite {name}").format(name=p.name), f"person invite {p.id}"),) for p in card.contacts[:5]]
    if tx.actor.may(Permission.MANAGE_MEMBERS):
        buttons.append((Button(_("Add a contact"), f"contact add {member.reference}"),))
    else:
        buttons = []
    buttons.append((Button(_("Professional registers"), f"register list member={member.reference}"),))
    contacts = [{"person": p.id, "name": p.name, "phone": p.phone} for p in card.contacts]
    held = [{"name": q.name, "until": q.valid_until and q.valid_until.isoformat()} for q in card.qualifications]
    data = as_data(member) | {"contacts": contacts, "qualifications": held}
    return Reply("\n".join(_card_lines(tx, card)), buttons=tuple(buttons), data=data, personal=True)


def _card_lines(tx: Tx, card: queries.Card) -> list[str]:
    unit = card.unit
    lines = [
        f"{unit.reference} {unit.name}",
        _("Credit code: {code}").format(code=unit.code),
        " · ".join(part for part in (categories.label(unit.category), classes.label(unit.rank), unit.region) if part),
        _("{status}, joined {day}").format(status=Status(unit.status).label, day=unit.joined_on.isoformat()),
    ]
    if unit.engineers is not None:
        lines.append(_("Certified safety engineers: {count}").format(count=unit.engineers))
    lines += [
        _("{name}: {text}").format(name=held.name, text=validity(held.valid_until, tx.today))
        for held in card.qualifications
    ]
    reachable = {True: _("in chat"), False: _("not in chat")}
    for person in card.contacts:
        line = _("Contact: {name} ({state})").format(name=person.name, state=reachable[person.identity_id is not None])
        lines.append(" ".join(part for part in (line, person.phone) if part))
    lines += [
        f"{step.on.isoformat()} {Status(step.status).label} {step.reason}".rstrip()
        for step in card.history
        if step.former
    ]
    if card.merged:
        names = _(", ").join(f"{one.reference} {one.name}" for one in card.merged)
        lines.append(_("Merged into it: {names}").format(names=names))
    if unit.remark:
        lines.append(_("Remark: {text}").format(text=unit.remark))
    return lines


def validity(until: date | None, today: date) -> str:
    """How long a qualification is valid, and how near its end is."""
    if until is None:
        return _("open end")
    days = (until - today).days
    if days < 0:
        return _("valid until {day}, ended {days} days ago").format(day=until.isoformat(), days=-days)
    return _("valid until {day}, {days} days left").format(day=until.isoformat(), days=days)


@command("member export", zh="会员 导出", summary=N_("A list of members as a workbook"), permission=Permission.EXPORT)
def export(
    tx: Tx,
    category: Category | None = None,
    rank: ClassName | None = None,
    region: Region | None = None,
    status: AnyStatus | None = None,
    expiring: Expiring | None = None,
) -> Reply:
    """The filtered list as a workbook, in a form that can be imported again."""
    chosen = _filter(tx, category, rank, region, status, expiring)
    name, content, count = registers.export_members(tx, chosen=chosen)
    text = _("The list as a workbook: {count} members.").format(count=count)
    return Reply(text, files=(FileOut(name, content, registers.XLSX),), data={"count": count})
