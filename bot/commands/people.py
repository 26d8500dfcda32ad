"""People of the office: entering, inviting, roles with terms."""

from typing import Annotated

from bot.messages import Button, FileOut, Reply, Table
from bot.parameters import Name, Parameter, Phone, Reason, RoleName, Since, Until
from bot.registry import command
from core.access import Permission, Role
from core.approvals import Approval
from core.i18n import N_, _
from core.transaction import Tx
from exports import disclosure
from exports.usecases import XLSX
from people import queries, usecases
from people.holdings import HOLDINGS, Facts
from people.models import Person
from people.rules import INVITATION_DAYS, clean_line


def _read_person(tx: Tx, raw: str) -> Person:
    return queries.person_named(tx.session, clean_line(raw))


def _read_anybody(tx: Tx, raw: str) -> Person:
    return queries.person_ever_named(tx.session, clean_line(raw))


PersonRef = Annotated[Person, Parameter(N_("person"), _read_person, zh="人员", hint=N_("name or number"))]
AnyPersonRef = Annotated[Person, Parameter(N_("person"), _read_anybody, zh="人员", hint=N_("name or number"))]


@command("person add", zh="人员 添加", summary=N_("Enter a person of the office"), permission=Permission.MANAGE_PEOPLE)
def add(tx: Tx, name: Name, phone: Phone | None = None) -> Reply:
    """Enter a person; the next steps are offered as buttons."""
    person = usecases.add_person(tx, name=name, phone=phone)
    buttons = (
        (
            Button(_("Give a role"), f"role grant {person.id}"),
            Button(_("Invite to chat"), f"person invite {person.id}"),
        ),
    )
    text = _("{name} is entered as number {number}.").format(name=person.name, number=person.id)
    return Reply(text, buttons=buttons, data={"person": person.id})


@command(
    "person edit",
    zh="人员 修改",
    summary=N_("Correct a person's name or telephone number"),
    permission=Permission.MANAGE_PEOPLE,
)
def edit(tx: Tx, person: PersonRef, name: Name | None = None, phone: Phone | None = None) -> Reply:
    """Change what is given as name=value; the rest stays."""
    usecases.edit_person(tx, person=person, name=name, phone=phone)
    return Reply(_("{name} (number {number}) is changed.").format(name=person.name, number=person.id))


@command("person list", zh="人员 列表", summary=N_("People who hold a role"), permission=Permission.MANAGE_PEOPLE)
def list_people(tx: Tx) -> Reply:
    """Everyone who holds a role of the office now."""
    people = queries.people_list(tx.session, tx.today)
    linked = {i.person_id for i in queries.identities_of(tx.session, [person.id for person, _roles in people])}
    rows = tuple(
        (str(p.id), p.name, _(", ").join(r.label for r in sorted(roles)), _("yes") if p.id in linked else _("no"))
        for p, roles in people
    )
    table = Table((_("Number"), _("Name"), _("Roles"), _("In chat")), rows)
    return Reply(_("{count} people").format(count=len(rows)), table=table, data=[list(row) for row in rows])


@command(
    "person invite",
    zh="人员 邀请",
    summary=N_("A code that links a person's chat"),
    permission=Permission.MANAGE_PEOPLE,
    sensitive=True,
)
def invite(tx: Tx, person: PersonRef) -> Reply:
    """A single-use invitation code for one person."""
    code = usecases.invite(tx, person=person)
    text = _("Code for {name}: {code}\nValid {days} days, once. They send the bot: join {code}")
    words = text.format(name=person.name, code=code, days=INVITATION_DAYS.days)
    return Reply(words, data={"code": code, "person": person.id}, personal=True)


@command(
    "person remove",
    zh="人员 移除",
    summary=N_("A person leaves the office: roles and chats end"),
    permission=Permission.MANAGE_PEOPLE,
    sensitive=True,
    confirm=N_("End all roles and chats of this person now?"),
)
def remove(tx: Tx, person: PersonRef, reason: Reason) -> Reply:
    """End everything a person holds."""
    usecases.remove_person(tx, person=person, reason=reason)
    return Reply(_("{name} has left: roles and chats have ended.").format(name=person.name))


