"""Long work, shown by one message that is edited about once a second."""

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable
from typing import Self

from bot.platforms.base import DeliveryError, RetryLater

log = logging.getLogger(__name__)


class ProgressLine:
    """Call it as ``progress(done, total)`` from any thread; it is shown while the ``with`` block runs.

    ``show`` writes or edits the message and raises DeliveryError kinds. Work that is over within the first interval
    shows nothing. Nothing that goes wrong here disturbs the work.
    """

    def __init__(self, show: Callable[[str], Awaitable[None]], interval: float) -> None:
        self._write = show
        self._interval = interval
        self._latest: tuple[int, int] | None = None
        self._shown: tuple[int, int] | None = None
        self._begun = False

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
            if self._begun or not self._over.is_set():
                await self._show()

    async def _show(self) -> None:
        """Bring the message up to date, unless the platform wants to be left alone."""
        latest, now = self._latest, asyncio.get_running_loop().time()
        if latest is None or latest == self._shown or now < self._quiet_until:
            return
        self._shown = latest
        try:
            await self._write(words(*latest))
            self._begun = True
        except RetryLater as error:
            self._quiet_until = now + error.after
        except DeliveryError as error:
            log.info("progress could not be shown", extra={"fields": {"reason": error.reason}})


def words(done: int, total: int) -> str:
    """How far: ``38 % · 121/320``."""
    return f"{min(100, done * 100 // max(total, 1))} % · {done}/{total}"
