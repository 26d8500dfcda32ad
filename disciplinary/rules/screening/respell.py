"""Key words spelt by sound: pinyin and homophones are put back into the characters they stand for."""

import re
from dataclasses import dataclass
from functools import lru_cache

from ahocorasick_rs import AhoCorasick, MatchKind

from disciplinary.rules.screening.files import data_text, read_yaml
from disciplinary.rules.screening.plain import Plain

_LATIN = re.compile(r"[a-züāáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜ]+(?:[ '][a-züāáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜ]+)*")
_FIRST_SOUND = 0xE000  # private use: one character for each syllable


@dataclass(frozen=True)
class Sounds:
    """The key words by sound, ready to search."""

    syllables: dict[str, str]  # syllable → its private character
    terms: list[str]
    keep: frozenset[str]
    search: AhoCorasick
    letters: dict[str, str]  # lone syllable or initials → characters


@lru_cache(maxsize=1)
def sounds() -> Sounds:
    """The key words of ``sounds.yaml`` and how they sound."""
    from pypinyin import Style, lazy_pinyin, pinyin_dict

    data = read_yaml(data_text("sounds.yaml"))
    known = sorted({s for one in pinyin_dict.pinyin_dict.values() for s in _toneless(one)})
    syllables = {syllable: chr(_FIRST_SOUND + at) for at, syllable in enumerate(known)}
    terms: list[str] = data["terms"]
    spelt = ["".join(syllables[s] for s in lazy_pinyin(term, style=Style.NORMAL)) for term in terms]
    search = AhoCorasick(spelt, matchkind=MatchKind.LeftmostLongest)
    return Sounds(syllables, terms, frozenset(data["keep"]), search, data["letters"])


def _toneless(readings: str) -> list[str]:
    from pypinyin.contrib.tone_convert import to_normal

    return [to_normal(reading) for reading in readings.split(",")]


class _Heard(dict[int, str]):
    """Code point → the private character of its first reading; what has none stays itself."""

    def __missing__(self, code: int) -> str:
        from pypinyin import Style, lazy_pinyin

        character = chr(code)
        heard = character
        if code >= 0x3400 and not _FIRST_SOUND <= code < 0xF8FF:
            read = lazy_pinyin(character, style=Style.NORMAL)
            heard = sounds().syllables.get(read[0], character) if read else character
        self[code] = heard
        return heard


_HEARD = _Heard()


def respelt(found: Plain) -> Plain:
    """The text with key words that are spelt by sound written out; positions stay with the original."""
    if _LATIN.search(found.text):
        found = _latin(found)
    heard = found.text.translate(_HEARD)
    changes = []
    for term, start, end in sounds().search.find_matches_as_indexes(heard):
        word, written = sounds().terms[term], found.text[start:end]
        if written != word and _meant(word, written):
            changes.append((start, end, word))
    return _changed(found, changes)


def _meant(word: str, written: str) -> bool:
    """A word of another meaning that only sounds alike is left alone; sound symbols are always meant."""
    if any(_FIRST_SOUND <= ord(one) < 0xF8FF for one in written):
        return True
    alike = sum(a == b for a, b in zip(word, written, strict=True))
    return written not in sounds().keep and (alike > 0 or len(word) > 2)


def _latin(found: Plain) -> Plain:
    """Runs of Latin letters that read as syllables become sound symbols, or the characters they stand for."""
    changes = []
    for match in _LATIN.finditer(found.text):
        run = match.group()
        whole = sounds().letters.get(run.replace(" ", ""))
        spelt = whole or _spelt(run, lone=_between_han(found.text, match.span()))
        if spelt:
            changes.append((*match.span(), spelt))
    return _changed(found, changes)


def _between_han(text: str, span: tuple[int, int]) -> bool:
    start, end = span
    return (start > 0 and text[start - 1] >= "\u3400") or (end < len(text) and text[end] >= "\u3400")


def _spelt(run: str, *, lone: bool) -> str:
    """The sound symbols of a run of pinyin; empty when it is not pinyin or is an ordinary foreign word."""
    from pypinyin.contrib.tone_convert import to_normal

    parts = [part for word in re.split(r"[ ']", run) for part in _syllables(to_normal(word))]
    if not parts or any(part not in sounds().syllables for part in parts):
        return ""
    if len(parts) == 1 and not (lone and len(parts[0]) > 1):
        return ""
    return "".join(sounds().syllables[part] for part in parts)


@lru_cache(maxsize=4096)
def _syllables(word: str) -> tuple[str, ...]:
    """A word cut into pinyin syllables, longest first, with stepping back; the word itself when it cannot be cut."""
    cut = _cut(word, sounds().syllables) if len(word) <= 40 else None
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
