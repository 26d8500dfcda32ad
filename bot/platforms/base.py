"""What an adapter sees of the house, and what delivery sees of an adapter."""

from dataclasses import dataclass
from typing import Protocol

from bot.messages import FileOut, Incoming, Progress, Reply


class Gate(Protocol):
    """The house as an adapter sees it. All calls are synchronous: use ``asyncio.to_thread``."""

    def listens(self, platform: str, chat: str, account: str) -> bool:
        """Whether what this account writes to the others in this group is to be read. If not, it must not be stored."""
        ...

    def receive(self, platform: str, update_id: str, raw: str) -> bool:
        """Store a raw update durably (committed on return). False when this update is already known."""
        ...

    def handle(self, incoming: Incoming, progress: Progress | None = None) -> Reply | None:
        """Do what was asked, once, however often it is called for one ``(platform, update_id)``.

        A repeated call returns the stored reply. None means there is nothing to say (an ignored update).
        """
        ...

    def replied(self, platform: str, update_id: str) -> None:
        """Note that the reply has reached the platform, so that it is not sent again after a restart."""
        ...

    def unfinished(self, platform: str) -> list[tuple[str, str]]:
        """``(update_id, raw)`` of stored updates not yet handled or whose reply was not sent: taken up at start."""
        ...


@dataclass(frozen=True)
class Outgoing:
    """One message to one chat. ``buttons`` are rows of (label, opaque token of at most 64 bytes)."""

    chat: str
    text: str
    buttons: tuple[tuple[tuple[str, str], ...], ...] = ()
    files: tuple[FileOut, ...] = ()
    group: bool = False


@dataclass(frozen=True)
class Sent:
    """Accepted by the platform. ``moved_to`` is the new id of a group that was migrated."""

    message_id: str
    moved_to: str | None = None


class DeliveryError(Exception):
    """Why a message was not (or perhaps not) accepted; ``reason`` is a short stable code."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class RetryLater(DeliveryError):
    """Certainly not sent; try again after ``after`` seconds. ``everywhere`` pauses the whole platform, not one chat."""

    def __init__(self, reason: str, after: float, *, everywhere: bool = False) -> None:
        super().__init__(reason)
        self.after = after
        self.everywhere = everywhere


class Unreachable(DeliveryError):
    """This chat will not take messages: blocked, deleted, archived. Final, and the person is marked."""


class Rejected(DeliveryError):
    """This message will never be accepted (too long, malformed). Final for the message, not for the person."""


class Uncertain(DeliveryError):
    """The connection broke after the request left: it may or may not have arrived."""


class Unauthorised(DeliveryError):
    """The token is revoked: nothing can be sent on this platform until an operator acts."""


@dataclass(frozen=True)
class Limits:
    """A platform's documented limits: messages per second overall, per private chat, per group per minute."""

    per_second: float
    per_chat_seconds: float
    per_group_minute: int
    text_length: int


class Platform(Protocol):
    """An adapter as delivery sees it."""

    name: str
    limits: Limits

    async def send(self, outgoing: Outgoing) -> Sent:
        """Send one message (long texts are split, the last part carries buttons and files).

        Raises one of the DeliveryError kinds. Never sleeps for a limit: pacing is the caller's.
        """
        ...
