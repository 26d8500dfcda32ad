"""Changing the register: entering a unit, editing its facts, moving its standing, its qualifications."""

from datetime import date
from typing import Annotated, Any

from bot.commands.members import (
    NOTHING,
    Category,
    ClassName,
    Engineers,
    Joined,
    MemberRef,
    NewRegion,
    StatusName,
    UnitCode,
    UnitName,
    as_data,
    validity,
)
from bot.messages import Button, Reply
from bot.parameters import NAMED, Day, Parameter, Reason, Until, plain, read_day, read_text
from bot.registry import command
from core.access import Permission
from core.i18n import N_, _
from core.transaction import Tx
from membership import usecases
from membership.rules import categories, classes
from membership.rules.standing import Status
from membership.rules.units import check_qualification
from membership.usecases.units import NewUnit

OPEN = frozenset({"长期", "永久", "无期限", "open", *NOTHING})
FACT_NAMES = {
    "name": N_("unit name"),
    "code": N_("credit code"),
    "category": N_("category"),
    "rank": N_("class"),
    "region": N_("region"),
    "joined_on": N_("joined"),
    "engineers": N_("engineers"),
    "remark": N_("remark"),
    "status": N_("status"),
    "valid_until": N_("valid until"),
    "contact": N_("contact"),
    "phone": N_("phone"),
}


def _read_end(tx: Tx, raw: str) -> date | None:
    return None if plain(raw).casefold() in OPEN else read_day(tx, raw)


Held = Annotated[
    str, Parameter(N_("qualification"), lambda _tx, raw: check_qualification(raw), zh="资质", hint=N_("its name"))
]
End = Annotated[
    date | None,
    Parameter(N_("valid until"), _read_end, zh="有效期至", hint=N_("for example 2028-12-31, or 长期 for an open end")),
]


Remark = Annotated[str, Parameter(N_("remark"), read_text, zh="备注", multiline=True)]


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
    new = NewUnit(name, code, category, rank, region, joined or tx.today, _blank(engineers))
    unit = usecases.add_unit(tx, new=new)
    buttons = ((Button(_("Add a contact"), f"contact add {unit.reference}"),),)
    text = _("{reference} {name} is entered.").format(reference=unit.reference, name=unit.name)
    return Reply(text, buttons=buttons, data=as_data(unit))


def _blank(value: Any) -> Any:
    return None if value == "" else value


@command("member edit", zh="会员 修改", summary=N_("Change facts of a member"), permission=Permission.MANAGE_MEMBERS)
def edit(
    tx: Tx,
    member: MemberRef,
    name: Annotated[UnitName, NAMED] | None = None,
    code: Annotated[UnitCode, NAMED] | None = None,
    category: Annotated[Category, NAMED] | None = None,
    rank: Annotated[ClassName, NAMED] | None = None,
    region: Annotated[NewRegion, NAMED] | None = None,
    joined: Annotated[Joined, NAMED] | None = None,
    engineers: Annotated[Engineers, NAMED] | None = None,
    remark: Annotated[Remark, NAMED] | None = None,
) -> Reply:
    """Change what is given as name=value; the rest stays. 无 leaves engineers or remark blank."""
    given: dict[str, Any] = {
        "name": name,
        "code": code,
        "category": category,
        "rank": rank,
        "region": region,
        "joined_on": joined,
        "engineers": engineers,
        "remark": "" if remark is not None and plain(remark).casefold() in NOTHING else remark,
    }
    changes = {key: value for key, value in given.items() if value is not None}
    if "engineers" in changes:
        changes["engineers"] = _blank(changes["engineers"])
    made = usecases.edit_unit(tx, unit=member, changes=changes)
    head = _("{reference} {name} is changed.").format(reference=member.reference, name=member.name)
    data = as_data(member) | {"changes": {fact: [str(old), str(new)] for fact, (old, new) in made.items()}}
    return Reply("\n".join([head, *(change_line(fact, old, new) for fact, (old, new) in made.items())]), data=data)


def change_line(fact: str, old: Any, new: Any) -> str:
    """One changed fact: what it was, what it is."""
    text = _("{fact}: {old} → {new}")
    return text.format(fact=_(FACT_NAMES[fact]), old=_shown(fact, old), new=_shown(fact, new))


def _shown(fact: str, value: Any) -> str:
    if value is None or value == "":
        return _("(blank)")
    if fact == "category":
        return categories.label(value)
    return classes.label(value) if fact == "rank" else str(value)


@command(
    "member status",
    zh="会员 状态",
    summary=N_("Suspend, withdraw, readmit … with the reason; cancelling a membership is confirmed by another officer"),
    permission=Permission.MANAGE_MEMBERS,
    sensitive=True,
)
def change_status(
    tx: Tx,
    member: MemberRef,
    status: StatusName,
    reason: Reason,
    on: Day | None = None,
    until: Annotated[Until, NAMED] | None = None,
) -> Reply:
    """Move a member to another standing; its contacts are told. A suspension may have a last day.

    To cancel a membership only asks for it: another officer confirms.
    """
    if status is Status.EXPELLED and until is None:
        asked = usecases.ask_expulsion(tx, unit=member, reason=reason, on=on)
        text = _("{reference} waits for another officer: {summary}")
        words = text.format(reference=asked.reference, summary=asked.summary)
        return Reply(words, data=as_data(member) | {"approval": asked.number})
    former = usecases.change_status(tx, unit=member, status=status, reason=reason, on=on, until=until)
    text = _("{reference} {name}: {former} → {status} on {day}").format(
        reference=member.reference,
        name=member.name,
        former=former.label,
        status=status.label,
        day=(on or tx.today).isoformat(),
    )
    return Reply(text, data=as_data(member))


@command(
    "qualification set",
    zh="资质 登记",
    summary=N_("Enter or renew a member's qualification and its end"),
    permission=Permission.MANAGE_MEMBERS,
)
def set_qualification(tx: Tx, member: MemberRef, qualification: Held, until: End) -> Reply:
    """Enter or renew; contacts are reminded 60, 30 and 7 days before it ends."""
    former, known = usecases.set_qualification(tx, unit=member, name=qualification, until=until)
    line = _("{name}: {text}").format(name=qualification, text=validity(until, tx.today))
    text = f"{member.reference} {member.name}\n{line}"
    if known:
        text += _(" (before: {day})").format(day=former.isoformat() if former else _("open end"))
    return Reply(text, data={"member": member.reference, "qualification": qualification, "until": until})


@command(
    "qualification remove",
    zh="资质 删除",
    summary=N_("Take a qualification off a member's card"),
    permission=Permission.MANAGE_MEMBERS,
)
def remove_qualification(tx: Tx, member: MemberRef, qualification: Held) -> Reply:
    """Take it off; the audit keeps what it was."""
    usecases.remove_qualification(tx, unit=member, name=qualification)
    text = _("{reference} {name}: “{qualification}” is taken off.")
    return Reply(text.format(reference=member.reference, name=member.name, qualification=qualification))
