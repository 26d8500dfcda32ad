"""Makes the second opinion of the screening from the project's own corpus: ``python -m benchmarks.screening_model``.

Learns from the train and validation parts of tests/corpus, the paraphrases beside the screening tests and the examples
of the rules; never from a test part. ``--cross`` prints what five-fold cross-validation gives instead of writing.
"""

import json
import math
import re
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from core.screening import Finding, verdict_of
from disciplinary.rules.screening import engine, opinion
from disciplinary.rules.screening.files import DATA
from disciplinary.rules.screening.opinion import Gathered, Part
from disciplinary.rules.screening.reading import Reading
from disciplinary.rules.screening.rulebook import rulebook

ROOT = Path(__file__).resolve().parent.parent
CORPUS = ROOT / "tests" / "corpus"
LEARNT = ("train", "validation")
PARAPHRASES = ROOT / "tests" / "disciplinary" / "screening"
KINDS = [f"M{number:02}" for number in range(1, 15)]
PENALTY, KIND_PENALTY, FOLDS = 0.1, 0.05, 5
SLOTS_SAY = 0.32  # how much the slots count beside the characters
# Chosen by cross-validation: the best recall of the whole decision at a precision of at least 0.95.
KEEP_AT, YIELD_AT, RAISE_AT = 0.5, 0.4, 0.65
LONG = 4  # sentences from which a text is also learnt in stretches
KEPT, KIND_KEPT = 20_000, 2_000  # how many weights of a block are shipped


@dataclass
class Text:
    """One labelled text: where the offending words stand is known for the flagged ones."""

    text: str
    flagged: bool
    kinds: list[str]
    spans: list[str]


@dataclass
class Unit:
    """What is learnt from: a whole text, or a sentence with its neighbours (each a list of parts)."""

    owner: int
    flagged: bool
    kinds: list[str]
    parts: Sequence[Part | Gathered]
    weight: float


def rows() -> list[dict[str, Any]]:
    """The labelled parts of the corpus that may be learnt from."""
    parts = (CORPUS / f"{name}.jsonl" for name in LEARNT)
    return [
        json.loads(line) for path in parts for line in path.read_text(encoding="utf-8").splitlines() if line.strip()
    ]


def labelled() -> list[Text]:
    """The training texts of the repository."""
    texts = [Text(row["text"], row["label"] == "flag", row["categories"], row.get("spans") or []) for row in rows()]
    texts += paraphrases()
    for rule in rulebook():
        texts += [Text(one, True, [rule.category], []) for one in rule.examples.finds]
        texts += [Text(one, False, [], []) for one in rule.examples.leaves]
    return texts


def paraphrases() -> list[Text]:
    """The made-up texts of paraphrases_*.txt."""
    texts = []
    for path in sorted(PARAPHRASES.glob("paraphrases_*.txt")):
        for line in path.read_text(encoding="utf-8").splitlines():
            if line and not line.startswith("#"):
                head, text = line.split("|", 1)
                text = text.replace("\\n", "\n")
                spans = [one.strip() for one in re.findall("⟦(.*?)⟧", text, re.DOTALL)]
                bare = text.replace("⟦", "").replace("⟧", "")
                texts.append(Text(bare, head[0] == "+", head[1:].split(",") if head[0] == "+" else [], spans))
    return texts


def units(texts: list[Text]) -> list[Unit]:
    """Whole texts, and the sentences around offending words."""
    found = []
    for owner, one in enumerate(texts):
        reading = engine.read(one.text)
        parts = opinion.parts(reading.plain.text, reading.said)
        found.append(Unit(owner, one.flagged, one.kinds, [opinion.together(parts)], 1.0))
        if len(parts) >= LONG:
            for at in _telling(one, reading):
                near = parts[max(0, at - 1) : at + 2]
                found.append(Unit(owner, one.flagged, one.kinds, near, 0.5))
    return found


def _telling(one: Text, reading: Reading) -> Iterator[int]:
    """The sentences that carry the offence; of a lawful text every third."""
    places = [(one.text.find(span), len(span)) for span in one.spans]
    for at, voice in enumerate(reading.said):
        start, end = reading.plain.origin(voice.sentence.start, voice.sentence.end)
        hit = any(0 <= place < end and place + size > start for place, size in places)
        if hit if one.flagged else at % 3 == 1:
            yield at


class Features:
    """Distinct features with their inverse document frequency, as a dense matrix of scaled presence."""

    def __init__(self, sets: list[set[str]], *, rarity: bool = True) -> None:
        seen = Counter(feature for one in sets for feature in one)
        self.names = sorted(feature for feature, count in seen.items() if count > 1)
        self.index = {name: at for at, name in enumerate(self.names)}
        scale = [math.log((1 + len(sets)) / (1 + seen[name])) + 1 for name in self.names]
        self.idf = np.array(scale if rarity else np.ones(len(scale)), dtype=np.float32)

    def matrix(self, rows: list[list[set[str]]]) -> np.ndarray:
        """Presence in each part, scaled by rarity and by the number of features of the row."""
        result = np.zeros((len(rows), len(self.names)), dtype=np.float32)
        for row, sets in enumerate(rows):
            size = math.sqrt(max(1, sum(len(one) for one in sets)))
            for one in sets:
                known = [self.index[feature] for feature in one if feature in self.index]
                result[row, known] += self.idf[known] / size
        return result

    def weights(self, vector: np.ndarray, most: int) -> dict[str, int]:
        """The heaviest weights in thousandths, by feature."""
        raw = vector * self.idf * opinion.THOUSANDTHS
        chosen = sorted(np.argsort(-np.abs(raw), kind="stable")[:most])
        return {self.names[at]: round(float(raw[at])) for at in chosen if round(float(raw[at]))}


