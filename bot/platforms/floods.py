"""Telling one chat's limit from the limit of the whole bot."""

import time
from collections import deque

from bot.platforms.base import DeliveryError, RetryLater

TOGETHER_SECONDS = 2.0
SEVERAL = 3


class Floods:
    """Remembers which chats were refused lately."""

    def __init__(self) -> None:
        self._seen: deque[tuple[float, str]] = deque(maxlen=8)

    def judged(self, error: DeliveryError, chat: str) -> DeliveryError:
        """The error; a flood concerns everything when several chats are refused at the same time."""
        if not isinstance(error, RetryLater) or error.reason != "flood":
            return error
        now = time.monotonic()
        self._seen.append((now, chat))
        lately = {other for at, other in self._seen if now - at < TOGETHER_SECONDS}
        return RetryLater(error.reason, error.after, everywhere=len(lately) >= SEVERAL)
