"""The small language in which rules say what stands where: slots in order, with the room allowed between them.

``must ~8 attend|activity`` reads: a word of the slot *must*, then within eight characters one of *attend* or
*activity*. ``..`` allows sixty characters, ``!slot`` forbids a word of that slot in between.
"""

from bisect import bisect_left
from dataclasses import dataclass

from disciplinary.rules.screening.lexicon import Mentions, Span

_NEAR, _FAR = 8, 60
# Slots that many sentences have: no use to look a pattern up by them.
_COMMON = frozenset(
    [
        "us",
        "us_self",
        "gov",
        "gov_vague",
        "reader",
        "must",
        "shall",
        "fee",
        "buy",
        "attend",
        "event",
        "lack",
        "told_gov",
        "power_matter",
        "scored",
        "unit",
        "by",
        "license_act",
        "entrust",
        "refuse",
        "share",
        "money",
        "price",
        "issue",
        "award",
    ]
)


@dataclass(frozen=True, slots=True)
class Step:
    """One slot (or a choice of slots) and the room before it, in characters."""

    slots: tuple[str, ...]
    room: int
    without: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Pattern:
    """Slots in order."""

    steps: tuple[Step, ...]

    def needs(self) -> frozenset[str]:
        """Slots without which the pattern cannot match."""
        return frozenset(step.slots[0] for step in self.steps if len(step.slots) == 1)

    def opening(self) -> tuple[str, ...]:
        """Slots one of which must be there: those of the step that common words open least."""
        return min(
            (step.slots for step in self.steps), key=lambda slots: (any(one in _COMMON for one in slots), len(slots))
        )

    def matches(self, found: Mentions) -> list[tuple[Span, ...]]:
        """Every place where the pattern matches, one for each start, the closest words preferred."""
        results = []
        for span in _spans(found, self.steps[0].slots):
            rest = _follow(found, self.steps, 1, span)
            if rest is not None:
                results.append((span, *rest))
        return results


def parse(text: str) -> Pattern:
    """A pattern from its words; ValueError when it makes no sense."""
    steps: list[Step] = []
    room, without = _NEAR, list[str]()
    for word in text.split():
        if word == "..":
            room = _FAR
        elif word.startswith("~"):
            room = int(word[1:])
        elif word.startswith("!"):
            without.append(word[1:])
        else:
            steps.append(Step(tuple(word.split("|")), room, tuple(without)))
            room, without = _NEAR, []
    if not steps:
        raise ValueError(f"no slot in the pattern {text!r}")
    return Pattern(tuple(steps))


def _spans(found: Mentions, slots: tuple[str, ...]) -> list[Span]:
    if len(slots) == 1:
        return found.get(slots[0], [])
    return sorted({span for slot in slots for span in found.get(slot, ())})


def _follow(found: Mentions, steps: tuple[Step, ...], at: int, before: Span) -> tuple[Span, ...] | None:
    """The remaining steps after a span, the nearest first; None when they are not there."""
    if at == len(steps):
        return ()
    step = steps[at]
    spans = _spans(found, step.slots)
    for span in spans[bisect_left(spans, (before[1], 0)) :]:
        if span[0] - before[1] > step.room:
            break
        if any(_between(found, slot, before[1], span[0]) for slot in step.without):
            break
        rest = _follow(found, steps, at + 1, span)
        if rest is not None:
            return (span, *rest)
    return None


def _between(found: Mentions, slot: str, start: int, end: int) -> bool:
    return any(start <= a and b <= end for a, b in found.get(slot, ()))
