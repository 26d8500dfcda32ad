"""Who scores whom: units spread evenly over people, never to somebody with a tie or who scored at another stage. Pure."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field


@dataclass
class Spread:
    """Unit → person, and the units that nobody of those named can take."""

    taken: dict[int, int] = field(default_factory=dict)
    left: list[int] = field(default_factory=list)


def spread(
    units: Sequence[int],
    people: Sequence[int],
    barred: Mapping[int, Collection[int]],
    load: Mapping[int, int] | None = None,
) -> Spread:
    """Give every unit to the person who has the fewest so far, in the order named; units with few takers go first.

    ``barred``: person → units that this person may not score. ``load``: how many each has already.
    """
    count = {person: (load or {}).get(person, 0) for person in people}
    made = Spread()
    for unit in sorted(units, key=lambda one: len(_able(one, people, barred))):
        able = _able(unit, people, barred)
        if not able:
            made.left.append(unit)
            continue
        chosen = min(able, key=count.__getitem__)
        made.taken[unit] = chosen
        count[chosen] += 1
    made.left.sort()
    return made


def _able(unit: int, people: Iterable[int], barred: Mapping[int, Collection[int]]) -> list[int]:
    return [person for person in people if unit not in barred.get(person, ())]
