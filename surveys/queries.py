"""Reads about surveys."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session

from core.associations import Association
from core.errors import NotFound
from core.i18n import _
from core.keys import KeyRing
from core.outbox import OutboxContent
from people.models import Person
from surveys.models import (
    Survey,
    SurveyAction,
    SurveyDraft,
    SurveyInvitee,
    SurveyResult,
    SurveySecret,
    SurveySheet,
    SurveyTemplate,
)
from surveys.rules import form, storing, tokens
from surveys.rules.lifecycle import State
from surveys.rules.results import Result
from surveys.sealing import Box

NO_SUCH_SURVEY = "survey_unknown"


def unknown() -> NotFound:
    """The same refusal for a survey that does not exist and for one that is none of this person's business."""
    return NotFound(NO_SUCH_SURVEY, _("There is no such survey. `survey list` shows them."))


def survey_by_number(session: Session, number: int) -> Survey:
    """The survey with this number. Raises NotFound."""
    found = session.scalar(select(Survey).where(Survey.number == number))
    if found is None:
        raise unknown()
    return found


def locked(session: Session, survey: Survey, *, alone: bool = True) -> Survey:
    """The survey as it stands now: answers may come in together, but none while it is counted or closed."""
    query = select(Survey).where(Survey.id == survey.id).with_for_update(read=not alone)
    return session.scalars(query).one()


def survey_by_code(session: Session, code: str) -> tuple[Survey, Association] | None:
    """The survey that a code belongs to, whichever association it is of."""
    query = select(Survey, Association).join(Association, Association.id == Survey.association_id)
    row = session.execute(query.where(Survey.code == code), execution_options={"unscoped": True}).first()
    return (row[0], row[1]) if row else None


def home_of_code(session: Session, token: str) -> int | None:
    """The association of the survey whose code a token begins with."""
    found = survey_by_code(session, tokens.survey_code(token))
    return found[1].id if found else None


def surveys(session: Session, *, limit: int = 20, offset: int = 0) -> list[Survey]:
    """Surveys, newest first."""
    return list(session.scalars(select(Survey).order_by(Survey.number.desc()).limit(limit).offset(offset)))


def in_state(session: Session, state: State) -> list[Survey]:
    """Surveys that stand in this state, oldest first."""
    return list(session.scalars(select(Survey).where(Survey.state == state.value).order_by(Survey.number)))


def open_to(session: Session, person_id: int, now: datetime) -> list[Survey]:
    """Surveys that this person can answer now, oldest first."""
    query = (
        select(Survey)
        .join(SurveyInvitee, SurveyInvitee.survey_id == Survey.id)
        .where(SurveyInvitee.person_id == person_id, Survey.state == State.OPEN.value, Survey.closes_at > now)
    )
    return list(session.scalars(query.order_by(Survey.number)))


def invitee_of(session: Session, survey: Survey, person_id: int) -> SurveyInvitee | None:
    """That this person was asked."""
    mine = (SurveyInvitee.survey_id == survey.id, SurveyInvitee.person_id == person_id)
    return session.scalar(select(SurveyInvitee).where(*mine))


def form_of(survey: Survey) -> form.Form:
    """What the survey asks."""
    return form.load(survey.form)


def box_of(session: Session, keys: KeyRing, survey: Survey) -> Box:
    """The opened keys of a survey that has been opened. Raises LookupError once they are destroyed."""
    secret = session.scalar(select(SurveySecret).where(SurveySecret.survey_id == survey.id))
    if secret is None:
        raise LookupError(f"{survey.reference} has no keys")
    link = None if secret.link is None else keys.unwrap(secret.link)
    return Box(survey.code, keys.unwrap(secret.seal), link)


def draft_of(session: Session, survey: Survey, person_id: int) -> SurveyDraft | None:
    """The sheet that this person is filling in."""
    mine = (SurveyDraft.survey_id == survey.id, SurveyDraft.person_id == person_id)
    return session.scalar(select(SurveyDraft).where(*mine))


def sealed_sheet(session: Session, token_hash: str) -> bytes | None:
    """What a sheet holds, still sealed; None for an empty or unknown one."""
    return session.scalar(select(SurveySheet.sealed).where(SurveySheet.token_hash == token_hash))


def sheet_exists(session: Session, token_hash: str) -> bool:
    """Whether a code opens a sheet."""
    return session.scalar(select(SurveySheet.id).where(SurveySheet.token_hash == token_hash)) is not None


def answered(session: Session, survey: Survey) -> int:
    """How many sheets have been handed in; after the close, as they were counted."""
    if survey.state == State.CLOSED:
        return result_of(session, survey).sample.answered
    filled = (SurveySheet.survey_id == survey.id, SurveySheet.sealed.is_not(None))
    return session.scalar(select(func.count()).select_from(SurveySheet).where(*filled)) or 0


