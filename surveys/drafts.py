"""A sheet that somebody is filling in chat, question by question. Like any half-filled form it is no record of the office:
sealed, theirs alone, not audited, and gone when it is handed in.
"""

from typing import Any

from sqlalchemy import delete

from core.transaction import Tx
from surveys import queries
from surveys.models import Survey, SurveyDraft
from surveys.rules import lifecycle
from surveys.rules.answers import Sheet
from surveys.rules.lifecycle import State


def check_mine(tx: Tx, survey: Survey) -> None:
    """This person was asked, and the survey runs. Raises NotFound, RuleViolated."""
    invitee = queries.invitee_of(tx.session, survey, tx.actor.person_id or 0)
    if invitee is None:
        raise queries.unknown()
    lifecycle.check_running(State(survey.state), survey.closes_at, tx.now)
    lifecycle.check_no_slip(by_slip=invitee.by_slip, slips=survey.slips, identified=survey.identified)


def current(tx: Tx, survey: Survey) -> dict[str, Any]:
    """What this person has answered so far: the half-filled sheet, else the one they handed in, else nothing."""
    person_id = tx.actor.person_id or 0
    draft = queries.draft_of(tx.session, survey, person_id)
    box = queries.box_of(tx.session, tx.keys, survey)
    sealed = draft.sealed if draft else queries.sealed_sheet(tx.session, box.hash_of(person_id))
    return box.open(sealed) if sealed else {}


def handed_in(tx: Tx, survey: Survey) -> bool:
    """Whether this person has handed in a sheet already."""
    box = queries.box_of(tx.session, tx.keys, survey)
    return queries.sealed_sheet(tx.session, box.hash_of(tx.actor.person_id or 0)) is not None


def keep(tx: Tx, survey: Survey, sheet: Sheet) -> None:
    """Keep what has been answered so far."""
    sealed = queries.box_of(tx.session, tx.keys, survey).seal(sheet)
    draft = queries.draft_of(tx.session, survey, tx.actor.person_id or 0)
    if draft is None:
        tx.session.add(SurveyDraft(survey_id=survey.id, person_id=tx.actor.person_id, sealed=sealed))
    else:
        draft.sealed = sealed
    tx.session.flush()


def drop(tx: Tx, survey: Survey, person_id: int) -> None:
    """Forget the half-filled sheet."""
    mine = (SurveyDraft.survey_id == survey.id, SurveyDraft.person_id == person_id)
    tx.session.execute(delete(SurveyDraft).where(*mine).execution_options(synchronize_session=False))
