"""Screening: precision, recall and place on a part of the corpus, then speed and memory.

``python -m benchmarks.screening --split test`` prints the figures of the untouched part and none of its texts.
"""

import argparse
import json
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from benchmarks.measure import Report, clocked, median, peak_memory
from core.screening import Finding, Severity
from disciplinary.rules.screening import screen
from disciplinary.rules.screening.lexicon import lexicon
from disciplinary.rules.screening.plain import plain

CORPUS = Path(__file__).resolve().parent.parent / "tests" / "corpus"
NOTICE, ARCHIVE = 2_000, 10_000
LAWFUL = {"hard_negative", "easy_negative"}
SEALED = ("test", "test2", "test3")  # never used for tuning: figures only


@dataclass
class Count:
    """How often the screening was right and wrong about some texts."""

    hit: int = 0
    wrong: int = 0
    missed: int = 0
    left: int = 0
    kind: int = 0
    placed: int = 0
    places: int = 0
    mistakes: list[str] = field(default_factory=list)

    @property
    def precision(self) -> float:
        """Right among the flagged."""
        return self.hit / max(1, self.hit + self.wrong)

    @property
    def recall(self) -> float:
        """Found among what should be flagged."""
        return self.hit / max(1, self.hit + self.missed)

    @property
    def fallen(self) -> float:
        """Flagged among what should be left."""
        return self.wrong / max(1, self.wrong + self.left)

    @property
    def f1(self) -> float:
        """The harmonic mean of both."""
        return 2 * self.precision * self.recall / max(1e-9, self.precision + self.recall)

    def add(self, row: dict[str, Any], found: Sequence[Finding]) -> None:
        """One more text, and what was found in it."""
        should = row["label"] == "flag"
        if should and found:
            self.hit += 1
            self.kind += any(one.category in row["categories"] for one in found)
            self.places += bool(row.get("spans"))
            self.placed += any(_overlaps(one, row) for one in found)
        elif found:
            self.wrong += 1
        elif should:
            self.missed += 1
        else:
            self.left += 1
        if should != bool(found):
            said = ", ".join(f"{one.rule} {one.quote!r}" for one in found) or "nothing found"
            self.mistakes.append(
                f"{row['id']} {row['difficulty']} should be {row['label']}: {said} | {row['text'][:160]!r}"
            )


def main(arguments: Sequence[str] = ()) -> int:
    """Print quality and speed; returns the number of targets missed."""
    parser = argparse.ArgumentParser(prog="benchmarks.screening")
    parser.add_argument("--split", default="validation", choices=("train", "validation", *SEALED))
    split = parser.parse_args(arguments).split
    return _quality(split) + _speed()


def rows(split: str) -> list[dict[str, Any]]:
    """The labelled texts of one part of the corpus; none when the part is not there."""
    path = CORPUS / f"{split}.jsonl"
    if not path.exists():
        return []
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]


@cache
def flagged(text: str) -> list[Finding]:
    """What asks for a review of a text or holds it; each text is screened once."""
    return not_hints(screen(text))


def not_hints(found: Iterable[Finding]) -> list[Finding]:
    """What asks for a review or holds."""
    return [one for one in found if one.severity is not Severity.LOW]


def counted(given: list[dict[str, Any]]) -> Count:
    """Flagged (block or review) against the labels."""
    count = Count()
    for row in given:
        count.add(row, flagged(row["text"]))
    return count


def _overlaps(finding: Finding, row: dict[str, Any]) -> bool:
    places = ((row["text"].find(words), len(words)) for words in row.get("spans") or ())
    return any(at >= 0 and finding.start < at + size and at < finding.end for at, size in places)


def _quality(split: str) -> int:
    report = Report(f"Screening: the {split} part of the corpus")
    given = rows(split)
    if not given:
        report.note("that part is not there")
        return 0
    whole = counted(given)
    report.figure("precision", whole.precision, "", at_least=0.95)
    report.figure("recall", whole.recall, "", at_least=0.93)
    report.figure("F1", whole.f1, "")
    report.figure("category right among the rightly flagged", whole.kind / max(1, whole.hit), "", at_least=0.85)
    report.figure("offending words overlapped", whole.placed / max(1, whole.places), "", at_least=0.85)
    found = counted([row for row in given if row["difficulty"] == "evasive"]).recall
    fallen = counted([row for row in given if row["difficulty"] == "hard_negative"]).fallen
    report.figure("evasions and as many traps: precision", found / max(1e-9, found + fallen), "", at_least=0.85)
    report.figure("evasions: recall", found, "", at_least=0.85)
    _parts(report, given)
    if split not in SEALED:
        for mistake in whole.mistakes:
            report.note(mistake)
    return report.missed


def _parts(report: Report, given: list[dict[str, Any]]) -> None:
    groups: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in given:
        groups[row["difficulty"]].append(row)
        for category in row["categories"]:
            groups[category].append(row)
    for name in sorted(groups):
        count, size = counted(groups[name]), len(groups[name])
        if name in LAWFUL:
            report.note(f"{name:<14} {size:>4} texts, wrongly flagged {count.fallen:.1%}")
        else:
            report.note(
                f"{name:<14} {size:>4} texts, recall {count.recall:.3f}, category {count.kind / max(1, count.hit):.3f}"
            )
    for category in sorted(name for name in groups if name[0] == "M"):
        report.note(_by_category(given, category))


def _by_category(given: list[dict[str, Any]], category: str) -> str:
    said = [any(one.category == category for one in flagged(row["text"])) for row in given]
    should = [category in row["categories"] for row in given]
    both = sum(a and b for a, b in zip(said, should, strict=True))
    precision, recall = both / max(1, sum(said)), both / max(1, sum(should))
    return f"{category} as a category: precision {precision:.3f}, recall {recall:.3f}, F1 {2 * both / max(1, sum(said) + sum(should)):.3f}"


def _speed() -> int:
    report = Report("Screening: speed on one core")
    notice = _notice()
    report.figure(f"a notice of {NOTICE} characters, processor time", _processor(notice), "ms", at_most=5)
    text, words = plain(notice * 10).text, lexicon().words
    search = lexicon().search
    fast = _least(lambda: search.find_matches_as_indexes(text))
    slow = _least(lambda: [word for word in words if word in text])
    report.figure(f"{len(words)} words: a loop of `in` against one pass", slow / fast, "times", at_least=40)
    with clocked() as clock:
        for number in range(ARCHIVE):
            screen(f"{number} {notice[number % 1500 :][:400]}")
    report.figure(f"{ARCHIVE} archived notices of 400 characters screened again", clock.seconds, "s", at_most=60)
    report.figure("peak memory", peak_memory(), "MB")
    return report.missed


def _notice() -> str:
    texts = (row["text"] for row in rows("train") if row["kind"] == "notice" and row["label"] == "ok")
    return "\n".join(texts)[:NOTICE]


def _processor(text: str) -> float:
    """The middle of the milliseconds of one core that a text takes, whatever else the machine is doing."""
    taken = []
    for _ in range(80):
        begin = time.process_time()
        screen(text)
        taken.append((time.process_time() - begin) * 1000)
    return median(taken[20:])


def _least(work: Callable[[], object]) -> float:
    best = float("inf")
    for _ in range(9):
        begin = time.perf_counter()
        work()
        best = min(best, time.perf_counter() - begin)
    return best


if __name__ == "__main__":
    import sys

    raise SystemExit(1 if main(sys.argv[1:]) else 0)
