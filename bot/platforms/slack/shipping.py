"""Carrying the messages of one answer or notice to a chat, and going on where it stopped when it has to be repeated."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from bot.messages import FileOut
from bot.platforms.base import DeliveryError, Outgoing, Rejected, RetryLater, Sent, Unauthorised, Uncertain, Unreachable
from bot.platforms.characters import safe_file_name
from bot.platforms.floods import Floods
from bot.platforms.slack.errors import INACTIVE
from bot.platforms.slack.wire import Wire
from bot.platforms.slack.writing import TOKEN, Message, messages_of

Step = Message | tuple[FileOut, ...]


@dataclass
class Shipment:
    """Messages and then files for one chat, and how far they have come: ``done`` steps were accepted."""

    chat: str
    steps: list[Step]
    thread: str = ""
    done: int = 0
    message_id: str = ""
    channel: str = ""


def steps_of(messages: list[Message], files: tuple[FileOut, ...]) -> list[Step]:
    """The messages in order, and all files together after them."""
    named = tuple(FileOut(safe_file_name(f.name, "file"), f.content, f.media_type) for f in files)
    return [*messages, *([named] if named else [])]


def shipment_of(outgoing: Outgoing, home: str) -> Shipment:
    """The messages of a notice. Raises Rejected for what can never go."""
    if any(len(token) > TOKEN for row in outgoing.buttons for _label, token in row):
        raise Rejected("button_data")
    steps = steps_of(messages_of(outgoing.text, None, outgoing.buttons, home=home), outgoing.files)
    if not steps:
        raise Rejected("empty")
    return Shipment(outgoing.chat, steps)


class Shipper:
    """Sends shipments."""

    def __init__(self, wire: Wire, between: float, sleep: Callable[[float], Awaitable[None]] = asyncio.sleep) -> None:
        self._wire = wire
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
            try:
                await self._send(shipment, shipment.steps[shipment.done])
            except DeliveryError as error:
                raise await self._judged(error, shipment.chat) from None
            shipment.done += 1
        return Sent(shipment.message_id)

    async def _judged(self, error: DeliveryError, chat: str) -> DeliveryError:
        """An inactive account is ours unless Slack still knows us: then it is the other side's."""
        if isinstance(error, Unauthorised) and error.reason == INACTIVE:
            try:
                await self._wire.auth_test()
            except Unauthorised:
                return error
            except DeliveryError:
                return RetryLater(INACTIVE, 60.0)
            return Unreachable(INACTIVE)
        return self._floods.judged(error, chat)

    async def _send(self, shipment: Shipment, step: Step) -> None:
        if isinstance(step, Message):
            await self._post(shipment, step)
        else:
            await self._share(shipment, step)

    async def _post(self, shipment: Shipment, message: Message) -> None:
        answer = await self._wire.chat_postMessage(
            channel=shipment.chat,
            text=message.text,
            blocks=message.blocks,
            thread_ts=shipment.thread or None,
            link_names=False,
            parse="none",
            unfurl_links=False,
            unfurl_media=False,
        )
        ts = answer.get("ts")
        if not isinstance(ts, str) or not ts:
            raise Uncertain("unreadable_answer")
        shipment.message_id = ts
        shipment.channel = str(answer.get("channel") or "")

    async def _share(self, shipment: Shipment, files: tuple[FileOut, ...]) -> None:
        """Upload each file, then show them all at once: only the last call can leave it open whether they arrived."""
        try:
            uploaded = [await self._upload(file) for file in files]
            channel = shipment.channel or await self._channel(shipment.chat)
        except Uncertain as error:
            raise RetryLater(error.reason, 0.0) from None
        except Unauthorised as error:
            raise _about_files(error) from None
        try:
            answer = await self._wire.files_completeUploadExternal(
                files=uploaded, channel_id=channel, thread_ts=shipment.thread or None
            )
        except Unauthorised as error:
            raise _about_files(error) from None
        shipment.message_id = shipment.message_id or _first_id(answer.get("files"))

    async def _upload(self, file: FileOut) -> dict[str, str | None]:
        answer = await self._wire.files_getUploadURLExternal(filename=file.name, length=len(file.content))
        url, number = answer.get("upload_url"), answer.get("file_id")
        if not isinstance(url, str) or not isinstance(number, str):
            raise Uncertain("unreadable_answer")
        await self._wire.upload(url, file.content)
        return {"id": number, "title": file.name}

    async def _channel(self, chat: str) -> str:
        """Files go to channels only; a person's id stands for their one-to-one chat."""
        if not chat.startswith(("U", "W")):
            return chat
        answer = await self._wire.conversations_open(users=chat)
        return str((answer.get("channel") or {}).get("id") or chat)


def _about_files(error: Unauthorised) -> DeliveryError:
    """Messages can still go when only files are not allowed."""
    return Rejected(error.reason) if error.reason == "missing_scope" else error


def _first_id(files: Any) -> str:
    first = files[0] if isinstance(files, list) and files else {}
    return str(first.get("id") or "file") if isinstance(first, dict) else "file"
