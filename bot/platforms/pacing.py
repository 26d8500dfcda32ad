"""When the next message may go: one clock for the platform, one for each chat. Pure but for the clock it is given."""

from collections import deque
from dataclasses import dataclass, field

from bot.platforms.base import Limits

MARGIN = 0.98
"""A little under the documented rate, so that jitter on the way never makes it look like more."""
CATCH_UP = 0.5
"""Seconds of delay that are made good, as far as no second comes to hold more than the limit."""
JITTER = 0.008
"""Seconds by which messages may come nearer to each other on the way."""
COUNTED = 1000
"""Up to so many messages a second the last second is kept in mind, message by message."""


@dataclass
class Pacer:
    """Tells when a message to a chat may be sent; times are seconds of a monotonic clock."""

    limits: Limits
    next_any: float = 0.0
    next_chat: dict[str, float] = field(default_factory=dict)
    group_log: dict[str, deque[float]] = field(default_factory=dict)
    lately: deque[float] = field(default_factory=deque)

    def ready_at(self, chat: str, now: float, *, group: bool) -> float:
        """The earliest moment for this chat, not before now."""
        moment = max(now, self.next_chat.get(chat, 0.0))
        if group:
            sent = self.group_log.get(chat, deque())
            if len(sent) >= self.limits.per_group_minute:
                moment = max(moment, sent[0] + 60.0)
        return moment

    def note_sent(self, chat: str, now: float, *, group: bool, messages: int = 1) -> None:
        """So many messages to this chat leave from now on."""
        begin = self.next_any if now - self.next_any <= CATCH_UP else now
        self.next_any = begin + messages / (self.limits.per_second * MARGIN)
        self._keep_the_second(now, messages)
        self.next_chat[chat] = max(self.next_chat.get(chat, 0.0), now) + messages * self.limits.per_chat_seconds
        if group:
            log = self.group_log.setdefault(chat, deque())
            log.extend([now] * messages)
            while len(log) > self.limits.per_group_minute:
                log.popleft()
        if len(self.next_chat) > 10_000:
            self.next_chat = {c: t for c, t in self.next_chat.items() if t > now}

    def _keep_the_second(self, now: float, messages: int) -> None:
        """However much is made good: in no second more leave than may."""
        most = int(self.limits.per_second)
        if not 1 <= most <= COUNTED:
            return
        self.lately.extend([now] * min(messages, most))
        while len(self.lately) > most:
            self.lately.popleft()
        if len(self.lately) == most:
            self.next_any = max(self.next_any, self.lately[0] + most / self.limits.per_second + JITTER)

    def pause_chat(self, chat: str, until: float) -> None:
        """The platform asked for silence towards one chat."""
        self.next_chat[chat] = max(until, self.next_chat.get(chat, 0.0))

    def pause_all(self, until: float) -> None:
        """The platform asked for silence altogether."""
        self.next_any = max(until, self.next_any)
