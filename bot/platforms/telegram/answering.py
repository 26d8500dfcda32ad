"""The way of one update: fetch its file, let the house do it, bring the reply, tidy the keyboards, note it."""

import asyncio
import contextlib
import logging
from collections.abc import Coroutine
from dataclasses import replace
from typing import Any

from telegram import Bot
from telegram.error import BadRequest, TelegramError

from bot.messages import FileIn, Incoming, Reply
from bot.platforms.base import Gate, Rejected, RetryLater, Sent, Unreachable
from bot.platforms.pacing import Pacer
from bot.platforms.patience import TRIES, Patience
from bot.platforms.progress import ProgressLine
from bot.platforms.telegram.progress import ProgressMessage
from bot.platforms.telegram.reading import Attachment, Parsed
from bot.platforms.telegram.shipping import Shipment, Shipper
from bot.platforms.telegram.writing import Step, rows_of, steps_of
from bot.platforms.turns import Turns
from core.i18n import DEFAULT_LANGUAGE, N_, _, speaking

log = logging.getLogger(__name__)
DOWNLOAD = 20 * 1024 * 1024
NOT_SHOWN = N_("The answer cannot be shown here. Please tell the secretariat.")
OPEN_PRIVATE = N_("This is for you alone, but I cannot write to you. Please open a private chat with me and ask again.")
IN_PRIVATE = N_("I have answered you in our private chat.")
ASKING = ("missing_parameter", "needs_confirmation")


