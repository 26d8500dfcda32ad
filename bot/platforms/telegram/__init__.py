"""Telegram: the adapter, and what makes it from the settings."""

import logging

from bot.platforms.base import Gate
from bot.platforms.patience import Tempo
from bot.platforms.splitting import split_text
from bot.platforms.telegram.adapter import Hook, Menu, TelegramPlatform, is_secret
from bot.platforms.telegram.wire import TelegramBot, Wire
from bot.registry import COMMANDS
from core.access import Permission
from core.config import Settings
from core.i18n import speaking

__all__ = ["Hook", "TelegramPlatform", "Tempo", "connect", "is_secret", "menu", "open_telegram", "split_text"]

API = "https://api.telegram.org"
HOOK_PATH = "/hooks/telegram"
TALKATIVE = ("httpx", "httpcore", "telegram")


def open_telegram(settings: Settings, house: Gate) -> TelegramPlatform:
    """The adapter for the configured bot: a webhook when a public address and a secret are set, else long polling."""
    token = settings.telegram_token.get_secret_value() if settings.telegram_token else ""
    secret = settings.telegram_webhook_secret.get_secret_value() if settings.telegram_webhook_secret else ""
    url = settings.public_url.rstrip("/") + HOOK_PATH if settings.public_url and secret else ""
    return connect(
        token, house, api=settings.telegram_api, hook=Hook(url, secret, public=bool(settings.public_url)), menu=menu()
    )


def connect(
    token: str,
    gate: Gate,
    *,
    api: str = "",
    hook: Hook | None = None,
    menu: Menu | None = None,
    tempo: Tempo | None = None,
    patience: int = 25,
    read_timeout: float = 20.0,
) -> TelegramPlatform:
    """An adapter for a token. ``api`` is the Bot API server, Telegram's own unless told."""
    for name in TALKATIVE:
        # They log addresses, and the token is part of every address.
        logging.getLogger(name).setLevel(max(logging.WARNING, logging.getLogger(name).level))
    root = (api or API).rstrip("/").removesuffix("/bot")
    polling = Wire(connection_pool_size=2, read_timeout=read_timeout, connect_timeout=10.0, pool_timeout=30.0)
    calls = Wire(
        connection_pool_size=96,
        read_timeout=read_timeout,
        write_timeout=20.0,
        connect_timeout=10.0,
        pool_timeout=30.0,
        media_write_timeout=120.0,
    )
    bot = TelegramBot(token, f"{root}/bot", f"{root}/file/bot", request=calls, get_updates_request=polling)
    return TelegramPlatform(bot, (polling, calls), gate, hook=hook, menu=menu, tempo=tempo, patience=patience)


def menu() -> Menu:
    """The declared commands as (menu name, English, Chinese), those for everybody first."""
    found = sorted(COMMANDS.values(), key=lambda c: (c.permission != Permission.USE_OFFICE, c.name))
    titles: dict[str, dict[str, str]] = {}
    for language in ("en", "zh_CN"):
        with speaking(language):
            titles[language] = {command.name: command.title for command in found}
    return [(c.menu_name, titles["en"][c.name], titles["zh_CN"][c.name]) for c in found]
