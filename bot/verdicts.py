"""What a failed attempt means for the message, for its chat and for the whole platform. Pure."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.platforms.base import DeliveryError, Rejected, RetryLater, Unauthorised, Uncertain
from core.outbox import MAX_ATTEMPTS, Claimed, OnUnknown, Outcome, State, back_off, jittered

TOKEN_PAUSE = 300.0
LONGEST_PAUSE = 60.0
OUTAGE = 5
"""After so many failures in a row without a single answer it is the platform, not the message."""
INNOCENT = frozenset({"flood", "not_connected"})
"""Refusals that say nothing about the message: they never use up its attempts."""


@dataclass(frozen=True)
class Verdict:
    """The outcome, and for how many seconds this chat, or everything, is to be left alone."""

    outcome: Outcome
    quiet_chat: float = 0.0
    quiet_all: float = 0.0


def verdict(claimed: Claimed, on_unknown: str, error: DeliveryError, now: datetime, streak: int) -> Verdict:
    """Sort a failure into later, never, and not known. ``streak`` counts failures in a row, this one included."""
    match error:
        case Rejected():
            return Verdict(Outcome(claimed.id, State.FAILED, error=error.reason))
        case Unauthorised():
            due = now + timedelta(seconds=TOKEN_PAUSE)
            return Verdict(_again(claimed, error, due, counted=False), quiet_all=TOKEN_PAUSE)
        case Uncertain():
            return Verdict(_unsure(claimed, on_unknown, error, now))
        case RetryLater():
            return _later(claimed, error, now, streak)
    return _later(claimed, RetryLater(error.reason, 60.0), now, streak)


def _unsure(claimed: Claimed, on_unknown: str, error: DeliveryError, now: datetime) -> Outcome:
    if on_unknown == OnUnknown.ASK or claimed.attempts >= MAX_ATTEMPTS:
        return Outcome(claimed.id, State.UNKNOWN, error=error.reason)
    return _again(claimed, error, now + jittered(back_off(claimed.attempts)))


def _later(claimed: Claimed, error: RetryLater, now: datetime, streak: int) -> Verdict:
    outage = error.reason == "not_connected" or (error.reason not in INNOCENT and streak > OUTAGE)
    if error.everywhere or outage:
        wait = error.after or min(LONGEST_PAUSE, 2.0 ** min(streak - 1, 10))
        due = now + timedelta(seconds=wait)
        return Verdict(_again(claimed, error, due, counted=False), quiet_all=wait)
    pause = timedelta(seconds=error.after) if error.after else jittered(back_off(claimed.attempts))
    counted = error.reason not in INNOCENT
    if counted and claimed.attempts >= MAX_ATTEMPTS:
        return Verdict(Outcome(claimed.id, State.DEAD, error=error.reason))
    return Verdict(_again(claimed, error, now + pause, counted=counted), quiet_chat=pause.total_seconds())


def _again(claimed: Claimed, error: DeliveryError, due: datetime, *, counted: bool = True) -> Outcome:
    return Outcome(claimed.id, State.PENDING, error=error.reason, due_at=due, counted=counted)
