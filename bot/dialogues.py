"""Asking for what is missing: the half-filled command is a row, so a restart or another process goes on with it."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import bindparam, delete, select
from sqlalchemy.orm import Session

from bot.interpret import Given
from bot.messages import Button, Field, Form, Incoming, Reply
from bot.models import Dialogue, ShownButton
from bot.registry import COMMANDS, Command, Slot
from core.errors import AppError
from core.i18n import _
from core.transaction import Tx

PATIENCE = timedelta(hours=1)
BUTTON_LIFE = timedelta(days=7)
CONFIRM = "_confirm"
ANSWER = "="
"""A button ``=question:value`` answers the question of that token instead of starting a command."""


@dataclass(frozen=True)
class Missing:
    """A parameter to ask for, and why what was given did not do."""

    slot: Slot
    trouble: str = ""
    error: AppError | None = None


_IN_THIS_CHAT = select(Dialogue).where(
    Dialogue.person_id == bindparam("person"),
    Dialogue.platform == bindparam("platform"),
    Dialogue.chat == bindparam("chat"),
)


def current(tx: Tx, incoming: Incoming) -> Dialogue | None:
    """The form this person is filling in this chat."""
    where = {"person": tx.actor.person_id, "platform": incoming.platform, "chat": incoming.chat}
    found = tx.session.scalar(_IN_THIS_CHAT, where)
    if found is not None and found.expires_at <= tx.now:
        tx.session.delete(found)
        return None
    return found


def drop(tx: Tx, incoming: Incoming) -> None:
    """Forget the form in this chat."""
    tx.session.execute(
        delete(Dialogue).where(
            Dialogue.person_id == tx.actor.person_id,
            Dialogue.platform == incoming.platform,
            Dialogue.chat == incoming.chat,
        )
    )


def ask(tx: Tx, incoming: Incoming, command: Command, given: Given, missing: list[Missing]) -> Reply:
    """Keep what was given and ask for the first missing parameter; Slack shows all of them as one modal."""
    first = missing[0]
    token = _remember(tx, incoming, command, given, first.slot.name)
    choices = first.slot.parameter.choices(tx) if first.slot.parameter.choices else []
    rows = tuple((Button(label, answer_of(token, value)),) for value, label in choices[:20])
    form = None if any(m.slot.parameter.file for m in missing) else _form(tx, command, given, token, first.trouble)
    return Reply(_question(first), buttons=rows, form=form, error="missing_parameter")


def answer_of(question: str, value: str) -> str:
    """What a button does that answers this question with this value."""
    return f"{ANSWER}{question}:{value}"


def confirm(tx: Tx, incoming: Incoming, command: Command, given: Given, question: str) -> Reply:
    """Ask whether to go on, before a command that says it wants that."""
    token = _remember(tx, incoming, command, given, CONFIRM)
    buttons = (Button(_("Yes"), answer_of(token, "yes")), Button(_("No"), answer_of(token, "no")))
    return Reply(question, buttons=(buttons,), error="needs_confirmation")


def expect(tx: Tx, incoming: Incoming, command: str, given: Given, asking: str) -> None:
    """What this person types next is the value of a parameter of this command."""
    _remember(tx, incoming, COMMANDS[command], given, asking)


def _remember(tx: Tx, incoming: Incoming, command: Command, given: Given, asking: str) -> str:
    drop(tx, incoming)
    token = secrets.token_hex(16)
    tx.session.add(
        Dialogue(
            person_id=tx.actor.person_id,
            platform=incoming.platform,
            chat=incoming.chat,
            command=command.name,
            given=given,
            asking=asking,
            token=token,
            expires_at=tx.now + PATIENCE,
        )
    )
    return token


def _question(missing: Missing) -> str:
    parameter = missing.slot.parameter
    words = [missing.trouble] if missing.trouble else []
    if parameter.file:
        words.append(_("Please send the file."))
    else:
        words.append(_("{label}?").format(label=missing.slot.label))
    if parameter.hint:
        words[-1] += " (" + _(parameter.hint) + ")"
    return "\n".join([*words, _("`cancel` stops.")])


def _form(tx: Tx, command: Command, given: Given, token: str, trouble: str) -> Form:
    fields = []
    for slot in command.slots:
        parameter = slot.parameter
        if parameter.file:
            continue
        choices = tuple(parameter.choices(tx)) if parameter.choices else ()
        fields.append(
            Field(
                slot.name,
                slot.label,
                hint=_(parameter.hint) if parameter.hint else "",
                choices=choices,
                optional=not slot.required,
                multiline=parameter.multiline,
                value=given.get(slot.name, ""),
            )
        )
    return Form(token, command.title, tuple(fields), trouble)


def answered(dialogue: Dialogue, incoming: Incoming, answer: str) -> tuple[Command, Given]:
    """The command of a dialogue with what has been given now."""
    given: Given = dict(dialogue.given)
    if incoming.button == dialogue.token:
        given |= incoming.fields
        given = {name: value for name, value in given.items() if value.strip() or name not in incoming.fields}
    else:
        given[dialogue.asking] = answer
    return COMMANDS[dialogue.command], given


@dataclass(frozen=True)
class Standing:
    """Buttons that need no row: they hold nothing secret and act with the rights of whoever presses them. For answers of
    which nothing is kept, not even that somebody was shown a question.

    ``line`` is what the rest of a token does, ``home`` the association it belongs to; None for a token that means nothing.
    """

    line: Callable[[Tx, str], str | None]
    home: Callable[[Session, str], int | None]


STANDING: dict[str, Standing] = {}
"""Standing buttons by the first character of their tokens."""


def button_pressed(tx: Tx, token: str) -> str | None:
    """What a shown button does, for the person it was shown to; None when it is not theirs or too old. Single use, unless
    it is a standing one.
    """
    if token[:1] in STANDING:
        return STANDING[token[:1]].line(tx, token[1:])
    shown = tx.session.scalar(select(ShownButton).where(ShownButton.token == token).with_for_update())
    if shown is None or shown.person_id != tx.actor.person_id or shown.expires_at <= tx.now or shown.used_at:
        return None
    shown.used_at = tx.now
    return shown.command


def forget_buttons(tx: Tx, words: str) -> None:
    """Of this person's buttons that say these words nothing stays, not even which one was pressed."""
    mine = (ShownButton.person_id == tx.actor.person_id, ShownButton.command.contains(words, autoescape=True))
    tx.session.execute(delete(ShownButton).where(*mine).execution_options(synchronize_session=False))


def with_tokens(tx: Tx, reply: Reply) -> tuple[tuple[Button, ...], ...]:
    """The reply's buttons with opaque tokens, each remembered with what it does."""
    rows = []
    for row in reply.buttons:
        buttons = []
        for button in row:
            if button.token:
                buttons.append(button)
                continue
            token = secrets.token_hex(16)
            tx.session.add(
                ShownButton(
                    token=token, person_id=tx.actor.person_id, command=button.command, expires_at=tx.now + BUTTON_LIFE
                )
            )
            buttons.append(Button(button.label, button.command, token))
        rows.append(tuple(buttons))
    return tuple(rows)
