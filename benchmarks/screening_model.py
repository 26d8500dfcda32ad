"""Makes the second opinion of the screening from the project's own corpus: ``python -m benchmarks.screening_model``.

Learns from tests/corpus/train.jsonl, the paraphrases beside the screening tests and the examples of the rules; never
from the validation or the test part. ``--cross`` prints what five-fold cross-validation gives instead of writing.
"""

import json
import math
import re
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from core.screening import Finding, verdict_of
from disciplinary.rules.screening import engine, opinion
from disciplinary.rules.screening.files import DATA
from disciplinary.rules.screening.reading import Reading
from disciplinary.rules.screening.rulebook import rulebook

ROOT = Path(__file__).resolve().parent.parent
TRAIN = ROOT / "tests" / "corpus" / "train.jsonl"
PARAPHRASES = ROOT / "tests" / "disciplinary" / "screening"
KINDS = [f"M{number:02}" for number in range(1, 15)]
PENALTY, KIND_PENALTY, FOLDS = 0.1, 0.05, 5
KEEP_AT, RAISE_AT = 0.15, 0.5
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
    """What is learnt from: a text, or some of its sentences."""

    owner: int
    flagged: bool
    kinds: list[str]
    grams: set[str]
    rules: set[str]
    weight: float


def labelled() -> list[Text]:
    """The training texts of the repository."""
    rows = [json.loads(line) for line in TRAIN.read_text(encoding="utf-8").splitlines() if line.strip()]
    texts = [Text(row["text"], row["label"] == "flag", row["categories"], row.get("spans") or []) for row in rows]
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
        matches = engine.standard().matches(reading)
        for start, end, flagged, weight in _stretches(one, reading):
            text = reading.plain.text[start:end]
            form = opinion.common_form(reading.plain.text, [v.found for v in reading.said], start, end)
            rules = {m.rule.id for m in matches if start <= m.start < end}
            found.append(Unit(owner, flagged, one.kinds, opinion.features(text, form), rules, weight))
    return found


def _stretches(one: Text, reading: Reading) -> Iterator[tuple[int, int, bool, float]]:
    spans = [(v.sentence.start, v.sentence.end) for v in reading.said]
    yield 0, len(reading.plain.text), one.flagged, 1.0
    if len(spans) < 4:
        return
    places = [one.text.find(span) for span in one.spans]
    for at, (start, end) in enumerate(spans):
        origin = reading.plain.origin(start, end)
        hit = any(
            0 <= place < origin[1] and place + len(span) > origin[0]
            for place, span in zip(places, one.spans, strict=True)
        )
        if one.flagged and hit:
            yield *_widened(spans, at), True, 0.5
        elif not one.flagged and at % 3 == 1:
            yield *_widened(spans, at), False, 0.5


def _widened(spans: list[tuple[int, int]], at: int) -> tuple[int, int]:
    """A sentence with its neighbours."""
    return spans[max(0, at - 1)][0], spans[min(len(spans) - 1, at + 1)][1]


class Features:
    """Distinct features with their inverse document frequency, as a dense matrix of scaled presence."""

    def __init__(self, sets: list[set[str]]) -> None:
        seen = Counter(feature for one in sets for feature in one)
        self.names = sorted(feature for feature, count in seen.items() if count > 1)
        self.index = {name: at for at, name in enumerate(self.names)}
        self.idf = np.array([math.log((1 + len(sets)) / (1 + seen[name])) + 1 for name in self.names], dtype=np.float32)

    def matrix(self, sets: list[set[str]]) -> np.ndarray:
        """Presence, scaled by rarity and by the number of features of the row."""
        result = np.zeros((len(sets), len(self.names)), dtype=np.float32)
        for row, one in enumerate(sets):
            known = [self.index[feature] for feature in one if feature in self.index]
            result[row, known] = self.idf[known] / math.sqrt(max(1, len(one)))
        return result

    def weights(self, vector: np.ndarray, most: int) -> dict[str, float]:
        """The heaviest weights, by feature."""
        raw = vector * self.idf
        chosen = sorted(np.argsort(-np.abs(raw), kind="stable")[:most])
        return {self.names[at]: round(float(raw[at]), 3) for at in chosen}


