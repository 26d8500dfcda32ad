"""``make docs``: the list of commands, in both languages, written from the registry that also feeds help and menus."""

from pathlib import Path

from bot import commands
from bot.registry import COMMANDS, Command
from core.access import ROLE_PERMISSIONS, Role
from core.i18n import N_, _, speaking

FOLDER = Path(__file__).resolve().parent.parent / "docs"
PAGES = {"en": "commands.md", "zh_CN": "commands.zh-CN.md"}
HEAD = N_(
    "# Commands\n\n"
    "Written by `make docs` from the declarations in `bot/commands`. ‹…› is needed, […] may be left out; what is missing "
    "is asked for. In Slack every line begins with `/guild`. 🔒 answers only in a private chat."
)


def page(language: str) -> str:
    """The whole reference in one language."""
    commands.load()
    with speaking(language):
        found = sorted(COMMANDS.values(), key=lambda command: command.name)
        groups: dict[str, list[Command]] = {}
        for command in found:
            groups.setdefault(command.name.split()[0], []).append(command)
        parts = [_(HEAD)] + [_group(group) for group in groups.values()]
    return "\n\n".join(parts) + "\n"


def _group(group: list[Command]) -> str:
    lines = [f"## {group[0].zh.split()[0]} · {group[0].name.split()[0]}", ""]
    lines += ["| " + " | ".join((_("Type"), _("What it does"), _("Used by"))) + " |", "|---|---|---|"]
    return "\n".join(lines + [_row(command) for command in group])


def _row(command: Command) -> str:
    who = [role.label for role in Role if command.permission in ROLE_PERMISSIONS[role]]
    everybody = len(who) == len(Role)
    shown = _("everybody") if everybody else _(", ").join(who)
    other = command.name if command.usage().startswith(command.zh) else command.zh
    usage = command.usage().replace("|", "\\|")
    lock = " 🔒" if command.private else ""
    return f"| `{usage}`<br>`{other}`{lock} | {command.title} | {shown} |"


def main() -> None:
    """Write both pages."""
    for language, name in PAGES.items():
        (FOLDER / name).write_text(page(language), encoding="utf-8")


if __name__ == "__main__":
    main()
