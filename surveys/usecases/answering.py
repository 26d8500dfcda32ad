"""Taking in answer sheets, from chat by the person and from the web by the code alone.

Of an anonymous sheet nothing is written that names a person or a moment: no row with a person in it changes in the same
transaction, and the audit says only that a sheet came in on that day.
"""

from dataclasses import replace
from datetime import UTC, datetime, time

from sqlalchemy import select
from sqlalchemy.orm import undefer

from core.access import Actor, Permission, usecase
from core.errors import NotFound
from core.i18n import _
from core.transaction import Tx
from surveys import drafts, queries
from surveys.models import Survey, SurveyInvitee, SurveySheet
from surveys.rules import answers, lifecycle
from surveys.rules.answers import Sheet
from surveys.rules.lifecycle import Outcome, State
from surveys.rules.tokens import token_hash
from surveys.sealing import Box


@usecase(Permission.ANSWER)
def hand_in(tx: Tx, *, survey: Survey, sheet: Sheet) -> Outcome:
    """Hand in one's own sheet, or replace the one handed in before. Raises NotFound, RuleViolated, BadInput."""
    survey = queries.locked(tx.session, survey, alone=False)
    drafts.check_mine(tx, survey)
    box = queries.box_of(tx.session, tx.keys, survey)
    person_id = tx.actor.person_id or 0
    outcome = _receive(tx, survey, box, box.hash_of(person_id), sheet)
    drafts.drop(tx, survey, person_id)
    return outcome


@usecase(Permission.ANSWER)
def hand_in_by_code(tx: Tx, *, survey: Survey, token: str, sheet: Sheet) -> Outcome:
    """Hand in the sheet that a code opens; whose it is remains unknown. Raises NotFound, RuleViolated, BadInput."""
    survey = queries.locked(tx.session, survey, alone=False)
    lifecycle.check_running(State(survey.state), survey.closes_at, tx.now)
    return _receive(tx, survey, queries.box_of(tx.session, tx.keys, survey), token_hash(token), sheet)


def unknown_code() -> NotFound:
    """The refusal for a code that opens no sheet of this survey."""
    return NotFound("code_unknown", _("This code is not valid. Please check it, or ask the secretariat for another."))


def _receive(tx: Tx, survey: Survey, box: Box, hashed: str, given: Sheet) -> Outcome:
    answers.check_complete(queries.form_of(survey), given)
    mine = (SurveySheet.survey_id == survey.id, SurveySheet.token_hash == hashed)
    query = select(SurveySheet).options(undefer(SurveySheet.sealed)).where(*mine).with_for_update()
    sheet = tx.session.scalar(query)
    if sheet is None:
        raise unknown_code()
    outcome = _outcome(box, sheet, given)
    if outcome is not Outcome.SAME:
        sheet.sealed = box.seal(given)
    _note(tx, survey, sheet, outcome)
    tx.session.flush()
    return outcome


def _outcome(box: Box, sheet: SurveySheet, given: Sheet) -> Outcome:
    if sheet.sealed is None:
        return Outcome.RECEIVED
    return Outcome.SAME if box.open(sheet.sealed) == dict(given) else Outcome.CHANGED


def _note(tx: Tx, survey: Survey, sheet: SurveySheet, outcome: Outcome) -> None:
    if not survey.identified:
        nobody(tx).record("survey:sheet:receive", survey.subject)
        return
    mine = (SurveyInvitee.survey_id == survey.id, SurveyInvitee.person_id == sheet.person_id)
    for invitee in tx.session.scalars(select(SurveyInvitee).where(*mine)):
        invitee.answered = True
    tx.record("survey:sheet:receive", survey.subject, {"outcome": outcome.value, "person": sheet.person_id})


def nobody(tx: Tx) -> Tx:
    """The same unit of work for an audit record that must tell neither who nor when nor by which way."""
    actor = Actor("respondent", permissions=frozenset({Permission.ANSWER}))
    return replace(tx, actor=actor, now=_day_start(tx), channel="survey")


def _day_start(tx: Tx) -> datetime:
    return datetime.combine(tx.today, time.min, tx.association.timezone).astimezone(UTC)