class Answerer:
    """Answers updates, as many at the same time as ``at_once``."""

    def __init__(
        self,
        bot: Bot,
        gate: Gate,
        shipper: Shipper,
        patience: Patience,
        pacer: Pacer,
        *,
        at_once: int = 8,
    ) -> None:
        self._bot = bot
        self._gate = gate
        self._shipper = shipper
        self._patience = patience
        self._turns = Turns(pacer, patience.sleep)
        self._room = asyncio.Semaphore(at_once)
        self._asked: dict[str, int] = {}

    async def answer(self, parsed: Parsed) -> None:
        """Take one update all the way. What the platform refuses for good is noted as replied, nothing else."""
        if parsed.incoming.overheard:
            await self._patience.firmly(self._gate.handle, parsed.incoming, None)
            await self.replied(parsed.incoming.update_id)
            return
        pressed = asyncio.create_task(self._confirm_press(parsed))
        async with self._room:
            reply = await self._reply(parsed)
        await pressed
        if reply is not None:
            sent = await self._bring(parsed, reply)
            await self._tidy(parsed, reply, sent)
        await self.replied(parsed.incoming.update_id)

    async def replied(self, update_id: str) -> None:
        """Note that nothing is left to do for an update."""
        await self._patience.firmly(self._gate.replied, "telegram", update_id)

    async def _reply(self, parsed: Parsed) -> Reply | None:
        """What the house says; a file that cannot be had is refused here."""
        incoming = parsed.incoming
        if parsed.attachment is not None:
            fetched = await self._fetch(parsed.attachment, incoming)
            if isinstance(fetched, Reply):
                return fetched
            incoming = replace(incoming, files=(fetched,))
        place = Shipment(incoming.chat, []).place
        shown = ProgressMessage(self._bot, place, parsed.thread)
        async with ProgressLine(shown, self._patience.tempo.progress) as progress:
            reply: Reply | None = await self._patience.firmly(self._gate.handle, incoming, progress)
            return reply

    # files

    async def _fetch(self, attachment: Attachment, incoming: Incoming) -> FileIn | Reply:
        with speaking(incoming.language or DEFAULT_LANGUAGE):
            too_big = Reply(_("This file is over 20 MB, which is more than I can fetch. Please send a smaller one."))
            gone = Reply(_("I could not fetch this file. Please send it again."))
        if attachment.size > DOWNLOAD:
            return replace(too_big, error="file_too_big")
        try:
            content = await self._download(attachment)
        except BadRequest as error:
            return replace(too_big if "too big" in error.message else gone, error="file_unavailable")
        except TelegramError as error:
            log.warning("a file could not be fetched", extra={"fields": {"error": type(error).__name__}})
            return replace(gone, error="file_unavailable")
        if len(content) > DOWNLOAD:
            return replace(too_big, error="file_too_big")
        return FileIn(attachment.name, content)

    async def _download(self, attachment: Attachment) -> bytes:
        """The file's bytes. Trouble on the line is tried again."""
        for attempt in range(TRIES):
            try:
                file = await self._bot.get_file(attachment.file_id)
                return bytes(await file.download_as_bytearray())
            except BadRequest:
                raise
            except TelegramError as error:
                if attempt == TRIES - 1:
                    raise
                await self._patience.sleep(self._patience.pause(self._shipper.judged(error, "files"), attempt))
        raise AssertionError

    # replies

    async def _bring(self, parsed: Parsed, reply: Reply) -> Sent | None:
        """Send the reply until it is accepted. None when nobody can be reached."""
        incoming = parsed.incoming
        if reply.personal and not incoming.private:
            return await self._in_private(parsed, reply)
        answers = None if incoming.private or incoming.button else parsed.message_id
        shipment = Shipment(incoming.chat, _steps(reply), parsed.thread, answers)
        try:
            return await self._carry(shipment)
        except Unreachable as error:
            log.info("nobody to answer", extra={"fields": {"reason": error.reason}})
        except Rejected as error:
            log.warning("a reply was not accepted", extra={"fields": {"reason": error.reason}})
            return await self._say(parsed, NOT_SHOWN)
        return None

    async def _in_private(self, parsed: Parsed, reply: Reply) -> Sent | None:
        """What is for one person's eyes goes to their private chat; the group only learns that it did."""
        try:
            await self._carry(Shipment(parsed.incoming.account, _steps(reply)))
        except (Unreachable, Rejected):
            return await self._say(parsed, OPEN_PRIVATE)
        return await self._say(parsed, IN_PRIVATE)

    async def _say(self, parsed: Parsed, words: str) -> Sent | None:
        with speaking(parsed.incoming.language or DEFAULT_LANGUAGE):
            steps = steps_of(_(words), None, (), ())
        with contextlib.suppress(Unreachable, Rejected):
            return await self._carry(Shipment(parsed.incoming.chat, steps, parsed.thread))
        return None

    async def _carry(self, shipment: Shipment) -> Sent:
        async def ship() -> Sent:
            left = len(shipment.steps) - shipment.done
            await self._turns.wait(shipment.chat, left, group=shipment.chat.startswith("-"))
            try:
                return await self._shipper.ship(shipment)
            except RetryLater as error:
                self._turns.keep_quiet(shipment.chat, error)
                raise

        return await self._patience.carry(ship)

    # keyboards

    async def _confirm_press(self, parsed: Parsed) -> None:
        """Stop the button's spinner. Too late, or not at all, does no harm."""
        if parsed.callback is not None:
            await _quietly(self._bot.answer_callback_query(parsed.callback))

    async def _tidy(self, parsed: Parsed, reply: Reply, sent: Sent | None) -> None:
        """Take the keyboard away from a message that has been answered, by a press or by words."""
        incoming = parsed.incoming
        asked = self._asked.pop(incoming.chat, None) if incoming.private else None
        if incoming.button and _is_settled(parsed, reply):
            await self._clear(incoming.chat, parsed.message_id)
        if asked is not None and asked != parsed.message_id:
            await self._clear(incoming.chat, asked)
        if sent is not None and sent.message_id and incoming.private and reply.buttons and reply.error in ASKING:
            self._asked[incoming.chat] = int(sent.message_id)
            while len(self._asked) > 10_000:
                del self._asked[next(iter(self._asked))]

    async def _clear(self, chat: str, message_id: int) -> None:
        place = Shipment(chat, []).place
        await _quietly(self._bot.edit_message_reply_markup(chat_id=place, message_id=message_id, reply_markup=None))


def _is_settled(parsed: Parsed, reply: Reply) -> bool:
    """Whether the pressed keyboard has done its work. In a group it may have been somebody else's."""
    refused = reply.error is not None and reply.error not in ASKING
    return not (parsed.keyboard_stays or reply.failed or (refused and not parsed.incoming.private))


def _steps(reply: Reply) -> list[Step]:
    return steps_of(reply.text, reply.table, rows_of(reply), reply.files)


async def _quietly(call: Coroutine[Any, Any, Any]) -> None:
    try:
        await call
    except TelegramError as error:
        log.debug("not essential and not done", extra={"fields": {"error": type(error).__name__}})
