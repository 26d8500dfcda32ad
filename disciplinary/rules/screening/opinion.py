"""A second opinion: a linear model over character groups and the rules that hold, trained on the project's corpus.

It confirms or doubts what the rules found, and raises a review where they found nothing. It never blocks by itself,
and it names the words that weigh most. The weights are data (``data/opinion.json``), made by
``benchmarks/screening_model.py``.
"""

import json
import math
import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import chain
from operator import add

from disciplinary.rules.screening.files import data_text
from disciplinary.rules.screening.lexicon import Mentions

_DIGITS = re.compile(r"\d+")
# The signs of a common form, with up to two characters on each side.
_SIGNED = re.compile(r"(?s).{0,2}[A-Z0](?:.{0,2}[A-Z0])*.{0,2}")
# Names that differ from text to text become one letter each.
_CLASSES = {
    "gov": "G", "gov_vague": "V", "us": "U", "us_self": "U", "reader": "R", "money": "M", "nonmember": "N",
    "doc_number": "D",
}  # fmt: skip
_KNOWN_RULE = 1.0  # how much the rules count beside the characters


@dataclass(frozen=True)
class Model:
    """Weights by feature; a text's score is the sum over its distinct features, divided by the root of their number."""

    bias: float
    raise_at: float
    keep_at: float
    grams: dict[str, float]
    rules: dict[str, float]
    kinds: dict[str, dict[str, float]]
    kind_bias: dict[str, float]

    @cached_property
    def by_gram(self) -> dict[str, list[tuple[str, float]]]:
        """The weights of the categories, by character group."""
        turned: dict[str, list[tuple[str, float]]] = {}
        for name, own in self.kinds.items():
            for gram, weight in own.items():
                turned.setdefault(gram, []).append((name, weight))
        return turned


@lru_cache(maxsize=1)
def model() -> Model:
    """The shipped weights."""
    return Model(**json.loads(data_text("opinion.json"))["model"])


def grams(text: str) -> set[str]:
    """The distinct groups of one to three characters."""
    pairs = list(map(add, text, text[1:]))
    return set(chain(text, pairs, map(add, pairs, text[2:])))


def features(text: str, form: str) -> set[str]:
    """The groups of a stretch of text, and those around the signs of its common form."""
    found = grams(text)
    for match in _SIGNED.finditer(form):
        found |= grams(match.group())
    return found


def common_form(text: str, found: Iterable[Mentions], start: int, end: int) -> str:
    """A stretch of text with bodies, readers, money and numbers as one sign each."""
    spans = sorted(
        (a, -b, _CLASSES[slot]) for one in found for slot in _CLASSES.keys() & one.keys() for a, b in one[slot]
    )
    pieces, last = [], start
    for a, minus, sign in spans:
        if a >= last:
            pieces += [text[last:a], sign]
            last = -minus
    return _DIGITS.sub("0", "".join([*pieces, text[last:end]]))


def score(weights: Model, text: str, form: str, rules: Iterable[str]) -> float:
    """Log-odds that a stretch misuses authority."""
    total = weights.bias + _block(weights.grams, features(text, form))
    return total + _KNOWN_RULE * _block(weights.rules, set(rules))


def _block(weights: dict[str, float], features: set[str]) -> float:
    if not features:
        return 0.0
    return sum(filter(None, map(weights.get, features))) / math.sqrt(len(features))


def kind(weights: Model, text: str, form: str) -> str:
    """The category that a stretch resembles most."""
    found = features(text, form)
    odds = dict.fromkeys(weights.kinds, 0.0)
    for gram in found & weights.by_gram.keys():
        for name, weight in weights.by_gram[gram]:
            odds[name] += weight
    size = math.sqrt(max(1, len(found)))
    return max(odds, key=lambda name: weights.kind_bias[name] + odds[name] / size)


def strongest(weights: Model, text: str, count: int = 3) -> list[str]:
    """The character groups that weigh most in a stretch, longest first where they overlap."""
    ranked = sorted(
        (g for g in grams(text) if len(g) > 1 and weights.grams.get(g, 0) > 0), key=lambda g: -weights.grams[g]
    )
    chosen: list[str] = []
    for gram in ranked:
        if len(chosen) == count:
            break
        if not any(gram in one or one in gram for one in chosen):
            chosen.append(gram)
    return chosen


def probability(odds: float) -> float:
    """Log-odds as a probability."""
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, odds))))
