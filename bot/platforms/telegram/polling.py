"""Long polling that never acknowledges what is not stored: the offset moves on only behind a commit."""

import asyncio
import json
import logging
from collections.abc import Awaitable, Callable
from typing import Any

from telegram.error import Conflict, TelegramError

from bot.platforms.base import Gate, RetryLater, Unauthorised
from bot.platforms.telegram.errors import delivery_error
from bot.platforms.telegram.wire import TelegramBot

log = logging.getLogger(__name__)
KINDS = ["message", "callback_query"]
MANY = 1000
LONGEST_PAUSE = 60.0


class Poller:
    """Fetches updates, stores each, and hands the new ones on."""

    def __init__(
        self,
        bot: TelegramBot,
        gate: Gate,
        hand_on: Callable[[str, str], None],
        waiting: Callable[[], int],
        *,
        patience: int = 25,
        retry: float = 1.0,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._bot = bot
        self._gate = gate
        self._hand_on = hand_on
        self._waiting = waiting
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
                await self._sleep(self._pause(error, failures))
                failures += 1
            except Exception:
                log.exception("updates could not be stored")
                await self._sleep(min(self._retry * 2 ** min(failures, 10), LONGEST_PAUSE))
                failures += 1

    async def _once(self) -> None:
        while self._waiting() > MANY:
            await self._sleep(0.05)
        for update in await self._bot.raw_updates(self.offset, self._patience, KINDS):
            await self._take(update)

    async def _take(self, update: dict[str, Any]) -> None:
        update_id, raw = str(update["update_id"]), json.dumps(update, ensure_ascii=True)
        if await asyncio.to_thread(self._gate.receive, "telegram", update_id, raw):
            self._hand_on(update_id, raw)
        self.offset = update["update_id"] + 1

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
