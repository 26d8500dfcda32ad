"""Bringing a reply to where it belongs: the one-to-one chat, the eyes of the one who typed, a modal, the home page."""

import contextlib
import logging
from collections.abc import Coroutine
from dataclasses import dataclass
from typing import Any

from bot.messages import FileOut, Form, Reply
from bot.platforms.base import DeliveryError, Rejected, RetryLater, Sent, Unreachable
from bot.platforms.patience import Patience
from bot.platforms.slack.directory import Directory
from bot.platforms.slack.door import Window
from bot.platforms.slack.forms import Place, modal
from bot.platforms.slack.reading import Kind, Parsed, Shown
from bot.platforms.slack.shipping import Shipment, Shipper, steps_of
from bot.platforms.slack.wire import Wire
from bot.platforms.slack.writing import Message, messages_of, rows_of
from bot.platforms.turns import Turns
from core.i18n import DEFAULT_LANGUAGE, N_, _, speaking

log = logging.getLogger(__name__)
WHISPERS = 3
"""A ``response_url`` can be used five times; a longer reply goes to the one-to-one chat."""
HOME_BLOCKS = 100
CHANNELS = ("C", "G")
REMEMBERED = 10_000
ASKING = ("missing_parameter", "needs_confirmation")
NOT_SHOWN = N_("The answer cannot be shown here. Please tell the secretariat.")
OPEN_PRIVATE = N_("This is for you alone, but I cannot write to you. Please open a private chat with me and ask again.")
IN_PRIVATE = N_("I have answered you in our private chat.")
FILL_IN = N_("Fill in the form")
JOIN = N_("Welcome. To join, send: join ‹invitation code›. The association's secretariat gives you the code.")


@dataclass(frozen=True)
class Ways:
    """What bringing a reply needs."""

    wire: Wire
    shipper: Shipper
    directory: Directory
    patience: Patience
    turns: Turns
    home: str = ""


