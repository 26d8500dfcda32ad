"""From what a person did in a chat to one command with its values, and back to a reply they can act on."""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import select

from bot import dialogues, sayings
from bot.dialogues import ANSWER, CONFIRM, Missing
from bot.interpret import Given, first_value, read_arguments
from bot.language import Word, clean, words
from bot.messages import Button, FileIn, Incoming, Progress, Reply
from bot.models import Dialogue
from bot.parameters import FALSE, TRUE, plain
from bot.registry import COMMANDS, Command, find
from core import attachments
from core.errors import AppError, BadInput, NotAllowed
from core.i18n import N_, _
from core.outbox import OutboxContent, OutboxMessage
from core.transaction import Tx

CANCEL = frozenset({"cancel", "/cancel", "取消", "/取消"})
BARE_FILE = (
    (N_("Import as member roster"), "member import"),
    (N_("Import into a register"), "register import"),
    (N_("Screen its words"), "screen"),
)
"""What can be done with a file that came without words: label and command, for those who may."""
PAGE = 20
LONGEST_RAW = 1_000_000


@dataclass(frozen=True)
class Step:
    """One command, with the raw values it was given, and the open question that it answers or leaves behind."""

    command: Command
    given: Given
    dialogue: Dialogue | None = None


@dataclass(frozen=True)
class Ready:
    """One command, with values that have been read."""

    command: Command
    values: Mapping[str, Any]


def channel(incoming: Incoming) -> str:
    """How the audit names the way an action came in."""
    return f"console:{incoming.display_name}" if incoming.platform == "console" else incoming.platform


def storable(raw: str) -> str:
    """A raw update as the database takes it: no NUL, no lone surrogates, at most a million characters."""
    return raw[:LONGEST_RAW].replace("\x00", "").encode("utf-8", "replace").decode()


def prepare(tx: Tx, incoming: Incoming, step: Step) -> Ready | Reply:
    """The step with its values read, or the next question. Raises AppError when it is not allowed."""
    check_allowed(tx, incoming, step.command)
    step = _fitted(tx, step)
    values, missing = _read(tx, step)
    if missing:
        return _ask(tx, incoming, step, missing)
    if step.command.confirm and not _confirmed(step):
        question = step.command.question(tx, values)
        if not incoming.interactive:
            return Reply(question + " " + _("Add --yes to go on."), error="needs_confirmation")
        return dialogues.confirm(tx, incoming, step.command, step.given, question)
    if step.dialogue is not None:
        tx.session.delete(step.dialogue)
    return Ready(step.command, values)


def _fitted(tx: Tx, step: Step) -> Step:
    """The step of a command that grows, with the parameters which its first value brings."""
    if step.command.grow is None:
        return step
    with suppress(AppError):  # What cannot be read is asked for again.
        return replace(step, command=step.command.fitted(tx, step.given.get(step.command.slots[0].name)))
    return step


def _confirmed(step: Step) -> bool:
    answer = plain(step.given.get(CONFIRM, "")).casefold()
    if answer in FALSE:
        raise BadInput("cancelled", _("Stopped. Nothing was done."))
    return answer in TRUE


def understand(tx: Tx, incoming: Incoming) -> Step | Reply:
    """Which command a person means, with what they gave for it. Raises AppError when it cannot be understood."""
    line = clean(incoming.text)
    dialogue = dialogues.current(tx, incoming) if incoming.interactive else None
    if line.casefold() in CANCEL:
        dialogues.drop(tx, incoming)
        return Reply(_("Stopped. Nothing was done."))
    meant = _meant(tx, incoming, dialogue, line)
    return replace(meant, dialogue=dialogue) if isinstance(meant, Step) else meant


def _meant(tx: Tx, incoming: Incoming, dialogue: Dialogue | None, line: str) -> Step | Reply:
    if incoming.button:
        return _pressed(tx, incoming, dialogue)
    if dialogue is not None and not sayings.breaks_off(tx, dialogue, line):
        return _continued(tx, dialogue, incoming, line)
    return _typed(tx, incoming, line)


