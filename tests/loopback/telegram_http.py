"""Requests and answers of the loopback Telegram, and what can go wrong with them."""

import asyncio
import json
from collections.abc import Awaitable
from dataclasses import dataclass, field
from typing import Any, Literal

from aiohttp import BodyPartReader, web

from tests.loopback.telegram_world import Json

Kind = Literal["flood", "status", "cut", "lost_reply", "truncated", "not_ok", "slow", "bare"]
WORDS = {"text", "caption", "description", "short_description", "callback_query_id", "url", "secret_token"}


@dataclass
class Fault:
    """What shall go wrong with the ``first``-th to ``last``-th call of a method from now on."""

    kind: Kind
    first: int
    last: int
    detail: Json
    seen: int = 0

    def due(self) -> bool:
        """Count one call; whether it is one of those that fail."""
        self.seen += 1
        return self.first <= self.seen <= self.last


@dataclass
class Call:
    """One request that arrived. ``outcome`` is ``ok``, the error code, or the kind of fault."""

    method: str
    parameters: Json
    at: float
    outcome: str = ""
    headers: dict[str, str] = field(default_factory=dict)


def flood(retry_after: Any) -> web.Response:
    """A 429 answer."""
    body: Json = {"ok": False, "error_code": 429, "description": "Too Many Requests"}
    if retry_after is not None:
        body["parameters"] = {"retry_after": retry_after}
    return web.json_response(body, status=429)


async def parameters(request: web.Request) -> Json:
    """What a request carries, in any of the ways the API allows. Files are (name, content)."""
    found: Json = {name: value_of(name, value) for name, value in request.query.items()}
    if request.content_type == "application/json":
        return found | dict(await request.json())
    if not request.content_type.startswith("multipart/"):
        return found | {name: value_of(name, str(value)) for name, value in (await request.post()).items()}
    async for part in await request.multipart():
        if isinstance(part, BodyPartReader) and part.name:
            content = bytes(await part.read())
            text = "" if part.filename else content.decode()
            found[part.name] = (part.filename, content) if part.filename else value_of(part.name, text)
    return found


def value_of(name: str, text: str) -> Any:
    """Objects, lists and flags come as JSON text; words stay words."""
    if name not in WORDS and (text[:1] in ("[", "{") or text in ("true", "false")):
        return json.loads(text)
    return text


async def either(waited: Awaitable[Any], seconds: float) -> None:
    """Wait for something, at most so long."""
    try:
        await asyncio.wait_for(waited, seconds)
    except TimeoutError:
        return
