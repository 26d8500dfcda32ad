"""What surveys keep about a person: that they were asked, and their answers where a survey names people."""

from typing import Any

from sqlalchemy import delete, select, update

from core.transaction import Tx
from people import holdings
from people.holdings import Facts, Holding
from people.models import Person
from surveys import drafts, queries
from surveys.models import Survey, SurveyDraft, SurveyInvitee, SurveySheet
from surveys.rules.answers import shown
from surveys.rules.lifecycle import State


def _asked(tx: Tx, person: Person) -> list[Survey]:
    query = select(Survey).join(SurveyInvitee, SurveyInvitee.survey_id == Survey.id)
    return list(tx.session.scalars(query.where(SurveyInvitee.person_id == person.id).order_by(Survey.number)))


def _facts(tx: Tx, person: Person) -> Facts:
    return [_fact(tx, survey, person) for survey in _asked(tx, person)]


def _fact(tx: Tx, survey: Survey, person: Person) -> dict[str, Any]:
    fact: dict[str, Any] = {"survey": survey.reference, "title": survey.title, "anonymous": not survey.identified}
    if not survey.identified:
        return fact
    mine = (SurveySheet.survey_id == survey.id, SurveySheet.person_id == person.id)
    sealed = tx.session.scalar(select(SurveySheet.sealed).where(*mine))
    if sealed is not None:
        sheet = queries.box_of(tx.session, tx.keys, survey).open(sealed)
        fact |= {one.text: shown(one, sheet.get(one.code)) for one in queries.form_of(survey).questions}
    return fact


def _erase(tx: Tx, person: Person) -> int:
    """Answers with a name go; so does a sheet of a survey that still runs. After the close of an anonymous one nobody
    can tell which sheet was theirs.
    """
    named = (SurveySheet.person_id == person.id,)
    gone = tx.session.execute(delete(SurveySheet).where(*named)).rowcount  # type: ignore[attr-defined]
    for survey in _asked(tx, person):
        if survey.state == State.OPEN and not survey.identified:
            hashed = queries.box_of(tx.session, tx.keys, survey).hash_of(person.id)
            mine = update(SurveySheet).where(SurveySheet.token_hash == hashed).values(sealed=None)
            tx.session.execute(mine.execution_options(synchronize_session=False))
        drafts.drop(tx, survey, person.id)
    return int(gone)


def _end(tx: Tx, person: Person) -> int:
    mine = delete(SurveyDraft).where(SurveyDraft.person_id == person.id)
    return tx.session.execute(mine).rowcount  # type: ignore[attr-defined,no-any-return]


def register() -> None:
    """Make them known to the requests that show or erase a person's data."""
    holdings.register(Holding("surveys", "问卷", _facts, _erase, end=_end))
