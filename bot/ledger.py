"""Outcomes on their way into the table: those that come in while one commit runs go into the next.

So after a crash at most what was in flight is uncertain. A database that is away is waited for: what was sent must be
marked, or it would be sent again.
"""

import asyncio
import logging
from collections.abc import Callable

from core.outbox import Outcome

log = logging.getLogger(__name__)
FIRST_PAUSE, LONGEST_PAUSE = 0.2, 5.0


class Ledger:
    """Writes outcomes in batches through ``write`` (synchronous, run in a thread); ``written`` hears of each batch."""

    def __init__(self, write: Callable[[list[Outcome]], object], written: Callable[[], None]) -> None:
        self._write = write
        self._written = written
        self._waiting: list[Outcome] = []
        self._news = asyncio.Event()
        self._closing = False
        self._task: asyncio.Task[None] | None = None
        self.marked = 0
        self.open = 0

    def put(self, outcome: Outcome) -> None:
        """Take an outcome in."""
        self._waiting.append(outcome)
        self.open += 1
        self._news.set()
        if self._task is None:
            self._task = asyncio.create_task(self._run())

    async def close(self, patience: float) -> None:
        """Write what is left; give up after ``patience`` seconds."""
        self._closing = True
        self._news.set()
        if self._task is not None:
            await asyncio.wait({self._task}, timeout=patience)
            self._task.cancel()

    async def _run(self) -> None:
        while True:
            await self._news.wait()
            self._news.clear()
            batch, self._waiting = self._waiting, []
            if batch:
                await self._persist(batch)
            elif self._closing:
                return
            if self._closing:
                self._news.set()

    async def _persist(self, batch: list[Outcome]) -> None:
        pause = FIRST_PAUSE
        while True:
            try:
                await asyncio.to_thread(self._write, batch)
                break
            except Exception:
                log.exception("outcomes could not be written", extra={"fields": {"outcomes": len(batch)}})
                await asyncio.sleep(pause)
                pause = min(pause * 2, LONGEST_PAUSE)
        self.marked += len(batch)
        self.open -= len(batch)
        self._written()
