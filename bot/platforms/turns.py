"""Answers wait their turn on the same clock as notices, so that together they keep a platform's limits."""

import time

from bot.platforms.base import RetryLater
from bot.platforms.pacing import Pacer
from bot.platforms.patience import Sleep


class Turns:
    """The clock of one platform, as its answers use it."""

    def __init__(self, pacer: Pacer, sleep: Sleep) -> None:
        self._pacer = pacer
        self._sleep = sleep

    async def wait(self, chat: str, messages: int, *, group: bool) -> None:
        """Wait until so many messages to a chat may begin, and count them."""
        while True:
            now = time.monotonic()
            wait = max(self._pacer.ready_at(chat, now, group=group), self._pacer.next_any) - now
            if wait <= 0:
                break
            await self._sleep(wait)
        self._pacer.note_sent(chat, now, group=group, messages=messages)

    def keep_quiet(self, chat: str, error: RetryLater) -> None:
        """The platform wants to be left alone for a while: in this chat, or altogether."""
        until = time.monotonic() + error.after
        if error.everywhere:
            self._pacer.pause_all(until)
        else:
            self._pacer.pause_chat(chat, until)
