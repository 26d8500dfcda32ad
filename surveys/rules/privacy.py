"""No result of fewer than five people, also not by subtraction. Pure.

What is published of a survey is: its total, and groups that divide the total without overlap. Whoever has the total and
some groups also knows the rest; so the rest must be five or more, or nothing. Results come out once, after the close: live
figures are totals only, so two moments cannot be subtracted either.
"""

from collections.abc import Hashable, Mapping
from typing import TypeVar

K = 5
"""The smallest number of people behind any published result (handbook of association assessment: below k no group result)."""

OTHERS = ""
"""The group of all who are in no group large enough."""

G = TypeVar("G", bound=Hashable)


def may_show(count: int) -> bool:
    """Whether a result of so many people may be shown."""
    return count >= K


def merged(counts: Mapping[str, int]) -> dict[str, str]:
    """Group → the group it is counted in: groups below five go together, and so many more that these are five or none.

    When all of them together are below five there is nothing that may be shown: everything goes into one.
    """
    small = {name for name, count in counts.items() if name == OTHERS or count < K}
    ordered = sorted((count, name) for name, count in counts.items() if name not in small)
    while 0 < sum(counts[name] for name in small) < K and ordered:
        small.add(ordered.pop(0)[1])
    return {name: OTHERS if name in small else name for name in counts}


def visible(counts: Mapping[G, int]) -> set[G]:
    """Which cells of one row may be shown beside their total: none below five, and what is left out is five or none.

    Nothing at all may be shown when the total itself is below five.
    """
    hidden = {name for name, count in counts.items() if 0 < count < K}
    ordered = sorted(((count, str(name), name) for name, count in counts.items() if count >= K), reverse=True)
    while hidden and sum(counts[name] for name in hidden) < K:
        if not ordered:
            return set()
        hidden.add(ordered.pop()[2])
    return {name for name, count in counts.items() if name not in hidden}
