"""Why a rule that holds may be wrong all the same: a sign in the text that can be named to the reader."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from disciplinary.rules.screening.files import data_text, read_yaml
from disciplinary.rules.screening.lexicon import Mentions, Span
from disciplinary.rules.screening.reading import Match, Reading

_MOST = 2  # words that are named


@dataclass(frozen=True)
class Doubt:
    """One kind of sign; ``near`` signs count only in the sentence of the match."""

    slots: frozenset[str]
    near: bool
    words: dict[str, str]  # language → sentence with {words}


@dataclass(frozen=True, slots=True)
class Named:
    """A doubt about one match, and the words of the text that raise it."""

    doubt: Doubt
    words: tuple[str, ...]

    def told(self, tongue: str) -> str:
        """The doubt in a language."""
        return self.doubt.words.get(tongue, self.doubt.words["zh"]).replace("{words}", "”“".join(self.words))


_QUOTED = Doubt(
    frozenset(),
    near=True,
    words={
        "zh": "“{words}”写在引号里，像是引用别人的话",
        "en": "“{words}” stands in quotation marks, like somebody else's words",
    },
)

LIKE_LAWFUL = Doubt(
    frozenset(),
    near=False,
    words={
        "zh": "全文与合规文本相近，最有分量的字词是“{words}”",
        "en": "the text as a whole resembles lawful ones, most of all by “{words}”",
    },
)


@lru_cache(maxsize=1)
def _doubts() -> tuple[Doubt, ...]:
    loaded = read_yaml(data_text("doubts.yaml"))["doubts"]
    return tuple(
        Doubt(frozenset(entry["slots"]), bool(entry.get("near")), {"zh": entry["zh"], "en": entry["en"]})
        for entry in loaded
    )


def named(match: Match, reading: Reading) -> Named | None:
    """The first doubt that can be named about a match; None when there is none."""
    text = reading.plain.text
    if any(a < match.start and match.end < b for a, b in reading.quoted):
        return Named(_QUOTED, (text[match.start : match.end],))
    for doubt in _doubts():
        spans = sorted(span for found in _searched(doubt, match, reading) for span in _spans(doubt, found))
        outside = [span for span in spans if _counts(span, doubt, match, reading)]
        if outside:
            return Named(doubt, tuple(dict.fromkeys(text[a:b].strip() for a, b in outside))[:_MOST])
    return None


def _counts(span: Span, doubt: Doubt, match: Match, reading: Reading) -> bool:
    """Whether a sign stands outside the match, and no “but” parts a near one from it."""
    if span[0] < match.end and match.start < span[1]:
        return False
    breaks = reading.said[match.at].found.get("break", ()) if doubt.near else ()
    return not any(span[1] <= a and b <= match.start + 1 for a, b in breaks)


def _searched(doubt: Doubt, match: Match, reading: Reading) -> Iterator[Mentions]:
    if doubt.near:
        yield reading.said[match.at].found
        return
    yield from (voice.found for voice in reading.said)


def _spans(doubt: Doubt, found: Mentions) -> Iterator[Span]:
    for slot in doubt.slots & found.keys():
        yield from found[slot]
