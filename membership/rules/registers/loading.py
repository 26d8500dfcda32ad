"""Declarations read from their files. A mistake in one is named with the place where it stands. Pure."""

import re
import tomllib
from collections.abc import Mapping
from datetime import date
from typing import Any

from core.i18n import Named
from membership.rules.categories import CATEGORIES
from membership.rules.registers.declaration import Check, Due, Field, Item, Register, Relation, Type, Yields

NAME = re.compile("[a-z][a-z0-9_]{1,29}")
LONGEST_KIND = 30
"""How long the name of a kind of reminder may be."""
Lists = Mapping[str, tuple[Item, ...]]
RESERVED = frozenset({"register", "member", "entry", "page", "words", "expiring", "ended"})
"""Names of parameters of the commands themselves, and below their Chinese ones."""
RESERVED_ZH = frozenset({"登记册", "会员", "条目", "页", "关键词", "到期", "已终止"})
REGISTER_KEYS = frozenset(
    {
        *("name", "version", "label", "about", "basis", "key", "shared", "members", "valid_from", "valid_until"),
        *("categories", "report", "title", "field", "due", "check", "fact"),
    }
)
FIELD_KEYS = frozenset(
    {
        *("name", "label", "type", "required", "hint", "list", "of", "least", "most", "longest", "pattern"),
        *("personal", "sheet", "historic"),
    }
)
FACT_KEYS = frozenset({"item", "day", "document"})


class DeclarationError(ValueError):
    """A declaration cannot be used; the text says where and why."""


def read_lists(document: Mapping[str, Any]) -> dict[str, tuple[Item, ...]]:
    """The value lists of a document."""
    found: dict[str, tuple[Item, ...]] = {}
    for one in document.get("list", []):
        items = tuple(_item(entry, f"list {one['name']}") for entry in one["item"])
        values = [item.value for item in items]
        if len(set(values)) != len(values):
            raise DeclarationError(f"list {one['name']}: a value stands twice")
        found[one["name"]] = items
    return found


def _item(entry: Mapping[str, Any], place: str) -> Item:
    return Item(
        entry["value"],
        _named(entry, "label", f"{place}, {entry['value']}"),
        tuple(entry.get("aliases", ())),
        _day(entry.get("effective_from")),
        _day(entry.get("effective_to")),
    )


def _day(value: Any) -> date | None:
    if value is not None and not isinstance(value, date):
        raise DeclarationError(f"{value!r} is no day")
    return value


def read_registers(text: str, lists: Lists) -> list[Register]:
    """The registers of one file. Lists of the file itself come before shared ones. Raises DeclarationError."""
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as broken:
        raise DeclarationError(str(broken)) from broken
    known = {**lists, **read_lists(document)}
    return [_register(entry, known) for entry in document.get("register", [])]


def _register(entry: Mapping[str, Any], lists: Lists) -> Register:
    name = str(entry.get("name", ""))
    place = f"register {name or '?'}"
    _known_keys(entry, REGISTER_KEYS, place)
    if not NAME.fullmatch(name):
        raise DeclarationError(f"{place}: a name has 2 to 30 small letters, digits and underscores")
    fields = tuple(_field(one, lists, place) for one in entry.get("field", []))
    made = Register(
        name=name,
        version=str(_needed(entry, "version", place)),
        label=_named(entry, "label", place),
        about=_named(entry, "about", place),
        basis=str(_needed(entry, "basis", place)),
        fields=fields,
        key=tuple(_needed(entry, "key", place)),
        shared=entry.get("shared", False),
        members=entry.get("members", True),
        categories=tuple(entry.get("categories", ())),
        valid_from=entry.get("valid_from", ""),
        valid_until=entry.get("valid_until", ""),
        dues=tuple(_due(one, name, place) for one in entry.get("due", [])),
        checks=tuple(_check(one, place) for one in entry.get("check", [])),
        report=entry.get("report", ""),
        fact=_yields(entry["fact"], place) if "fact" in entry else None,
        title=tuple(entry.get("title", ())) or tuple(entry["key"]),
    )
    _consistent(made, place)
    return made


def _yields(entry: Mapping[str, Any], place: str) -> Yields:
    _known_keys(entry, FACT_KEYS, f"{place}, fact")
    return Yields(*(str(_needed(entry, name, f"{place}, fact")) for name in ("item", "day", "document")))


def _known_keys(entry: Mapping[str, Any], known: frozenset[str], place: str) -> None:
    if unknown := sorted(entry.keys() - known):
        raise DeclarationError(f"{place}: {', '.join(unknown)} means nothing here")


