"""Long polling that never acknowledges what is not stored: the offset moves on only behind a commit."""

import asyncio
import json
import logging
import time
from collections.abc import Awaitable, Callable
from typing import Any

from telegram.error import Conflict, TelegramError

from bot.platforms.base import Gate, RetryLater, Unauthorised
from bot.platforms.telegram.errors import delivery_error
from bot.platforms.telegram.wire import TelegramBot

log = logging.getLogger(__name__)
KINDS = ["message", "edited_message", "callback_query", "my_chat_member"]
MANY = 10_000
LONGEST_PAUSE = 60.0
TOO_SOON = 0.2
"""Seconds. A server that says at once that there is nothing, instead of waiting for something, is not asked at once again."""


class Poller:
    """Fetches updates, stores each, and hands the new ones on."""

    def __init__(
        self,
        bot: TelegramBot,
        gate: Gate,
        hand_on: Callable[[str, str], None],
        waiting: Callable[[], int],
        unhook: Callable[[], Awaitable[object]],
        wanted: Callable[[str], Awaitable[bool]],
        *,
        patience: int = 25,
        retry: float = 1.0,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._bot = bot
        self._gate = gate
        self._hand_on = hand_on
        self._waiting = waiting
        self._unhook = unhook
        self._wanted = wanted
        self._patience = patience
        self._retry = retry
        self._sleep = sleep
        self.offset: int | None = None

    async def run(self) -> None:
        """Poll until cancelled. Trouble on the line or in the store is waited out, with growing pauses."""
        failures = 0
        while True:
            try:
                await self._once()
                failures = 0
            except TelegramError as error:
                await self._recover(error, failures)
                failures += 1
            except Exception:
                log.exception("updates could not be stored")
                await self._sleep(min(self._retry * 2 ** min(failures, 10), LONGEST_PAUSE))
                failures += 1

    async def _once(self) -> None:
        while self._waiting() > MANY:
            await self._sleep(0.05)
        begin = time.monotonic()
        found = await self._bot.raw_updates(self.offset, self._patience, KINDS)
        for update in found:
            await self._take(update)
        if not found and time.monotonic() - begin < TOO_SOON:
            await self._sleep(min(TOO_SOON, self._retry))

    async def _take(self, update: dict[str, Any]) -> None:
        update_id, raw = str(update["update_id"]), json.dumps(update, ensure_ascii=True)
        if await self._wanted(raw) and await asyncio.to_thread(self._gate.receive, "telegram", update_id, raw):
            self._hand_on(update_id, raw)
        self.offset = update["update_id"] + 1

    async def _recover(self, error: TelegramError, failures: int) -> None:
        """Wait; when a webhook stands in the way, try to take it away."""
        await self._sleep(self._pause(error, failures))
        if isinstance(error, Conflict) and "webhook" in error.message.casefold():
            await self._unhook()

    def _pause(self, error: TelegramError, failures: int) -> float:
        kind = delivery_error(error)
        log.warning(
            "updates could not be fetched",
            extra={"fields": {"reason": kind.reason, "conflict": isinstance(error, Conflict)}},
        )
        if isinstance(kind, Unauthorised):
            return LONGEST_PAUSE * self._retry
        after = kind.after if isinstance(kind, RetryLater) else 0.0
        return after or min(self._retry * 2 ** min(failures, 10), LONGEST_PAUSE)
