"""What this package lets people be reminded of: entrustments that end."""

from sqlalchemy import literal

from core.i18n import N_
from core.transaction import Tx
from delegated_tasks.models import Mandate
from reminders import kinds
from reminders.kinds import Due, Kind, columns, numbered


def _ending(_tx: Tx) -> Due:
    return columns(
        association_id=Mandate.association_id,
        subject=numbered("mandate", Mandate.number),
        owner=numbered("mandate", Mandate.number),
        title=Mandate.principal + literal(" ") + Mandate.document,
        due_on=Mandate.ends_on,
        person_id=Mandate.entered_by,
        level=Mandate.level,
    ).where(Mandate.ended_on.is_(None))


def register() -> None:
    """Make the kind known."""
    kinds.register(Kind("mandate", "委托", N_("end of an entrustment"), _ending, letter="W", filters=("level",)))
