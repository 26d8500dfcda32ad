"""What has to be asked of Slack about a person: their one-to-one chat with us, and their language. Asked once."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

from bot.platforms.base import DeliveryError
from bot.platforms.slack.wire import Wire

REMEMBERED = 10_000
LANGUAGE_SECONDS = 1.0
TRIES = 2
T = TypeVar("T")


class Directory:
    """Remembers the answers while the process runs."""

    def __init__(self, wire: Wire) -> None:
        self._wire = wire
        self._chats: dict[str, str] = {}
        self._languages: dict[str, str | None] = {}

    def note_chat(self, account: str, chat: str) -> None:
        """A person has written to us in this one-to-one chat."""
        _remember(self._chats, account, chat)

    async def chat(self, account: str) -> str:
        """The one-to-one chat with a person; empty when there is none or it cannot be found out now."""
        if account not in self._chats:
            found = await _asked(lambda: self._open(account))
            if not found:
                return ""
            _remember(self._chats, account, found)
        return self._chats[account]

    async def _open(self, account: str) -> str:
        answer = await self._wire.conversations_open(users=account)
        channel = answer.get("channel")
        return str(channel.get("id") or "") if isinstance(channel, dict) else ""

    async def language(self, account: str) -> str | None:
        """The language of a person's client. Not knowing it is no reason to let them wait."""
        if account not in self._languages:
            try:
                found = await asyncio.wait_for(self._locale(account), LANGUAGE_SECONDS)
            except (DeliveryError, TimeoutError):
                found = None
            _remember(self._languages, account, found)
        return self._languages[account]

    async def _locale(self, account: str) -> str | None:
        user = (await self._wire.users_info(user=account, include_locale=True)).get("user")
        locale = user.get("locale") if isinstance(user, dict) else None
        if not isinstance(locale, str) or not locale:
            return None
        return "zh_CN" if locale.casefold().startswith("zh") else "en"


async def _asked(call: Callable[[], Awaitable[str]]) -> str:
    for _attempt in range(TRIES):
        try:
            return await call()
        except DeliveryError:
            continue
    return ""


def _remember(known: dict[str, T], key: str, value: T) -> None:
    known[key] = value
    while len(known) > REMEMBERED:
        del known[next(iter(known))]
