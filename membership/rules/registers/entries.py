"""Whole entries: what is missing, what does not fit together, what tells one from another, what it is found by. Pure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Any

from core.errors import BadInput
from core.i18n import _
from membership.rules.categories import folded
from membership.rules.registers.declaration import AMOUNTS, Check, Field, Register, Relation, Type, Values
from membership.rules.registers.reading import ends_of, show

LONGEST_KEY = 300
SOUGHT = frozenset({Type.TEXT, Type.URL, Type.REGION, Type.CREDIT_CODE})
GONE = "—"
"""What stands where an erased person's data was."""


@dataclass(frozen=True)
class Facet:
    """One value that entries are filtered and counted by: a word, a day, or a whole number."""

    field: str
    value: str | None = None
    day: date | None = None
    amount: int | None = None


def checked(register: Register, values: Values, today: date) -> list[str]:
    """Check a whole entry; returns what is only to be said. Raises BadInput that names every field that is missing."""
    missing = [_(one.label) for one in register.fields if one.required and values.get(one.name) in (None, "", [])]
    if missing:
        raise BadInput("fields_missing", _("These are missing: {fields}").format(fields=_(", ").join(missing)))
    said = []
    for check in register.checks:
        if holds(check, register, values, today):
            continue
        if not check.warns:
            raise BadInput("fields_disagree", _(check.text))
        said.append(_(check.text))
    return said


def holds(check: Check, register: Register, values: Values, today: date) -> bool:
    """Whether the fields of a check agree; what is not given agrees with everything."""
    given = [values.get(name) for name in check.fields]
    if check.relation is Relation.ONE_OF:
        return any(value not in (None, "", []) for value in given)
    if any(value in (None, "") for value in given):
        return True
    if check.relation is Relation.PAST:
        return all(last_day(register.by_name[name], values[name]) <= today for name in check.fields)
    if check.relation is Relation.ORDER:
        days = [last_day(register.by_name[name], values[name]) for name in check.fields]
        return days == sorted(days)
    return all(one <= other for one, other in pairwise(given))  # type: ignore[operator]


def last_day(field: Field, value: str) -> date:
    """The day of a date, the last one of a period."""
    return ends_of(value)[1] if field.type is Type.PERIOD else date.fromisoformat(value)


def key_of(register: Register, values: Values, unit_id: int) -> str:
    """What tells an entry from the others of its register: folded, with its unit unless the register is shared."""
    parts = [folded(str(values[name])) for name in register.key]
    return "|".join(parts if register.shared else [str(unit_id), *parts])[:LONGEST_KEY]


def title_of(register: Register, values: Values) -> str:
    """The few words by which people know an entry, without anything about a person."""
    named = (register.by_name[name] for name in register.title)
    parts = [show(one, values.get(one.name)) for one in named if not one.personal]
    return " · ".join(part for part in parts if part)[:120] or _(register.label)


def sought(register: Register, values: Values) -> str:
    """The words that a search looks through, folded."""
    words: list[str] = []
    for one in register.fields:
        value = values.get(one.name)
        if value in (None, "", []):
            continue
        if one.type in SOUGHT:
            words.append(folded(str(value)))
        if one.type in (Type.CHOICE, Type.CHOICES):
            chosen = value if isinstance(value, list) else [value]
            words += [folded(i.label.texts["zh_CN"]) for i in one.items if i.value in chosen]
    return " ".join(words)[:2000]


def facets(register: Register, values: Values) -> Iterator[Facet]:
    """Everything that entries of the register are filtered, counted and reminded of by. Free text is not."""
    for one in register.fields:
        value = values.get(one.name)
        if value in (None, "", []):
            continue
        if one.type in (Type.DATE, Type.PERIOD):
            yield Facet(one.name, day=last_day(one, value))
        elif one.type in AMOUNTS:
            yield Facet(one.name, amount=value)
        elif one.type in (Type.CHOICE, Type.CHOICES):
            yield from (Facet(one.name, item) for item in (value if isinstance(value, list) else [value]))
        elif one.type in (Type.REGION, Type.CREDIT_CODE, Type.YES_NO, Type.PERSON, Type.ENTRY):
            yield Facet(one.name, folded(str(value))[:100])


def validity(register: Register, values: Values) -> tuple[date | None, date | None]:
    """The first and the last day on which an entry is valid, as far as the register says."""
    return _end(register, register.valid_from, values, 0), _end(register, register.valid_until, values, 1)


def _end(register: Register, name: str, values: Values, side: int) -> date | None:
    value = values.get(name) if name else None
    if not value:
        return None
    return ends_of(value)[side] if register.by_name[name].type is Type.PERIOD else date.fromisoformat(value)


def open_values(register: Register, values: Values) -> dict[str, Any]:
    """The values that the audit may keep as they are: whatever is about a person is only named."""
    return {name: GONE if _is_personal(register, name) else value for name, value in values.items()}


def _is_personal(register: Register, name: str) -> bool:
    one = register.by_name.get(name)
    return one is None or one.personal


def differing(former: Values, changes: Mapping[str, Any]) -> dict[str, tuple[Any, Any]]:
    """Field → (former, new) of the changes that change something."""
    pairs = {name: (former.get(name), value) for name, value in changes.items()}
    return {name: pair for name, pair in pairs.items() if pair[0] != pair[1]}
