"""Which answer means what for a message: not sent, perhaps sent, never to be sent, or nobody there."""

import json
from collections.abc import Mapping
from typing import Any

import aiohttp
from slack_sdk.errors import SlackApiError

from bot.platforms.base import DeliveryError, Rejected, RetryLater, Unauthorised, Uncertain, Unreachable

UNKNOWN_WAIT = 5.0
LONGEST_WAIT = 86_400.0
MIGRATION_WAIT = 60.0
INACTIVE = "account_inactive"

FLOOD = frozenset({"ratelimited", "rate_limited", "message_limit_exceeded", "slow_down"})
LATER = frozenset({"service_unavailable", "request_timeout", "accesslimited", "external_channel_migrating"})
MIGRATING = frozenset({"team_added_to_org", "org_login_required"})
PERHAPS = frozenset({"fatal_error", "internal_error"})
"""Documented as “it is possible that some aspect of the operation succeeded”."""

NOBODY = frozenset({
    "as_user_not_supported_for_channel",
    "cannot_dm_bot",
    "cannot_dm_user",
    "channel_is_limited_access",
    "channel_not_found",
    "is_archived",
    "is_inactive",
    "messages_tab_disabled",
    "not_in_channel",
    "restricted_action",
    "restricted_action_non_threadable_channel",
    "restricted_action_read_only_channel",
    "restricted_action_thread_locked",
    "restricted_action_thread_only_channel",
    "user_disabled",
    "user_is_bot",
    "user_not_found",
    "user_not_in_channel",
    "user_not_visible",
    "users_not_found",
})  # fmt: skip
REFUSED = frozenset({
    INACTIVE,
    "access_denied",
    "app_missing_action_url",
    "ekm_access_denied",
    "enterprise_is_restricted",
    "invalid_auth",
    "missing_scope",
    "no_permission",
    "not_allowed_token_type",
    "not_authed",
    "team_access_not_granted",
    "token_expired",
    "token_revoked",
    "two_factor_setup_required",
})  # fmt: skip
TOO_LONG = frozenset({"msg_too_long", "msg_blocks_too_long", "attachment_payload_limit_exceeded"})


def judged(status: int, headers: Mapping[str, str], data: object) -> dict[str, Any]:
    """The body of a success. Raises a DeliveryError for anything else."""
    if status >= 500:
        raise RetryLater("server_trouble", 0.0)
    if status == 429:
        raise RetryLater("flood", wait_of(headers))
    answer = data if isinstance(data, dict) else {}
    if status < 300 and answer.get("ok") is True:
        return answer
    code = answer.get("error")
    if isinstance(code, str) and code:
        raise error_of(code, headers)
    raise _without_words(status)


def _without_words(status: int) -> DeliveryError:
    if status < 300:
        return Uncertain("unreadable_answer")
    if status in (401, 403):
        return Unauthorised(f"http_{status}")
    return Rejected("file_too_big" if status == 413 else f"http_{status}")


def error_of(code: str, headers: Mapping[str, str]) -> DeliveryError:
    """The kind of failure that a documented error code stands for; an unknown one is the message's own fault."""
    if code in FLOOD:
        return RetryLater("flood", wait_of(headers))
    if code in LATER or code in MIGRATING:
        return RetryLater(code, MIGRATION_WAIT if code in MIGRATING else 0.0)
    if code in PERHAPS:
        return Uncertain(code)
    if code in NOBODY:
        return Unreachable(code)
    if code in REFUSED:
        return Unauthorised(code)
    return Rejected("too_long" if code in TOO_LONG else code[:60])


def wait_of(headers: Mapping[str, str]) -> float:
    """Seconds that Retry-After asks for, else a cautious guess."""
    given = next((value for name, value in headers.items() if name.lower() == "retry-after"), "")
    try:
        seconds = float(given)
    except ValueError:
        return UNKNOWN_WAIT
    return min(seconds, LONGEST_WAIT) if seconds > 0 else UNKNOWN_WAIT


def failure_of(error: Exception) -> DeliveryError:
    """What went wrong on the line. A connection that was never made sent nothing; anything else leaves it open."""
    if isinstance(error, DeliveryError):
        return error
    if isinstance(error, aiohttp.ClientConnectorError | aiohttp.ConnectionTimeoutError | aiohttp.InvalidURL):
        return RetryLater("not_connected", 0.0)
    if isinstance(error, TimeoutError):
        return Uncertain("timed_out")
    if isinstance(error, aiohttp.ClientPayloadError | SlackApiError | json.JSONDecodeError | UnicodeDecodeError):
        return _unreadable(error)
    return Uncertain("connection_lost" if isinstance(error, aiohttp.ClientError | OSError) else "unreadable_answer")


def _unreadable(error: Exception) -> DeliveryError:
    """A body that cannot be read: the status still says whether it can have been done."""
    response = getattr(error, "response", None)
    status = getattr(response, "status", 200)
    if status == 429 or status >= 500:
        return RetryLater("flood" if status == 429 else "server_trouble", UNKNOWN_WAIT if status == 429 else 0.0)
    return Uncertain("unreadable_answer") if status < 300 else _without_words(status)
