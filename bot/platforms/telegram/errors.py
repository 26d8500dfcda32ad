"""Which error means what for a message: not sent, perhaps sent, never to be sent, or nobody there."""

import httpx
from telegram.error import BadRequest, ChatMigrated, Conflict, Forbidden, InvalidToken, NetworkError, TelegramError

from bot.platforms.base import DeliveryError, Rejected, RetryLater, Unauthorised, Uncertain, Unreachable
from bot.platforms.telegram.wire import Flood, Garbled, ServerTrouble

NEVER_LEFT = (
    httpx.ConnectError,
    httpx.ConnectTimeout,
    httpx.PoolTimeout,
    httpx.ProxyError,
    httpx.UnsupportedProtocol,
    httpx.InvalidURL,
)

NOBODY = (
    "chat not found",
    "user not found",
    "user is deactivated",
    "peer_id_invalid",
    "group chat was deactivated",
    "group chat was upgraded",
    "bot was kicked",
    "bot is not a member",
    "have no rights to send",
    "not enough rights to send",
    "need administrator rights",
    "chat_write_forbidden",
    "chat_restricted",
)

REJECTED = {
    "too long": "too_long",
    "text is empty": "empty",
    "button_data_invalid": "button_data",
    "can't parse entities": "entities",
    "request entity too large": "file_too_big",
    "file is too big": "file_too_big",
    "http 413": "file_too_big",
}


def delivery_error(error: TelegramError) -> DeliveryError:
    """The kind of failure. The order matters: the library's BadRequest is a NetworkError."""
    if isinstance(error, Flood):
        return RetryLater("flood", error.after)
    if isinstance(error, ServerTrouble | Conflict):
        return RetryLater("server_trouble", 0.0)
    if isinstance(error, InvalidToken):
        return Unauthorised("token_refused")
    if isinstance(error, ChatMigrated):
        return Unreachable("chat_migrated")
    if isinstance(error, Forbidden):
        return Unreachable("blocked" if "blocked" in error.message else "forbidden")
    if isinstance(error, BadRequest):
        return _bad_request(error.message.casefold())
    return _network(error)


def _bad_request(description: str) -> DeliveryError:
    if any(words in description for words in NOBODY):
        return Unreachable("chat_not_found")
    reason = next((reason for words, reason in REJECTED.items() if words in description), "bad_request")
    return Rejected(reason)


def _network(error: TelegramError) -> DeliveryError:
    """A connection that was never made sent nothing; anything else leaves it open whether it was done."""
    if isinstance(error, Garbled):
        return Uncertain("unreadable_answer")
    if isinstance(error.__cause__, NEVER_LEFT):
        return RetryLater("not_connected", 0.0)
    if isinstance(error.__cause__, httpx.TimeoutException):
        return Uncertain("timed_out")
    return Uncertain("connection_lost" if isinstance(error, NetworkError) else "unknown")
