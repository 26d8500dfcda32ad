"""Reads about member units, their contacts and rosters."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session

from core.attachments import Attachment
from core.errors import BadInput, NotFound
from core.i18n import _
from membership.models import ImportBatch, ImportRow, Qualification, StatusChange, Unit, UnitContact, UnitMerge
from membership.rules.standing import Status
from membership.rules.units import ROSTER_QUALIFICATION, name_key
from people.models import Person

PRESENT = Unit.status.in_([Status.ACTIVE, Status.SUSPENDED])
ANY = "*"
"""The status of a filter that looks at those who have left, too."""
LONGEST_WORDS = 100


@dataclass(frozen=True)
class Filter:
    """Which units to list; empty means all present members."""

    category: str | None = None
    rank: str | None = None
    region: str | None = None
    status: str | None = None
    words: str = ""
    expiring_before: date | None = None


def _conditions(chosen: Filter) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if chosen.status != ANY:
        found.append(Unit.status == chosen.status if chosen.status else PRESENT)
    for column, value in ((Unit.category, chosen.category), (Unit.rank, chosen.rank)):
        if value:
            found.append(column == value)
    if chosen.region:
        found.append(Unit.region.contains(chosen.region, autoescape=True))
    if chosen.words:
        found.append(_mentions(chosen.words[:LONGEST_WORDS]))
    if chosen.expiring_before:
        soon = select(Qualification.unit_id).where(Qualification.valid_until <= chosen.expiring_before)
        found.append(Unit.id.in_(soon))
    return found


def _mentions(words: str) -> ColumnElement[bool]:
    """Whether name, code, region or a present contact contains these words, however they are spaced."""
    key = name_key(words)
    acting = (
        select(UnitContact.unit_id)
        .join(Person, Person.id == UnitContact.person_id)
        .where(UnitContact.until.is_(None), Person.name.contains(words, autoescape=True))
    )
    return or_(
        Unit.name_key.contains(key, autoescape=True),
        Unit.code.contains(key.upper(), autoescape=True),
        Unit.region.contains(words, autoescape=True),
        Unit.id.in_(acting),
    )


def units(session: Session, chosen: Filter, *, limit: int | None = None, offset: int = 0) -> list[Unit]:
    """Units by number."""
    query = select(Unit).where(*_conditions(chosen)).order_by(Unit.number).limit(limit).offset(offset)
    return list(session.scalars(query))


def count_units(session: Session, chosen: Filter) -> int:
    """How many units a filter names."""
    return session.scalar(select(func.count()).select_from(Unit).where(*_conditions(chosen))) or 0


def unit_by_number(session: Session, number: int) -> Unit:
    """The unit with this number, or the one that it was merged into. Raises NotFound."""
    found = session.scalar(select(Unit).where(Unit.number == number))
    if found is None:
        raise NotFound("member_unknown", _("There is no such member. `member find ‹words›` looks for one."))
    return survivor(session, found)


def survivor(session: Session, unit: Unit) -> Unit:
    """The unit itself, or the one that it finally went into."""
    while unit.status == Status.MERGED:
        into = select(Unit).join(UnitMerge, UnitMerge.target_id == Unit.id).where(UnitMerge.source_id == unit.id)
        unit = session.scalars(into).one()
    return unit


def unit_named(session: Session, words: str) -> Unit:
    """The unit of this code, of exactly this name, or the only one whose name contains the words.

    Raises NotFound, or BadInput when it could be several: it asks, it never chooses.
    """
    key = name_key(words[:LONGEST_WORDS])
    for condition in (
        or_(Unit.code == key.upper(), Unit.name_key == key),
        Unit.name_key.contains(key, autoescape=True),
    ):
        named = session.scalars(select(Unit).where(condition).order_by(Unit.number).limit(6)).all() if key else []
        found = list(dict.fromkeys(survivor(session, unit) for unit in named))
        if len(found) > 1:
            names = "; ".join(f"{unit.reference} {unit.name}" for unit in found[:5])
            raise BadInput("member_ambiguous", _("Several members match. Give the number: {names}").format(names=names))
        if found:
            return found[0]
    raise NotFound("member_unknown", _("There is no such member. `member find ‹words›` looks for one."))


@dataclass(frozen=True)
class Card:
    """Everything that is shown of a unit."""

    unit: Unit
    qualifications: list[Qualification] = field(default_factory=list)
    contacts: list[Person] = field(default_factory=list)
    history: list[StatusChange] = field(default_factory=list)
    merged: list[Unit] = field(default_factory=list)


def card(session: Session, unit: Unit) -> Card:
    """A unit with its qualifications, contacts and standing, and the units that were merged into it."""
    contacts = (
        select(Person)
        .join(UnitContact, UnitContact.person_id == Person.id)
        .where(UnitContact.unit_id == unit.id, UnitContact.until.is_(None))
        .order_by(Person.id)
    )
    held = select(Qualification).where(Qualification.unit_id == unit.id).order_by(Qualification.valid_until)
    steps = select(StatusChange).where(StatusChange.unit_id == unit.id).order_by(StatusChange.id)
    went = select(Unit).join(UnitMerge, UnitMerge.source_id == Unit.id).where(UnitMerge.target_id == unit.id)
    found = (list(session.scalars(query)) for query in (held, contacts, steps, went.order_by(Unit.number)))
    return Card(unit, *found)


def last_step_on(session: Session, unit: Unit) -> date | None:
    """The day of the last change of standing after joining."""
    later = (StatusChange.unit_id == unit.id, StatusChange.former.is_not(None))
    return session.scalar(select(func.max(StatusChange.on)).where(*later))


def qualification_of(session: Session, unit: Unit, name: str) -> Qualification | None:
    """The unit's qualification of this name."""
    mine = (Qualification.unit_id == unit.id, Qualification.name == name)
    return session.scalar(select(Qualification).where(*mine))


