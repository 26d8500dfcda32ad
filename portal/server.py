"""The web side: health, metrics, forms, and the webhooks of platforms that call us."""

import asyncio
import hmac
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import uvicorn
from sqlalchemy import func, select, text
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from core.config import Settings
from core.db import open_reading
from core.inbox import InboxUpdate
from core.outbox import OutboxMessage
from portal import applications, calendars, front, surveys
from portal.bodies import TooLarge, body_of

GRACE_SECONDS = 5


def build(house: Any, adapters: Sequence[Any]) -> Starlette:
    """The application. ``adapters`` with a ``webhook`` coroutine get a route of their name."""
    routes = [Route("/health", _health(house)), Route("/metrics", _metrics(house))]
    hooked = [adapter for adapter in adapters if hasattr(adapter, "webhook")]
    routes += [Route(f"/hooks/{adapter.name}", _hook(adapter), methods=["POST"]) for adapter in hooked]
    pages = [one for topic in (front, surveys, applications, calendars) for one in topic.routes(house)]
    return Starlette(routes=routes + pages, exception_handlers={404: front.missing})


def _health(house: Any) -> Callable[[Request], Response]:
    def health(_request: Request) -> Response:
        with open_reading(house.engine) as session:
            session.execute(text("SELECT 1"))
        return JSONResponse({"status": "ok"})

    return health


def _metrics(house: Any) -> Callable[[Request], Response]:
    def metrics(_request: Request) -> Response:
        lines = []
        with open_reading(house.engine) as session:
            for name, table in (("inbox", InboxUpdate.__table__), ("outbox", OutboxMessage.__table__)):
                rows = session.connection().execute(select(table.c.state, func.count()).group_by(table.c.state))
                lines += [f'guildhall_{name}_messages{{state="{state}"}} {count}' for state, count in rows]
        return PlainTextResponse("\n".join(lines) + "\n")

    return metrics


def _hook(adapter: Any) -> Callable[[Request], Awaitable[Response]]:
    async def hook(request: Request) -> Response:
        try:
            body = await body_of(request)
        except TooLarge:
            return PlainTextResponse("too large", status_code=413)
        status, headers, content = await adapter.webhook(dict(request.headers), body)
        return Response(content, status_code=status, headers=headers)

    return hook


def same_secret(expected: str, given: str | None) -> bool:
    """Whether a shared secret was given, compared in constant time; anything odd counts as wrong."""
    try:
        return given is not None and hmac.compare_digest(expected.encode(), given.encode("latin-1"))
    except UnicodeEncodeError:
        return False


class Server(uvicorn.Server):
    """The web server without signal handlers of its own: the composition root minds the signals."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leave them as they are."""
        yield


async def run(settings: Settings, house: Any, adapters: Sequence[Any]) -> None:
    """Serve until cancelled; what is being answered then is still answered, within a few seconds."""
    config = uvicorn.Config(
        build(house, adapters),
        settings.portal_host,
        settings.portal_port,
        log_config=None,
        access_log=False,
        lifespan="off",
        timeout_graceful_shutdown=GRACE_SECONDS,
    )
    server = Server(config)
    serving = asyncio.create_task(server.serve())
    try:
        await asyncio.shield(serving)
    except asyncio.CancelledError:
        server.should_exit = True
        await serving
        raise
