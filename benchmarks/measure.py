"""Taking time and memory, and printing figures beside what they are held against."""

import resource
import statistics
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field


@dataclass
class Clocked:
    """Seconds that a block took."""

    seconds: float = 0.0


@contextmanager
def clocked() -> Iterator[Clocked]:
    """Time a block."""
    result = Clocked()
    begin = time.perf_counter()
    try:
        yield result
    finally:
        result.seconds = time.perf_counter() - begin


def times(work: Callable[[int], object], rounds: int, warm_up: int = 20) -> list[float]:
    """Milliseconds of each round after some that do not count."""
    for i in range(warm_up):
        work(i)
    taken = []
    for i in range(warm_up, warm_up + rounds):
        begin = time.perf_counter()
        work(i)
        taken.append((time.perf_counter() - begin) * 1000)
    return taken


def quantile(values: Sequence[float], share: float) -> float:
    """The value below which this share lies."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def median(values: Sequence[float]) -> float:
    """The middle value."""
    return statistics.median(values)


def peak_memory() -> float:
    """The most memory this process has held so far, in MB."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (1024 * 1024 if sys.platform == "darwin" else 1024)


@dataclass
class Report:
    """Lines of figures; ``missed`` counts targets that were not reached."""

    title: str
    missed: int = 0
    lines: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Say what is being measured."""
        print(f"\n{self.title}", flush=True)

    def figure(
        self, what: str, value: float, unit: str, *, at_most: float | None = None, at_least: float | None = None
    ) -> None:
        """One figure, with its target when there is one."""
        target, reached = "", True
        if at_most is not None:
            target, reached = f"  (target ≤ {at_most:g})", value <= at_most
        if at_least is not None:
            target, reached = f"  (target ≥ {at_least:g})", value >= at_least
        self.missed += not reached
        print(f"  {what:<58} {value:>12,.2f} {unit}{target}{'' if reached else '  MISSED'}", flush=True)

    def note(self, words: str) -> None:
        """One line of words."""
        print(f"  {words}", flush=True)