def namesakes(session: Session, name: str) -> list[tuple[Person, list[Unit]]]:
    """People of exactly this name who have not left, each with the units they act for."""
    people = select(Person).where(Person.name == name, Person.left_at.is_(None)).order_by(Person.id).limit(5)
    return [(person, units_for(session, person.id)) for person in session.scalars(people)]


def units_by_code(session: Session) -> dict[str, Unit]:
    """Every unit of the association by its credit code."""
    return {unit.code: unit for unit in session.scalars(select(Unit))}


def units_for(session: Session, person_id: int) -> list[Unit]:
    """The units that a person acts for."""
    query = (
        select(Unit)
        .join(UnitContact, UnitContact.unit_id == Unit.id)
        .where(UnitContact.person_id == person_id, UnitContact.until.is_(None))
    )
    return list(session.scalars(query.order_by(Unit.number)))


def batch_by_number(session: Session, number: int, *, lock: bool = False) -> ImportBatch:
    """The import with this number. Raises NotFound."""
    query = select(ImportBatch).where(ImportBatch.number == number)
    found = session.scalar(query.with_for_update() if lock else query)
    if found is None:
        raise NotFound("import_unknown", _("There is no such import."))
    return found


def rows_of(session: Session, batch: ImportBatch) -> list[ImportRow]:
    """The rows of an import in the order of the spreadsheet."""
    query = select(ImportRow).where(ImportRow.batch_id == batch.id).order_by(ImportRow.id)
    return list(session.scalars(query))


def known_values(session: Session) -> dict[str, list[Any]]:
    """Regions in use, for choices."""
    query = select(Unit.region).where(PRESENT).group_by(Unit.region).order_by(func.count().desc()).limit(20)
    return {"region": [region for region in session.scalars(query) if region]}


@dataclass(frozen=True)
class Facts:
    """What is kept of a unit outside its own row: the end of its qualification, and its contacts by name."""

    valid_until: date | None = None
    contacts: Mapping[str, Person] = field(default_factory=dict)


NO_FACTS = Facts()


def facts_of(session: Session) -> dict[int, Facts]:
    """Unit id → facts, for every unit of the association, in two statements."""
    validity = select(Qualification.unit_id, Qualification.valid_until)
    held: dict[int, date | None] = {
        row.unit_id: row.valid_until
        for row in session.execute(validity.where(Qualification.name == ROSTER_QUALIFICATION))
    }
    people: dict[int, dict[str, Person]] = {}
    query = select(UnitContact.unit_id, Person).join(Person, Person.id == UnitContact.person_id)
    for unit_id, person in session.execute(query.where(UnitContact.until.is_(None)).order_by(Person.id)):
        people.setdefault(unit_id, {}).setdefault(person.name, person)
    return {unit: Facts(held.get(unit), people.get(unit, {})) for unit in held.keys() | people.keys()}


def imports_of(session: Session, sha256: str) -> list[ImportBatch]:
    """Imports of a file with exactly this content, newest first."""
    query = select(ImportBatch).join(Attachment, Attachment.id == ImportBatch.attachment_id)
    return list(session.scalars(query.where(Attachment.sha256 == sha256).order_by(ImportBatch.number.desc())))


def imports(session: Session, limit: int = 20) -> list[tuple[ImportBatch, str]]:
    """Imports with the names of their files, newest first."""
    query = select(ImportBatch, Attachment.name).join(Attachment, Attachment.id == ImportBatch.attachment_id)
    return [(row[0], row[1]) for row in session.execute(query.order_by(ImportBatch.number.desc()).limit(limit))]


def people_by_id(session: Session, ids: Sequence[int]) -> dict[int, Person]:
    """The persons with these ids."""
    return {person.id: person for person in session.scalars(select(Person).where(Person.id.in_(ids)))}


def units_by_id(session: Session, ids: Sequence[int]) -> dict[int, Unit]:
    """The units with these ids."""
    return {unit.id: unit for unit in session.scalars(select(Unit).where(Unit.id.in_(ids)))}