def _pressed(tx: Tx, incoming: Incoming, dialogue: Dialogue | None) -> Step | Reply:
    token = incoming.button or ""
    if dialogue is not None and token == dialogue.token:
        return _continued(tx, dialogue, incoming, "")
    line = _notice_button(tx, token) if "." in token else dialogues.button_pressed(tx, token)
    if line is None:
        raise BadInput("button_expired", _("This button is no longer valid. Please send the command anew."))
    if line.startswith(ANSWER):
        question, _colon, value = line.removeprefix(ANSWER).partition(":")
        if dialogue is None or dialogue.token != question:
            raise BadInput("button_expired", _("This button is no longer valid. Please send the command anew."))
        return Step(*dialogues.answered(dialogue, replace(incoming, fields={}), value))
    return _typed(tx, replace(incoming, files=()), line)


def _notice_button(tx: Tx, token: str) -> str | None:
    """What a button under a delivered notice does, for the person it was sent to."""
    key, _dot, index = token.partition(".")
    row = tx.session.execute(
        select(OutboxMessage.person_id, OutboxContent.buttons, OutboxContent.expires_at)
        .join(OutboxContent, OutboxContent.id == OutboxMessage.content_id)
        .where(OutboxMessage.token == key)
    ).first()
    if row is None or row.person_id not in (None, tx.actor.person_id):
        return None
    flat = [button for line in row.buttons for button in line]
    usable = index.isascii() and index.isdigit() and int(index[:3]) < len(flat)
    if not usable or (row.expires_at is not None and row.expires_at <= tx.now):
        return None
    return str(flat[int(index[:3])]["command"])


def _continued(tx: Tx, dialogue: Dialogue, incoming: Incoming, line: str) -> Step:
    command, given = dialogues.answered(dialogue, incoming, line)
    if dialogue.asking in dialogue.given and not incoming.button:
        given = _besides(command, dialogue, line) or given
    return Step(command, _with_file(tx, command, given, incoming))


def _besides(command: Command, dialogue: Dialogue, line: str) -> Given | None:
    """What was refused may also be cured by another parameter, typed as name=value: the questioned one stays as it was."""
    name, sign, value = plain(line).partition("=")
    slot = next((slot for slot in command.slots if sign and slot.answers_to(name.strip())), None)
    return None if slot is None else {**dialogue.given, slot.name: value.strip()}


def _typed(tx: Tx, incoming: Incoming, line: str) -> Step | Reply:
    line = line.removeprefix("/").removeprefix("／")
    line = sayings.meant(line)
    typed = words(line)
    found = find(typed)
    if found is None:
        return _unknown(tx, incoming, typed)
    command, count = found
    if command.grow is not None:
        check_allowed(tx, incoming, command)
    command, given = _arguments(tx, command, typed[count:], line)
    if CONFIRM in incoming.fields:
        given[CONFIRM] = incoming.fields[CONFIRM]
    return Step(command, _with_file(tx, command, given, incoming))


def _arguments(tx: Tx, command: Command, typed: list[Word], line: str) -> tuple[Command, Given]:
    """What a line gives for each parameter, and the command with all the parameters it has then.

    Where words have no place because the first value, which brings the others, cannot be read, that is what is said.
    """
    trouble: AppError | None = None
    try:
        command = command.fitted(tx, first_value(command, typed) if command.grow else None)
    except AppError as error:
        trouble = error
    try:
        return command, read_arguments(command, typed, line)
    except BadInput:
        if trouble is not None:
            raise trouble from None
        raise


def _with_file(tx: Tx, command: Command, given: Given, incoming: Incoming) -> Given:
    """Keep a sent file, and give the command its number."""
    slot = next((slot for slot in command.slots if slot.parameter.file), None)
    if slot is None or not incoming.files:
        return given
    return given | {slot.name: _kept(tx, incoming.files[0])}


def _kept(tx: Tx, file: FileIn) -> str:
    stored = attachments.store(tx.session, file.name, file.content, "application/octet-stream", tx.now)
    return f"#{stored.id}"


def _bare_file(tx: Tx, incoming: Incoming) -> Reply:
    """A file without words: kept for somebody who could bring it in, left alone otherwise."""
    name = incoming.files[0].name
    offers = [(label, line) for label, line in BARE_FILE if COMMANDS[line].allowed(tx.actor)]
    if not offers:
        text = _("Received {name}, but no file is needed from you now. `help` lists what you can do.")
        return Reply(text.format(name=name), error="file_unexpected")
    check_allowed(tx, incoming, COMMANDS[offers[0][1]])
    number = _kept(tx, incoming.files[0])
    buttons = tuple((Button(_(label), f"{line} file={number}"),) for label, line in offers)
    return Reply(_("Received {name}. What shall be done with it?").format(name=name), buttons=buttons)


