"""The HTTP side: what a status and a body mean, judged before the library blurs it.

The library makes one ``NetworkError`` of a server page, a dropped line and a bad gateway, raises KeyError for
``ok: false`` with status 200, and logs bodies that it cannot read. So every answer is looked at here first.
"""

import json
import re
from typing import Any

from telegram import Bot
from telegram.error import BadRequest, TelegramError
from telegram.request import HTTPXRequest

UNKNOWN_WAIT = 5.0
LONGEST_WAIT = 86_400.0
KNOWN_STATUSES = (400, 401, 403, 404, 409)
RETRY_WORDS = re.compile(r"retry after ([0-9]{1,6})")


class Flood(TelegramError):
    """429: nothing was done, and nothing may be asked for ``after`` seconds."""

    def __init__(self, after: float) -> None:
        super().__init__(f"Flood control for {after:g} s")
        self.after = after


class ServerTrouble(TelegramError):
    """The server could not do it (5xx): nothing was done."""


class Garbled(TelegramError):
    """A success whose body cannot be read: it may have been done."""


class Wire(HTTPXRequest):
    """The library's HTTP client with our reading of the answers."""

    async def do_request(self, url: str, method: str, *args: Any, **kwargs: Any) -> tuple[int, bytes]:
        """One request. Raises the errors above; other refusals are left to the library."""
        status, payload = await super().do_request(url, method, *args, **kwargs)
        return judged_file(status, payload) if method == "GET" else judged(status, payload)


class TelegramBot(Bot):
    """The library's bot, and updates as they came."""

    async def raw_updates(self, offset: int | None, wait: int, kinds: list[str]) -> list[dict[str, Any]]:
        """Updates from ``offset`` on, waiting up to ``wait`` seconds for the first.

        Unlike ``get_updates`` nothing is parsed: one odd update must not keep all the others from being stored.
        """
        data = {"timeout": wait, "offset": offset, "limit": 100, "allowed_updates": kinds}
        found = await self._post("getUpdates", data, read_timeout=wait + 15)
        usable = [update for update in found if isinstance(update, dict) and is_number(update.get("update_id"))]
        return sorted(usable, key=lambda update: int(update["update_id"]))


def is_number(value: object) -> bool:
    """Whether this can be the number of an update."""
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 2**63


def judged(status: int, payload: bytes) -> tuple[int, bytes]:
    """The status and body as the library should see them. Raises Flood, ServerTrouble or Garbled."""
    if status >= 500:
        raise ServerTrouble(f"HTTP {status}")
    answer = _read(payload)
    if answer is None and status < 300:
        raise Garbled("an answer that cannot be read")
    if answer is None:
        answer, payload = {}, json.dumps({"ok": False, "description": f"HTTP {status}"}).encode()
    if answer.get("ok") is True and status < 300:
        if "result" not in answer:
            raise Garbled("an answer without a result")
        return status, payload
    return _refused(status, answer, payload)


def _refused(status: int, answer: dict[str, Any], payload: bytes) -> tuple[int, bytes]:
    said = answer.get("error_code")
    code = said if status < 400 and isinstance(said, int) else status
    given = answer.get("parameters")
    parameters = given if isinstance(given, dict) else {}
    if code == 429 or "retry_after" in parameters:
        raise Flood(_wait(parameters.get("retry_after"), str(answer.get("description", ""))))
    if code >= 500:
        raise ServerTrouble(f"HTTP {code}")
    if code == 404 and "method" in str(answer.get("description", "")).casefold():
        # The library takes every 404 for a wrong token; a server that lacks a method says so.
        return 400, payload
    return (code if code in KNOWN_STATUSES else 400), payload


def judged_file(status: int, payload: bytes) -> tuple[int, bytes]:
    """The body of a downloaded file. A missing file is a bad request here, not a bad token."""
    if status >= 500:
        raise ServerTrouble(f"HTTP {status}")
    if status == 429:
        raise Flood(UNKNOWN_WAIT)
    if status >= 300:
        raise BadRequest(f"file not available: HTTP {status}")
    return status, payload


def _read(payload: bytes) -> dict[str, Any] | None:
    try:
        answer = json.loads(payload)
    except (ValueError, RecursionError):
        return None
    return answer if isinstance(answer, dict) else None


def _wait(value: object, description: str) -> float:
    """Seconds to wait: a number of any kind, else the words of the description, else a cautious guess."""
    found = RETRY_WORDS.search(description)
    text = str(value) if value is not None else found.group(1) if found else ""
    try:
        seconds = float(text)
    except ValueError:
        return UNKNOWN_WAIT
    return min(seconds, LONGEST_WAIT) if seconds > 0 else UNKNOWN_WAIT
