"""Groups of one to three characters as numbers, so that a whole text is weighed at once.

A group is its characters' code points side by side, 21 bits each: no two groups share a number. Sums are exact.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.int64]
_BITS = 21
_ROOMY = 4  # places in a drawer for each number, at least
_MIX = 0x9E3779B97F4A7C15  # odd, and without a pattern: the golden ratio in 64 bits


@dataclass(frozen=True)
class Table:
    """Numbers of groups, what each weighs, and where each is found.

    A number has its place by hash in the first drawer that has room for it there; the few that find none in a drawer
    go to the next, and the place is marked as contested by its complement. So a whole text is looked up at once.
    """

    numbers: Numbers
    weights: Numbers
    drawers: tuple[NDArray[np.int32], ...]

    def places(self, numbers: Numbers) -> Numbers:
        """The place of each number among those that are known, or -1."""
        found = np.full(len(numbers), -1)
        left = np.arange(len(numbers))
        for level, drawer in enumerate(self.drawers):
            at = drawer[_hashed(numbers[left], level, len(drawer))]
            contested = at < 0
            at = np.where(contested, ~at, at)
            hits = self.numbers[at] == numbers[left]
            found[left[hits]] = at[hits]
            left = left[contested & ~hits]
        return found


def table(weights: Mapping[str, int]) -> Table:
    """The weights by group, ready to be looked up."""
    known = sorted((_number(group), weight) for group, weight in weights.items())
    pairs = np.array(known or [(0, 0)], dtype=np.int64)
    numbers = pairs[:, 0].copy()
    return Table(numbers, pairs[:, 1].copy(), tuple(_drawers(numbers)))


def _drawers(numbers: Numbers) -> Iterator[NDArray[np.int32]]:
    left, level = np.arange(len(numbers)), 0
    while len(left):
        drawer = np.zeros(1 << (_ROOMY * len(left)).bit_length(), dtype=np.int32)
        spots = _hashed(numbers[left], level, len(drawer))
        drawer[spots] = left
        over = drawer[spots] != left
        contested = np.unique(spots[over])
        drawer[contested] = ~drawer[contested]
        yield drawer
        left, level = left[over], level + 1


def _hashed(numbers: Numbers, level: int, size: int) -> Numbers:
    """Where numbers lie in a drawer, whose size is a power of two: the high bits of a product with an odd constant."""
    mixed = numbers.view(np.uint64) * np.uint64(_MIX + 2 * level)
    places: Numbers = (mixed >> np.uint64(65 - size.bit_length())).view(np.int64)
    return places


def _number(group: str) -> int:
    number = 0
    for character in group:
        number = number << _BITS | ord(character)
    return number


def weigh(known: Table, written: Sequence[str]) -> Numbers:
    """For each stretch, and last for all of them together, what its distinct groups weigh."""
    count, width = len(written), len(known.numbers)
    numbers, owners = _groups(written)
    at = known.places(numbers)
    hits = at >= 0
    whose, features = np.divmod(_once(owners[hits] * width + at[hits]), width)
    present = np.zeros(width, dtype=bool)
    present[features] = True
    sums = np.bincount(whose, weights=known.weights[features], minlength=count)[:count]
    return np.append(sums, known.weights[present].sum()).astype(np.int64)


def _once(numbers: Numbers) -> Numbers:
    """Ascending, without repetitions; sorting is faster than ``np.unique`` at this size."""
    ordered = np.sort(numbers)
    return ordered[np.concatenate([[True], ordered[1:] != ordered[:-1]])] if len(ordered) else ordered


def _groups(written: Sequence[str]) -> tuple[Numbers, Numbers]:
    """The number of every group of every stretch, and the stretch that it belongs to."""
    text = "".join(written).encode("utf-32-le", "surrogatepass")
    one = np.frombuffer(text, dtype=np.uint32).astype(np.int64)
    owner = np.repeat(np.arange(len(written)), [len(stretch) for stretch in written])
    two = one[:-1] << _BITS | one[1:]
    three = two[:-1] << _BITS | one[2:]
    pair, triple = owner[:-1] == owner[1:], owner[:-2] == owner[2:]
    return np.concatenate([one, two[pair], three[triple]]), np.concatenate(
        [owner, owner[:-1][pair], owner[:-2][triple]]
    )
