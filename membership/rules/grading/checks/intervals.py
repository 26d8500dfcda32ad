"""Ranges laid side by side: where two share a number, and where a number has none. Pure."""

from collections.abc import Iterable, Iterator, Sequence
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from typing import NamedTuple

from membership.rules.grading.numbers import ONE
from membership.rules.grading.terms import Bounds

HALF = Decimal("0.5")


class Piece(NamedTuple):
    """A range and what it belongs to."""

    bounds: Bounds
    name: str
    where: str


class Overlap(NamedTuple):
    """Two ranges share ``value``."""

    first: Piece
    second: Piece
    value: Decimal


class Gap(NamedTuple):
    """``value`` lies after ``before`` and before ``after`` and belongs to neither; either may be absent at an end."""

    before: Piece | None
    after: Piece | None
    value: Decimal


Finding = Overlap | Gap


def on_grid(bounds: Bounds, digits: int) -> Bounds:
    """The same range, said with the numbers of so many decimals that lie in it, both ends included."""
    step = ONE.scaleb(-digits)
    low, high = bounds.low, bounds.high
    if low is not None:
        edge = low.quantize(step, rounding=ROUND_CEILING)
        low = edge + step if edge == low and not bounds.low_included else edge
    if high is not None:
        edge = high.quantize(step, rounding=ROUND_FLOOR)
        high = edge - step if edge == high and not bounds.high_included else edge
    return Bounds(low, high)


def ordered(pieces: Iterable[Piece]) -> list[Piece]:
    """From the lowest to the highest."""
    return sorted(pieces, key=_place)


def _place(piece: Piece) -> tuple[int, Decimal, bool]:
    low = piece.bounds.low
    return (0, Decimal(0), False) if low is None else (1, low, not piece.bounds.low_included)


def findings(pieces: Sequence[Piece], digits: int | None) -> Iterator[Finding]:
    """Overlaps and gaps between ranges, from below; ``digits``: only numbers of so many decimals exist."""
    placed = [(piece, piece.bounds if digits is None else on_grid(piece.bounds, digits)) for piece in ordered(pieces)]
    placed = [(piece, bounds) for piece, bounds in placed if not _empty(bounds)]
    step = None if digits is None else ONE.scaleb(-digits)
    reached: tuple[Piece, Bounds] | None = None
    for piece, bounds in placed:
        if reached is not None:
            found = _between(reached, (piece, bounds), step)
            if found is not None:
                yield found
        if reached is None or _further(bounds, reached[1]):
            reached = (piece, bounds)


def _empty(bounds: Bounds) -> bool:
    return bounds.low is not None and bounds.high is not None and bounds.low > bounds.high


def _further(one: Bounds, other: Bounds) -> bool:
    if other.high is None:
        return False
    return one.high is None or (one.high, one.high_included) > (other.high, other.high_included)


def _between(first: tuple[Piece, Bounds], second: tuple[Piece, Bounds], step: Decimal | None) -> Finding | None:
    high, low = first[1].high, second[1].low
    if high is None or low is None or high > low:
        return Overlap(first[0], second[0], _shared(second[1], first[1]))
    if high == low:
        both, one = first[1].high_included and second[1].low_included, first[1].high_included or second[1].low_included
        return Overlap(first[0], second[0], low) if both else None if one else Gap(first[0], second[0], low)
    if step is not None and low - high <= step:
        return None
    return Gap(first[0], second[0], high + step if step is not None else (high + low) * HALF)


def _shared(later: Bounds, earlier: Bounds) -> Decimal:
    """A number in both, for the message."""
    low, high = later.low, earlier.high
    if low is None:
        return (high if high is not None else Decimal(0)) - (0 if earlier.high_included else 1)
    if later.low_included:
        return low
    ends = [end for end in (later.high, high) if end is not None]
    return (low + min(ends)) * HALF if ends else low + 1
