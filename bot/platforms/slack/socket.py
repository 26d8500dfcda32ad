"""Socket Mode: Slack talks to us through a connection that we open, so no public address is needed."""

import asyncio
import logging
from time import time

from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.adapter.socket_mode.async_internals import send_async_response
from slack_sdk.socket_mode.aiohttp import SocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest

from bot.platforms.slack.door import Door
from bot.platforms.slack.wire import Wire

PING_SECONDS = 10.0


class Brief(logging.Filter):
    """Drops tracebacks: the library logs one for every attempt while the line is down."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Keep the record, in one line."""
        record.exc_info = None
        return True


QUIET = logging.getLogger("slack_bolt.guildhall_socket")
QUIET.setLevel(logging.ERROR)
QUIET.addFilter(Brief())


class Socket(AsyncSocketModeHandler):
    """The library's handler, with our door behind it. It connects anew by itself. Make it inside the event loop."""

    def __init__(self, door: Door, wire: Wire, app_token: str, ping_seconds: float = PING_SECONDS) -> None:
        super().__init__(door.app, app_token, QUIET, wire, ping_interval=ping_seconds)
        self.client.proxy = wire.proxy
        self._door = door

    async def handle(self, client: SocketModeClient, req: SocketModeRequest) -> None:  # type: ignore[override]
        """One envelope. What could not be stored is not acknowledged, and Slack sends it again."""
        start = time()
        payload = req.payload if isinstance(req.payload, dict) else {}
        response = await self._door.socket(payload, req.envelope_id)
        await send_async_response(client, req, response, start)

    async def run(self) -> None:
        """Receive until cancelled."""
        try:
            await self.client.connect()  # type: ignore[no-untyped-call]
            await asyncio.Event().wait()
        finally:
            await self.client.close()  # type: ignore[no-untyped-call]