def reserved_slips(session: Session, survey: Survey) -> int:
    """How many invited people could not be reached in chat when the survey opened."""
    query = select(func.count()).select_from(SurveyInvitee)
    return session.scalar(query.where(SurveyInvitee.survey_id == survey.id, SurveyInvitee.by_slip)) or 0


def slips_left(session: Session, survey: Survey) -> int:
    """How many slips can still be printed, at least 1 so that asking for none left says why."""
    return max(reserved_slips(session, survey) - survey.slips, 1)


def result_of(session: Session, survey: Survey) -> Result:
    """What was published of a closed survey."""
    found = session.scalars(select(SurveyResult).where(SurveyResult.survey_id == survey.id)).one()
    return storing.load(found.figures)


def sheets_of(session: Session, box: Box, survey: Survey) -> Iterator[tuple[dict[str, Any], str, int | None]]:
    """Every sheet that was handed in, opened: its answers, its group, and its person where the survey names people."""
    columns = (SurveySheet.sealed, SurveySheet.group, SurveySheet.person_id)
    filled = (SurveySheet.survey_id == survey.id, SurveySheet.sealed.is_not(None))
    for sealed, group, person_id in session.execute(select(*columns).where(*filled).order_by(SurveySheet.id)):
        yield box.open(sealed or b""), group, person_id


def previous(session: Session, survey: Survey) -> Survey | None:
    """The last survey with the same template that closed before this one and whose result may be shown."""
    earlier = or_(
        Survey.closed_at < survey.closed_at, and_(Survey.closed_at == survey.closed_at, Survey.number < survey.number)
    )
    query = select(Survey).where(Survey.template == survey.template, Survey.template != "", earlier)
    for found in session.scalars(query.order_by(Survey.closed_at.desc(), Survey.number.desc())):
        if result_of(session, found).shown:
            return found
    return None


def closed_between(session: Session, association: Association, begin: date, end: date) -> list[Survey]:
    """Surveys that closed on one of these days of the association, oldest first."""
    since = datetime.combine(begin, time.min, association.timezone).astimezone(UTC)
    until = datetime.combine(end, time.max, association.timezone).astimezone(UTC)
    query = select(Survey).where(Survey.state == State.CLOSED.value, Survey.closed_at.between(since, until))
    return list(session.scalars(query.order_by(Survey.closed_at, Survey.number)))


def closed_in_year(session: Session, association: Association, year: int, template: str) -> list[Survey]:
    """Surveys of a template that closed in a year, oldest first."""
    found = closed_between(session, association, date(year, 1, 1), date(year, 12, 31))
    return [one for one in found if one.template == template]


def with_sheets_since(session: Session, moment: datetime) -> list[Survey]:
    """Surveys that closed before a moment and whose sheets are still kept."""
    query = select(Survey).join(SurveySecret, SurveySecret.survey_id == Survey.id)
    return list(session.scalars(query.where(Survey.closed_at < moment).order_by(Survey.number)))


def sealed_texts(session: Session, survey: Survey) -> bytes | None:
    """The free answers to a closed survey, still sealed; None when there are none (any more)."""
    return session.scalar(select(SurveyResult.texts).where(SurveyResult.survey_id == survey.id))


def action_by_number(session: Session, number: int) -> SurveyAction:
    """The improvement action with this number. Raises NotFound."""
    found = session.scalar(select(SurveyAction).where(SurveyAction.number == number))
    if found is None:
        raise NotFound("action_unknown", _("There is no such action. `survey action list` shows them."))
    return found


@dataclass(frozen=True)
class ActionLine:
    """An improvement action with the name of who sees to it, and the association's day on which it was done."""

    action: SurveyAction
    survey: Survey
    owner: str
    done_on: date | None


def actions(session: Session, association: Association, surveys_: Sequence[Survey] | None = None) -> list[ActionLine]:
    """Improvement actions of these surveys (of all), those still open first, by due date."""
    query = (
        select(SurveyAction, Survey, Person.name)
        .join(Survey, Survey.id == SurveyAction.survey_id)
        .join(Person, Person.id == SurveyAction.owner_id)
        .order_by(SurveyAction.done_at.is_not(None), SurveyAction.due_on, SurveyAction.number)
    )
    if surveys_ is not None:
        query = query.where(SurveyAction.survey_id.in_([one.id for one in surveys_]))
    return [
        ActionLine(action, survey, owner, association.day(action.done_at) if action.done_at else None)
        for action, survey, owner in session.execute(query)
    ]


def templates(session: Session) -> list[SurveyTemplate]:
    """The association's own templates, the newest edition of each first."""
    return list(session.scalars(select(SurveyTemplate).order_by(SurveyTemplate.code, SurveyTemplate.id.desc())))


def was_queued(session: Session, key: str) -> bool:
    """Whether something was queued under this key before."""
    return session.scalar(select(OutboxContent.id).where(OutboxContent.key == key)) is not None
