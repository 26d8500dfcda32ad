"""The vocabulary: every word of every slot found in one pass over the text."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from ahocorasick_rs import AhoCorasick, Implementation

from disciplinary.rules.screening.files import data_files, data_text, read_yaml

Span = tuple[int, int]
# Plain text has the narrow forms of these signs.
_WIDE = str.maketrans("，：；！？（）～－＋＝", ",:;!?()~-+=")
Mentions = dict[str, list[Span]]


@dataclass(frozen=True)
class Lexicon:
    """Words by slot, ready to search; ``absorbing`` words hide what stands inside them."""

    words: list[str]
    slots: list[tuple[str, ...]]
    absorbing: list[bool]
    shapes: dict[str, re.Pattern[str]]
    search: AhoCorasick

    def mentions(self, text: str) -> Mentions:
        """Slot → its half-open spans in the text, in order of their start."""
        hits = self.search.find_matches_as_indexes(text, overlapping=True)
        absorbing, slots = self.absorbing, self.slots
        hidden = _Hidden([(start, end) for word, start, end in hits if absorbing[word]])
        found: Mentions = {}
        for word, start, end in hits:
            if hidden.covers(start, end):
                continue
            for slot in slots[word]:
                found.setdefault(slot, []).append((start, end))
        for slot, shape in self.shapes.items():
            spans = [match.span() for match in shape.finditer(text)]
            if spans:
                found.setdefault(slot, []).extend(spans)
        for spans in found.values():
            spans.sort()
        return found


class _Hidden:
    """Which spans lie strictly inside an absorbing word."""

    def __init__(self, covers: list[Span]) -> None:
        self._longest: dict[int, list[Span]] = {}
        for span in covers:
            for at in range(span[0], span[1]):
                self._longest.setdefault(at, []).append(span)

    def covers(self, start: int, end: int) -> bool:
        """Whether a longer absorbing word holds the whole span."""
        around = self._longest.get(start)
        return around is not None and any(a <= start and end <= b and b - a > end - start for a, b in around)


@lru_cache(maxsize=1)
def lexicon() -> Lexicon:
    """The vocabulary of the data folder."""
    merged: dict[str, tuple[set[str], bool]] = {}
    for path in data_files("lexicon"):
        for slot, entry in read_yaml(path.read_text(encoding="utf-8"))["slots"].items():
            hides = bool(entry.get("absorbs", False))
            for word in spread(entry["words"].translate(_WIDE).lower()):
                names, before = merged.setdefault(word, (set(), False))
                names.add(slot)
                merged[word] = (names, before or hides)
    words = list(merged)
    shapes = {
        slot: re.compile(shape.translate(_WIDE))
        for slot, shape in read_yaml(data_text("shapes.yaml"))["shapes"].items()
    }
    return Lexicon(
        words,
        [tuple(sorted(merged[word][0])) for word in words],
        [merged[word][1] for word in words],
        shapes,
        AhoCorasick(words, implementation=Implementation.DFA),
    )


def slot_names() -> frozenset[str]:
    """Every slot that a rule may name."""
    known = lexicon()
    return frozenset(slot for slots in known.slots for slot in slots) | frozenset(known.shapes)


def spread(words: str) -> Iterator[str]:
    """Words parted by spaces; ``{未,没有}参加`` stands for 未参加 and 没有参加, an empty choice for nothing."""
    for part in str(words).split():
        yield from _choices(part)


def _choices(part: str) -> Iterator[str]:
    start = part.find("{")
    if start < 0:
        yield part
        return
    end = part.index("}", start)
    for choice in part[start + 1 : end].split(","):
        for rest in _choices(part[end + 1 :]):
            yield part[:start] + choice + rest


def checked(data: Any) -> list[str]:
    """The slots of one lexicon file that have no meaning written beside them."""
    return [slot for slot, entry in data["slots"].items() if not entry.get("means")]
