"""From the outbox to the platforms: one line for each, so that trouble on one never holds up another."""

import asyncio
from collections.abc import Mapping

from bot.dispatch import House
from bot.lines import Line
from bot.platforms.base import Platform


class Delivery:
    """Drains the outbox into the given platforms until stopped. Messages of other platforms stay where they are."""

    def __init__(self, house: House, platforms: Mapping[str, Platform], *, chat: str | None = None) -> None:
        self.lines = [Line(house, platform, chat=chat) for platform in platforms.values()]
        self.stopping = asyncio.Event()

    async def run(self) -> None:
        """Work until ``stop``; what is in flight is finished and marked, what is only claimed is given back."""
        try:
            await asyncio.gather(*(line.run(self.stopping) for line in self.lines))
        finally:
            await self._close()

    def stop(self) -> None:
        """Ask the lines to end."""
        self.stopping.set()
        for line in self.lines:
            line.news.set()

    async def drain(self) -> int:
        """Send everything that is due now, then return how many outcomes were marked. For the console and tests."""
        try:
            for line in self.lines:
                await line.turn()
                while not line.idle:
                    await line.rest(line.pause())
                    await line.turn()
        finally:
            await self._close()
        return sum(line.ledger.marked for line in self.lines)

    async def _close(self) -> None:
        await asyncio.gather(*(line.close() for line in self.lines))
