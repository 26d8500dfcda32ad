"""The queue of one platform inside this process: claimed a little ahead, sent at the platform's pace, marked at once."""

import asyncio
import heapq
import logging
import time
from datetime import timedelta

from bot import letters, workers
from bot.dispatch import House
from bot.ledger import Ledger
from bot.letters import Letter
from bot.platforms.base import DeliveryError, Outgoing, Platform, RetryLater, Sent, Unauthorised, Uncertain, Unreachable
from bot.platforms.pacing import Pacer
from bot.verdicts import Verdict, verdict
from core import outbox
from core.db import open_session
from core.outbox import Claimed, OnUnknown, Outcome, State

log = logging.getLogger(__name__)
LEASE_SECONDS = 30
LINE_SECONDS = 15
TEND_SECONDS = 4.0
SAFETY_SECONDS = 3.0
AHEAD_SECONDS = 3
MOST_AHEAD = 500
IN_FLIGHT = 50
IDLE_SECONDS = 0.5
SOON = 0.05
GRACE_SECONDS = 10.0
UNPACED = 1000
"""From so many messages a second on there is no limit to keep, and any number of processes may share the work."""


class Line:
    """Takes messages of one platform from the outbox and sends them until told to stop."""

    def __init__(self, house: House, platform: Platform, *, chat: str | None = None) -> None:
        self.house = house
        self.platform = platform
        self.chat = chat
        self.lease = workers.new_lease()
        # An adapter that answers people keeps one clock for its answers and our notices.
        self.pacer: Pacer = getattr(platform, "pacer", None) or Pacer(platform.limits)
        self.letters = letters.Cache(house)
        self.ledger = Ledger(self._mark, self._marked)
        self.waiting: list[tuple[float, int, int, Claimed, Letter]] = []
        self.flying: set[asyncio.Task[None]] = set()
        self.news = asyncio.Event()
        self.holding = False
        self.exhausted = False
        self._tend_at = self._look_at = self._safe_until = 0.0
        self._streak = 0
        self._room = max(1, min(MOST_AHEAD, int(platform.limits.per_second * AHEAD_SECONDS)))

    async def run(self, stopping: asyncio.Event) -> None:
        """Work until ``stopping`` is set (wake us through ``news``); trouble with the database is waited out."""
        while not stopping.is_set():
            pause = 1.0
            try:
                await self.turn()
                pause = self.pause()
            except Exception:
                log.exception("delivery stumbled", extra={"fields": {"platform": self.platform.name}})
            await self.rest(pause)

    async def turn(self) -> None:
        """Keep our leases alive, claim what there is room for, and start every send whose time has come."""
        if time.monotonic() >= self._tend_at:
            await self._tend()
        if self._may_claim():
            await self._fetch()
        self._launch()

    async def rest(self, seconds: float) -> None:
        """Until there is news, at most so long."""
        try:
            await asyncio.wait_for(self.news.wait(), seconds)
        except TimeoutError:
            return
        finally:
            self.news.clear()

    def pause(self) -> float:
        """Until the next thing to do."""
        now = time.monotonic()
        moments = [self._tend_at]
        if self.holding and self.waiting and len(self.flying) < IN_FLIGHT:
            moments.append(max(self.waiting[0][0], self.pacer.next_any))
        if self.holding and len(self.waiting) <= self._room // 2:
            moments.append(max(self._look_at, self.pacer.next_any - 1.0))
        return max(0.0005, min(moments) - now)

    @property
    def idle(self) -> bool:
        """Nothing is left that could be done now."""
        quiet = self.exhausted or not self.holding or self._is_paused()
        return quiet and not (self.waiting or self.flying or self.ledger.open)

    async def close(self) -> None:
        """Wait for what is in flight, mark it, and give back what was only claimed."""
        if self.flying:
            await asyncio.wait(self.flying, timeout=GRACE_SECONDS)
        self._give_back()
        await self.ledger.close(SAFETY_SECONDS)
        if self.holding:
            await asyncio.to_thread(self._drop_line)

    # leases

    async def _tend(self) -> None:
        begin = time.monotonic()
        self._tend_at = begin + TEND_SECONDS
        self.holding, ours = await asyncio.to_thread(self._renew)
        self._safe_until = begin + min(LEASE_SECONDS, LINE_SECONDS) - SAFETY_SECONDS
        if len(self.waiting) != len(kept := [entry for entry in self.waiting if entry[3].id in ours]):
            self.waiting = kept
            heapq.heapify(self.waiting)
        if not self.holding:
            self._give_back()

    def _renew(self) -> tuple[bool, set[int]]:
        now, name = self.house.clock(), self.platform.name
        paced = self.platform.limits.per_second < UNPACED
        with open_session(self.house.engine) as session:
            for lease in outbox.leases_on(session, name) - {self.lease}:
                if workers.is_gone(lease):
                    outbox.end_lease(session, name, lease, now)
            held = not paced or outbox.hold_line(session, name, self.lease, now, LINE_SECONDS)
            ours = outbox.renew(session, self.lease, now, platform=name, seconds=LEASE_SECONDS)
            if held:
                outbox.recover(session, now, platform=name)
        return held, ours

    def _drop_line(self) -> None:
        with open_session(self.house.engine) as session:
            outbox.drop_line(session, self.platform.name, self.lease, self.house.clock())

    def _give_back(self) -> None:
        now = self.house.clock()
        for *_order, claimed, _letter in self.waiting:
            self.ledger.put(Outcome(claimed.id, State.PENDING, due_at=now, counted=False))
        self.waiting.clear()

    # claiming

    def _is_paused(self) -> bool:
        return self.pacer.next_any - time.monotonic() > 2.0

    def _may_claim(self) -> bool:
        room = len(self.waiting) <= self._room // 2
        return self.holding and room and not self._is_paused() and time.monotonic() >= self._look_at

    async def _fetch(self) -> None:
        limit = self._room - len(self.waiting)
        claimed, found = await asyncio.to_thread(self._take, limit)
        self.exhausted = claimed == 0
        self._look_at = time.monotonic() + (IDLE_SECONDS if claimed < limit else 0.0)
        for one, letter in found:
            self._line_up(one, letter)

    def _take(self, limit: int) -> tuple[int, list[tuple[Claimed, Letter]]]:
        now = self.house.clock()
        where = {"platform": self.platform.name, "chat": self.chat, "limit": limit, "seconds": LEASE_SECONDS}
        with open_session(self.house.engine) as session:
            taken = outbox.claim(session, self.lease, now, **where)  # type: ignore[arg-type]
        read = [(one, letter) for one in taken if (letter := self._read(one)) is not None]
        return len(taken), letters.addressed(self.house, self.lease, read)

    def _read(self, claimed: Claimed) -> Letter | None:
        """A letter that cannot be read is put aside: it must not stop the others."""
        try:
            return self.letters.letter(claimed)
        except Exception:
            log.exception("a message cannot be read", extra={"fields": {"message": claimed.id}})
            self._mark([Outcome(claimed.id, State.DEAD, error="unreadable")])
            return None

    def _line_up(self, claimed: Claimed, letter: Letter) -> None:
        now = time.monotonic()
        ready = self.pacer.ready_at(claimed.chat, now, group=letter.group)
        if ready - now > LEASE_SECONDS:
            due = self.house.clock() + timedelta(seconds=ready - now)
            self.ledger.put(Outcome(claimed.id, State.PENDING, due_at=due, counted=False))
            return
        order = (ready if ready > now else 0.0, claimed.priority, claimed.id)
        heapq.heappush(self.waiting, (*order, claimed, letter))

    # sending

    def _launch(self) -> None:
        """Start what may go now. Past the safe moment another process may have taken over: then nothing goes."""
        while self.holding and self.waiting and len(self.flying) < IN_FLIGHT:
            now = time.monotonic()
            if now >= self._safe_until:
                self._tend_at = now
                return
            if max(self.waiting[0][0], self.pacer.next_any) > now:
                return
            *_order, claimed, letter = heapq.heappop(self.waiting)
            if self.pacer.ready_at(claimed.chat, now, group=letter.group) > now:
                self._line_up(claimed, letter)
                continue
            weight = letter.weight(claimed.language, self.platform.limits.text_length)
            self.pacer.note_sent(claimed.chat, now, group=letter.group, messages=weight)
            task = asyncio.create_task(self._send(claimed, letter))
            self.flying.add(task)
            task.add_done_callback(self._landed)

    def _landed(self, task: "asyncio.Task[None]") -> None:
        self.flying.discard(task)
        self.news.set()

    async def _send(self, claimed: Claimed, letter: Letter) -> None:
        try:
            outcome = await self._attempt(claimed, letter)
        except Exception:
            log.exception("defect while sending", extra={"fields": {"message": claimed.id}})
            outcome = self._heed(claimed, letter, RetryLater("defect", 60.0))
        if outcome is not None:
            self.ledger.put(outcome)

    async def _attempt(self, claimed: Claimed, letter: Letter) -> Outcome | None:
        if letter.expires_at is not None and letter.expires_at <= self.house.clock():
            return Outcome(claimed.id, State.CANCELLED, error="expired")
        if letter.on_unknown == OnUnknown.ASK and not await asyncio.to_thread(self._launch_surely, claimed.id):
            return None
        try:
            sent = await self.platform.send(_outgoing(claimed, letter))
        except Unreachable as error:
            self._streak = 0
            await asyncio.to_thread(letters.note_unreachable, self.house, self.lease, claimed, error.reason)
            self._marked()
            return None
        except DeliveryError as error:
            return self._heed(claimed, letter, error)
        self._streak = 0
        return await self._sent(claimed, sent)

    def _launch_surely(self, message_id: int) -> bool:
        """What must not be sent twice unasked is noted before it leaves: should we die, it is known which ones left."""
        with open_session(self.house.engine) as session:
            return outbox.launch(session, self.lease, message_id, self.house.clock())

    async def _sent(self, claimed: Claimed, sent: Sent) -> Outcome:
        if sent.moved_to:
            try:
                await asyncio.to_thread(letters.note_moved, self.house, claimed, sent.moved_to)
            except Exception:
                # It has arrived: that must be marked whatever else goes wrong.
                log.exception("a moved chat could not be noted", extra={"fields": {"message": claimed.id}})
        return Outcome(claimed.id, State.SENT, message_id=sent.message_id)

    def _heed(self, claimed: Claimed, letter: Letter, error: DeliveryError) -> Outcome:
        """Keep the silence that the platform wants, and say what becomes of the message."""
        now = time.monotonic()
        if isinstance(error, RetryLater | Uncertain) and error.reason != "flood" and not self._is_paused():
            self._streak += 1
        found = verdict(claimed, letter.on_unknown, error, self.house.clock(), self._streak)
        if found.quiet_chat:
            self.pacer.pause_chat(claimed.chat, now + found.quiet_chat)
        if found.quiet_all:
            self._quieten(error, found, now)
        return found.outcome

    def _quieten(self, error: DeliveryError, found: Verdict, now: float) -> None:
        if not self._is_paused():
            fields = {"platform": self.platform.name, "reason": error.reason, "seconds": found.quiet_all}
            level = logging.CRITICAL if isinstance(error, Unauthorised) else logging.WARNING
            log.log(level, "nothing is sent for a while", extra={"fields": fields})
        self.pacer.pause_all(now + found.quiet_all)
        if self._is_paused():
            self._give_back()

    # marking

    def _mark(self, batch: list[Outcome]) -> None:
        now = self.house.clock()
        with open_session(self.house.engine) as session:
            outbox.mark(session, self.lease, batch, now)

    def _marked(self) -> None:
        """The next message of a chat can be claimed once the one before it is settled."""
        self._look_at = min(self._look_at, time.monotonic() + SOON)
        self.exhausted = False
        self.news.set()


def _outgoing(claimed: Claimed, letter: Letter) -> Outgoing:
    return Outgoing(
        chat=claimed.chat,
        text=letter.addressed_text(claimed.language, claimed.person_id),
        buttons=letter.buttons(claimed.language, claimed.token),
        files=letter.files,
        group=letter.group,
    )
