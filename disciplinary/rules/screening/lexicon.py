"""The vocabulary: every word of every slot found in one pass over the text."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

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

    def mentions(self, text: str, ends: list[int]) -> list[Mentions]:
        """For each stretch of the text, given by where the stretches end: slot → its half-open spans, by start."""
        hits = self.search.find_matches_as_indexes(text, overlapping=True)
        hidden = _hidden([(start, end) for word, start, end in hits if self.absorbing[word]])
        slots = self.slots
        spans = [
            (start, end, slots[word])
            for word, start, end in hits
            if start not in hidden or not _covered(hidden[start], start, end)
        ]
        spans += [(*match.span(), (slot,)) for slot, shape in self.shapes.items() for match in shape.finditer(text)]
        spans.sort()
        return _dealt(spans, ends)


def _dealt(spans: list[tuple[int, int, tuple[str, ...]]], ends: list[int]) -> list[Mentions]:
    """The spans by stretch and slot."""
    result: list[Mentions] = [{} for _ in ends]
    at = 0
    for start, end, slots in spans:
        while start >= ends[at]:
            at += 1
        found = result[at]
        for slot in slots:
            if slot in found:
                found[slot].append((start, end))
            else:
                found[slot] = [(start, end)]
    return result


def _hidden(covers: list[Span]) -> dict[int, list[Span]]:
    """Place → the absorbing words over it."""
    over: dict[int, list[Span]] = {}
    for span in covers:
        for at in range(span[0], span[1]):
            over.setdefault(at, []).append(span)
    return over


def _covered(over: list[Span], start: int, end: int) -> bool:
    """Whether a longer absorbing word holds the whole span."""
    return any(a <= start and end <= b and b - a > end - start for a, b in over)


@lru_cache(maxsize=1)
def lexicon() -> Lexicon:
    """The vocabulary that is looked for everywhere."""
    shapes = read_yaml(data_text("shapes.yaml"))["shapes"]
    return _loaded("lexicon", {slot: re.compile(shape.translate(_WIDE)) for slot, shape in shapes.items()})


@lru_cache(maxsize=1)
def _particles() -> Lexicon:
    return _loaded("particles", {})


@lru_cache(maxsize=1)
def denials() -> Lexicon:
    """The small words that deny, and those that end a condition."""
    return _loaded("particles", {}, frozenset(["negate", "deny", "not", "turns"]))


def particles(text: str, start: int, end: int) -> Mentions:
    """The small words of a stretch of text: slot → spans in the whole text."""
    found = _particles().mentions(text[start:end], [end - start])[0]
    return {slot: [(a + start, b + start) for a, b in spans] for slot, spans in found.items()}


def _loaded(folder: str, shapes: dict[str, re.Pattern[str]], only: frozenset[str] = frozenset()) -> Lexicon:
    merged: dict[str, tuple[set[str], bool]] = {}
    for path in data_files(folder):
        for slot, entry in read_yaml(path.read_text(encoding="utf-8"))["slots"].items():
            if only and slot not in only:
                continue
            hides = bool(entry.get("absorbs", False))
            for word in spread(entry["words"].translate(_WIDE).lower()):
                names, before = merged.setdefault(word, (set(), False))
                names.add(slot)
                merged[word] = (names, before or hides)
    words = list(merged)
    return Lexicon(
        words,
        [tuple(sorted(merged[word][0])) for word in words],
        [merged[word][1] for word in words],
        shapes,
        AhoCorasick(words, implementation=Implementation.ContiguousNFA),
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
