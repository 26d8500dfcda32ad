"""Makes the second opinion of the screening from the project's own corpus: ``make opinion``.

Learns from the train and validation parts of tests/corpus, the paraphrases beside the screening tests and the examples
of the rules; never from a test part. ``--cross`` writes nothing and prints what the whole decision is worth on the texts
of each writer when it has learnt from the others only.
"""

import argparse
import json
import re
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any

import numpy as np
from scipy.sparse import csr_matrix, diags, hstack
from sklearn.feature_extraction.text import CountVectorizer, TfidfTransformer
from sklearn.linear_model import LogisticRegression

from benchmarks import screening
from disciplinary.rules.screening import engine, opinion, screen
from disciplinary.rules.screening.files import DATA
from disciplinary.rules.screening.opinion import Gathered, Part
from disciplinary.rules.screening.reading import Reading
from disciplinary.rules.screening.rulebook import rulebook

Shown = Part | Gathered
LEARNT = ("train", "validation")
PARAPHRASES = screening.CORPUS.parent / "disciplinary" / "screening"
KINDS = [f"M{number:02}" for number in range(1, 15)]
FIRM, KIND_FIRM = 4.0, 8.0  # how closely the weights follow the texts: C of the logistic regression
SLOTS_SAY = 0.4  # how much the slots count beside the characters
# Chosen by cross-validation over writers: the best recall of the whole decision at a precision of at least 0.95.
THRESHOLDS = (0.74, 0.62, 0.5, 0.06, 0.85)  # raise, keep, yield, insist, foreign
LONG = 4  # sentences from which a text is also learnt in stretches
KEPT, KIND_KEPT = 200_000, 2_000  # how many weights of a block are shipped
FOLDS = 6  # of writers, for cross-validation


@dataclass
class Text:
    """One labelled text: where the offending words stand is known for the flagged ones."""

    text: str
    flagged: bool
    kinds: list[str]
    spans: list[str]
    writer: str = ""


@dataclass
class Unit:
    """What is learnt from: a whole text, or a sentence with its neighbours (each a list of parts)."""

    owner: int
    flagged: bool
    kinds: list[str]
    parts: Sequence[Shown]
    weight: float


def rows() -> list[dict[str, Any]]:
    """The labelled parts of the corpus that may be learnt from."""
    return [row for name in LEARNT for row in screening.rows(name)]


def labelled() -> list[Text]:
    """The training texts of the repository."""
    texts = [
        Text(row["text"], row["label"] == "flag", row["categories"], row.get("spans") or [], row["writer"])
        for row in rows()
    ]
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
    """One sort of features: how often each is present in the parts of a unit, scaled by rarity and number."""

    def __init__(
        self, given: list[Unit], of: Callable[[Shown], set[str]], size: Callable[[Shown], int], say: float
    ) -> None:
        self._of, self._size, self.say = of, size, say
        whole = [one for one in given if one.weight == 1]
        self.count = CountVectorizer(analyzer=self._all, min_df=2, dtype=np.float64)
        self.rarity = TfidfTransformer(norm=None).fit(self.count.fit_transform(whole))
        self.names = self.count.get_feature_names_out()

    def _all(self, unit: Unit) -> Iterable[str]:
        return chain.from_iterable(map(self._of, unit.parts))

    def matrix(self, given: list[Unit]) -> csr_matrix:
        """A row for each unit."""
        sizes = [max(1, sum(map(self._size, one.parts))) for one in given]
        return diags(self.say / np.sqrt(sizes)) @ self.rarity.transform(self.count.transform(given))

    def weights(self, learnt: np.ndarray, most: int) -> dict[str, int]:
        """The heaviest weights in thousandths, by feature."""
        raw = learnt * self.rarity.idf_ * self.say * opinion.THOUSANDTHS
        chosen = sorted(np.argsort(-np.abs(raw), kind="stable")[:most])
        return {str(self.names[at]): round(float(raw[at])) for at in chosen if round(float(raw[at]))}


