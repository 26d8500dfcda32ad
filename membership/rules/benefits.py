"""What a benefit of a grade may not promise: acts of authority. The words are data. Pure."""

import tomllib
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from core.errors import RuleViolated
from core.i18n import _, language

DATA = Path(__file__).resolve().parents[1] / "data" / "benefits.toml"


@dataclass(frozen=True)
class Refusal:
    """One kind of promise that is refused, with the words that give it away."""

    code: str
    words: tuple[str, ...]
    zh: str
    en: str
    basis: str

    @property
    def why(self) -> str:
        """The reason in the language of the moment."""
        return self.zh if language() == "zh_CN" else self.en


@lru_cache(maxsize=1)
def refusals() -> tuple[Refusal, ...]:
    """Every refused kind, in the order of the file."""
    entries = tomllib.loads(DATA.read_text("utf-8"))["refused"]
    return tuple(Refusal(e["code"], tuple(e["words"]), e["why"]["zh"], e["why"]["en"], e["basis"]) for e in entries)


def administrative(words: str) -> list[tuple[str, Refusal]]:
    """The passages that promise an act of authority, each with why it is refused. Spacing and width play no part."""
    text = "".join(unicodedata.normalize("NFKC", words).split())
    found = []
    for refusal in refusals():
        found += [(word, refusal) for word in refusal.words if word in text][:1]
    return found


def check_not_administrative(words: str, screened: Sequence[tuple[str, str]] = ()) -> None:
    """A benefit that the association itself can give. ``screened`` are (passage, why) of the office's screening.

    Raises RuleViolated with each passage and why.
    """
    found = [(word, f"{refusal.why}（{refusal.basis}）") for word, refusal in administrative(words)]
    lines = [f"“{word}” — {why}" for word, why in (*found, *screened)]
    if lines:
        text = _("An association cannot promise this:\n{lines}\nName what the association itself gives instead.")
        raise RuleViolated("benefit_administrative", text.format(lines="\n".join(lines)))
