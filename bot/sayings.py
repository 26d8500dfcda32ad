"""What people say that is no command as it stands: other words for one, a line that leaves a question, what nobody understands."""

from contextlib import suppress

from bot.dialogues import CONFIRM
from bot.language import Word, words
from bot.messages import Button, Reply
from bot.models import Dialogue
from bot.parameters import FALSE, TRUE, plain, read_text
from bot.registry import COMMANDS, Command, find, suggestions
from core.access import Actor
from core.errors import AppError
from core.i18n import _, language
from core.transaction import Tx

RECEIVED = (
    "收到",
    "确认收到",
    "已收到",
    "收到了",
    "收到谢谢",
    "收到,谢谢",
    "好的收到",
    "好的,收到",
    "知悉",
    "已知悉",
    "已阅",
    "got it",
)
SAID = dict.fromkeys(RECEIVED, "received")
"""What people say instead of a command, as it is compared, and the command that they mean."""
MOST_OFFERED = 4
SHOWN = 40


def meant(line: str) -> str:
    """The line, or the command that people mean by it."""
    return SAID.get(plain(line).casefold().strip(" 。.!,~"), line)


def breaks_off(tx: Tx, dialogue: Dialogue, line: str) -> bool:
    """A slash, or the full name of a command of two words or more, leaves the open question behind; so does a whole line
    that is the name of a command of one word, unless it answers the question.
    """
    if line.startswith("/"):
        return True
    typed = words(line)
    found = find(typed)
    if found is None or line.isdigit():
        return False
    return " " in found[0].name or (found[1] == len(typed) and not _answers(tx, dialogue, line))


def _answers(tx: Tx, dialogue: Dialogue, line: str) -> bool:
    """Whether a line can be the answer to the open question."""
    if dialogue.asking == CONFIRM:
        return plain(line).casefold() in TRUE | FALSE
    slot = next((slot for slot in COMMANDS[dialogue.command].slots if slot.name == dialogue.asking), None)
    if slot is None:
        return True
    if slot.parameter.choices is not None and slot.parameter.parse is read_text:
        return line in {said for choice in slot.parameter.choices(tx) for said in choice}
    with suppress(AppError):
        slot.parameter.parse(tx, line)
        return True
    return False


def not_understood(actor: Actor, typed: list[Word], line: str) -> Reply:
    """What was not understood, and what may have been meant: commands that look like it, or whose subject it names."""
    close = suggestions(typed, actor) or _about(actor, line)
    named = [one.zh if language() == "zh_CN" else one.name for one in close[:MOST_OFFERED]]
    text = _("I did not understand “{words}”.").format(words=line[:SHOWN] + ("…" if len(line) > SHOWN else ""))
    text += " " + _("You can: {names}").format(names=_(", ").join([*named, _("Help")]))
    buttons = (*((Button(name, name),) for name in named), (Button(_("Help"), "help"),))
    return Reply(text, buttons=buttons, error="unknown_command")


def _about(actor: Actor, line: str) -> list[Command]:
    """Commands of which a word occurs in what was said, those with the most words first."""
    scored = [(sum(word in line for word in one.zh.split()), one) for one in COMMANDS.values() if one.allowed(actor)]
    return [one for score, one in sorted(scored, key=lambda pair: -pair[0]) if score]
