from collections.abc import AsyncIterator, Iterator

import pytest

from bot.platforms.slack import SlackPlatform
from tests.bot.platforms.gate import FakeGate
from tests.bot.platforms.slack.office import adapter
from tests.loopback.slack import SlackServer


@pytest.fixture
def server() -> Iterator[SlackServer]:
    with SlackServer() as running:
        yield running


@pytest.fixture
def gate() -> FakeGate:
    return FakeGate(platform="slack")


@pytest.fixture
async def platform(server: SlackServer, gate: FakeGate) -> AsyncIterator[SlackPlatform]:
    """An adapter that only sends."""
    made = adapter(server, gate)
    yield made
    await made.close()
