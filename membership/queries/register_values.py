"""Values that need more than their text: persons, kept files and other entries are looked up, and named again."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.attachments import Attachment
from core.errors import BadInput, NotFound
from core.i18n import _
from membership.models import RegisterEntry
from membership.rules.registers import reading
from membership.rules.registers.declaration import Field, Register, Type
from people import queries as people
from people.models import Person


def read_value(session: Session, one: Field, raw: str, day: date) -> Any:
    """The stored value of a text. Raises BadInput or NotFound that says how it is written."""
    if one.type is Type.PERSON:
        return people.person_named(session, reading.plain(raw)).id
    if one.type is Type.ENTRY:
        return _entry(session, one, raw)
    if one.type is Type.ATTACHMENT:
        return _file(session, one, raw)
    return reading.read(one, raw, day)


def _digits(one: Field, raw: str, lead: str) -> int:
    text = reading.plain(raw).upper().removeprefix(lead).removeprefix("-")
    if not (text.isascii() and text.isdigit() and len(text) <= 9):
        words = _("“{value}” cannot be read as “{field}”. {how}")
        how = reading.example(one.type)
        raise BadInput(f"{one.type}_form", words.format(value=raw[:40], field=_(one.label), how=how))
    return int(text)


def _entry(session: Session, one: Field, raw: str) -> int:
    number = _digits(one, raw, "E")
    mine = (RegisterEntry.number == number, RegisterEntry.register == one.of, RegisterEntry.ended_on.is_(None))
    if session.scalar(select(RegisterEntry.id).where(*mine)) is None:
        raise NotFound("entry_unknown", _("There is no such entry. `register list` shows them."))
    return number


def _file(session: Session, one: Field, raw: str) -> int:
    number = _digits(one, raw, "#")
    if session.scalar(select(Attachment.id).where(Attachment.id == number)) is None:
        raise NotFound("file_unknown", _("There is no such file."))
    return number


def shown(session: Session, register: Register, data: Mapping[str, Any], *, files: bool = True) -> dict[str, str]:
    """Field → value in words, of what is given; a field that the declaration no longer has is shown as it was stored.

    Without ``files`` a kept file is only numbered: its name may say something to whom it does not belong.
    """
    found = {}
    for name, value in data.items():
        one = register.by_name.get(name)
        if value in (None, "", []):
            continue
        numbered = one is not None and one.type is Type.ATTACHMENT and not files
        found[name] = f"#{value}" if numbered else str(value) if one is None else _shown(session, one, value)
    return found


def _shown(session: Session, one: Field, value: Any) -> str:
    if value == "—":
        return str(value)
    if one.type is Type.PERSON:
        return session.scalar(select(Person.name).where(Person.id == value)) or "—"
    if one.type is Type.ENTRY:
        return f"E-{value:04d}"
    if one.type is Type.ATTACHMENT:
        return session.scalar(select(Attachment.name).where(Attachment.id == value)) or "—"
    return reading.show(one, value)
