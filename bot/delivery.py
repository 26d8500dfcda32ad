"""From the outbox to the platforms: claimed under a lease, paced to each platform's limits, marked in batches.

A message is marked as soon as its answer is in: marks that queue up while one commit runs go into the next. So after
a crash at most what was in flight is uncertain, and it goes as its kind says.
"""

import asyncio
import heapq
import logging
import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot import letters
from bot.dispatch import House
from bot.letters import Letter
from bot.pacing import Pacer
from bot.platforms.base import (
    DeliveryError,
    Outgoing,
    Platform,
    Rejected,
    RetryLater,
    Sent,
    Unauthorised,
    Uncertain,
    Unreachable,
)
from core import outbox
from core.db import open_session
from core.outbox import Claimed, OnUnknown, Outcome, State

log = logging.getLogger(__name__)
LEASE_SECONDS = 60
AHEAD_SECONDS = 3
IN_FLIGHT = 50
IDLE_SECONDS = 0.5
TOKEN_PAUSE = 300.0


@dataclass
class Line:
    """The queue of one platform inside this process."""

    platform: Platform
    pacer: Pacer
    waiting: list[tuple[float, int, Claimed, Letter]] = field(default_factory=list)

    @property
    def room(self) -> int:
        """How many more messages to hold ready."""
        return max(0, int(self.platform.limits.per_second * AHEAD_SECONDS) - len(self.waiting))