def _needed(entry: Mapping[str, Any], name: str, place: str) -> Any:
    if not entry.get(name):
        raise DeclarationError(f"{place}: {name} is missing")
    return entry[name]


def _named(entry: Mapping[str, Any], name: str, place: str) -> Named:
    texts = _needed(entry, name, place)
    if not isinstance(texts, Mapping) or not texts.get("zh") or not texts.get("en"):
        raise DeclarationError(f"{place}: {name} needs a text in zh and in en")
    return Named(zh=texts["zh"], en=texts["en"])


def _field(entry: Mapping[str, Any], lists: Lists, register: str) -> Field:
    name = str(entry.get("name", ""))
    place = f"{register}, field {name or '?'}"
    _known_keys(entry, FIELD_KEYS, place)
    if not NAME.fullmatch(name) or name in RESERVED:
        raise DeclarationError(f"{place}: this cannot be the name of a field")
    kind = _type(entry, place)
    wanted = entry.get("list", "")
    if (kind in (Type.CHOICE, Type.CHOICES)) != bool(wanted) or (wanted and wanted not in lists):
        raise DeclarationError(f"{place}: a choice needs the name of a list that there is, anything else none")
    if (kind is Type.ENTRY) != bool(entry.get("of")):
        raise DeclarationError(f"{place}: a reference says of which register, anything else does not")
    more = {key: entry[key] for key in FIELD_KEYS & entry.keys() - {"name", "label", "type", "hint", "list"}}
    hint = _named(entry, "hint", place) if "hint" in entry else None
    return Field(name, _named(entry, "label", place), kind, hint=hint, items=lists[wanted] if wanted else (), **more)


def _type(entry: Mapping[str, Any], place: str) -> Type:
    try:
        return Type(entry.get("type", ""))
    except ValueError:
        known = ", ".join(Type)
        raise DeclarationError(f"{place}: {entry.get('type')!r} is no type; there are {known}") from None


def _due(entry: Mapping[str, Any], register: str, place: str) -> Due:
    name = str(_needed(entry, "name", place))
    if len(f"{register}-{name}") > LONGEST_KIND:
        raise DeclarationError(f"{place}, due {name}: register and due together take more than {LONGEST_KIND} letters")
    return Due(name, _named(entry, "label", f"{place}, due {name}"), str(_needed(entry, "field", place)))


def _check(entry: Mapping[str, Any], place: str) -> Check:
    try:
        relation = Relation(entry.get("relation", ""))
    except ValueError:
        raise DeclarationError(f"{place}: {entry.get('relation')!r} is no relation") from None
    fields = tuple(_needed(entry, "fields", place))
    return Check(relation, fields, _named(entry, "text", place), entry.get("warns", False))


def _consistent(made: Register, place: str) -> None:
    """Everything that is named is there, once, and of a type that fits."""
    names = [one.name for one in made.fields]
    if twice := {name for name in names if names.count(name) > 1}:
        raise DeclarationError(f"{place}: {', '.join(sorted(twice))} stands twice")
    used = [*made.key, *made.title, *(due.field for due in made.dues), *(f for c in made.checks for f in c.fields)]
    used += [name for name in (made.valid_from, made.valid_until) if name]
    used += [made.fact.day, made.fact.document] if made.fact else []
    if unknown := sorted(set(used) - set(names)):
        raise DeclarationError(f"{place}: there is no field {', '.join(unknown)}")
    if loose := [name for name in made.key if not made.by_name[name].required]:
        raise DeclarationError(f"{place}: the key {', '.join(loose)} has to be required")
    days = [*(due.field for due in made.dues), made.valid_from, made.valid_until, made.fact.day if made.fact else ""]
    if wrong := [name for name in days if name and made.by_name[name].type not in (Type.DATE, Type.PERIOD)]:
        raise DeclarationError(f"{place}: {', '.join(wrong)} has no date")
    if sum(one.type is Type.ATTACHMENT for one in made.fields) > 1:
        raise DeclarationError(f"{place}: an entry carries one file; give further ones by their address")
    if unregistered := sorted(set(made.categories) - set(CATEGORIES)):
        raise DeclarationError(f"{place}: {', '.join(unregistered)} is no category of units")
    _distinct_labels(made, place)


def _distinct_labels(made: Register, place: str) -> None:
    if taken := sorted(RESERVED_ZH & {one.label.texts["zh_CN"] for one in made.fields}):
        raise DeclarationError(f"{place}: {', '.join(taken)} cannot be the name of a field")
    for language in ("zh_CN", "en"):
        labels = [one.label.texts[language].casefold() for one in made.fields]
        if len(set(labels)) != len(labels):
            raise DeclarationError(f"{place}: two fields have the same name in {language}")
