"""The outbox: what is to be sent is written in the same transaction as the change that causes it.

A content row holds the words once; a message row per recipient is slim, so 100 000 of them are one
``INSERT … SELECT``. States: pending → sending (leased) → sent | failed | unknown | dead, or unreachable, or cancelled
before sending. What ended badly moves again only when a person says so.
"""

from core.outbox.leases import (
    MAX_ATTEMPTS,
    Claimed,
    Outcome,
    back_off,
    claim,
    jittered,
    launch,
    mark,
    move_chat,
    recover,
    redirect,
    renew,
)
from core.outbox.lines import drop_line, end_lease, hold_line, leases_on
from core.outbox.queue import Message, Recipients, cancel, counts, enqueue
from core.outbox.tables import OnUnknown, OutboxContent, OutboxMessage, PlatformLine, Priority, State

__all__ = [
    "MAX_ATTEMPTS",
    "Claimed",
    "Message",
    "OnUnknown",
    "OutboxContent",
    "OutboxMessage",
    "Outcome",
    "PlatformLine",
    "Priority",
    "Recipients",
    "State",
    "back_off",
    "cancel",
    "claim",
    "counts",
    "drop_line",
    "end_lease",
    "enqueue",
    "hold_line",
    "jittered",
    "launch",
    "leases_on",
    "mark",
    "move_chat",
    "recover",
    "redirect",
    "renew",
]
