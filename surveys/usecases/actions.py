"""What is to get better after a survey: who sees to it, by when, and what was done."""

from datetime import date
from functools import partial

from core.access import Permission, usecase
from core.errors import BadInput, Conflict
from core.i18n import _, in_every_language
from core.numbering import next_numbers
from core.outbox import Message
from core.transaction import Tx
from people.audiences import recipients
from people.models import Person
from surveys import notices
from surveys.models import Survey, SurveyAction
from surveys.rules import lifecycle
from surveys.rules.lifecycle import State

LONGEST = 500


@usecase(Permission.MANAGE_SURVEYS)
def add_action(tx: Tx, *, survey: Survey, text: str, owner: Person, due_on: date) -> SurveyAction:
    """Note an improvement after a closed survey and tell whoever sees to it. Raises BadInput, RuleViolated."""
    lifecycle.check_closed(State(survey.state))
    if due_on < tx.today:
        raise BadInput("due_past", _("The due date lies in the past."))
    action = SurveyAction(
        number=next_numbers(tx.session, tx.association.id, "survey-action")[0],
        survey_id=survey.id,
        text=check_words(text),
        owner_id=owner.id,
        due_on=due_on,
        made_at=tx.now,
    )
    tx.session.add(action)
    tx.session.flush()
    _tell_owner(tx, action)
    data = {"survey": survey.number, "owner": owner.reference, "due": due_on.isoformat()}
    tx.record("survey:action:add", f"survey-action:{action.number}", data)
    return action


def check_words(raw: str) -> str:
    """One or more lines of at most 500 characters. Raises BadInput."""
    text = raw.strip()
    if not text or len(text) > LONGEST:
        raise BadInput("action_words", _("Say it in 1 to 500 characters."))
    return text


def _tell_owner(tx: Tx, action: SurveyAction) -> None:
    write = partial(
        notices.assigned,
        association=tx.association.name,
        reference=action.reference,
        text=action.text,
        due=action.due_on.isoformat(),
    )
    key = f"survey-action:{action.number}"
    tx.notify(Message(key, key, in_every_language(write)), recipients(Person.id == action.owner_id))


@usecase(Permission.MANAGE_SURVEYS)
def finish_action(tx: Tx, *, action: SurveyAction, outcome: str) -> SurveyAction:
    """Note what was done. Raises Conflict when it was done before."""
    if action.done_at is not None:
        raise Conflict("action_done", _("This was done on {day}.").format(day=tx.association.day(action.done_at)))
    action.done_at, action.outcome = tx.now, check_words(outcome)
    late = tx.today > action.due_on
    tx.record("survey:action:finish", f"survey-action:{action.number}", {"late": late})
    return action
