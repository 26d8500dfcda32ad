"""Plain text for matching: what hides words is undone, and every character knows where it came from."""

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

import yaml

from disciplinary.rules.screening.files import data_text

_HAN = "\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
# A mark between two Han characters that no honest text needs there.
_WEDGE = re.compile(rf"(?<=[{_HAN}])[ \t\u3000.·•*_|丨~^`+=\\#@-]{{1,3}}(?=[{_HAN}])")
_SPACE = re.compile(rf"[ \t\u3000]+(?=[{_HAN}])|(?<=[{_HAN}])[ \t\u3000]+")
# Characters set one by one with a comma, a stroke or a line break between them.
_SCATTERED = re.compile(rf"(?<![{_HAN}])[{_HAN}](?:[,、/;。\n|][{_HAN}]){{2,}}(?![{_HAN}])")
_UNSEEN = {"Cf", "Mn", "Me", "So", "Sk", "Cc", "Co", "Cn", "Cs"}


@dataclass(frozen=True, slots=True)
class Plain:
    """``text`` for matching; ``starts[i]`` and ``ends[i]`` bound the original characters behind ``text[i]``."""

    text: str
    starts: list[int]
    ends: list[int]

    def origin(self, start: int, end: int) -> tuple[int, int]:
        """The half-open span of the original text behind ``text[start:end]``, which must not be empty."""
        return self.starts[start], self.ends[end - 1]

    def without(self, holes: list[tuple[int, int]]) -> "Plain":
        """The same text with the given half-open, ascending spans left out."""
        if not holes:
            return self
        keep: list[tuple[int, int]] = []
        last = 0
        for start, end in holes:
            keep.append((last, start))
            last = end
        keep.append((last, len(self.text)))
        return Plain(
            "".join(self.text[a:b] for a, b in keep),
            [at for a, b in keep for at in self.starts[a:b]],
            [at for a, b in keep for at in self.ends[a:b]],
        )


class _Folds(dict[str, str]):
    """Character → what it counts as, worked out once for each character that is met."""

    def __missing__(self, character: str) -> str:
        folded = self[character] = _fold(character)
        return folded


def _fold(character: str) -> str:
    if character in "\n\t":
        return character
    if character in _signs():
        return _signs()[character]
    if character == "\r" or unicodedata.category(character) in {"Zl", "Zp"}:
        return "\n"
    if unicodedata.category(character) in _UNSEEN:
        return _compatible(character)
    return "".join(_simplified(one) for one in unicodedata.normalize("NFKC", character).lower())


def _compatible(character: str) -> str:
    """Enclosed letters and signs such as ㊙ or Ⓐ are category So but stand for letters; the rest vanish."""
    normal = unicodedata.normalize("NFKC", character)
    if normal == character:
        return ""
    return "".join(one for one in normal.lower() if unicodedata.category(one) not in _UNSEEN)


@lru_cache
def _signs() -> dict[str, str]:
    """Signs that speak: an emoji or look-alike → the word it stands for."""
    loaded: dict[str, str] = yaml.safe_load(data_text("signs.yaml"))
    return loaded


@lru_cache(maxsize=1)
def _converter() -> object:
    import opencc

    return opencc.OpenCC("t2s")


def _simplified(character: str) -> str:
    if character < "\u3400":
        return character
    converted: str = _converter().convert(character)  # type: ignore[attr-defined]
    return converted


_FOLDS = _Folds()


def plain(text: str) -> Plain:
    """The text as it is matched: compatibility forms, small letters, simplified characters, nothing in between."""
    folded = [_FOLDS[character] for character in text]
    joined = "".join(folded)
    if len(joined) == len(folded) and all(folded):
        starts = list(range(len(folded)))
    else:
        starts = [at for at, fold in enumerate(folded) for _ in fold]
    return _closed_up(Plain(joined, starts, [at + 1 for at in starts]))


def _closed_up(found: Plain) -> Plain:
    found = found.without([match.span() for match in _SPACE.finditer(found.text)])
    found = found.without([match.span() for match in _WEDGE.finditer(found.text)])
    scattered = [match.start() for match in _SCATTERED.finditer(found.text)]
    if not scattered:
        return found
    holes = []
    for match in _SCATTERED.finditer(found.text):
        holes += [(at, at + 1) for at in range(match.start() + 1, match.end(), 2)]
    return found.without(holes)
