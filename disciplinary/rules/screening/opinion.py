"""A second opinion: a linear model over character groups and slots, trained on the project's corpus.

It says how much a text, and each stretch of it, resembles misuse. It confirms or doubts what the rules found, and
raises a review where they found nothing. It never blocks by itself, and it names the words that weigh most. The
weights are whole thousandths and data (``data/opinion.json``), made by ``benchmarks/screening_model.py``.
"""

import json
import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import chain
from operator import add

import numpy as np
from numpy.typing import NDArray

from disciplinary.rules.screening import groups
from disciplinary.rules.screening.files import data_text
from disciplinary.rules.screening.groups import Numbers
from disciplinary.rules.screening.polarity import with_polarity
from disciplinary.rules.screening.scope import Stance, Voice

_DIGITS = re.compile(r"\d+")
# The signs of a common form, with up to two characters on each side.
_SIGNED = re.compile(r"(?s).{0,2}[A-Z0](?:.{0,2}[A-Z0])*.{0,2}")
# Names that differ from text to text become one letter each.
_CLASSES = {
    "gov": "G", "gov_vague": "V", "us": "U", "us_self": "U", "reader": "R", "money": "M", "nonmember": "N",
    "doc_number": "D",
}  # fmt: skip
Odds = NDArray[np.float64]
THOUSANDTHS = 1000
SLOT = "@"  # before the name of a slot among the features of a category


@dataclass(frozen=True)
class Model:
    """Weights by feature in thousandths, and the probabilities from which a review is raised and a rule is kept.

    Below ``keep_at`` a rule gives way to a sign in the text, below ``yield_at`` to the lawful wording around it, and
    below ``insist_at`` even a rule that has seen an order or a threat. ``foreign_at`` is the probability from which a
    text without a sentence of the association's own (a law, a report) is reviewed all the same: it may be in disguise.
    """

    bias: int
    raise_at: float
    keep_at: float
    yield_at: float
    insist_at: float
    foreign_at: float
    grams: dict[str, int]
    slots: dict[str, int]
    kinds: dict[str, dict[str, int]]
    kind_bias: dict[str, int]

    @cached_property
    def table(self) -> groups.Table:
        """The weights of the character groups, ready to be looked up at once."""
        return groups.table(self.grams)

    @cached_property
    def by_feature(self) -> dict[str, list[tuple[str, int]]]:
        """The weights of the categories, by character group and (after a mark) by slot."""
        turned: dict[str, list[tuple[str, int]]] = {}
        for name, own in self.kinds.items():
            for feature, weight in own.items():
                turned.setdefault(feature, []).append((name, weight))
        return turned


@dataclass(frozen=True)
class Part:
    """What one sentence shows: its words with the signs of its common form, and its slots by voice."""

    written: str
    slots: set[str]

    @cached_property
    def grams(self) -> set[str]:
        """Its distinct character groups."""
        return grams(self.written)

    @property
    def size(self) -> int:
        """How many characters it has."""
        return len(self.written)


@dataclass(frozen=True)
class Gathered:
    """The distinct features of several sentences, and how many characters these have."""

    grams: set[str]
    slots: set[str]
    size: int


@lru_cache(maxsize=1)
def model() -> Model:
    """The shipped weights."""
    return Model(**json.loads(data_text("opinion.json"))["model"])


def grams(text: str) -> set[str]:
    """The distinct groups of one to three characters."""
    pairs = list(map(add, text, text[1:]))
    return set(chain(text, pairs, map(add, pairs, text[2:])))


def parts(text: str, said: Sequence[Voice]) -> list[Part]:
    """The features of every sentence."""
    named = with_polarity(text, said)
    return [Part(_written(text, voice), _slots(voice, slots)) for voice, slots in zip(said, named, strict=True)]


def _written(text: str, voice: Voice) -> str:
    signed = _SIGNED.findall(common_form(text, voice))
    return " ".join([text[voice.sentence.start : voice.sentence.end], *signed])


def _slots(voice: Voice, named: set[str]) -> set[str]:
    """The slots of a sentence, with a mark where somebody else speaks, and its stance."""
    found = named if voice.stance is Stance.OWN else {f"-{slot}" for slot in named}
    return found | {f"={voice.stance}"}


