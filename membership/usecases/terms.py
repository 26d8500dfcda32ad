"""Classes of membership with their terms of office: given, begun, ended."""

from datetime import date, timedelta

from core.access import Permission, usecase
from core.errors import Conflict
from core.i18n import _, in_every_language
from core.outbox import Message
from core.transaction import Tx
from membership import notices, queries
from membership.models import ClassTerm, Unit
from membership.rules import classes, terms
from membership.rules.standing import Status
from membership.usecases.steps import touch
from membership.usecases.units import contacts_of


@usecase(Permission.MANAGE_MEMBERS)
def set_class(
    tx: Tx, *, unit: Unit, rank: str, until: date | None, reason: str, starts: date | None = None
) -> ClassTerm:
    """Give a unit a class for a term, at once or from a later day; after its last day it is an ordinary member again.

    A term that runs ends the day before. Raises BadInput for a term that cannot be, Conflict for no member or no change.
    """
    first = starts or tx.today
    terms.check_term(rank, first, until)
    terms.check_alive(member=Status(unit.status).member)
    running = [one for one in queries.class_terms(tx.session, unit) if one.ended_on is None]
    if first <= tx.today and unit.rank == rank and {one.until for one in running} == {until}:
        raise Conflict("class_same", _("This is what the card says already. Nothing was changed."))
    for one in running:
        if one.begun_at is None or first <= tx.today:
            one.ended_on = tx.today
        elif one.until is None or one.until >= first:
            one.until = first - timedelta(days=1)
    made = ClassTerm(
        unit_id=unit.id,
        rank=rank,
        former=unit.rank,
        starts_on=first,
        until=until,
        reason=reason.strip(),
        entered_by=tx.actor.person_id,
        entered_at=tx.now,
    )
    tx.session.add(made)
    tx.session.flush()
    data = {"class": rank, "from": first, "until": until, "former": unit.rank, "reason": made.reason}
    tx.record("member:class:set", unit.audit_reference, data)
    if first <= tx.today:
        _begin(tx, made, unit)
    return made


def _begin(tx: Tx, term: ClassTerm, unit: Unit) -> None:
    term.former, term.begun_at = unit.rank, tx.now
    unit.rank = term.rank
    touch(tx, unit)
    tx.record("member:class:begin", unit.audit_reference, {"class": term.rank, "former": term.former})

    def write() -> str:
        until = term.until.isoformat() if term.until else notices.no_end()
        named = {"association": tx.association.name, "name": unit.name, "rank": classes.label(term.rank)}
        return notices.class_given(since=term.starts_on.isoformat(), until=until, **named)

    key = f"{unit.audit_reference}:class:{term.id}:begin"
    tx.notify(Message(key, unit.audit_reference, in_every_language(write)), contacts_of(unit))


def _end(tx: Tx, term: ClassTerm, unit: Unit) -> None:
    term.ended_on = tx.today
    tx.record("member:class:end", unit.audit_reference, {"class": term.rank, "until": term.until})
    if unit.rank != term.rank:
        return
    unit.rank = terms.after(term.former)
    touch(tx, unit)

    def write() -> str:
        until = term.until.isoformat() if term.until else ""
        named = {"association": tx.association.name, "name": unit.name, "rank": classes.label(term.rank)}
        return notices.class_ended(until=until, **named)

    key = f"{unit.audit_reference}:class:{term.id}:end"
    tx.notify(Message(key, unit.audit_reference, in_every_language(write)), contacts_of(unit))


@usecase(Permission.MANAGE_MEMBERS)
def tend_terms(tx: Tx) -> str:
    """The timer's part: terms whose last day is over end, those whose first day has come begin. A missed day is caught up."""
    ending, beginning = queries.terms_to_end(tx.session, tx.today), queries.terms_to_begin(tx.session, tx.today)
    for term, unit in ending:
        _end(tx, term, unit)
    for term, unit in beginning:
        _begin(tx, term, unit)
    tx.record("member:class:tend", "member:all", {"ended": len(ending), "begun": len(beginning)})
    return f"{len(ending)} terms ended, {len(beginning)} begun"
