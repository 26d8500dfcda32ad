"""What this package lets people be reminded of: a running survey that they have not answered."""

from core.i18n import N_
from core.transaction import Tx
from reminders import kinds
from reminders.kinds import Due, Kind, columns, numbered
from surveys import queries
from surveys.models import Survey, SurveyInvitee
from surveys.rules.lifecycle import State
from surveys.usecases.running import bring_up_to_date


def _unanswered(tx: Tx) -> Due:
    """Slips stand for people whose answers cannot be told from others: they are never among those who are missing."""
    return (
        columns(
            association_id=Survey.association_id,
            subject=numbered("survey", Survey.number),
            owner=numbered("survey", Survey.number),
            title=Survey.title,
            due_on=Survey.last_day,
            person_id=SurveyInvitee.person_id,
            template=Survey.template,
        )
        .join_from(Survey, SurveyInvitee, SurveyInvitee.survey_id == Survey.id)
        .where(Survey.state == State.OPEN.value, Survey.closes_at > tx.now)
        .where(SurveyInvitee.answered.is_(False), SurveyInvitee.by_slip.is_(False))
    )


def _prepare(tx: Tx) -> None:
    for survey in queries.in_state(tx.session, State.OPEN):
        bring_up_to_date(tx, queries.locked(tx.session, survey))


def register() -> None:
    """Make the kind known."""
    kind = Kind(
        "survey", "问卷", N_("close of a survey"), _unanswered, letter="S", filters=("template",), prepare=_prepare
    )
    kinds.register(kind)
