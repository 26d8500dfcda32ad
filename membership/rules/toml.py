"""Reading rule documents that an association writes itself: every trouble is named with its place. Pure."""

import tomllib
from collections.abc import Collection, Mapping
from datetime import date
from typing import Any

from core.errors import BadInput
from core.i18n import _

LARGEST = 100_000
"""Characters; a document of rules is a few pages."""


def read(text: str) -> dict[str, Any]:
    """The document as TOML reads it. Raises BadInput with the line that cannot be read."""
    if len(text) > LARGEST:
        raise BadInput("rules_too_long", _("This document is longer than any rules are."))
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as trouble:
        raise BadInput("rules_form", _("This is no TOML document: {trouble}").format(trouble=trouble)) from None


def trouble(place: str, why: str) -> BadInput:
    """A refusal that names the place in the document."""
    return BadInput("rules_content", _("{place}: {why}").format(place=place, why=why))


def check_keys(entry: Mapping[str, Any], place: str, known: Collection[str]) -> None:
    """Nothing that nobody would read, such as a misspelt name. Raises BadInput."""
    if unknown := sorted(set(entry) - set(known)):
        raise trouble(place, _("unknown: {names}. Known: {known}").format(names=unknown[0], known=", ".join(known)))


def text_of(entry: Mapping[str, Any], name: str, place: str, default: str | None = None) -> str:
    """A text of at most 200 characters. Raises BadInput."""
    value = entry.get(name, default)
    if not isinstance(value, str) or not value.strip() or len(value) > 200:
        raise trouble(place, _("{name} must be a text of 1 to 200 characters").format(name=name))
    return value.strip()


def number_of(entry: Mapping[str, Any], name: str, place: str, least: int, most: int, default: int = 0) -> int:
    """A whole number within limits. Raises BadInput."""
    value = entry.get(name, default)
    if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
        text = _("{name} must be a whole number from {least} to {most}")
        raise trouble(place, text.format(name=name, least=least, most=most))
    return value


def flag_of(entry: Mapping[str, Any], name: str, place: str, *, default: bool = False) -> bool:
    """True or false. Raises BadInput."""
    value = entry.get(name, default)
    if not isinstance(value, bool):
        raise trouble(place, _("{name} must be true or false").format(name=name))
    return value


def day_of(entry: Mapping[str, Any], name: str, place: str) -> date:
    """A date. Raises BadInput."""
    value = entry.get(name)
    if type(value) is not date:
        raise trouble(place, _("{name} must be a date, like 2026-10-08 without quotes").format(name=name))
    return value


def entries_of(document: Mapping[str, Any], name: str) -> list[dict[str, Any]]:
    """The tables ``[[name]]`` in their order. Raises BadInput."""
    found = document.get(name, [])
    if not isinstance(found, list) or not all(isinstance(one, dict) for one in found):
        raise trouble(name, _("write it as [[{name}]]").format(name=name))
    return found
