"""Reads about entrustments."""

from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.errors import NotFound
from core.i18n import _
from delegated_tasks.models import Mandate


def mandate_by_number(session: Session, number: int) -> Mandate:
    """The entrustment with this number. Raises NotFound."""
    found = session.scalar(select(Mandate).where(Mandate.number == number))
    if found is None:
        raise NotFound("mandate_unknown", _("There is no such entrustment. `mandate list` shows them."))
    return found


def mandates(session: Session) -> list[Mandate]:
    """The whole register, newest first: an ended entry still tells that a claim is out of date."""
    return list(session.scalars(select(Mandate).order_by(Mandate.number.desc())))


def find_mandate_by_document(session: Session, document: str) -> Mandate | None:
    """The entrustment by this document."""
    return session.scalar(select(Mandate).where(Mandate.document == document))


def ending_between(session: Session, first: date, last: date) -> list[Mandate]:
    """Entrustments whose term ends in these days, both included."""
    query = select(Mandate).where(Mandate.ended_on.is_(None), Mandate.ends_on.between(first, last))
    return list(session.scalars(query.order_by(Mandate.ends_on, Mandate.number)))
