"""Long work, shown by one message that is edited about once a second."""

import asyncio
import contextlib
import logging
from typing import Self

from telegram import Bot
from telegram.error import TelegramError

from bot.platforms.telegram.wire import Flood

log = logging.getLogger(__name__)


class ProgressLine:
    """Call it as ``progress(done, total)`` from any thread; it is shown while the ``with`` block runs.

    Work that is over within the first interval shows nothing. Nothing that goes wrong here disturbs the work.
    """

    def __init__(self, bot: Bot, chat: int | str, thread: int | None, interval: float) -> None:
        self._bot = bot
        self._chat = chat
        self._thread = thread
        self._interval = interval
        self._latest: tuple[int, int] | None = None
        self._shown: tuple[int, int] | None = None
        self._message: int | None = None

    def __call__(self, done: int, total: int) -> None:
        """Note how far the work is."""
        self._latest = (done, total)

    async def __aenter__(self) -> Self:
        self._over = asyncio.Event()
        self._quiet_until = 0.0
        self._task = asyncio.create_task(self._watch())
        return self

    async def __aexit__(self, *_error: object) -> None:
        self._over.set()
        await self._task

    async def _watch(self) -> None:
        while not self._over.is_set():
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._over.wait(), self._interval)
            if self._message is not None or not self._over.is_set():
                await self._show()

    async def _show(self) -> None:
        """Bring the message up to date, unless the platform wants to be left alone."""
        latest, now = self._latest, asyncio.get_running_loop().time()
        if latest is None or latest == self._shown or now < self._quiet_until:
            return
        self._shown = latest
        try:
            await self._write(words(*latest))
        except Flood as flood:
            self._quiet_until = now + flood.after
        except TelegramError as error:
            log.info("progress could not be shown", extra={"fields": {"error": type(error).__name__}})

    async def _write(self, text: str) -> None:
        if self._message is None:
            message = await self._bot.send_message(
                self._chat, text, disable_notification=True, message_thread_id=self._thread
            )
            self._message = message.message_id
        else:
            await self._bot.edit_message_text(text, self._chat, self._message)


def words(done: int, total: int) -> str:
    """How far: ``38 % · 121/320``."""
    return f"{min(100, done * 100 // max(total, 1))} % · {done}/{total}"
