"""Reading a typed line: words, quotes, options, whatever keyboard they come from. Pure."""

import unicodedata
from dataclasses import dataclass

QUOTES = {'"': '"', "'": "'", "“": "”", "‘": "’", "「": "」", "『": "』", "＂": "＂"}
LOOSE_QUOTES = "\"'“”‘’＂"
LONGEST_LINE = 20_000


@dataclass(frozen=True)
class Word:
    """One word of a line, without its quotes; ``start`` is where it begins in the line."""

    text: str
    start: int
    quoted: bool = False

    @property
    def plain(self) -> str:
        """The word as it is compared: full-width forms folded, lower case."""
        return unicodedata.normalize("NFKC", self.text).casefold()


def clean(raw: str) -> str:
    """A message fit to store: no NUL, surrogates, non-characters, or direction and zero-width marks; NFC."""
    kept = (c for c in raw[:LONGEST_LINE] if c in "\n\t" or _readable(c))
    return unicodedata.normalize("NFC", "".join(kept)).strip(" \t\n\u3000\u200d").strip()


def _readable(character: str) -> bool:
    category = unicodedata.category(character)
    if category in ("Cc", "Cs"):
        return False
    if category == "Cf":
        return character == "\u200d"
    return not (category == "Cn" and (ord(character) & 0xFFFE == 0xFFFE or 0xFDD0 <= ord(character) <= 0xFDEF))


def words(line: str) -> list[Word]:
    """Split at white space; quotes of any style keep words together. An unclosed quote runs to the end."""
    found: list[Word] = []
    position = 0
    while position < len(line):
        if line[position].isspace():
            position += 1
            continue
        word, position = _quoted(line, position) if line[position] in QUOTES else _bare(line, position)
        found.append(word)
    return found


def _quoted(line: str, start: int) -> tuple[Word, int]:
    opening = line[start]
    closers = LOOSE_QUOTES if opening in "“”‘’" else QUOTES[opening]
    end = start + 1
    while end < len(line) and line[end] not in closers:
        end += 1
    return Word(line[start + 1 : end], start, quoted=True), end + 1


def _bare(line: str, start: int) -> tuple[Word, int]:
    end = start
    while end < len(line) and not line[end].isspace():
        if line[end] in QUOTES and line[end - 1] in "=＝:：":
            _word, end = _quoted(line, end)
            continue
        end += 1
    return Word(_without_quotes(line[start:end]), start), end


def _without_quotes(text: str) -> str:
    """``region="New Town"`` → ``region=New Town``."""
    for sign in ("=", "＝"):
        name, found, value = text.partition(sign)
        if found and len(value) > 1 and value[0] in QUOTES:
            return name + found + value[1:].rstrip(LOOSE_QUOTES + "」』")
    return text


def option(word: Word) -> tuple[str, str | None] | None:
    """``--dry-run`` → (dry_run, None); ``region=X`` → (region, X); None for an ordinary word."""
    if word.quoted:
        return None
    text = word.text
    for dashes in ("--", "——", "－－", "—"):
        if text.startswith(dashes) and len(text) > len(dashes):
            name, _equals, value = text[len(dashes) :].replace("＝", "=").partition("=")
            return _name(name), (value if _equals else None)
    name, equals, value = text.replace("＝", "=", 1).partition("=")
    return (_name(name), value) if equals and name else None


def _name(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold().replace("-", "_")
