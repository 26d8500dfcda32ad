"""The adapter under test, with the real library, between a stand-in for the house and the loopback server."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from bot.platforms.telegram import Hook, TelegramPlatform, Tempo, connect
from tests.bot.platforms.gate import FakeGate
from tests.loopback.telegram import TelegramServer

__all__ = ["FakeGate", "adapter", "running"]
QUICK = Tempo(between=0.0, progress=0.05, retry=0.02)


def adapter(
    server: TelegramServer, gate: FakeGate, hook: Hook | None = None, *, tempo: Tempo = QUICK, read_timeout: float = 5.0
) -> TelegramPlatform:
    """The real adapter with the real library, pointed at the loopback."""
    return connect(server.token, gate, api=server.url, hook=hook, tempo=tempo, patience=2, read_timeout=read_timeout)


@asynccontextmanager
async def running(server: TelegramServer, gate: FakeGate, hook: Hook | None = None) -> AsyncIterator[TelegramPlatform]:
    """The adapter at work; ended as an orderly stop ends it."""
    platform = adapter(server, gate, hook)
    task = asyncio.create_task(platform.run())
    try:
        yield platform
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        await platform.close()
