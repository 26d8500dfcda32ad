"""Groups of one to three characters as numbers, so that a whole text is weighed at once.

A group is its characters' code points side by side, 21 bits each: no two groups share a number. Sums are exact.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.int64]
Sums = tuple[int, int]  # sum of weights, number of distinct groups
_BITS = 21


@dataclass(frozen=True)
class Table:
    """Ascending numbers of groups and what each weighs."""

    numbers: Numbers
    weights: Numbers


def table(weights: Mapping[str, int]) -> Table:
    """The weights by group, ready to be looked up."""
    known = sorted((_number(group), weight) for group, weight in weights.items())
    pairs = np.array(known or [(0, 0)], dtype=np.int64)
    return Table(pairs[:, 0].copy(), pairs[:, 1].copy())


def _number(group: str) -> int:
    number = 0
    for character in group:
        number = number << _BITS | ord(character)
    return number


def weigh(known: Table, written: Sequence[str]) -> tuple[list[Sums], Sums]:
    """For each stretch, and for all of them together, what its distinct groups weigh and how many there are."""
    count = len(written)
    numbers, owners = _groups(written)
    distinct, places = np.unique(numbers, return_inverse=True)
    weights = _looked_up(known, distinct)
    features, whose = np.divmod(_once(places * count + owners), count)
    sums = np.bincount(whose, weights=weights[features], minlength=count)
    sizes = np.bincount(whose, minlength=count)
    apart = [(int(total), int(size)) for total, size in zip(sums, sizes, strict=True)]
    return apart, (int(weights.sum()), len(distinct))


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


def _looked_up(known: Table, numbers: Numbers) -> Numbers:
    at = np.minimum(np.searchsorted(known.numbers, numbers), len(known.numbers) - 1)
    found: Numbers = np.where(known.numbers[at] == numbers, known.weights[at], 0)
    return found