class Replier:
    """Brings replies, however often it takes."""

    def __init__(self, ways: Ways) -> None:
        self._ways = ways
        self._asked: dict[str, Shown] = {}

    async def bring(self, parsed: Parsed, reply: Reply, window: Window | None = None) -> None:
        """Show a reply. What the platform refuses for good is told instead; nobody there is only noted."""
        if parsed.kind == Kind.HOME:
            await self._publish(parsed, reply)
            return
        asked = self._asked.pop(parsed.incoming.chat, None) if parsed.incoming.private else None
        if asked is not None and (parsed.pressed is None or asked.ts != parsed.pressed.ts):
            await self._clear(asked)
        if reply.form is None or not await self._as_form(parsed, reply.form, window):
            await self._as_messages(parsed, reply)
        elif _replaces(parsed, reply):
            await _quietly(self._ways.wire.whisper(parsed.response_url, {"delete_original": True}))
        if parsed.pressed is not None and not parsed.pressed.ephemeral and _is_settled(parsed, reply):
            await self._clear(parsed.pressed)

    async def point_to_joining(self, parsed: Parsed) -> None:
        """The office does not answer strangers in a channel; they alone learn how to join."""
        if parsed.kind == Kind.COMMAND and not parsed.incoming.private:
            await self._tell(parsed, JOIN)

    # forms

    async def _as_form(self, parsed: Parsed, form: Form, window: Window | None) -> bool:
        """Open a modal, or turn the open one to this page. False when Slack's time for that is over."""
        incoming = parsed.incoming
        url = "" if incoming.private else parsed.response_url
        with speaking(incoming.language or DEFAULT_LANGUAGE):
            place = Place(form.token, incoming.chat, incoming.private, url, parsed.thread)
            view = modal(form, place, dict(incoming.fields))
        if window is not None and window.turn(view):
            return True
        if not parsed.trigger:
            return False
        try:
            await self._ways.wire.views_open(trigger_id=parsed.trigger, view=view)
        except DeliveryError as error:
            log.info("a form could not be opened", extra={"fields": {"reason": error.reason}})
            return False
        return True

    # messages

    async def _as_messages(self, parsed: Parsed, reply: Reply) -> None:
        incoming = parsed.incoming
        messages = messages_of(
            reply.text, reply.table, rows_of(reply), home=self._ways.home, form=self._form_button(parsed, reply)
        )
        if incoming.private:
            await self._in_private(parsed, reply, messages)
        elif (
            reply.personal
            or reply.files
            or len(messages) > WHISPERS
            or not await self._whisper(parsed, messages, replaces=_replaces(parsed, reply))
        ):
            await self._aside(parsed, messages, reply)

    def _form_button(self, parsed: Parsed, reply: Reply) -> tuple[str, str] | None:
        """A press gives us the right to open a modal, which a typed line does not. One question needs none."""
        fields = reply.form.fields if reply.form is not None else ()
        shown = sum(len(row) for row in reply.buttons)
        if reply.form is None or (len(fields) < 2 and all(len(field.choices) <= shown for field in fields)):
            return None
        with speaking(parsed.incoming.language or DEFAULT_LANGUAGE):
            return _(FILL_IN), reply.form.token

    async def _in_private(self, parsed: Parsed, reply: Reply, messages: list[Message]) -> None:
        incoming = parsed.incoming
        try:
            sent = await self._carry(incoming.chat, messages, reply.files, parsed.thread)
        except Unreachable as error:
            log.info("nobody to answer", extra={"fields": {"reason": error.reason}})
        except Rejected as error:
            log.warning("a reply was not accepted", extra={"fields": {"reason": error.reason}})
            await self._tell(parsed, NOT_SHOWN)
        else:
            self._note_question(incoming.chat, reply, messages, sent)
            if parsed.aside:
                await self._whisper(parsed, self._worded(parsed, IN_PRIVATE))

    async def _aside(self, parsed: Parsed, messages: list[Message], reply: Reply) -> None:
        """What is for one person's eyes, or too much for a whisper, goes to their one-to-one chat."""
        told = IN_PRIVATE if await self._is_carried_aside(parsed, messages, reply) else OPEN_PRIVATE
        await self._whisper(parsed, self._worded(parsed, told), replaces=_replaces(parsed, reply))

    async def _is_carried_aside(self, parsed: Parsed, messages: list[Message], reply: Reply) -> bool:
        chat = await self._ways.directory.chat(parsed.incoming.account)
        if not chat:
            return False
        try:
            await self._carry(chat, messages, reply.files)
        except (Unreachable, Rejected):
            return False
        return True

    async def _tell(self, parsed: Parsed, words: str) -> None:
        """Say something of our own where the person is."""
        messages = self._worded(parsed, words)
        if not parsed.incoming.private:
            await self._whisper(parsed, messages)
            return
        with contextlib.suppress(Unreachable, Rejected):
            await self._carry(parsed.incoming.chat, messages)

    @staticmethod
    def _worded(parsed: Parsed, words: str) -> list[Message]:
        with speaking(parsed.incoming.language or DEFAULT_LANGUAGE):
            return messages_of(_(words))

    async def _carry(
        self, chat: str, messages: list[Message], files: tuple[FileOut, ...] = (), thread: str = ""
    ) -> Sent:
        shipment = Shipment(chat, steps_of(messages, files), thread)

        async def ship() -> Sent:
            await self._ways.turns.wait(chat, len(shipment.steps) - shipment.done, group=chat.startswith(CHANNELS))
            try:
                return await self._ways.shipper.ship(shipment)
            except RetryLater as error:
                self._ways.turns.keep_quiet(chat, error)
                raise

        return await self._ways.patience.carry(ship)

    async def _whisper(self, parsed: Parsed, messages: list[Message], *, replaces: bool = False) -> bool:
        """Show it only to the person who typed, where they typed; False when that is not possible any more."""
        url = parsed.response_url
        if not url or not self._ways.wire.may_answer_at(url):
            return False
        try:
            for index, message in enumerate(messages):
                body = {
                    "response_type": "ephemeral",
                    "replace_original": replaces and index == 0,
                    "text": message.text,
                    "blocks": list(message.blocks),
                    "unfurl_links": False,
                    "unfurl_media": False,
                }
                await self._ways.patience.carry(lambda body=body: self._once(url, body))  # type: ignore[misc]
        except (Unreachable, Rejected) as error:
            log.info("a whisper was not possible", extra={"fields": {"reason": error.reason}})
            return False
        return True

    async def _once(self, url: str, body: dict[str, Any]) -> Sent:
        await self._ways.wire.whisper(url, body)
        return Sent("")

    async def _publish(self, parsed: Parsed, reply: Reply) -> None:
        blocks = [
            block for message in messages_of(reply.text, reply.table, home=self._ways.home) for block in message.blocks
        ]
        view = {"type": "home", "blocks": blocks[:HOME_BLOCKS]}
        await _quietly(self._ways.wire.views_publish(user_id=parsed.incoming.account, view=view))

    # buttons

    def _note_question(self, chat: str, reply: Reply, messages: list[Message], sent: Sent) -> None:
        """Remember a question with buttons, to take them away when it is answered in words."""
        if reply.error not in ASKING or not messages or not sent.message_id:
            return
        self._asked[chat] = Shown(chat, sent.message_id, messages[-1].text, messages[-1].blocks)
        while len(self._asked) > REMEMBERED:
            del self._asked[next(iter(self._asked))]

    async def _clear(self, shown: Shown) -> None:
        """Take the buttons away from a message that has been answered."""
        blocks = [block for block in shown.blocks if block.get("type") != "actions"]
        if len(blocks) < len(shown.blocks):
            update = self._ways.wire.chat_update(channel=shown.channel, ts=shown.ts, text=shown.text, blocks=blocks)
            await _quietly(update)


def _replaces(parsed: Parsed, reply: Reply) -> bool:
    """Whether the answer takes the place of the question, which only the person who pressed could see."""
    return parsed.pressed is not None and parsed.pressed.ephemeral and _is_settled(parsed, reply)


def _is_settled(parsed: Parsed, reply: Reply) -> bool:
    """Whether the pressed buttons have done their work. In a channel they may have been somebody else's."""
    refused = reply.error is not None and reply.error not in ASKING
    return not (parsed.keyboard_stays or reply.failed or (refused and not parsed.incoming.private))


async def _quietly(call: Coroutine[Any, Any, Any]) -> None:
    try:
        await call
    except DeliveryError as error:
        log.debug("not essential and not done", extra={"fields": {"reason": error.reason}})
