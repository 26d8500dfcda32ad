"""Where members move when grades are given anew, and why: for simulations, rounds and the month's workbook. Pure."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from core.i18n import _
from membership.rules.grading.explain import Reader
from membership.rules.grading.results import Result, Status
from membership.rules.grading.scheme import Scheme

NONE = ""
"""A member that had no grade."""


@dataclass(frozen=True)
class Movement:
    """One member: the grade before and after, and what decides the new one."""

    reference: str
    name: str
    before: str
    after: str
    reasons: tuple[str, ...]
    score: Decimal | None = None


@dataclass(frozen=True)
class Movements:
    """All members of a simulation. ``order`` is the ladder, the best first, with everything else that occurs behind it."""

    order: tuple[str, ...]
    all: tuple[Movement, ...]

    @property
    def matrix(self) -> dict[tuple[str, str], int]:
        """(before, after) → how many members."""
        return Counter((one.before, one.after) for one in self.all)

    def towards(self, direction: int) -> list[Movement]:
        """Those that rise (1) or fall (−1), the farthest first."""
        ranks = {name: place for place, name in enumerate(self.order)}
        moved = [one for one in self.all if one.before in ranks and one.after in ranks and one.before != one.after]
        steps = [((ranks[one.before] - ranks[one.after]) * direction, one) for one in moved]
        return [one for step, one in sorted(steps, key=lambda pair: (-pair[0], pair[1].reference)) if step > 0]

    @property
    def counts(self) -> dict[str, int]:
        """How many rise, fall, stay, are graded for the first time, or miss what the scheme needs."""
        up, down = len(self.towards(1)), len(self.towards(-1))
        same = sum(one.before == one.after for one in self.all)
        new = sum(one.before == NONE and one.after in self.order for one in self.all)
        return {"up": up, "down": down, "same": same, "new": new, "other": len(self.all) - up - down - same - new}

    def top_reasons(self, direction: int, most: int = 5) -> list[tuple[str, int]]:
        """What most often decides for those that rise or fall."""
        found = Counter(reason for one in self.towards(direction) for reason in one.reasons[:1])
        return sorted(found.items(), key=lambda pair: (-pair[1], pair[0]))[:most]


def movements(scheme: Scheme, found: Iterable[Movement]) -> Movements:
    """Members with the ladder of the scheme that grades them; an ended assessment stands at its end."""
    return Movements((*scheme.grade_ids, scheme.ended.id), tuple(found))


def reasons_of(reader: Reader, result: Result) -> tuple[str, ...]:
    """What decides a grade, the weightiest first: what holds it down, else the heaviest deduction, else the score."""
    if result.status is Status.MISSING:
        names = _(", ").join(reader.title(name) for name in result.missing[:3])
        return (_("missing: {names}").format(names=names),)
    holding = [limit for limit in result.limits if limit.grade == result.grade]
    found = [reader.title(limit.item) for limit in holding]
    return tuple(dict.fromkeys([*found, *_heaviest(reader, result), _("score")]))


def _heaviest(reader: Reader, result: Result) -> Sequence[str]:
    """The title of the deduction that takes most."""
    taken = [
        (abs(step.after - step.before), step.item)
        for step in result.steps
        if step.code == "deduct" and step.before is not None and step.after is not None
    ]
    return [reader.title(max(taken)[1])] if taken else []
