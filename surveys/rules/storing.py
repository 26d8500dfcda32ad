"""Results as they are stored and read again. Pure."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from surveys.rules.estimates import Estimate
from surveys.rules.results import Asked, Group, Result, Sample

Stored = Mapping[str, Any]


def dump(result: Result) -> dict[str, Any]:
    """The result as plain values; numbers with places are text, so that none is rounded on the way."""
    return {
        "invited": result.sample.invited,
        "answered": result.sample.answered,
        "shown": result.shown,
        "dimensions": {code: _estimate(one) for code, one in result.dimensions.items()},
        "satisfied": {code: str(value) for code, value in result.satisfied.items()},
        "overall": _estimate(result.overall),
        "nps": _estimate(result.nps),
        "questions": [
            {"code": one.code, "n": one.n, "counts": dict(one.counts), "mean": _estimate(one.mean)}
            for one in result.questions
        ],
        "groups": [
            {"name": one.name, "n": one.n, "means": {code: _text(mean) for code, mean in one.means.items()}}
            for one in result.groups
        ],
    }


def _text(value: Decimal | None) -> str | None:
    return None if value is None else str(value)


def _estimate(one: Estimate | None) -> dict[str, Any] | None:
    if one is None:
        return None
    return {"n": one.n, "mean": str(one.mean), "low": _text(one.low), "high": _text(one.high)}


def load(stored: Stored) -> Result:
    """The result again."""
    return Result(
        Sample(stored["invited"], stored["answered"]),
        stored["shown"],
        {code: _found(one) for code, one in stored["dimensions"].items()},
        {code: Decimal(value) for code, value in stored["satisfied"].items()},
        _read(stored["overall"]),
        _read(stored["nps"]),
        tuple(Asked(one["code"], one["n"], one["counts"], _read(one["mean"])) for one in stored["questions"]),
        tuple(
            Group(one["name"], one["n"], {c: _number(m) for c, m in one["means"].items()}) for one in stored["groups"]
        ),
    )


def _number(value: str | None) -> Decimal | None:
    return None if value is None else Decimal(value)


def _read(one: Stored | None) -> Estimate | None:
    return None if one is None else _found(one)


def _found(one: Stored) -> Estimate:
    return Estimate(one["n"], Decimal(one["mean"]), _number(one["low"]), _number(one["high"]))
