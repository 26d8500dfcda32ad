from collections.abc import AsyncIterator, Iterator

import pytest

from bot.platforms.telegram import TelegramPlatform
from tests.bot.platforms.telegram.office import FakeGate, adapter
from tests.loopback.telegram import TelegramServer


@pytest.fixture
def server() -> Iterator[TelegramServer]:
    with TelegramServer() as running:
        yield running


@pytest.fixture
def gate() -> FakeGate:
    return FakeGate()


@pytest.fixture
async def platform(server: TelegramServer, gate: FakeGate) -> AsyncIterator[TelegramPlatform]:
    """An adapter that only sends."""
    made = adapter(server, gate)
    yield made
    await made.close()
