"""What differs between two documents of a scheme: each value by its path, entries of lists by their id. Pure."""

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from membership.rules.grading.numbers import plain

NAMED_BY = ("id", "grade", "level", "kind")
"""The keys by which entries of a list are told apart, the first that an entry has."""


@dataclass(frozen=True)
class Difference:
    """A value at a path before and after; empty where there is none."""

    path: str
    before: str
    after: str


def differences(before: str, after: str) -> list[Difference]:
    """Every value that was changed, added or taken away, in the order of the documents. Both must be valid TOML."""
    old, new = dict(_flat(_read(before))), dict(_flat(_read(after)))
    paths = dict.fromkeys((*new, *old))
    return [Difference(path, old.get(path, ""), new.get(path, "")) for path in paths if old.get(path) != new.get(path)]


def _read(text: str) -> dict[str, Any]:
    return tomllib.loads(text, parse_float=Decimal)


def _flat(value: Any, path: str = "") -> Iterator[tuple[str, str]]:
    if isinstance(value, Mapping):
        for key, inner in value.items():
            yield from _flat(inner, f"{path}.{key}" if path else key)
    elif isinstance(value, list) and any(isinstance(entry, Mapping) for entry in value):
        for name, entry in _named(value):
            yield from _flat(entry, f"{path}[{name}]")
    else:
        yield path, _shown(value)


def _named(entries: list[Any]) -> Iterator[tuple[str, Any]]:
    """Entries under their names; a name that comes again gets its count."""
    seen: dict[str, int] = {}
    for place, entry in enumerate(entries, 1):
        key = next((key for key in NAMED_BY if isinstance(entry, Mapping) and key in entry), None)
        name = str(entry[key]) if key is not None else str(place)
        seen[name] = seen.get(name, 0) + 1
        yield (name if seen[name] == 1 else f"{name}#{seen[name]}"), entry


def _shown(value: Any) -> str:
    if isinstance(value, list):
        return "、".join(map(_shown, value))
    if isinstance(value, bool):
        return "true" if value else "false"
    return plain(value) if isinstance(value, Decimal) else str(value)
