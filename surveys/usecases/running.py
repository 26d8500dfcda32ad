"""While a survey runs: reminding, slips for people without chat, more time, and what the timers do."""

from datetime import date
from functools import partial

from sqlalchemy import delete, select, update

from core.access import Permission, usecase
from core.calendar import end_of_day
from core.deadlines import calendar_of
from core.errors import BadInput, Conflict, RuleViolated
from core.i18n import _, in_every_language
from core.outbox import Message, OutboxContent, Priority
from core.outbox.personal import MARK
from core.transaction import Tx
from people.audiences import reachable
from people.models import Person
from reminders import queries as reminders
from surveys import notices, queries
from surveys.models import Survey, SurveyInvitee, SurveySheet
from surveys.rules import lifecycle
from surveys.rules.lifecycle import State
from surveys.rules.tokens import readable
from surveys.sealing import shuffled
from surveys.sheets import write_sheets
from surveys.usecases.opening import answer_button

AT_ONCE = 5_000


@usecase(Permission.MANAGE_SURVEYS)
def remind(tx: Tx, *, survey: Survey) -> int:
    """Remind everybody who has not answered, at most once a day. Returns how many."""
    survey = queries.locked(tx.session, survey)
    lifecycle.check_running(State(survey.state), survey.closes_at, tx.now)
    key = reminder_key(survey, tx.today)
    if queries.was_queued(tx.session, key):
        raise Conflict("reminded_today", _("They have been reminded today. Try again tomorrow."))
    bring_up_to_date(tx, survey)
    write = partial(
        notices.reminded,
        association=tx.association.name,
        title=survey.title,
        last_day=survey.last_day.isoformat(),
        link=MARK,
    )
    message = Message(
        key,
        f"{survey.subject}:reminder",
        in_every_language(write),
        answer_button(survey),
        priority=Priority.BULK,
        expires_at=survey.closes_at,
    )
    silent = select(SurveyInvitee.person_id).where(
        SurveyInvitee.survey_id == survey.id, SurveyInvitee.answered.is_(False)
    )
    if survey.slips and not survey.identified:
        silent = silent.where(SurveyInvitee.by_slip.is_(False))
    count = tx.notify(message, reachable(Person.id.in_(silent) & Person.left_at.is_(None)))
    tx.record("survey:run:remind", survey.subject, {"recipients": count})
    return count


def reminder_key(survey: Survey, day: date) -> str:
    """The outbox key of a day's reminder."""
    return f"{survey.subject}:reminder:{day.isoformat()}"


def bring_up_to_date(tx: Tx, survey: Survey) -> None:
    """Note who has answered an anonymous survey: for everybody at once, and the sheets get a new random order with it, so
    that neither order nor moment of the two lists tells which belongs to which.
    """
    if survey.identified:
        return
    box = queries.box_of(tx.session, tx.keys, survey)
    columns = (SurveySheet.token_hash, SurveySheet.group, SurveySheet.person_id, SurveySheet.sealed)
    sheets = [tuple(row) for row in tx.session.execute(select(*columns).where(SurveySheet.survey_id == survey.id))]
    filled = {token for token, *_rest, sealed in sheets if sealed is not None}
    waiting = (SurveyInvitee.survey_id == survey.id, SurveyInvitee.answered.is_(False))
    people = tx.session.scalars(select(SurveyInvitee.person_id).where(*waiting))
    done = [person for person in people if box.hash_of(person) in filled]
    if not done:
        return
    for start in range(0, len(done), AT_ONCE):
        mine = update(SurveyInvitee).where(*waiting, SurveyInvitee.person_id.in_(done[start : start + AT_ONCE]))
        tx.session.execute(mine.values(answered=True).execution_options(synchronize_session=False))
    tx.session.execute(
        delete(SurveySheet).where(SurveySheet.survey_id == survey.id).execution_options(synchronize_session=False)
    )
    write_sheets(tx.session, survey, sheets)  # type: ignore[arg-type]


