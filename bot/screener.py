"""The port through which outgoing texts are read, filled: the screening rules with the association's own mandates."""

from datetime import date

from sqlalchemy.orm import Session

from core.screening import Finding
from delegated_tasks import models as register
from delegated_tasks import queries
from disciplinary.rules.screening import Mandate, screen


def screened(text: str, session: Session, today: date) -> tuple[Finding, ...]:
    """What in this text could be misuse of administrative authority, given what the register says on this day."""
    return screen(text, mandates=[known(entry) for entry in queries.mandates(session)], on=today)


def known(entry: register.Mandate) -> Mandate:
    """An entry of the register as the screening rules see it."""
    return Mandate(
        principal=entry.principal,
        number=entry.document,
        starts=entry.starts_on,
        ends=entry.last_day,
        principal_level=entry.level,
        acts=tuple(entry.acts),
        fee_allowed=entry.fee_allowed,
    )
