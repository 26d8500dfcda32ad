"""The adapter under test, with real slack-bolt, behind the real portal, between a stand-in for the house and a
loopback workspace.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import uvicorn

from bot.platforms.base import Gate
from bot.platforms.slack import Entry, SlackPlatform, Tempo, connect
from portal.server import build
from tests.loopback.slack import SlackServer

QUICK = Tempo(between=0.0, progress=0.05, retry=0.02)
HOME = "https://office.example.org"


def adapter(
    server: SlackServer, gate: Gate, *, socket: bool = False, tempo: Tempo = QUICK, timeout: float = 5.0
) -> SlackPlatform:
    """The real adapter with the real library, pointed at the loopback."""
    entry = Entry(server.secret, server.desk.app_token if socket else "", HOME)
    return connect(server.desk.token, gate, entry, api=server.api, tempo=tempo, timeout=timeout, ping_seconds=0.2)


@asynccontextmanager
async def served(platform: SlackPlatform) -> AsyncIterator[str]:
    """The portal with the platform's hook; yields the hook's address."""
    config = uvicorn.Config(build(None, [platform]), "127.0.0.1", 0, log_config=None, access_log=False)
    portal = uvicorn.Server(config)
    task = asyncio.create_task(portal.serve())
    while not portal.started:  # noqa: ASYNC110 - the library has no event for it
        await asyncio.sleep(0.005)
    port = portal.servers[0].sockets[0].getsockname()[1]
    try:
        yield f"http://127.0.0.1:{port}/hooks/slack"
    finally:
        portal.should_exit = True
        await task


@asynccontextmanager
async def running(server: SlackServer, gate: Gate, *, socket: bool = False) -> AsyncIterator[SlackPlatform]:
    """The adapter at work in one of its two modes; ended as an orderly stop ends it."""
    platform = adapter(server, gate, socket=socket)
    task = asyncio.create_task(platform.run())
    try:
        if socket:
            await server.until(lambda: server.carrier.sockets)
            yield platform
        else:
            async with served(platform) as url:
                server.request_url = url
                yield platform
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        await platform.close()
        server.request_url = ""
