"""Audiences that the association has given a name, and reading an audience that was typed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.errors import NotFound
from core.i18n import _
from people import audiences
from people.audiences import members_of
from people.models import ChatIdentity, Person, SavedAudience


@dataclass(frozen=True)
class Reader:
    """One person of an audience, and the platform on which they are reached; None for nobody who can be."""

    person_id: int
    name: str
    platform: str | None


def all_saved(session: Session) -> list[SavedAudience]:
    """Every saved audience, by name."""
    return list(session.scalars(select(SavedAudience).order_by(SavedAudience.name)))


def find_saved(session: Session, name: str) -> SavedAudience | None:
    """The saved audience of this name."""
    return session.scalar(select(SavedAudience).where(SavedAudience.name == name.strip().lstrip("@＠")))


def saved_named(session: Session, name: str) -> SavedAudience:
    """The same. Raises NotFound."""
    found = find_saved(session, name)
    if found is None:
        known = _(", ").join(one.name for one in all_saved(session)) or _("none")
        text = _("No audience is saved as “{name}”. Saved: {known}")
        raise NotFound("audience_unknown", text.format(name=name[:40], known=known))
    return found


def read(session: Session, words: str) -> dict[str, list[str]]:
    """An audience as typed: criteria, or the name of a saved one (also ``@name``), to which criteria may be added."""
    rest = []
    audience: dict[str, list[str]] = {}
    for word in audiences.pieces(words):
        found = find_saved(session, word) if "=" not in word else None
        if found is not None:
            audience |= {name: list(values) for name, values in found.words.items()}
        elif word.startswith(("@", "＠")):
            saved_named(session, word)
        else:
            rest.append(word)
    return audience | audiences.parse(" ".join(rest))


def readers(
    session: Session, audience: Mapping[str, Sequence[str]], day: date, *, limit: int | None = None, offset: int = 0
) -> list[Reader]:
    """The exact people of an audience at this moment, in the order they were entered."""
    who = audiences.recipients(members_of(audience, day)).where(Person.association_id == session.info["association_id"])
    query = who.with_only_columns(Person.id, Person.name, ChatIdentity.platform).order_by(Person.id)
    rows = session.execute(query.limit(limit).offset(offset))
    return [Reader(row[0], row[1], row[2]) for row in rows]


def names_of(session: Session, people: Sequence[int]) -> dict[int, str]:
    """The names of these people by number."""
    rows = session.execute(select(Person.id, Person.name).where(Person.id.in_(people)))
    return {row[0]: row[1] for row in rows}
