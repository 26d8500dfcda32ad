"""Notices of several messages that stopped half-way, so that a repetition does not start over."""

import time
from collections import OrderedDict
from typing import Generic, TypeVar

from bot.platforms.base import Outgoing

KEEP_SECONDS = 7200.0
KEPT = 500
Shipment = TypeVar("Shipment")


class Halfway(Generic[Shipment]):
    """Remembers for two hours how far a notice has come."""

    def __init__(self) -> None:
        self._kept: OrderedDict[Outgoing, tuple[float, Shipment]] = OrderedDict()

    def take(self, outgoing: Outgoing) -> Shipment | None:
        """What is left of a notice that stopped; None when it has not begun."""
        kept = self._kept.pop(outgoing, None)
        return kept[1] if kept is not None and time.monotonic() - kept[0] < KEEP_SECONDS else None

    def keep(self, outgoing: Outgoing, shipment: Shipment) -> None:
        """Remember a shipment that has begun."""
        self._kept[outgoing] = (time.monotonic(), shipment)
        while len(self._kept) > KEPT:
            self._kept.popitem(last=False)
