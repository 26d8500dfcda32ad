"""Reads about changes that members propose."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.errors import NotFound
from core.i18n import _
from membership.models import ChangedFact, ChangeRequest, Unit
from membership.rules import categories
from membership.rules.changes import PERSONAL, FactState, RequestState
from people.models import Person


def change_by_number(session: Session, number: int, *, lock: bool = False) -> ChangeRequest:
    """The request with this number. Raises NotFound."""
    query = select(ChangeRequest).where(ChangeRequest.number == number)
    found = session.scalar(query.with_for_update() if lock else query, execution_options={"populate_existing": lock})
    if found is None:
        raise NotFound("change_unknown", _("There is no such request. `change list` shows them."))
    return found


def change_for(session: Session, number: int, person_id: int | None, *, every: bool) -> ChangeRequest:
    """A request that a person may see: their own, or ``every`` one. Raises NotFound, the same text either way."""
    found = change_by_number(session, number)
    if not every and found.person_id != person_id:
        raise NotFound("change_unknown", _("There is no such request. `change list` shows them."))
    return found


def changes(
    session: Session, *, person_id: int | None = None, limit: int | None = None, offset: int = 0
) -> list[tuple[ChangeRequest, Unit]]:
    """Requests with their units: the open ones of everybody, or every one of a person's, newest first."""
    query = select(ChangeRequest, Unit).join(Unit, Unit.id == ChangeRequest.unit_id)
    mine = ChangeRequest.person_id == person_id
    query = query.where(ChangeRequest.state == RequestState.OPEN if person_id is None else mine)
    rows = session.execute(query.order_by(ChangeRequest.number.desc()).limit(limit).offset(offset))
    return [(row[0], row[1]) for row in rows]


def open_changes(session: Session) -> int:
    """How many requests wait for the office."""
    query = select(func.count()).select_from(ChangeRequest).where(ChangeRequest.state == RequestState.OPEN)
    return session.scalar(query) or 0


def facts_in(session: Session, request: ChangeRequest) -> list[ChangedFact]:
    """The facts of a request."""
    query = select(ChangedFact).where(ChangedFact.request_id == request.id).order_by(ChangedFact.id)
    return list(session.scalars(query))


def undecided_facts(session: Session, unit: Unit) -> set[str]:
    """The facts of a unit about which a proposal is undecided already."""
    query = select(ChangedFact.fact).join(ChangeRequest, ChangeRequest.id == ChangedFact.request_id)
    return set(session.scalars(query.where(ChangeRequest.unit_id == unit.id, ChangedFact.state == FactState.OPEN)))


def fact_now(unit: Unit, person: Person, fact: str) -> str:
    """What the card says of a fact at this moment, as text; of the proposer's own telephone, that."""
    if fact == "phone":
        return person.phone or ""
    if fact in PERSONAL:
        return ""
    value = getattr(unit, fact)
    return "" if value is None else str(value)


@dataclass(frozen=True)
class Diff:
    """A request with its unit, its proposer, and each fact with what the card says now."""

    request: ChangeRequest
    unit: Unit
    person: Person
    facts: Sequence[tuple[ChangedFact, str]]


def diff_of(session: Session, request: ChangeRequest) -> Diff:
    """Everything that is shown of a request."""
    unit = session.get_one(Unit, request.unit_id)
    person = session.get_one(Person, request.person_id)
    facts = [(one, fact_now(unit, person, one.fact)) for one in facts_in(session, request)]
    return Diff(request, unit, person, facts)


def shown_fact(fact: str, value: str) -> str:
    """A fact as people read it, in the language of the moment."""
    if value == "":
        return _("(blank)")
    return categories.label(value) if fact == "category" else value
