"""Reads about the entries of registers: filtered lists, one entry with its history, proposals, counts, lines of reports."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import Session, aliased, contains_eager

from core.errors import NotFound
from core.i18n import _
from membership.models import RegisterEntry, RegisterFacet, RegisterProposal, RegisterVersion, Unit
from membership.queries.units import PRESENT
from membership.rules.categories import folded
from membership.rules.registers.declaration import AMOUNTS, Register, Type
from membership.rules.registers.reports import Line

LONGEST_WORDS = 100


@dataclass(frozen=True)
class Chosen:
    """Which entries of a register to list. ``values`` are stored values by field; ``ended`` lists those that have ended."""

    register: Register
    unit_id: int | None = None
    words: str = ""
    expiring_before: date | None = None
    values: Mapping[str, Any] = field(default_factory=dict)
    ended: bool = False


def conditions(chosen: Chosen) -> list[ColumnElement[bool]]:
    """What a filter asks of an entry."""
    entry = RegisterEntry
    ended = entry.ended_on.is_not(None) if chosen.ended else entry.ended_on.is_(None)
    found = [entry.register == chosen.register.name, ended]
    if chosen.unit_id is not None:
        found.append(entry.unit_id == chosen.unit_id)
    if chosen.expiring_before is not None:
        found.append(entry.valid_until <= chosen.expiring_before)
    found += [_mentions(word) for word in chosen.words[:LONGEST_WORDS].split()]
    found += [_has(chosen.register, name, value) for name, value in chosen.values.items()]
    return found


def _mentions(word: str) -> ColumnElement[bool]:
    """Whether the words of an entry, or the name of its unit, contain this."""
    units = select(Unit.id).where(Unit.name_key.contains(folded(word), autoescape=True))
    return or_(RegisterEntry.sought.contains(folded(word), autoescape=True), RegisterEntry.unit_id.in_(units))


def _is_scanned(register: Register, name: str) -> bool:
    """Whether a field has no index of its own."""
    return register.by_name[name].type in (Type.TEXT, Type.URL, Type.NUMBER, Type.ATTACHMENT)


def _has(register: Register, name: str, value: Any) -> ColumnElement[bool]:
    """Whether a field has a value: by the index of facets, free text by the words that a search looks through."""
    if _is_scanned(register, name):
        return RegisterEntry.sought.contains(folded(str(value)), autoescape=True)
    return RegisterEntry.id.in_(select(RegisterFacet.entry_id).where(*_facet_of(register, name, value)))


def _facet_of(register: Register, name: str, value: Any) -> list[ColumnElement[bool]]:
    """The facets that a value of a field has."""
    one, facet = register.by_name[name], RegisterFacet
    mine = [facet.register == register.name, facet.field == name]
    if one.type is Type.DATE:
        return [*mine, facet.day == date.fromisoformat(value)]
    if one.type is Type.PERIOD:
        return [*mine, facet.day == date.fromisoformat(value.split("/")[1])]
    if one.type in AMOUNTS:
        return [*mine, facet.amount == value]
    wanted = value if isinstance(value, list) else [value if one.items else folded(str(value))[:100]]
    return [*mine, facet.value.in_(wanted)]


def entries(session: Session, chosen: Chosen, *, limit: int | None = None, offset: int = 0) -> list[RegisterEntry]:
    """Entries in the order in which they were entered, which is that of their numbers, each with its unit."""
    query = select(RegisterEntry).join(RegisterEntry.unit).options(contains_eager(RegisterEntry.unit))
    # By id, since that is how the indexes of facets give them: the first page needs no sorting.
    query = query.where(*conditions(chosen)).order_by(RegisterEntry.id).limit(limit).offset(offset)
    return list(session.scalars(query))


def count_entries(session: Session, chosen: Chosen) -> int:
    """How many entries a filter names."""
    if (facets := _only_facets(chosen)) is not None:
        return session.scalar(facets) or 0
    return session.scalar(select(func.count()).select_from(RegisterEntry).where(*conditions(chosen))) or 0


def _only_facets(chosen: Chosen) -> Select[int] | None:
    """The count of a filter that the index of facets answers alone, without a look at the entries; None for others."""
    alone = not (chosen.ended or chosen.words or chosen.unit_id is not None or chosen.expiring_before)
    plain = [not _is_scanned(chosen.register, name) and not isinstance(v, list) for name, v in chosen.values.items()]
    if not (alone and plain and all(plain)):
        return None
    first, *rest = (_facet_of(chosen.register, name, value) for name, value in chosen.values.items())
    inner = [RegisterFacet.entry_id.in_(select(RegisterFacet.entry_id).where(*other)) for other in rest]
    return select(func.count()).select_from(RegisterFacet).where(*first, *inner)


def page_of(session: Session, chosen: Chosen, limit: int, offset: int) -> tuple[int, list[RegisterEntry]]:
    """How many entries a filter names, and one page of them; where all have to be looked through, that is done once."""
    if not chosen.words and not any(_is_scanned(chosen.register, name) for name in chosen.values):
        return count_entries(session, chosen), entries(session, chosen, limit=limit, offset=offset)
    query = select(RegisterEntry.id, func.count().over()).where(*conditions(chosen)).order_by(RegisterEntry.id)
    rows = session.execute(query.limit(limit).offset(offset)).all()
    if not rows:
        return (count_entries(session, chosen) if offset else 0), []
    found = select(RegisterEntry).join(RegisterEntry.unit).options(contains_eager(RegisterEntry.unit))
    found = found.where(RegisterEntry.id.in_([row[0] for row in rows])).order_by(RegisterEntry.id)
    return rows[0][1], list(session.scalars(found))


def entry_by_number(session: Session, number: int, *, unit_ids: Iterable[int] | None = None) -> RegisterEntry:
    """The entry with this number and its unit; with ``unit_ids``, only one of these units. Raises NotFound."""
    query = select(RegisterEntry).join(RegisterEntry.unit).options(contains_eager(RegisterEntry.unit))
    query = query.where(RegisterEntry.number == number)
    if unit_ids is not None:
        query = query.where(RegisterEntry.unit_id.in_(list(unit_ids)))
    found = session.scalar(query)
    if found is None:
        raise NotFound("entry_unknown", _("There is no such entry. `register list` shows them."))
    return found


def live_entry(session: Session, register: Register, key: str) -> RegisterEntry | None:
    """The entry of this key that has not ended, with its unit."""
    query = select(RegisterEntry).join(RegisterEntry.unit).options(contains_eager(RegisterEntry.unit))
    mine = (RegisterEntry.register == register.name, RegisterEntry.key == key, RegisterEntry.ended_on.is_(None))
    return session.scalar(query.where(*mine))


def live_entries(session: Session, register: Register) -> dict[str, RegisterEntry]:
    """Key → entry that has not ended, of the whole register."""
    return {entry.key: entry for entry in entries(session, Chosen(register))}


def history_of(session: Session, entry: RegisterEntry) -> list[RegisterVersion]:
    """Every version of an entry, oldest first."""
    query = select(RegisterVersion).where(RegisterVersion.entry_id == entry.id).order_by(RegisterVersion.version)
    return list(session.scalars(query))


def proposal_by_number(session: Session, number: int) -> RegisterProposal:
    """The proposal with this number, its unit and its entry; locked until the commit. Raises NotFound."""
    query = select(RegisterProposal).where(RegisterProposal.number == number).with_for_update()
    found = session.scalar(query)
    if found is None:
        raise NotFound("proposal_unknown", _("There is no such proposal. `register waiting` shows the open ones."))
    return found


def proposals_waiting(session: Session, limit: int = 50) -> list[tuple[RegisterProposal, Unit]]:
    """What waits for confirmation, oldest first, with its unit."""
    query = select(RegisterProposal, Unit).join(Unit, Unit.id == RegisterProposal.unit_id)
    query = query.where(RegisterProposal.state == "waiting").order_by(RegisterProposal.number).limit(limit)
    return [(row[0], row[1]) for row in session.execute(query)]


def proposals_of(session: Session, unit_ids: Sequence[int], limit: int = 20) -> list[RegisterProposal]:
    """What these units have proposed, newest first."""
    mine = select(RegisterProposal).where(RegisterProposal.unit_id.in_(unit_ids))
    return list(session.scalars(mine.order_by(RegisterProposal.number.desc()).limit(limit)))


def unit_of(session: Session, unit_id: int) -> Unit:
    """The unit of an entry or a proposal."""
    return session.scalars(select(Unit).where(Unit.id == unit_id)).one()


def entry_of(session: Session, proposal: RegisterProposal) -> RegisterEntry | None:
    """The entry that a proposal is about, with its unit."""
    if proposal.entry_id is None:
        return None
    query = select(RegisterEntry).join(RegisterEntry.unit).options(contains_eager(RegisterEntry.unit))
    return session.scalars(query.where(RegisterEntry.id == proposal.entry_id)).one()


@dataclass(frozen=True)
class Count:
    """How many entries of a register are live, and how many of these have expired."""

    live: int = 0
    expired: int = 0


def counts(session: Session, day: date, *, unit_id: int | None = None) -> dict[str, Count]:
    """Register → count, of all units or of one; registers without entries are not in it."""
    expired = func.count().filter(RegisterEntry.valid_until < day)
    query = select(RegisterEntry.register, func.count(), expired).where(RegisterEntry.ended_on.is_(None))
    if unit_id is not None:
        query = query.where(RegisterEntry.unit_id == unit_id)
    return {row[0]: Count(row[1], row[2]) for row in session.execute(query.group_by(RegisterEntry.register))}


def facts_of_units(session: Session, unit_ids: Sequence[int], day: date) -> dict[int, dict[str, int]]:
    """Unit → ``REGISTER.entries`` and ``REGISTER.valid`` (in force on the day): what a grading scheme can count.

    One statement, whatever the number of units; a unit without entries is not in it.
    """
    entry = RegisterEntry
    in_force = and_(
        or_(entry.valid_from.is_(None), entry.valid_from <= day),
        or_(entry.valid_until.is_(None), entry.valid_until >= day),
    )
    counted = func.count().filter(in_force)
    query = select(entry.unit_id, entry.register, func.count(), counted).where(entry.ended_on.is_(None))
    if len(unit_ids) <= 500:
        query = query.where(entry.unit_id.in_(unit_ids))
    wanted = set(unit_ids)
    found: dict[int, dict[str, int]] = {}
    for unit_id, register, live, valid in session.execute(query.group_by(entry.unit_id, entry.register)):
        if unit_id in wanted:
            found.setdefault(unit_id, {}).update({f"{register}.entries": live, f"{register}.valid": valid})
    return found


def lines(session: Session, register: str) -> list[Line]:
    """The live entries of a register as reports read them, of present members."""
    entry = RegisterEntry
    query = select(entry.number, Unit.number, Unit.name, entry.data, entry.valid_until).join(
        Unit, Unit.id == entry.unit_id
    )
    query = query.where(entry.register == register, entry.ended_on.is_(None), PRESENT).order_by(entry.number)
    return [Line(*row) for row in session.execute(query)]


def lines_of_unit(session: Session, register: str, unit: Unit) -> list[Line]:
    """The same of one unit, whatever its standing."""
    entry = RegisterEntry
    query = select(entry.number, entry.data, entry.valid_until)
    query = query.where(entry.register == register, entry.ended_on.is_(None), entry.unit_id == unit.id)
    return [Line(number, unit.number, unit.name, data, until) for number, data, until in session.execute(query)]


@dataclass(frozen=True)
class Then:
    """An entry as it stood at a moment."""

    number: int
    unit: Unit
    data: Mapping[str, Any]
    entered_at: datetime


def as_of(session: Session, register: str, moment: datetime, day: date) -> list[Then]:
    """The entries that were live at a moment (and had not ended on ``day``), with what they said then, by number."""
    version, entry = aliased(RegisterVersion), RegisterEntry
    newest = (
        select(RegisterVersion.entry_id, func.max(RegisterVersion.version).label("version"))
        .join(entry, entry.id == RegisterVersion.entry_id)
        .where(entry.register == register, RegisterVersion.at <= moment)
        .group_by(RegisterVersion.entry_id)
        .subquery()
    )
    query: Select[Any] = (
        select(entry.number, Unit, version.data, entry.entered_at)
        .join(newest, newest.c.entry_id == entry.id)
        .join(version, and_(version.entry_id == entry.id, version.version == newest.c.version))
        .join(Unit, Unit.id == entry.unit_id)
        .where(or_(version.ended_on.is_(None), version.ended_on > day))
        .order_by(entry.number)
    )
    return [Then(*row) for row in session.execute(query)]


@dataclass(frozen=True)
class Movement:
    """What happened in a register in a period: entries that came, and that ended."""

    entered: int = 0
    ended: int = 0


def movements(session: Session, since: datetime, until: datetime) -> dict[str, Movement]:
    """Register → movement between two moments."""
    entry = RegisterEntry
    within = RegisterVersion.at.between(since, until)
    came = func.count().filter(RegisterVersion.action == "add")
    went = func.count().filter(RegisterVersion.action == "end")
    query = select(entry.register, came, went).join(RegisterVersion, RegisterVersion.entry_id == entry.id)
    rows = session.execute(query.where(within).group_by(entry.register))
    return {register: Movement(entered, ended) for register, entered, ended in rows}