def common_form(text: str, voice: Voice) -> str:
    """A sentence with bodies, readers, money and numbers as one sign each."""
    spans = sorted(
        (a, -b, _CLASSES[slot]) for slot in _CLASSES.keys() & voice.found.keys() for a, b in voice.found[slot]
    )
    pieces, last = [], voice.sentence.start
    for a, minus, sign in spans:
        if a >= last:
            pieces += [text[last:a], sign]
            last = -minus
    return _DIGITS.sub("0", "".join([*pieces, text[last : voice.sentence.end]]))


@dataclass(frozen=True)
class Weighed:
    """For each sentence, and last for all of them together: sums of weights, and the sizes that they are measured by."""

    bias: int
    grams: Numbers
    sizes: Numbers
    slots: Numbers
    counts: Numbers

    @cached_property
    def alone(self) -> Odds:
        """Log-odds that each sentence misuses authority, by itself; the last number is for the whole text."""
        return self._odds(self.grams, self.sizes, self.slots, self.counts)

    @cached_property
    def near(self) -> Odds:
        """Log-odds of each sentence with its neighbours."""
        return self._odds(*map(_with_neighbours, (self.grams, self.sizes, self.slots, self.counts)))

    def _odds(self, grams: Numbers, sizes: Numbers, slots: Numbers, counts: Numbers) -> Odds:
        """Weights over the root of what they are measured by."""
        return (
            self.bias + grams / np.sqrt(np.maximum(1, sizes)) + slots / np.sqrt(np.maximum(1, counts))
        ) / THOUSANDTHS


def _with_neighbours(each: Numbers) -> Numbers:
    """The sums of each sentence, the one before and the one after."""
    own = np.concatenate([[0], each[:-1], [0]])
    sums: Numbers = own[:-2] + own[1:-1] + own[2:]
    return sums


def weighed(weights: Model, said: Sequence[Part]) -> Weighed:
    """What the features of every sentence weigh, and what those of all of them weigh, each counted once."""
    by_slot = weights.slots.get
    sets = [one.slots for one in said]
    sets.append(set().union(*sets))
    sizes = [one.size for one in said]
    return Weighed(
        weights.bias,
        groups.weigh(weights.table, [one.written for one in said]),
        np.array([*sizes, sum(sizes)]),
        np.array([sum(filter(None, map(by_slot, one))) for one in sets]),
        np.array(list(map(len, sets))),
    )


def together(some: Iterable[Part]) -> Gathered:
    """The distinct features of several sentences."""
    chosen = list(some)
    every = set().union(*(one.grams for one in chosen)), set().union(*(one.slots for one in chosen))
    return Gathered(*every, sum(one.size for one in chosen))


def kinds(weights: Model, gathered: Gathered) -> dict[str, float]:
    """For each category, the log-odds that some sentences belong to it if they misuse authority at all."""
    sums = dict.fromkeys(weights.kinds, 0.0)
    slots = {f"{SLOT}{slot}" for slot in gathered.slots}
    for features, measure in ((gathered.grams, gathered.size), (slots, len(slots))):
        size = math.sqrt(max(1, measure))
        for feature in features & weights.by_feature.keys():
            for name, weight in weights.by_feature[feature]:
                sums[name] += weight / size
    return {name: (weights.kind_bias[name] + total) / THOUSANDTHS for name, total in sums.items()}


def strongest(weights: Model, text: str, count: int = 3) -> list[str]:
    """The character groups that weigh most for misuse in a stretch, at most ``count``, without overlaps."""
    return _heaviest(text, weights.grams, 1, count)


def most_lawful(weights: Model, text: str, count: int = 3) -> list[str]:
    """The character groups that weigh most against misuse in a stretch, at most ``count``, without overlaps."""
    return _heaviest(text, weights.grams, -1, count)


def _heaviest(text: str, weighing: Mapping[str, int], side: int, count: int) -> list[str]:
    known = {gram: side * weighing.get(gram, 0) for gram in grams(text)}
    ranked = sorted((g for g, weight in known.items() if weight > 0 and _told(g)), key=lambda g: (-known[g], g))
    chosen: list[str] = []
    for gram in ranked:
        if len(chosen) == count:
            break
        if not any(gram in one or one in gram for one in chosen):
            chosen.append(gram)
    return chosen


def _told(gram: str) -> bool:
    """Whether a reader recognises a group as words: at least two Chinese characters and nothing else."""
    return len(gram) > 1 and all("一" <= sign <= "龥" for sign in gram)


def probability(log_odds: float) -> float:
    """Log-odds as a probability."""
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, log_odds))))
