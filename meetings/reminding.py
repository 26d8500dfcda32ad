"""What this package lets people be reminded of: a meeting to which they are called."""

from sqlalchemy import literal

from core.i18n import N_
from core.localday import local_day
from core.transaction import Tx
from meetings.models import Attendee, Meeting
from meetings.rules.calls import Answer, State
from reminders import kinds
from reminders.kinds import Due, Kind, columns, numbered


def _called(tx: Tx) -> Due:
    return (
        columns(
            association_id=Meeting.association_id,
            subject=numbered("meeting", Meeting.number),
            owner=numbered("meeting", Meeting.number),
            title=Meeting.title,
            due_on=local_day(Meeting.starts_at, literal(tx.association.zone)),
            person_id=Attendee.person_id,
            body=Meeting.body,
        )
        .join_from(Meeting, Attendee, Attendee.meeting_id == Meeting.id)
        .where(Meeting.state == State.CALLED.value, Meeting.starts_at > tx.now)
        .where(Attendee.struck_at.is_(None), Attendee.answer != Answer.EXCUSED.value)
    )


def register() -> None:
    """Make the kind known."""
    button = (N_("I will come"), "meeting attend {reference}")
    kinds.register(Kind("meeting", "会议", N_("meeting"), _called, letter="K", filters=("body",), button=button))
