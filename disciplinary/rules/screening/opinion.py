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

from disciplinary.rules.screening import groups
from disciplinary.rules.screening.files import data_text
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
THOUSANDTHS = 1000
SLOT = "@"  # before the name of a slot among the features of a category


@dataclass(frozen=True)
class Model:
    """Weights by feature in thousandths, and the probabilities from which a review is raised and a rule is kept.

    Below ``keep_at`` a rule gives way to a sign in the text, below ``yield_at`` to the lawful wording around it, and
    below ``insist_at`` even a rule that has seen an order or a threat.
    """

    bias: int
    raise_at: float
    keep_at: float
    yield_at: float
    insist_at: float
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


@dataclass(frozen=True)
class Gathered:
    """The distinct features of several sentences."""

    grams: set[str]
    slots: set[str]


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


@dataclass(frozen=True, slots=True)
class Weighed:
    """Sums of weights and numbers of features, so that stretches can be added up."""

    grams: int
    gram_count: int
    slots: int
    slot_count: int


def weighed(weights: Model, said: Sequence[Part]) -> tuple[list[Weighed], Weighed]:
    """What the features of every sentence weigh, and what those of all of them weigh, each counted once."""
    apart, whole = groups.weigh(weights.table, [one.written for one in said])
    by_slot = weights.slots.get
    each = [
        Weighed(*sums, sum(filter(None, map(by_slot, one.slots))), len(one.slots))
        for sums, one in zip(apart, said, strict=True)
    ]
    slots = set().union(*(one.slots for one in said))
    return each, Weighed(*whole, sum(filter(None, map(by_slot, slots))), len(slots))


def odds(weights: Model, some: Iterable[Weighed]) -> float:
    """Log-odds that a stretch misuses authority: weights over the root of the number of features."""
    chosen = list(some)
    by_grams = sum(one.grams for one in chosen) / math.sqrt(max(1, sum(one.gram_count for one in chosen)))
    by_slots = sum(one.slots for one in chosen) / math.sqrt(max(1, sum(one.slot_count for one in chosen)))
    return (weights.bias + by_grams + by_slots) / THOUSANDTHS


def together(some: Iterable[Part]) -> Gathered:
    """The distinct features of several sentences."""
    chosen = list(some)
    return Gathered(set().union(*(one.grams for one in chosen)), set().union(*(one.slots for one in chosen)))


def kinds(weights: Model, gathered: Gathered) -> dict[str, float]:
    """For each category, the log-odds that some sentences belong to it if they misuse authority at all."""
    sums = dict.fromkeys(weights.kinds, 0.0)
    for features in (gathered.grams, {f"{SLOT}{slot}" for slot in gathered.slots}):
        size = math.sqrt(max(1, len(features)))
        for feature in features & weights.by_feature.keys():
            for name, weight in weights.by_feature[feature]:
                sums[name] += weight / size
    return {name: (weights.kind_bias[name] + total) / THOUSANDTHS for name, total in sums.items()}


def strongest(weights: Model, text: str, count: int = 3) -> list[str]:
    """The character groups that weigh most for misuse in a stretch, at most ``count``, without overlaps."""
    return _heaviest(text, weights.grams, count)


def most_lawful(weights: Model, text: str, count: int = 3) -> list[str]:
    """The character groups that weigh most against misuse in a stretch, at most ``count``, without overlaps."""
    return _heaviest(text, {gram: -weight for gram, weight in weights.grams.items()}, count)


def _heaviest(text: str, weighing: Mapping[str, int], count: int) -> list[str]:
    ranked = sorted((g for g in grams(text) if _told(g) and weighing.get(g, 0) > 0), key=lambda g: (-weighing[g], g))
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
