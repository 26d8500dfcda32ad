"""How often and how long an adapter tries again, on either side of it."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from bot.platforms.base import DeliveryError, Rejected, RetryLater, Sent, Unauthorised, Uncertain, Unreachable

log = logging.getLogger(__name__)
Sleep = Callable[[float], Awaitable[None]]
LONGEST_PAUSE = 60.0
TRIES = 3


@dataclass(frozen=True)
class Tempo:
    """Waiting times in seconds: between messages of one answer, between looks at progress, before the first repetition."""

    between: float = 1.0
    progress: float = 1.0
    retry: float = 1.0


class Patience:
    """Repeats what may succeed later, with growing pauses."""

    def __init__(self, tempo: Tempo, sleep: Sleep = asyncio.sleep) -> None:
        self.tempo = tempo
        self.sleep = sleep

    async def firmly(self, call: Callable[..., Any], *arguments: object) -> Any:
        """Call the house in a thread; a defect there is tried again twice, then left for the next start."""
        for attempt in range(TRIES):
            try:
                return await asyncio.to_thread(call, *arguments)
            except Exception:
                if attempt == TRIES - 1:
                    raise
                log.exception("the house failed, attempt %d", attempt + 1)
                await self.sleep(self.tempo.retry * 2**attempt)
        raise AssertionError

    async def carry(self, ship: Callable[[], Awaitable[Sent]]) -> Sent:
        """Ship a reply, however often it takes. Raises Unreachable or Rejected.

        When it is not certain whether a message arrived it is sent again, but not for ever: a reply seen twice does
        less harm than none, one seen twenty times does more. It then counts as arrived, under no number.
        """
        attempt = unsure = 0
        while True:
            try:
                return await ship()
            except (Unreachable, Rejected):
                raise
            except DeliveryError as error:
                unsure += isinstance(error, Uncertain)
                if unsure > TRIES:
                    log.warning("a reply may not have arrived", extra={"fields": {"reason": error.reason}})
                    return Sent("")
                log.info("a reply has to wait", extra={"fields": {"reason": error.reason}})
                await self.sleep(self.pause(error, attempt))
                attempt += 1

    async def until_done(self, call: Callable[[], Awaitable[object]], trouble: str) -> None:
        """Try a call until it works; a refused token is tried once a minute."""
        attempt = 0
        while True:
            try:
                await call()
            except DeliveryError as error:
                log.warning(trouble, extra={"fields": {"reason": error.reason}})
                longest = isinstance(error, Unauthorised)
                await self.sleep(self.tempo.retry * (LONGEST_PAUSE if longest else min(60, 2 ** min(attempt, 6))))
                attempt += 1
            else:
                return

    def pause(self, error: DeliveryError, attempt: int) -> float:
        """Seconds to wait: what the platform asked for, else longer each time. What is uncertain is repeated at once."""
        wait = error.after if isinstance(error, RetryLater) else 0.0
        again = 0.0 if isinstance(error, Uncertain) and not attempt else self.tempo.retry * 2 ** min(attempt, 10)
        return wait or min(again, LONGEST_PAUSE)