def logistic(kernel: np.ndarray, labels: np.ndarray, weight: np.ndarray, penalty: float) -> tuple[np.ndarray, float]:
    """Kernel logistic regression by Newton's method: dual coefficients and bias."""
    count = len(labels)
    alpha, bias = np.zeros(count), 0.0
    for _ in range(30):
        odds = kernel @ alpha + bias
        chance = 1 / (1 + np.exp(-np.clip(odds, -30, 30)))
        curve = np.maximum(weight * chance * (1 - chance), 1e-6)
        target = odds + weight * (labels - chance) / curve
        both = np.linalg.solve(kernel + penalty * np.diag(1 / curve), np.stack([target, np.ones(count)], 1))
        bias = float(both[:, 0].sum() / both[:, 1].sum())
        fresh = both[:, 0] - bias * both[:, 1]
        step = np.abs(fresh - alpha).max()
        alpha = fresh
        if step < 1e-4:
            break
    return alpha, bias


def balanced(labels: np.ndarray, weight: np.ndarray) -> np.ndarray:
    """Weights that give both sides the same say."""
    yes, no = weight[labels > 0].sum(), weight[labels <= 0].sum()
    return weight * np.where(labels > 0, (yes + no) / (2 * yes), (yes + no) / (2 * no))


def learn(given: list[Unit]) -> opinion.Model:
    """The model of some units."""
    whole = [one for one in given if len(one.parts) == 1]
    grams = Features([one.parts[0].grams for one in whole])
    slots = Features([one.parts[0].slots for one in whole])
    shown = grams.matrix([[part.grams for part in one.parts] for one in given])
    named = slots.matrix([[part.slots for part in one.parts] for one in given]) * SLOTS_SAY
    kernel = (shown @ shown.T + named @ named.T).astype(float)
    labels = np.array([float(one.flagged) for one in given])
    weight = balanced(labels, np.array([one.weight for one in given]))
    alpha, bias = logistic(kernel, labels, weight, PENALTY)
    kinds, kind_bias = _kinds(given, (grams, shown, 1.0), (slots, named, SLOTS_SAY))
    return opinion.Model(
        round(bias * opinion.THOUSANDTHS),
        RAISE_AT,
        KEEP_AT,
        YIELD_AT,
        grams.weights(alpha @ shown, KEPT),
        slots.weights(alpha @ named * SLOTS_SAY, KEPT),
        kinds,
        kind_bias,
    )


def _kinds(
    given: list[Unit], *blocks: tuple[Features, np.ndarray, float]
) -> tuple[dict[str, dict[str, int]], dict[str, int]]:
    """For each category the weights of characters and slots, and the bias."""
    rows = [at for at, one in enumerate(given) if one.flagged and one.kinds]
    kernel = sum(matrix[rows] @ matrix[rows].T for _, matrix, _ in blocks).astype(float)
    kinds: dict[str, dict[str, int]] = {}
    biases = {}
    for kind in KINDS:
        labels = np.array([float(kind in given[at].kinds) for at in rows])
        first = np.array([1.5 if given[at].kinds[0] == kind else 1.0 for at in rows])
        alpha, bias = logistic(kernel, labels, balanced(labels, first), KIND_PENALTY)
        kinds[kind], biases[kind] = {}, round(bias * opinion.THOUSANDTHS)
        for (features, matrix, say), mark in zip(blocks, ("", opinion.SLOT), strict=True):
            own = features.weights(alpha @ matrix[rows] * say, KIND_KEPT)
            kinds[kind] |= {f"{mark}{name}": weight for name, weight in own.items()}
    return kinds, biases


def cross(texts: list[Text]) -> None:
    """What folds over the labelled parts of the corpus give with the whole decision; the other texts only teach."""
    given, corpus = units(texts), len(rows())
    results = []
    for fold in range(FOLDS):
        weights = learn([one for one in given if one.owner >= corpus or one.owner % FOLDS != fold])
        results += [(at, engine.screen(texts[at].text, second=weights)) for at in range(fold, corpus, FOLDS)]
        print(f"fold {fold} done", file=sys.stderr)
    _print([(texts[at], found) for at, found in results])


def _print(pairs: list[tuple[Text, tuple[Finding, ...]]]) -> None:
    flagged = [(one, found, verdict_of(found) in {"block", "review"}) for one, found in pairs]
    hit = sum(said and one.flagged for one, _, said in flagged)
    right = sum(
        said and one.flagged and any(f.category in one.kinds and f.severity != "low" for f in found)
        for one, found, said in flagged
    )
    print(
        f"precision {hit / max(1, sum(s for *_, s in flagged)):.3f} "
        f"recall {hit / max(1, sum(one.flagged for one, *_ in flagged)):.3f} category {right / max(1, hit):.3f}"
    )


def main() -> None:
    """Write the model, or print the cross-validation."""
    texts = labelled()
    if "--cross" in sys.argv:
        cross(texts)
        return
    made = {"about": "Version 1. Made by benchmarks/screening_model.py; not edited by hand.", "texts": len(texts)}
    made["model"] = vars(learn(units(texts)))
    (DATA / "opinion.json").write_text(json.dumps(made, ensure_ascii=False, sort_keys=True), encoding="utf-8")


if __name__ == "__main__":
    main()