@usecase(Permission.MANAGE_SURVEYS)
def give_slips(tx: Tx, *, survey: Survey, count: int) -> list[tuple[str, str]]:
    """Codes for people without chat, as (name, readable code). Of an anonymous survey they bear no name and come in
    random order; there are never more than people who could not be reached. Raises BadInput, RuleViolated.
    """
    survey = queries.locked(tx.session, survey)
    lifecycle.check_running(State(survey.state), survey.closes_at, tx.now)
    box = queries.box_of(tx.session, tx.keys, survey)
    if survey.identified:
        found = [(name, readable(box.token(person))) for person, name in _without_chat(tx, survey)]
        if not found:
            raise RuleViolated("slips_none", _("Everybody who was invited can be reached in chat."))
    else:
        numbers = _next_slips(tx, survey, count)
        found = [("", readable(box.slip(number))) for number in shuffled(numbers)]
    tx.record("survey:run:slips", survey.subject, {"slips": len(found)})
    return found


def _next_slips(tx: Tx, survey: Survey, count: int) -> list[int]:
    left = queries.reserved_slips(tx.session, survey) - survey.slips
    if left <= 0:
        text = _("There is nobody left who could not be reached in chat, so there are no more slips.")
        raise RuleViolated("slips_none", text)
    if not 1 <= count <= left:
        raise BadInput("slips_count", _("Between 1 and {left} slips can be printed.").format(left=left))
    survey.slips += count
    return list(range(survey.slips - count, survey.slips))


def _without_chat(tx: Tx, survey: Survey) -> list[tuple[int, str]]:
    query = select(Person.id, Person.name).join(SurveyInvitee, SurveyInvitee.person_id == Person.id)
    waiting = (SurveyInvitee.survey_id == survey.id, SurveyInvitee.by_slip, SurveyInvitee.answered.is_(False))
    return [(row[0], row[1]) for row in tx.session.execute(query.where(*waiting).order_by(Person.id))]


@usecase(Permission.MANAGE_SURVEYS)
def extend(tx: Tx, *, survey: Survey, last_day: date) -> Survey:
    """Give more time. Everybody who has not answered hears of it with the next reminder. Raises BadInput."""
    survey = queries.locked(tx.session, survey)
    lifecycle.check_running(State(survey.state), survey.closes_at, tx.now)
    opened = tx.association.day(survey.opened_at or tx.now)
    former = survey.last_day
    survey.last_day = lifecycle.check_extension(last_day, former, opened)
    survey.closes_at = end_of_day(last_day, tx.association.timezone)
    _prolong_messages(tx, survey)
    tx.record("survey:run:extend", survey.subject, {"former": former.isoformat(), "last_day": last_day.isoformat()})
    return survey


def _prolong_messages(tx: Tx, survey: Survey) -> None:
    """Invitations and reminders that went out, or wait, stay good until the new end: so do their buttons."""
    ours = OutboxContent.subject.in_([survey.subject, f"{survey.subject}:reminder"])
    longer = update(OutboxContent).where(ours).values(expires_at=survey.closes_at)
    tx.session.execute(longer.execution_options(synchronize_session=False))


@usecase(Permission.MANAGE_SURVEYS)
def refresh(tx: Tx, *, survey: Survey) -> None:
    """Note who has answered by now, for audiences that ask."""
    bring_up_to_date(tx, queries.locked(tx.session, survey))
    tx.record("survey:run:refresh", survey.subject)


def tend(tx: Tx) -> str:
    """The timer's part each morning: note who has answered, and remind those who have not when the end is near."""
    calendar, reminded = calendar_of(tx.session), 0
    running = [one for one in queries.in_state(tx.session, State.OPEN) if one.closes_at and one.closes_at > tx.now]
    for survey in running:
        due = lifecycle.is_reminder_day(survey.last_day, tx.today, calendar)
        due = due and not reminders.was_told_on(tx.session, survey.subject, tx.association.timezone, tx.today)
        if due and not queries.was_queued(tx.session, reminder_key(survey, tx.today)):
            reminded += remind(tx, survey=survey)
        else:
            refresh(tx, survey=survey)
    return f"{len(running)} surveys running, {reminded} people reminded"