def _unknown(tx: Tx, incoming: Incoming, typed: list[Word]) -> Reply:
    if incoming.files:
        return _bare_file(tx, incoming)
    if not typed:
        return Reply(_("Type a command. `help` lists what you can do."), error="empty_command")
    return sayings.not_understood(tx.actor, typed, clean(incoming.text))


def check_allowed(tx: Tx, incoming: Incoming, command: Command) -> None:
    """Refuse what this person may not do, and in a group what is for private chats. Raises NotAllowed."""
    if not command.allowed(tx.actor):
        raise NotAllowed("not_allowed", _("You may not do this. Ask the secretary-general for the right role."))
    if command.private and not incoming.private:
        raise NotAllowed("private_only", _("Please send this to me in a private chat."))


def _read(tx: Tx, step: Step) -> tuple[dict[str, Any], list[Missing]]:
    values: dict[str, Any] = {}
    missing: list[Missing] = []
    for slot in step.command.slots:
        raw = step.given.get(slot.name)
        if raw is None:
            if slot.required:
                missing.append(Missing(slot))
            else:
                values[slot.name] = slot.default
            continue
        try:
            values[slot.name] = slot.parameter.parse(tx, raw)
        except AppError as trouble:
            missing.insert(0, Missing(slot, trouble.text, trouble))
    return values, missing


def _ask(tx: Tx, incoming: Incoming, step: Step, missing: list[Missing]) -> Reply:
    first = missing[0]
    if not incoming.interactive:
        if first.error is not None:
            raise first.error
        text = _("“{label}” is missing. It is typed like this: {usage}")
        raise BadInput("missing_parameter", text.format(label=first.slot.label, usage=step.command.usage()))
    kept = {name: value for name, value in step.given.items() if not (first.error and name == first.slot.name)}
    return dialogues.ask(tx, incoming, step.command, kept, missing)


def run(tx: Tx, ready: Ready, incoming: Incoming, progress: Progress | None) -> Reply:
    """Carry out the command."""
    offered: dict[str, Any] = {"incoming": incoming, "progress": progress or (lambda _done, _total: None)}
    extra = {name: offered[name] for name in ready.command.wants}
    return ready.command.run(tx, **ready.values, **extra)


def finished(tx: Tx, reply: Reply, receipts: list[int]) -> Reply:
    """The reply with its receipt number and its buttons made safe to show."""
    text = reply.text
    if receipts:
        text += "\n" + _("Receipt {number}").format(number=f"R-{receipts[-1]}")
    return replace(reply, text=text, buttons=dialogues.with_tokens(tx, reply))


def refused(tx: Tx, incoming: Incoming, step: Step | Reply | None, refusal: AppError) -> Reply:
    """The answer to a refusal. Where another value of one parameter cures it, only that is asked again and the rest kept."""
    command = step.command if isinstance(step, Step) else None
    note_refusal(tx, incoming, command, refusal)
    slot = next((slot for slot in command.slots if slot.name == refusal.asks), None) if command is not None else None
    if slot is None or not isinstance(step, Step) or not incoming.interactive:
        return Reply(refusal.text, error=refusal.code)
    given = {name: value for name, value in step.given.items() if name != CONFIRM}
    given = _with_file(tx, step.command, given, incoming)
    asked = dialogues.ask(tx, incoming, step.command, given, [Missing(slot, refusal.text, refusal)])
    return finished(tx, replace(asked, error=refusal.code), [])


def note_refusal(tx: Tx, incoming: Incoming, command: Command | None, refusal: AppError) -> None:
    """A refused command ends the open question; a sensitive one leaves an audit row of its own."""
    tx.entries.clear()
    if command is not None and incoming.interactive:
        dialogues.drop(tx, incoming)
    if command is not None and command.sensitive:
        tx.record("access:command:refuse", f"command:{command.name.replace(' ', '-')}", {"code": refusal.code})
        tx.finish()
