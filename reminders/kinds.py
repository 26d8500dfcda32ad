"""What can be reminded of: each domain registers its kinds of subject as one set-based SELECT of what is still open."""

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Integer, Select, String, cast, literal, select

from core.errors import BadInput
from core.i18n import N_, _
from core.transaction import Tx

FILTERS = {
    "category": N_("category"), "region": N_("region"), "name": N_("what it is called"), "year": N_("year"), "rank": N_("class"),
    "role": N_("role"), "action": N_("what is asked for"), "rule": N_("rule"), "body": N_("body that meets"), "kind": N_("kind"),
    "template": N_("template"), "level": N_("level"),
}  # fmt: skip
"""Names of filters → what people call them."""


def filter_named(words: str) -> str:
    """The filter of this name in English or in the language of the moment; what is none stays what was typed."""
    typed = words.strip().casefold()
    return next((name for name, label in FILTERS.items() if typed in (name, label, _(label).casefold())), words)


Due = Select[Any, Any, Any, Any, Any, Any]


@dataclass(frozen=True)
class Kind:
    """A kind of subject with a date.

    ``due`` gives ``(association_id, subject, owner, title, due_on, person_id)`` and the columns of ``filters``, of what is
    open at this moment: what is done falls out. ``person_id`` is a person concerned, NULL where there is none. ``owner``
    names the thing that people know: ``letter`` begins its reference, ``prefix`` its stored name (else the kind's own).
    ``title`` says what the stored title reads like,
    ``button`` is (label, command with {reference}) under the reminder, ``prepare`` brings the facts up to date before.
    A ``quiet`` kind shares its things with others: asked why, it says nothing of a thing that it has nothing to do with.
    """

    name: str
    zh: str
    label: str
    due: Callable[[Tx], Due]
    letter: str = ""
    prefix: str = ""
    filters: tuple[str, ...] = ()
    title: Callable[[str], str] = str
    button: tuple[str, str] | None = None
    prepare: Callable[[Tx], None] | None = None
    quiet: bool = False

    def reference(self, owner: str) -> str:
        """How people name an owner: ``member:42`` is M-0042."""
        number = owner.partition(":")[2]
        return f"{self.letter}-{int(number):04d}" if self.letter and number.isdigit() else number


KINDS: dict[str, Kind] = {}


def owner_named(words: str) -> str:
    """``M-0042`` → ``member:42``; what has no letter is named as it is stored. Raises BadInput."""
    folded = unicodedata.normalize("NFKC", words).strip()
    match = re.fullmatch(r"([A-Za-z])-?([0-9]{1,9})", folded)
    found = [kind for kind in KINDS.values() if match and kind.letter == match[1].upper()]
    if match and found:
        return f"{found[0].prefix or found[0].name}:{int(match[2])}"
    if re.fullmatch(r"[a-z_-]{1,30}:[^\s:]{1,80}", folded):
        return folded
    raise BadInput("reminder_subject", _("Name what it is about, for example M-0042, A-0003 or S-0001."))


def register(kind: Kind) -> None:
    """Make a kind known, once under its name."""
    KINDS[kind.name] = kind


def kind_named(words: str) -> Kind:
    """The kind of this English or Chinese name. Raises BadInput that lists what there is."""
    for kind in KINDS.values():
        if words.strip().casefold() in (kind.name, kind.zh, _(kind.label).casefold()):
            return kind
    known = ", ".join(_(kind.label) for kind in KINDS.values())
    raise BadInput(
        "reminder_kind",
        _("“{name}” is nothing one can be reminded of. Use: {known}").format(name=words[:40], known=known),
    )


def columns(
    *, association_id: Any, subject: Any, owner: Any, title: Any, due_on: Any, person_id: Any = None, **filters: Any
) -> Due:
    """The SELECT of a kind with its columns in order and under their names."""
    person = cast(None, Integer) if person_id is None else person_id
    named = {
        "association_id": association_id,
        "subject": subject,
        "owner": owner,
        "title": title,
        "due_on": due_on,
        "person_id": person,
    }
    return select(*(value.label(name) for name, value in (named | filters).items()))


def numbered(prefix: str, number: Any) -> ColumnElement[str]:
    """``prefix:number`` as SQL."""
    return literal(prefix + ":", String()) + cast(number, String)