def logistic(kernel: np.ndarray, labels: np.ndarray, weight: np.ndarray, penalty: float) -> tuple[np.ndarray, float]:
    """Kernel logistic regression by Newton's method: dual coefficients and bias."""
    count = len(labels)
    alpha, bias = np.zeros(count), 0.0
    for _ in range(30):
        odds = kernel @ alpha + bias
        chance = 1 / (1 + np.exp(-np.clip(odds, -30, 30)))
        curve = np.maximum(weight * chance * (1 - chance), 1e-6)
        target = odds + weight * (labels - chance) / curve
        left = np.zeros((count + 1, count + 1))
        left[:count, :count] = kernel + penalty * np.diag(1 / curve)
        left[:count, count] = left[count, :count] = 1
        solved = np.linalg.solve(left, np.append(target, 0))
        step = np.abs(solved[:count] - alpha).max()
        alpha, bias = solved[:count], float(solved[count])
        if step < 1e-5:
            break
    return alpha, bias


def balanced(labels: np.ndarray, weight: np.ndarray) -> np.ndarray:
    """Weights that give both sides the same say."""
    yes, no = weight[labels > 0].sum(), weight[labels <= 0].sum()
    return weight * np.where(labels > 0, (yes + no) / (2 * yes), (yes + no) / (2 * no))


def learn(given: list[Unit]) -> opinion.Model:
    """The model of some units."""
    blocks = [[one.grams for one in given], [one.rules for one in given]]
    features = [Features(block) for block in blocks]
    features[1].idf[:] = 1
    matrices = [one.matrix(block) for one, block in zip(features, blocks, strict=True)]
    kernel = (matrices[0] @ matrices[0].T).astype(float)
    kernel += opinion._KNOWN_RULE**2 * (matrices[1] @ matrices[1].T)
    labels = np.array([float(one.flagged) for one in given])
    weight = balanced(labels, np.array([one.weight for one in given]))
    alpha, bias = logistic(kernel, labels, weight, PENALTY)
    vectors = [alpha @ matrix for matrix in matrices]
    vectors[1] = vectors[1] * opinion._KNOWN_RULE
    kinds, kind_bias = _kinds(given, features[0], matrices[0])
    return opinion.Model(
        round(bias, 3),
        RAISE_AT,
        KEEP_AT,
        *(f.weights(v, KEPT) for f, v in zip(features, vectors, strict=True)),
        kinds,
        kind_bias,
    )


def _kinds(
    given: list[Unit], features: Features, matrix: np.ndarray
) -> tuple[dict[str, dict[str, float]], dict[str, float]]:
    rows = [at for at, one in enumerate(given) if one.flagged and one.kinds]
    part = matrix[rows]
    kernel = (part @ part.T).astype(float)
    kinds, biases = {}, {}
    for kind in KINDS:
        labels = np.array([float(kind in given[at].kinds) for at in rows])
        first = np.array([1.5 if given[at].kinds[0] == kind else 1.0 for at in rows])
        alpha, bias = logistic(kernel, labels, balanced(labels, first), KIND_PENALTY)
        kinds[kind], biases[kind] = features.weights(alpha @ part, KIND_KEPT), round(bias, 3)
    return kinds, biases


def cross(texts: list[Text]) -> None:
    """What five folds give, with the whole decision: rules, confirmation and raising."""
    given = units(texts)
    results = []
    for fold in range(FOLDS):
        weights = learn([one for one in given if one.owner % FOLDS != fold])
        for at, one in enumerate(texts):
            if at % FOLDS == fold:
                results.append((one, engine.screen(one.text, second=weights)))
        print(f"fold {fold} done", file=sys.stderr)
    for name, part in (("all", results), ("train.jsonl", results)):
        _print(name, [pair for pair in part if name == "all" or pair[0] in texts[: _train_count()]])


def _train_count() -> int:
    return sum(1 for line in TRAIN.read_text(encoding="utf-8").splitlines() if line.strip())


def _print(name: str, pairs: list[tuple[Text, tuple[Finding, ...]]]) -> None:
    flagged = [(one, found, verdict_of(found) in {"block", "review"}) for one, found in pairs]
    hit = sum(said and one.flagged for one, _, said in flagged)
    right = sum(
        said and one.flagged and any(f.category in one.kinds and f.severity != "low" for f in found)
        for one, found, said in flagged
    )
    print(
        f"{name}: precision {hit / max(1, sum(s for *_, s in flagged)):.3f} "
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