class Delivery:
    """Drains the outbox into the given platforms until stopped."""

    def __init__(self, house: House, platforms: Mapping[str, Platform], *, chat: str | None = None) -> None:
        self.house = house
        self.chat = chat
        self.lease = secrets.token_hex(16)
        self.lines = {name: Line(platform, Pacer(platform.limits)) for name, platform in platforms.items()}
        self.outcomes: asyncio.Queue[tuple[Claimed, Outcome]] = asyncio.Queue()
        self.flying: set[asyncio.Task[None]] = set()
        self.letters = letters.Cache(house.engine)
        self.stopping = asyncio.Event()

    async def run(self) -> None:
        """Work until ``stop``; what is in flight is finished and marked, what is only claimed is given back."""
        marker = asyncio.create_task(self._mark_forever())
        try:
            while not self.stopping.is_set():
                claimed = await self._claim()
                launched = await self._launch()
                if not claimed and not launched:
                    await self._rest()
        finally:
            await self._finish(marker)

    def stop(self) -> None:
        """Ask the loop to end."""
        self.stopping.set()

    async def drain(self) -> int:
        """Send everything that is due now, then return how many outcomes were marked. For the console and tests."""
        marked = 0
        while True:
            claimed = await self._claim()
            while any(line.waiting for line in self.lines.values()) or self.flying:
                if not await self._launch():
                    await asyncio.sleep(0.001 if self.flying else self._pause())
            marked += await self._mark_some()
            if not claimed and self.outcomes.empty():
                return marked

    async def _rest(self) -> None:
        try:
            await asyncio.wait_for(self.stopping.wait(), min(IDLE_SECONDS, self._pause()))
        except TimeoutError:
            return

    def _pause(self) -> float:
        """Until the next message may go."""
        now = time.monotonic()
        moments = [max(line.waiting[0][0], line.pacer.next_any) for line in self.lines.values() if line.waiting]
        return max(0.001, min(moments) - now) if moments else IDLE_SECONDS

    async def _claim(self) -> int:
        total = 0
        for name, line in self.lines.items():
            if line.room < max(1, line.platform.limits.per_second) and line.waiting:
                continue
            claimed = await asyncio.to_thread(self._take, name, max(line.room, 1))
            now = time.monotonic()
            for one, letter in claimed:
                ready = line.pacer.ready_at(one.chat, now, group=letter.group)
                heapq.heappush(line.waiting, (ready, one.id, one, letter))
            total += len(claimed)
        return total

    def _take(self, platform: str, limit: int) -> list[tuple[Claimed, Letter]]:
        now = self.house.clock()
        with open_session(self.house.engine) as session:
            taken = outbox.claim(
                session, self.lease, now, platform=platform, chat=self.chat, limit=limit, seconds=LEASE_SECONDS
            )
        return [(one, self.letters.letter(one)) for one in taken]

    async def _launch(self) -> int:
        """Start every send whose time has come, as many as may be in flight."""
        started = 0
        for line in self.lines.values():
            while line.waiting and len(self.flying) < IN_FLIGHT:
                now = time.monotonic()
                ready, _id, claimed, letter = line.waiting[0]
                if max(ready, line.pacer.next_any) > now:
                    break
                heapq.heappop(line.waiting)
                later = line.pacer.ready_at(claimed.chat, now, group=letter.group)
                if later > now:
                    self._put_back(line, claimed, letter, later)
                    continue
                line.pacer.note_sent(claimed.chat, now, group=letter.group)
                task = asyncio.create_task(self._send(line, claimed, letter))
                self.flying.add(task)
                task.add_done_callback(self.flying.discard)
                started += 1
        await asyncio.sleep(0)
        return started

    def _put_back(self, line: Line, claimed: Claimed, letter: Letter, later: float) -> None:
        """A chat that must wait longer than the lease lasts goes back to the table."""
        wait = later - time.monotonic()
        if wait > LEASE_SECONDS / 2:
            due = self.house.clock() + timedelta(seconds=wait)
            self.outcomes.put_nowait((claimed, Outcome(claimed.id, State.PENDING, due_at=due)))
        else:
            heapq.heappush(line.waiting, (later, claimed.id, claimed, letter))

    async def _send(self, line: Line, claimed: Claimed, letter: Letter) -> None:
        outcome = await self._try(line, claimed, letter)
        self.outcomes.put_nowait((claimed, outcome))

    async def _try(self, line: Line, claimed: Claimed, letter: Letter) -> Outcome:
        now = self.house.clock()
        if letter.expires_at is not None and letter.expires_at <= now:
            return Outcome(claimed.id, State.CANCELLED, error="expired")
        try:
            sent = await line.platform.send(self._outgoing(claimed, letter))
        except DeliveryError as error:
            return await self._refused(line, claimed, letter, error)
        except Exception:
            log.exception("defect while sending", extra={"fields": {"message": claimed.id}})
            return self._again(line, claimed, RetryLater("defect", 60.0))
        return await self._sent(claimed, sent)

    async def _refused(self, line: Line, claimed: Claimed, letter: Letter, error: DeliveryError) -> Outcome:
        """Sort a failure into later, never, and not known."""
        match error:
            case Unreachable():
                await asyncio.to_thread(letters.note_unreachable, self.house, claimed, error.reason)
                return Outcome(claimed.id, State.UNREACHABLE, error=error.reason)
            case Rejected():
                return Outcome(claimed.id, State.FAILED, error=error.reason)
            case Uncertain():
                return self._uncertain(claimed, letter, error.reason)
            case Unauthorised():
                log.critical("the platform refuses our token", extra={"fields": {"platform": line.platform.name}})
                return self._again(line, claimed, RetryLater(error.reason, TOKEN_PAUSE, everywhere=True))
            case RetryLater():
                return self._again(line, claimed, error)
        return self._again(line, claimed, RetryLater(error.reason, 60.0))

    async def _sent(self, claimed: Claimed, sent: Sent) -> Outcome:
        if sent.moved_to:
            await asyncio.to_thread(letters.note_moved, self.house, claimed, sent.moved_to)
        return Outcome(claimed.id, State.SENT, message_id=sent.message_id)

    def _outgoing(self, claimed: Claimed, letter: Letter) -> Outgoing:
        return Outgoing(
            chat=claimed.chat,
            text=letter.text(claimed.language),
            buttons=letter.buttons(claimed.language, claimed.token),
            files=letter.files,
            group=letter.group,
        )

    def _again(self, line: Line, claimed: Claimed, error: RetryLater) -> Outcome:
        until = time.monotonic() + error.after
        if error.everywhere:
            line.pacer.pause_all(until)
        else:
            line.pacer.pause_chat(claimed.chat, until)
        if claimed.attempts >= outbox.MAX_ATTEMPTS:
            return Outcome(claimed.id, State.DEAD, error=error.reason)
        wait = max(
            timedelta(seconds=error.after), outbox.back_off(claimed.attempts) if not error.after else timedelta()
        )
        return Outcome(claimed.id, State.PENDING, error=error.reason, due_at=self.house.clock() + wait)

    def _uncertain(self, claimed: Claimed, letter: Letter, reason: str) -> Outcome:
        if letter.on_unknown == OnUnknown.ASK or claimed.attempts >= outbox.MAX_ATTEMPTS:
            return Outcome(claimed.id, State.UNKNOWN, error=reason)
        due = self.house.clock() + outbox.back_off(claimed.attempts)
        return Outcome(claimed.id, State.PENDING, error=reason, due_at=due)

    async def _mark_forever(self) -> None:
        while True:
            if not await self._mark_some(wait=True):
                return

    async def _mark_some(self, *, wait: bool = False) -> int:
        """Write every outcome that has come in, in one commit."""
        batch: list[Outcome] = []
        if wait:
            batch.append((await self.outcomes.get())[1])
        while not self.outcomes.empty():
            batch.append(self.outcomes.get_nowait()[1])
        if batch:
            await asyncio.to_thread(self._write, batch)
        return len(batch)

    def _write(self, batch: list[Outcome]) -> None:
        now: datetime = self.house.clock()
        with open_session(self.house.engine) as session:
            outbox.mark(session, self.lease, batch, now)

    async def _finish(self, marker: "asyncio.Task[None]") -> None:
        """Wait for what is in flight, mark it, and give back what was only claimed."""
        if self.flying:
            await asyncio.wait(self.flying, timeout=15)
        marker.cancel()
        await asyncio.gather(marker, return_exceptions=True)
        now = self.house.clock()
        for line in self.lines.values():
            for _ready, _id, claimed, _letter in line.waiting:
                self.outcomes.put_nowait((claimed, Outcome(claimed.id, State.PENDING, due_at=now)))
            line.waiting.clear()
        await self._mark_some()
