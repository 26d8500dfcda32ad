"""Reads about the code of conduct: its versions, its clauses, and who has accepted which."""

from datetime import date

from sqlalchemy import ColumnElement, and_, func, select
from sqlalchemy.orm import Session

from core.errors import NotFound
from core.i18n import _
from membership.models import ConductAcceptance, ConductText, Unit, UnitContact
from membership.queries.units import PRESENT
from membership.rules import conduct
from membership.rules.conduct import Clause
from people.models import Person


def conduct_text(session: Session, version: int) -> ConductText:
    """A version of the code, also a draft. Raises NotFound."""
    found = session.scalar(select(ConductText).where(ConductText.version == version))
    if found is None:
        raise NotFound("conduct_unknown", _("There is no such version of the code of conduct."))
    return found


def conduct_in_force(session: Session) -> ConductText | None:
    """The newest published version; None while there is none."""
    query = select(ConductText).where(ConductText.published_on.is_not(None)).order_by(ConductText.version.desc())
    return session.scalar(query.limit(1))


def conduct_texts(session: Session) -> list[ConductText]:
    """Every version, newest first."""
    return list(session.scalars(select(ConductText).order_by(ConductText.version.desc())))


def clause(session: Session, number: str, version: int | None = None) -> tuple[ConductText, Clause]:
    """A clause of a published version (the one in force by default), for a record that names it. Raises NotFound."""
    found = conduct_in_force(session) if version is None else conduct_text(session, version)
    if found is None or found.published_on is None:
        raise NotFound("conduct_unknown", _("There is no such version of the code of conduct."))
    return found, conduct.clause_numbered([Clause(**one) for one in found.clauses], number)


def not_accepted(text_id: int) -> ColumnElement[bool]:
    """The condition that a unit is present and has not accepted a version."""
    done = select(ConductAcceptance.unit_id).where(ConductAcceptance.text_id == text_id)
    return and_(PRESENT, Unit.id.not_in(done))


def acting_for_unaccepted(text_id: int) -> ColumnElement[bool]:
    """The condition that a person acts for a present unit that has not accepted a version."""
    acting = (
        select(UnitContact.person_id)
        .join(Unit, Unit.id == UnitContact.unit_id)
        .where(UnitContact.until.is_(None), not_accepted(text_id))
    )
    return Person.id.in_(acting)


def units_without(session: Session, text: ConductText, *, limit: int | None = None, offset: int = 0) -> list[Unit]:
    """Present units that have not accepted a version, by number."""
    query = select(Unit).where(not_accepted(text.id)).order_by(Unit.number)
    return list(session.scalars(query.limit(limit).offset(offset)))


def acceptance_counts(session: Session, text: ConductText) -> tuple[int, int]:
    """How many present units have accepted a version, and how many there are."""
    present = session.scalar(select(func.count()).select_from(Unit).where(PRESENT)) or 0
    waiting = session.scalar(select(func.count()).select_from(Unit).where(not_accepted(text.id))) or 0
    return present - waiting, present


def acceptance_of(session: Session, text: ConductText, unit: Unit) -> ConductAcceptance | None:
    """The acceptance of a version by a unit."""
    mine = (ConductAcceptance.text_id == text.id, ConductAcceptance.unit_id == unit.id)
    return session.scalar(select(ConductAcceptance).where(*mine))


def acceptances_until(session: Session, day_over: date) -> list[tuple[ConductAcceptance, Unit, ConductText]]:
    """Every acceptance of every version published until a day, by unit and version."""
    query = (
        select(ConductAcceptance, Unit, ConductText)
        .join(Unit, Unit.id == ConductAcceptance.unit_id)
        .join(ConductText, ConductText.id == ConductAcceptance.text_id)
        .where(ConductText.published_on <= day_over)
        .order_by(Unit.number, ConductText.version)
    )
    return [(row[0], row[1], row[2]) for row in session.execute(query)]
