"""Calendars at secret addresses, for calendar programs: no login, no names in them, nothing written by looking."""

from collections.abc import Callable
from hashlib import sha256
from typing import Any

from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from core.access import Actor
from core.associations import Association
from core.db import open_reading
from core.transaction import Tx
from reminders import feeds
from reminders.usecases.linking import PATH

TYPE = "text/calendar; charset=utf-8"
HEADERS = {
    "Cache-Control": "private, max-age=900",
    "Referrer-Policy": "no-referrer",
    "X-Robots-Tag": "noindex",
    "X-Content-Type-Options": "nosniff",
    "Content-Disposition": 'inline; filename="guildhall.ics"',
}


def routes(house: Any) -> list[Route]:
    """The one address below ``/calendar``."""
    return [Route(PATH + "{token}.ics", _calendar(house), methods=["GET"])]


def _calendar(house: Any) -> Callable[[Request], Response]:
    def give(request: Request) -> Response:
        now = house.clock().replace(minute=0, second=0, microsecond=0)

        def make(session: Session, actor: Actor, association: Association) -> Tx:
            return Tx(session, actor, association, now, house.screener, house.keys, "web", house.public_url)

        with open_reading(house.engine) as session:
            content = feeds.feed(session, request.path_params["token"], make)
        if content is None:
            return PlainTextResponse("not found\n", status_code=404, headers={"Cache-Control": "no-store"})
        tag = f'"{sha256(content.encode()).hexdigest()[:32]}"'
        if request.headers.get("if-none-match") == tag:
            return Response(status_code=304, headers=HEADERS | {"ETag": tag})
        return Response(content, media_type=TYPE, headers=HEADERS | {"ETag": tag})

    return give