@command(
    "person hold",
    zh="人员 保全",
    summary=N_("Keep a person's data: it cannot be erased until this is lifted"),
    permission=Permission.MANAGE_OFFICE,
    sensitive=True,
)
def hold(tx: Tx, person: PersonRef, reason: Reason) -> Reply:
    """Place a legal hold."""
    usecases.place_hold(tx, person=person, reason=reason)
    return Reply(_("The data of {name} is on hold.").format(name=person.name), data={"person": person.id})


@command(
    "person unhold",
    zh="人员 解除保全",
    summary=N_("A person's data need not be kept any longer"),
    permission=Permission.MANAGE_OFFICE,
    sensitive=True,
)
def unhold(tx: Tx, person: PersonRef, reason: Reason) -> Reply:
    """Lift every legal hold on a person."""
    usecases.lift_hold(tx, person=person, reason=reason)
    return Reply(_("The data of {name} is no longer on hold.").format(name=person.name), data={"person": person.id})


@command(
    "person erase",
    zh="人员 抹除",
    summary=N_("Erase the data of a person who has left; another officer confirms"),
    permission=Permission.MANAGE_OFFICE,
    sensitive=True,
    confirm=N_("Erase everything about this person? It cannot be undone once another officer confirms."),
)
def erase(tx: Tx, person: AnyPersonRef) -> Reply:
    """Ask for an erasure."""
    approval = usecases.ask_erasure(tx, person=person)
    text = _("{reference} waits for another officer: {summary}")
    words = text.format(reference=approval.reference, summary=approval.summary)
    return Reply(words, data={"approval": approval.number})


@command(
    "person disclose",
    zh="人员 信息副本",
    summary=N_("Everything that is kept about a person, as a workbook"),
    permission=Permission.MANAGE_OFFICE,
    sensitive=True,
)
def disclose(tx: Tx, person: AnyPersonRef) -> Reply:
    """Data of one person, for an officer who has to answer them."""
    return _disclosed(*disclosure.disclose(tx, person=person))


@command(
    "my data",
    zh="我的信息",
    summary=N_("Everything that is kept about you, as a workbook"),
    permission=Permission.USE_OFFICE,
)
def disclose_own(tx: Tx) -> Reply:
    """Data of the person who asks."""
    return _disclosed(*disclosure.disclose_own(tx))


def _disclosed(name: str, content: bytes, kept: dict[str, Facts]) -> Reply:
    lines = [f"{HOLDINGS[part].zh}: {len(facts)}" for part, facts in kept.items() if facts]
    return Reply("\n".join(lines), files=(FileOut(name, content, XLSX),), data=kept, personal=True)


@command(
    "role grant",
    zh="角色 授予",
    summary=N_("Give a person a role, for a term"),
    permission=Permission.GRANT_ROLES,
    sensitive=True,
)
def grant(tx: Tx, person: PersonRef, role: RoleName, starts: Since | None = None, ends: Until | None = None) -> Reply:
    """Give a role; a second officer confirms when there is one."""
    result = usecases.grant_role(tx, person=person, role=role, starts=starts, ends=ends)
    if isinstance(result, Approval):
        text = _("{reference} waits for another officer: {summary}")
        words = text.format(reference=result.reference, summary=result.summary)
        return Reply(words, data={"approval": result.number})
    text = _("{name} now holds the role “{role}”. (There was no second officer to confirm it.)")
    return Reply(text.format(name=person.name, role=role.label), data={"role": role.value})


@command(
    "role end", zh="角色 终止", summary=N_("Take a role away now"), permission=Permission.GRANT_ROLES, sensitive=True
)
def end(tx: Tx, person: PersonRef, role: RoleName, reason: Reason) -> Reply:
    """End a role before its term is over."""
    usecases.end_role(tx, person=person, role=role, reason=reason)
    return Reply(_("{name} no longer holds the role “{role}”.").format(name=person.name, role=Role(role).label))


@command("role list", zh="角色 列表", summary=N_("The roles a person has held"), permission=Permission.MANAGE_PEOPLE)
def list_roles(tx: Tx, person: PersonRef) -> Reply:
    """Every term of every role of a person."""
    rows = tuple(
        (
            Role(grant.role).label,
            grant.starts_on.isoformat(),
            grant.ends_on.isoformat() if grant.ends_on else "",
            _("ended early") if grant.revoked_at else "",
        )
        for grant in queries.grants_of(tx.session, person.id)
    )
    table = Table((_("Role"), _("From"), _("Until"), _("Remark")), rows)
    return Reply(person.name, table=table, data=[list(row) for row in rows])
