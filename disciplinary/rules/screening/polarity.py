"""Which slots of a sentence stand under a denial or a prohibition: “不收费”, “不得要求企业购买”."""

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence

from disciplinary.rules.screening.lexicon import Span, denials
from disciplinary.rules.screening.scope import Voice

# How many characters further a word still denies: small words, and a prohibition.
_REACHES = {"negate": 1, "deny": 12, "not": 12}
_PROHIBITED = 40
_BREAK = re.compile(r"[,;:。!?\n]")
DENIED = "~"  # before the name of a slot that is denied


def with_polarity(text: str, said: Sequence[Voice]) -> list[set[str]]:
    """For every sentence its slots, those that are denied with a mark before their names."""
    under = _under_denial(text, said)
    return [
        {slot if not under[start] else DENIED + slot for slot, spans in voice.found.items() for start, _ in spans}
        for voice in said
    ]


def _under_denial(text: str, said: Sequence[Voice]) -> bytearray:
    """For every place of the text 1 when a denial reaches it, else 0."""
    under = bytearray(len(text) + 1)
    for end, stop in [*_denials(text), *_prohibitions(said)]:
        broken = _BREAK.search(text, end, min(stop, len(text)))
        last = broken.start() if broken else min(stop, len(text))
        under[end : last + 1] = b"\x01" * (last + 1 - end)
    return under


def _denials(text: str) -> Iterator[Span]:
    """Where a small word of denial ends, and how far it reaches: a plain negation not past the end of its condition."""
    words = denials()
    hits = words.search.find_matches_as_indexes(text, overlapping=True)
    turns = sorted(start for word, start, _ in hits if "turns" in words.slots[word])
    for word, _, end in hits:
        reach = max(_REACHES.get(slot, 0) for slot in words.slots[word])
        turn = bisect_left(turns, end)
        if "deny" not in words.slots[word] and turn < len(turns):
            reach = min(reach, turns[turn] - end)
        if reach:
            yield end, end + reach


def _prohibitions(said: Sequence[Voice]) -> Iterator[Span]:
    return ((end, end + _PROHIBITED) for voice in said for _, end in voice.found.get("prohibit", ()))
