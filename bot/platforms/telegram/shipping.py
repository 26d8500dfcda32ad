"""Carrying the messages of one answer or notice to a chat, and going on where it stopped when it has to be repeated."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from telegram import Bot, LinkPreviewOptions, ReplyParameters
from telegram.error import ChatMigrated, TelegramError

from bot.platforms.base import DeliveryError, Outgoing, Rejected, Sent
from bot.platforms.floods import Floods
from bot.platforms.telegram.errors import delivery_error
from bot.platforms.telegram.writing import TOKEN_BYTES, Step, steps_of

log = logging.getLogger(__name__)
NO_PREVIEW = LinkPreviewOptions(is_disabled=True)


@dataclass
class Shipment:
    """Messages for one chat and how far they have come: ``done`` were accepted."""

    chat: str
    steps: list[Step]
    thread: int | None = None
    answers: int | None = None
    done: int = 0
    message_id: str = ""
    moved_to: str | None = None

    @property
    def place(self) -> int | str:
        """The chat as the library takes it."""
        chat = self.moved_to or self.chat
        return int(chat) if chat.lstrip("-").isdecimal() and chat.isascii() else chat


class Shipper:
    """Sends shipments through a bot."""

    def __init__(self, bot: Bot, between: float, sleep: Callable[[float], Awaitable[None]] = asyncio.sleep) -> None:
        self._bot = bot
        self._between = between
        self._sleep = sleep
        self._floods = Floods()

    async def ship(self, shipment: Shipment) -> Sent:
        """Send what is left of it. Raises a DeliveryError; called again it goes on with the message that failed.

        The messages of one shipment keep the chat's own pace, because the caller counts them as one.
        """
        while shipment.done < len(shipment.steps):
            if shipment.done:
                await self._sleep(self._between)
            shipment.message_id = str(await self._accepted(shipment, shipment.steps[shipment.done]) or "")
            shipment.done += 1
        return Sent(shipment.message_id, shipment.moved_to)

    async def _accepted(self, shipment: Shipment, step: Step) -> int:
        try:
            return await self._send(shipment, step)
        except ChatMigrated as moved:
            if shipment.moved_to is not None:
                raise delivery_error(moved) from moved
            shipment.moved_to = str(moved.new_chat_id)
            return await self._accepted(shipment, step)
        except TelegramError as error:
            raise self.judged(error, shipment.chat) from error
        except (TypeError, KeyError, ValueError, AttributeError):
            # The platform said yes, with a message that the library cannot read: it has arrived, without a number.
            log.warning("an accepted message came back unreadable", exc_info=True)
            return 0

    def judged(self, error: TelegramError, chat: str) -> DeliveryError:
        """The kind of failure. When several chats are refused at once, it is the limit of the whole bot."""
        return self._floods.judged(delivery_error(error), chat)

    async def _send(self, shipment: Shipment, step: Step) -> int:
        answers = shipment.answers if not shipment.done else None
        quoted = ReplyParameters(answers, allow_sending_without_reply=True) if answers else None
        text = step.part.text if step.part else None
        entities = step.part.entities if step.part else ()
        if step.file is None:
            message = await self._bot.send_message(
                shipment.place,
                text or "",
                entities=entities or None,
                link_preview_options=NO_PREVIEW,
                reply_markup=step.markup,
                message_thread_id=shipment.thread,
                reply_parameters=quoted,
            )
            return message.message_id
        message = await self._bot.send_document(
            shipment.place,
            step.file.content,
            filename=step.file.name,
            caption=text,
            caption_entities=entities or None,
            disable_content_type_detection=True,
            reply_markup=step.markup,
            message_thread_id=shipment.thread,
            reply_parameters=quoted,
        )
        return message.message_id


def shipment_of(outgoing: Outgoing) -> Shipment:
    """The messages of a notice. Raises Rejected for what can never go."""
    if any(len(token.encode()) > TOKEN_BYTES for row in outgoing.buttons for _label, token in row):
        raise Rejected("button_data")
    steps = steps_of(outgoing.text, None, outgoing.buttons, outgoing.files)
    if not steps:
        raise Rejected("empty")
    return Shipment(outgoing.chat, steps)
