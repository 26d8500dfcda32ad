"""A stand-in for the house, behind an adapter and its real library."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field

from bot.messages import Incoming, Progress, Reply


@dataclass
class FakeGate:
    """What the house promises to adapters, in memory: it outlives the adapters that use it."""

    platform: str = "telegram"
    work: Callable[[Incoming], Reply | None] = lambda incoming: Reply(f"did {incoming.text}")
    stored: dict[str, str] = field(default_factory=dict)
    done: dict[str, Reply | None] = field(default_factory=dict)
    answered: set[str] = field(default_factory=set)
    effects: list[Incoming] = field(default_factory=list)
    log: list[tuple[str, str]] = field(default_factory=list)
    receiving: Callable[[str], None] = lambda _update_id: None
    with_progress: Callable[[Incoming, Progress | None], None] = lambda _incoming, _progress: None
    listening: set[tuple[str, str]] = field(default_factory=set)
    lock: threading.RLock = field(default_factory=threading.RLock)

    def receive(self, platform: str, update_id: str, raw: str) -> bool:
        assert platform == self.platform
        self.receiving(update_id)
        with self.lock:
            known = update_id in self.stored
            self.stored.setdefault(update_id, raw)
            self.log.append(("receive", update_id))
        return not known

    def listens(self, platform: str, chat: str, account: str) -> bool:
        assert platform == self.platform
        return (chat, account) in self.listening

    def handle(self, incoming: Incoming, progress: Progress | None = None) -> Reply | None:
        with self.lock:
            if incoming.update_id in self.done:
                return self.done[incoming.update_id]
        self.with_progress(incoming, progress)
        reply = self.work(incoming)
        with self.lock:
            self.effects.append(incoming)
            self.done[incoming.update_id] = reply
        return reply

    def replied(self, platform: str, update_id: str) -> None:
        assert platform == self.platform
        with self.lock:
            self.answered.add(update_id)

    def unfinished(self, platform: str) -> list[tuple[str, str]]:
        assert platform == self.platform
        with self.lock:
            return [(number, raw) for number, raw in self.stored.items() if number not in self.answered]

    def texts(self) -> list[str]:
        """What was asked of the house."""
        return [incoming.text for incoming in self.effects]
