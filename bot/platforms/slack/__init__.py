"""Slack: the adapter, and what makes it from the settings."""

from bot.platforms.base import Gate
from bot.platforms.patience import Tempo
from bot.platforms.slack.adapter import Entry, SlackPlatform
from bot.platforms.slack.socket import PING_SECONDS
from bot.platforms.slack.wire import Wire
from core.config import Settings

__all__ = ["Entry", "SlackPlatform", "Tempo", "connect", "open_slack"]

TEMPO = Tempo(between=1.1, progress=1.5)
"""One message a second in a chat with room for jitter on the way; a message may be edited about fifty times a minute."""


def open_slack(settings: Settings, house: Gate) -> SlackPlatform:
    """The adapter for the configured bot: Socket Mode when an app token is set, else posts to the portal."""
    secrets = (settings.slack_bot_token, settings.slack_signing_secret, settings.slack_app_token)
    token, secret, app_token = (value.get_secret_value() if value else "" for value in secrets)
    entry = Entry(secret, app_token, settings.public_url.rstrip("/"))
    return connect(token, house, entry, api=settings.slack_api)


def connect(
    token: str,
    gate: Gate,
    entry: Entry,
    *,
    api: str = "",
    tempo: Tempo | None = None,
    timeout: float = 20.0,
    ping_seconds: float = PING_SECONDS,
) -> SlackPlatform:
    """An adapter for a token. ``api`` is the base of the Web API, Slack's own unless told."""
    return SlackPlatform(Wire(token, api, timeout=timeout), gate, entry, tempo or TEMPO, ping_seconds=ping_seconds)
