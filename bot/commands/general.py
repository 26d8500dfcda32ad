"""Finding one's way: help, who am I, language, leaving."""

from typing import Annotated

from bot.language import words
from bot.messages import Button, Incoming, Reply
from bot.parameters import Parameter, Text, read_text
from bot.registry import Command, available, command, find
from core.access import Permission
from core.errors import BadInput
from core.i18n import LANGUAGES, N_, _, language
from core.transaction import Tx
from people import queries, usecases

LANGUAGE_NAMES = {"zh_CN": "中文", "en": "English"}


def _read_language(_tx: Tx, raw: str) -> str:
    names = {
        "zh_cn": "zh_CN",
        "zh": "zh_CN",
        "中文": "zh_CN",
        "chinese": "zh_CN",
        "en": "en",
        "english": "en",
        "英文": "en",
    }
    found = names.get(raw.strip().casefold())
    if found is None:
        raise BadInput("language_unknown", _("Choose zh_CN or en."))
    return found


Topic = Annotated[str, Parameter(N_("command"), read_text, zh="命令", rest=True)]
Language = Annotated[
    str,
    Parameter(
        N_("language"),
        _read_language,
        zh="语言",
        choices=lambda _tx: [(code, LANGUAGE_NAMES[code]) for code in LANGUAGES],
    ),
]


@command("help", zh="帮助", summary=N_("What you can do here"), permission=Permission.USE_OFFICE, private=False)
def show_help(tx: Tx, topic: Topic = "") -> Reply:
    """All commands of this person, or one of them explained."""
    mine = available(tx.actor)
    if topic:
        found = find(words(topic))
        if found is not None and found[0].allowed(tx.actor):
            return _explained(found[0])
        mine = [c for c in mine if topic.casefold() in c.name or topic in c.zh]
        if not mine:
            raise BadInput("topic_unknown", _("There is no such command. `help` lists what you can do."))
    return _listed(mine)


@command("start", zh="开始", summary=N_("Begin here"), permission=Permission.USE_OFFICE)
def start(tx: Tx, words: Text = "") -> Reply:
    """Who you are to the office. Words after it were a code that nobody knows."""
    del words
    hello = _("{name}, you are linked with {association}. `help` shows what you can do.")
    greeting = hello.format(name=tx.actor.name, association=tx.association.name)
    return Reply(greeting, buttons=((Button(_("Help"), "help"),),))


def _listed(mine: list[Command]) -> Reply:
    lines: list[str] = []
    group = ""
    for one in mine:
        name = one.zh if language() == "zh_CN" else one.name
        if name.split(" ")[0] != group:
            group = name.split(" ")[0]
            lines.append("")
        lines.append(f"{name} — {one.title}")
    lines.append("")
    lines.append(_("`help ‹command›` explains one. What is missing will be asked for; `cancel` stops."))
    return Reply("\n".join(lines).strip(), data=[one.name for one in mine])


def _explained(one: Command) -> Reply:
    lines = [one.title, one.usage()]
    for slot in one.slots:
        hint = f" ({_(slot.parameter.hint)})" if slot.parameter.hint else ""
        need = "" if slot.required else _(" (optional)")
        lines.append(f"  {slot.label}{need}{hint}")
    lines.append(_("Also: {name}").format(name=one.name if language() == "zh_CN" else one.zh))
    return Reply("\n".join(lines), data={"name": one.name, "zh": one.zh, "usage": one.usage()})


@command("whoami", zh="我是谁", summary=N_("Who you are to the office"), permission=Permission.USE_OFFICE)
def who_am_i(tx: Tx) -> Reply:
    """The person's name, association, roles and linked chats."""
    roles = [role.label for role in sorted(tx.actor.roles)]
    chats = queries.identities_of(tx.session, [tx.actor.person_id or 0])
    lines = [
        _("{name} at {association}").format(name=tx.actor.name, association=tx.association.name),
        _("Roles: {roles}").format(roles=_(", ").join(roles) or _("none")),
        _("Linked chats: {chats}").format(chats=_(", ").join(c.platform for c in chats) or _("none")),
    ]
    return Reply("\n".join(lines), data={"person": tx.actor.person_id, "roles": sorted(tx.actor.roles)}, personal=True)


@command(
    "language", zh="语言", summary=N_("Choose the language you are addressed in"), permission=Permission.USE_OFFICE
)
def choose_language(tx: Tx, choice: Language) -> Reply:
    """Change the person's language."""
    usecases.choose_language(tx, language=choice)
    return Reply(_("From now on: {language}").format(language=LANGUAGE_NAMES[choice]))


@command(
    "leave",
    zh="解绑",
    summary=N_("Unlink this chat from the office"),
    permission=Permission.USE_OFFICE,
    confirm=N_("Unlink this chat? Notices will no longer arrive here."),
)
def leave(tx: Tx, incoming: Incoming) -> Reply:
    """End the link between this chat account and the person."""
    mine = queries.identities_of(tx.session, [tx.actor.person_id or 0])
    here = [i for i in mine if i.platform == incoming.platform and i.account == incoming.account]
    if not here:
        raise BadInput("not_linked", _("This chat is not linked."))
    usecases.leave(tx, identity=here[0])
    return Reply(_("This chat is unlinked. An invitation code links it again."))


@command(
    "cancel", zh="取消", summary=N_("Stop the question being asked"), permission=Permission.USE_OFFICE, private=False
)
def cancel(_tx: Tx) -> Reply:
    """Nothing is being asked: an open question is dropped before a command is looked up."""
    return Reply(_("There is nothing to stop."), buttons=((Button(_("Help"), "help"),),))
