"""Groups and channels of the association: linking them, and who of the members is in them."""

from typing import Annotated

from bot.commands.announcement_parameters import GroupRef
from bot.messages import Button, Incoming, Reply, Table
from bot.parameters import Choice, Page, Parameter, plain, read_text
from bot.registry import command
from core.access import Permission
from core.errors import BadInput
from core.i18n import N_, _
from core.transaction import Tx
from people import audiences, groups, rules, usecases
from people.models import LinkedGroup

PAGE = 20
CodeOrName = Annotated[str, Parameter(N_("name or code"), read_text, zh="名称", rest=True)]


def _read_switch(_tx: Tx, raw: str) -> bool:
    word = plain(raw).casefold()
    if word in ("on", "开", "开启", "打开"):
        return True
    if word in ("off", "关", "关闭", "停止"):
        return False
    raise BadInput("switch_form", _("Say “on” or “off”."))


def _switches(_tx: Tx) -> list[Choice]:
    return [("on", _("on")), ("off", _("off"))]


Switch = Annotated[bool, Parameter(N_("on or off"), _read_switch, zh="开关", choices=_switches)]


@command(
    "group link",
    zh="群 绑定",
    summary=N_("Link a group: in private with its name, then post the code in it"),
    permission=Permission.MANAGE_PEOPLE,
    private=False,
    sensitive=True,
)
def link(tx: Tx, text: CodeOrName, incoming: Incoming) -> Reply:
    """In private it makes a code for a name; in the group the code links it."""
    if incoming.private:
        return _begun(tx, text)
    if not rules.is_code(text):
        raise BadInput("code_form", _("Make a code in a private chat with me first: `group link`."))
    group = usecases.link_group(tx, code=text, platform=incoming.platform, chat=incoming.chat)
    words = _("This group is linked as “{name}”. Announcements can be posted here.")
    return Reply(words.format(name=group.name), data={"group": group.id})


def _begun(tx: Tx, name: str) -> Reply:
    code = usecases.begin_group(tx, name=name)
    text = _("Add me to the group “{name}” and post this there yourself, within 14 days:\ngroup link {code}")
    return Reply(text.format(name=name, code=code), data={"code": code})


@command("group list", zh="群 列表", summary=N_("Linked groups"), permission=Permission.DRAFT_ANNOUNCEMENTS)
def list_all(tx: Tx) -> Reply:
    """Every group that announcements can be posted to."""
    rows = tuple(
        (
            group.name,
            group.platform or "",
            tx.association.show(group.linked_at) if group.linked_at else "",
            _screened(tx, group),
        )
        for group in groups.live_groups(tx.session)
    )
    table = Table((_("Group"), _("Platform"), _("Linked"), _("Screening")), rows)
    text = _("Linked groups") if rows else _("No group is linked. `group link` begins it.")
    return Reply(text, table=table if rows else None, data=[list(row) for row in rows])


def _screened(tx: Tx, group: LinkedGroup) -> str:
    if group.screening is None:
        return _("off")
    told = groups.told_groups(tx.session, group.platform or "", group.chat or "")
    return _("on") if group in told else _("on, the group is still to be told")


@command(
    "group unlink",
    zh="群 解绑",
    summary=N_("Post nothing to a group any more"),
    permission=Permission.MANAGE_PEOPLE,
    sensitive=True,
)
def unlink(tx: Tx, group: GroupRef) -> Reply:
    """End a link."""
    usecases.unlink_group(tx, group=group)
    return Reply(_("The group “{name}” is unlinked.").format(name=group.name), data={"group": group.id})


@command(
    "group screening",
    zh="群 筛查",
    summary=N_("Screen what staff write in a group, once the group was told; or stop it"),
    permission=Permission.MANAGE_PEOPLE,
    sensitive=True,
    confirm=N_("The group will be told. Go on?"),
)
def screening(tx: Tx, on: Switch, group: GroupRef) -> Reply:
    """Off unless switched on. It begins when the message that tells the group has arrived there."""
    usecases.screen_group(tx, group=group, on=on)
    if on:
        text = _("“{name}” is being told. From then on what staff write there is screened, and only they are told.")
    else:
        text = _("What is written in “{name}” is not screened any more; the group is being told.")
    return Reply(text.format(name=group.name), data={"group": group.id, "screening": on})


@command(
    "group members",
    zh="群 成员",
    summary=N_("Who of a group is no member, and which members are not in it, as far as it is known"),
    permission=Permission.VIEW_MEMBERS,
)
def members(tx: Tx, group: GroupRef, page: Page = 1) -> Reply:
    """Only those are known to be in a group who have written or pressed something there."""
    everybody = groups.people_where(tx.session, audiences.members_of({}, tx.today))
    seen = groups.seen_in(tx.session, group)
    outside = groups.people_where(tx.session, groups.among(seen - everybody.keys()))
    absent = [name for number, name in everybody.items() if number not in seen]
    rows = [(name, _("in the group, no member contact")) for name in outside.values()]
    rows += [(name, _("member contact, not seen in the group")) for name in absent]
    shown = rows[PAGE * (max(page, 1) - 1) : PAGE * max(page, 1)]
    text = _(
        "“{name}”: {seen} people seen, {outside} of them no member contacts; {absent} member contacts not seen. "
        "A platform does not tell who reads in silence."
    ).format(name=group.name, seen=len(seen), outside=len(outside), absent=len(absent))
    more = ((Button(_("More"), f"group members page={page + 1} {group.name}"),),) if len(rows) > PAGE * page else ()
    data = {"seen": len(seen), "outside": list(outside.values()), "absent": len(absent)}
    table = Table((_("Name"), _("Remark")), tuple(shown))
    return Reply(text, table=table if shown else None, buttons=more, data=data)