def learn(given: list[Unit]) -> opinion.Model:
    """The model of some units."""
    grams = Features(given, lambda part: part.grams, lambda part: part.size, 1.0)
    blocks = (grams, Features(given, lambda part: part.slots, lambda part: len(part.slots), SLOTS_SAY))
    shown = hstack([block.matrix(given) for block in blocks], format="csr")
    labels = np.array([one.flagged for one in given])
    judge = _regression(shown, labels, np.array([one.weight for one in given]), FIRM)
    kinds, biases = _kinds(given, shown, blocks)
    return opinion.Model(_thousandths(judge), *THRESHOLDS, *_apart(judge, blocks, KEPT), kinds, biases)


def _regression(shown: csr_matrix, labels: np.ndarray, weight: np.ndarray, firm: float) -> LogisticRegression:
    """A logistic regression that gives both sides the same say."""
    sides = np.where(labels, weight.sum() / (2 * weight[labels].sum()), weight.sum() / (2 * weight[~labels].sum()))
    return LogisticRegression(C=firm, max_iter=500).fit(shown, labels, sample_weight=weight * sides)


def _thousandths(judge: LogisticRegression) -> int:
    return round(float(judge.intercept_[0]) * opinion.THOUSANDTHS)


def _apart(judge: LogisticRegression, blocks: tuple[Features, ...], most: int) -> list[dict[str, int]]:
    """The weights of each block."""
    pieces = np.split(judge.coef_[0], np.cumsum([len(block.names) for block in blocks])[:-1])
    return [block.weights(piece, most) for block, piece in zip(blocks, pieces, strict=True)]


def _kinds(
    given: list[Unit], shown: csr_matrix, blocks: tuple[Features, ...]
) -> tuple[dict[str, dict[str, int]], dict[str, int]]:
    """For each category the weights of characters and slots, and the bias."""
    chosen = [at for at, one in enumerate(given) if one.flagged and one.kinds]
    kinds: dict[str, dict[str, int]] = {}
    biases = {}
    for kind in KINDS:
        labels = np.array([kind in given[at].kinds for at in chosen])
        first = np.array([1.5 if given[at].kinds[0] == kind else 1.0 for at in chosen])
        judge = _regression(shown[chosen], labels, first, KIND_FIRM)
        grams, slots = _apart(judge, blocks, KIND_KEPT)
        kinds[kind] = grams | {f"{opinion.SLOT}{name}": weight for name, weight in slots.items()}
        biases[kind] = _thousandths(judge)
    return kinds, biases


def cross(texts: list[Text]) -> None:
    """For each writer, what the decision gives that has learnt from writers of other folds; nameless texts only teach."""
    given, corpus, whole = units(texts), rows(), screening.Count()
    writers = sorted({row["writer"] for row in corpus})
    for fold in range(FOLDS):
        held = writers[fold::FOLDS]
        weights = learn([one for one in given if texts[one.owner].writer not in held])
        for writer in held:
            count = screening.Count()
            for row in (row for row in corpus if row["writer"] == writer):
                found = screening.not_hints(screen(row["text"], second=weights))
                count.add(row, found)
                whole.add(row, found)
            _print(f"writer {writer}", count)
    _print("all", whole)


def _print(name: str, count: screening.Count) -> None:
    sys.stdout.write(
        f"{name}: precision {count.precision:.3f} recall {count.recall:.3f} category {count.kind / max(1, count.hit):.3f}\n"
    )
    sys.stdout.flush()


def main() -> None:
    """Write the model, or print the cross-validation."""
    parser = argparse.ArgumentParser(prog="benchmarks.screening_model", description=__doc__)
    parser.add_argument("--cross", action="store_true", help="print figures and write nothing")
    texts = labelled()
    if parser.parse_args().cross:
        cross(texts)
        return
    made = {"about": "Made by benchmarks/screening_model.py; not edited by hand.", "texts": len(texts)}
    made["model"] = vars(learn(units(texts)))
    written = json.dumps(made, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    (DATA / "opinion.json").write_text(written, encoding="utf-8")


if __name__ == "__main__":
    main()
