"""Facts and results as they are kept: one spelling only, exact, the same years later. Pure."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from hashlib import sha256
from typing import Any

from membership.rules.grading.facts import Fact
from membership.rules.grading.numbers import plain
from membership.rules.grading.results import Result
from membership.rules.grading.terms import Stage

NUMBERS = frozenset(name for name, kind in Fact.__annotations__.items() if kind == Decimal | None)
DAYS = frozenset(name for name, kind in Fact.__annotations__.items() if kind == date | None)


def written(fact: Fact) -> str:
    """A fact as one line of JSON: only what was said (a zero was said), keys in order, numbers as exact text."""
    said = {
        name: value for name, value in fact._asdict().items() if not (value is None or value == "" or value is False)
    }
    kept = {name: _kept(value) for name, value in said.items()}
    return json.dumps(kept, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def _kept(value: Any) -> Any:
    if isinstance(value, Decimal):
        return format(value, "f")
    return value.isoformat() if isinstance(value, date) else value


def listed(facts: Iterable[Fact]) -> str:
    """Facts as a JSON list, in their order."""
    return "[" + ",".join(map(written, facts)) + "]"


def read(text: str) -> list[Fact]:
    """The facts again. An empty text holds none."""
    return [_fact(kept) for kept in json.loads(text or "[]")]


def _fact(kept: dict[str, Any]) -> Fact:
    values: dict[str, Any] = dict(kept)
    for name in kept.keys() & NUMBERS:
        values[name] = Decimal(kept[name])
    for name in kept.keys() & DAYS:
        values[name] = date.fromisoformat(kept[name])
    if "stage" in kept:
        values["stage"] = Stage(kept["stage"])
    return Fact(**values)


@dataclass(frozen=True)
class Kept:
    """A result as it is kept. ``score`` is the number without needless zeros; None when something is missing."""

    grade: str
    shown: str
    score: str | None
    status: str

    @classmethod
    def of(cls, result: Result) -> "Kept":
        """What is kept of a result."""
        score = None if result.score is None else plain(result.score)
        return cls(result.grade, result.shown, score, str(result.status))


def digest(scheme_sha256: str, day: date, inputs: str, kept: Kept) -> str:
    """The hash over the scheme's document, the day, the exact inputs and the result (SHA-256, hexadecimal)."""
    return sha256(signed(scheme_sha256, day, kept).encode() + inputs.encode()).hexdigest()


def signed(scheme_sha256: str, day: date, kept: Kept) -> str:
    """What stands before the inputs under the hash; no part can hold the mark between them."""
    return "|".join((scheme_sha256, day.isoformat(), kept.grade, kept.shown, kept.score or "", kept.status, ""))
