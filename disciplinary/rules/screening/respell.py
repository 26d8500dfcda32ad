"""Key words spelt by sound: pinyin and homophones are put back into the characters they stand for."""

import re
from dataclasses import dataclass
from functools import lru_cache

from ahocorasick_rs import AhoCorasick, MatchKind

from disciplinary.rules.screening.files import data_text, read_yaml
from disciplinary.rules.screening.plain import Plain

_LETTER = "a-züāáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜ"
_LATIN = re.compile(rf"[{_LETTER}]+(?:[ '.·-][{_LETTER}]+)*")
_FIRST_SOUND = 0xE000  # private use: one character for each syllable
_TONES = str.maketrans("āáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜü", "aaaaeeeeiiiioooouuuuvvvvv")
_WORD = 40  # letters; a longer run is no pinyin


@dataclass(frozen=True)
class Sounds:
    """The key words by sound, ready to search."""

    syllables: dict[str, str]  # syllable → its private character
    heard: dict[int, str]  # code point → the private character of its reading
    terms: list[str]
    search: AhoCorasick
    letters: dict[str, str]  # lone syllable or initials → characters
    apart: list[tuple[str, str]]  # what stands for a key word, and the key word
    apart_search: AhoCorasick


@lru_cache(maxsize=1)
def sounds() -> Sounds:
    """The key words of ``sounds.yaml`` and how they sound."""
    data, made = read_yaml(data_text("sounds.yaml")), read_yaml(data_text("readings.yaml"))
    syllables = {syllable: chr(_FIRST_SOUND + at) for at, syllable in enumerate(made["syllables"].split())}
    heard = {ord(one): syllables[syllable] for syllable, ones in made["heard"].items() for one in ones}
    spelt: dict[str, str] = made["spelt"]
    written = ["".join(syllables[syllable] for syllable in sound.split()) for sound in spelt.values()]
    apart: dict[str, str] = dict(data["apart"])
    apart |= {other: term for term, others in data["variants"].items() for other in others.split()}
    return Sounds(
        syllables,
        heard,
        list(spelt),
        AhoCorasick(written, matchkind=MatchKind.LeftmostLongest),
        data["letters"],
        list(apart.items()),
        AhoCorasick(list(apart), matchkind=MatchKind.LeftmostLongest),
    )


def respelt(found: Plain) -> Plain:
    """The text with key words that are spelt by sound written out; positions stay with the original."""
    known = sounds()
    found = _changed(found, _put_together(found.text, known))
    if _LATIN.search(found.text):
        found = _latin(found)
    heard = found.text.translate(known.heard)
    changes = []
    for term, start, end in known.search.find_matches_as_indexes(heard):
        word, written = known.terms[term], found.text[start:end]
        if written != word and _meant(word, written):
            changes.append((start, end, word))
    return _changed(found, changes)


def _put_together(text: str, known: Sounds) -> list[tuple[int, int, str]]:
    """Characters taken apart and known misspellings; a lone letter counts only where no word goes on."""
    changes = []
    for at, start, end in known.apart_search.find_matches_as_indexes(text):
        goes_on = "a" <= text[end - 1] <= "z" and end < len(text) and "a" <= text[end] <= "z"
        if not goes_on:
            changes.append((start, end, known.apart[at][1]))
    return changes


def _meant(word: str, written: str) -> bool:
    """A word of another meaning that only sounds alike is left alone; sound symbols are always meant."""
    if any(0xE000 <= ord(one) < 0xF8FF for one in written):
        return True
    return len(word) > 2 and any(a == b for a, b in zip(word, written, strict=True))


def _latin(found: Plain) -> Plain:
    """Runs of Latin letters that read as syllables become sound symbols, or the characters they stand for."""
    changes = []
    for match in _LATIN.finditer(found.text):
        run = match.group()
        whole = sounds().letters.get(re.sub(r"[ '.·-]", "", run)) if _by_han(found.text, match.span()) else None
        spelt = whole or _spelt(run, lone=_by_han(found.text, match.span()))
        if spelt:
            changes.append((*match.span(), spelt))
    return _changed(found, changes)


def _by_han(text: str, span: tuple[int, int]) -> bool:
    start, end = span
    return (start > 0 and text[start - 1] >= "\u3400") or (end < len(text) and text[end] >= "\u3400")


def _spelt(run: str, *, lone: bool) -> str:
    """The sound symbols of a run of pinyin; empty when it is not pinyin or is an ordinary foreign word."""
    words = [run.translate(_TONES)]
    if re.search(r"[ '.·-]", run):
        joined = re.sub(r"[ '.·-]", "", words[0])
        single = all(len(one) == 1 for one in re.split(r"[ '.·-]", run))
        words = [joined] if single else re.split(r"[ '.·-]", words[0])
    parts = [part for word in words for part in _syllables(word)]
    if all(len(part) == 1 for part in parts) or any(part not in sounds().syllables for part in parts):
        return ""
    if len(parts) == 1 and not (lone and len(parts[0]) > 1):
        return ""
    return "".join(sounds().syllables[part] for part in parts)


@lru_cache(maxsize=4096)
def _syllables(word: str) -> tuple[str, ...]:
    """A word cut into pinyin syllables, the fewest that fit; the word itself when it cannot be cut."""
    cut = _cut(word, sounds().syllables) if len(word) <= _WORD else None
    return tuple(cut) if cut is not None else (word,)


def _cut(word: str, known: dict[str, str]) -> list[str] | None:
    best: list[list[str] | None] = [[], *[None] * len(word)]
    for end in range(1, len(word) + 1):
        for start in range(max(0, end - 6), end):
            before = best[start]
            current = best[end]
            if before is None or word[start:end] not in known:
                continue
            if current is None or len(before) + 1 < len(current):
                best[end] = [*before, word[start:end]]
    return best[-1]


def _changed(found: Plain, changes: list[tuple[int, int, str]]) -> Plain:
    """The text with spans rewritten; each new character stands for its share of the old span."""
    if not changes:
        return found
    text, starts, ends, last = "", list[int](), list[int](), 0
    for start, end, new in changes:
        text += found.text[last:start] + new
        starts += found.starts[last:start]
        ends += found.ends[last:start]
        same = len(new) == end - start
        for at in range(len(new)):
            starts.append(found.starts[start + at] if same else found.starts[start])
            ends.append(found.ends[start + at] if same else found.ends[end - 1])
        last = end
    return Plain(text + found.text[last:], starts + found.starts[last:], ends + found.ends[last:])
