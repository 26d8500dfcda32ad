"""Closing a survey: counted once, what may be shown is kept, and what leads from a sheet to a person is destroyed."""

from collections import Counter
from collections.abc import Iterator
from functools import partial
from typing import Any

from sqlalchemy import delete, select, update

from core import outbox
from core.access import Permission, usecase
from core.i18n import in_every_language
from core.outbox import Message
from core.transaction import Tx
from people.audiences import recipients
from people.models import Person
from surveys import notices, queries
from surveys.models import Survey, SurveyDraft, SurveyInvitee, SurveyResult, SurveySecret, SurveySheet
from surveys.rules import lifecycle, privacy, results, storing
from surveys.rules.form import Kind
from surveys.rules.lifecycle import State
from surveys.rules.results import Result
from surveys.sealing import Box, shuffled
from surveys.sheets import Row, write_sheets

LATER = {"synchronize_session": False}
Texts = dict[str, list[str]]
"""Question code → its free answers, in an order of their own."""


@usecase(Permission.MANAGE_SURVEYS)
def close(tx: Tx, *, survey: Survey) -> Result:
    """Close a running survey now. From here on no answer is taken, and the result stands. Raises RuleViolated."""
    survey = queries.locked(tx.session, survey)
    lifecycle.check_open(State(survey.state))
    box = queries.box_of(tx.session, tx.keys, survey)
    result, texts = _count(tx, survey, box)
    kept = box.seal(texts) if result.shown else None
    tx.session.add(SurveyResult(survey_id=survey.id, figures=storing.dump(result), texts=kept))
    _forget(tx, survey, shown=result.shown)
    survey.state, survey.closed_at = State.CLOSED.value, tx.now
    survey.closes_at = min(survey.closes_at or tx.now, tx.now)
    outbox.cancel(tx.session, survey.subject)
    outbox.cancel(tx.session, f"{survey.subject}:reminder")
    _tell_author(tx, survey, result)
    tx.record("survey:run:close", survey.subject, {"answered": result.sample.answered, "shown": result.shown})
    return result


def _count(tx: Tx, survey: Survey, box: Box) -> tuple[Result, Texts]:
    """Count the sheets, one at a time. Those of an anonymous survey lose their codes and their free texts, get a new random
    order, and keep no group of fewer than five; when there are fewer than five in all they are not kept.
    """
    columns = (SurveySheet.group, SurveySheet.person_id, SurveySheet.sealed)
    filled = (SurveySheet.survey_id == survey.id, SurveySheet.sealed.is_not(None))
    rows = tx.session.execute(select(*columns).where(*filled)).all()
    kept = privacy.merged(Counter(group for group, _person, _sealed in rows))
    form, made = queries.form_of(survey), list[Row]()
    texts: Texts = {one.code: [] for one in form.questions if one.kind is Kind.TEXT}

    def opened() -> Iterator[tuple[dict[str, Any], str]]:
        for group, person, sealed in rows:
            sheet = box.open(sealed or b"")
            made.append((None, kept[group], person, _parted(box, survey, sheet, texts)))
            yield sheet, kept[group]

    result = results.publish(results.count(form, opened()), survey.invited)
    tx.session.execute(delete(SurveySheet).where(SurveySheet.survey_id == survey.id), execution_options=LATER)
    if result.shown or survey.identified:
        write_sheets(tx.session, survey, made)
    return result, {code: shuffled(said) for code, said in texts.items() if privacy.may_show(len(said))}


def _parted(box: Box, survey: Survey, sheet: dict[str, Any], texts: Texts) -> bytes:
    """Collect the free texts of a sheet; the sheet as it is kept, without them unless it bears a name."""
    for code, said in texts.items():
        if code in sheet:
            said.append(sheet[code])
    bare = sheet if survey.identified else {code: value for code, value in sheet.items() if code not in texts}
    return box.seal(bare)


def _forget(tx: Tx, survey: Survey, *, shown: bool) -> None:
    """The key from people to sheets, the half-filled sheets, and of an anonymous survey who has answered."""
    mine = SurveySecret.survey_id == survey.id
    tx.session.execute(update(SurveySecret).where(mine).values(link=None), execution_options=LATER)
    tx.session.execute(delete(SurveyDraft).where(SurveyDraft.survey_id == survey.id), execution_options=LATER)
    if survey.identified:
        return
    marks = update(SurveyInvitee).where(SurveyInvitee.survey_id == survey.id).values(answered=False)
    tx.session.execute(marks, execution_options=LATER)
    if not shown:
        tx.session.execute(delete(SurveySecret).where(mine), execution_options=LATER)


def _tell_author(tx: Tx, survey: Survey, result: Result) -> None:
    write = partial(
        notices.closed,
        reference=survey.reference,
        title=survey.title,
        answered=result.sample.answered,
        invited=result.sample.invited,
        shown=result.shown,
        identified=survey.identified,
    )
    message = Message(f"{survey.subject}:closed", f"{survey.subject}:closed", in_every_language(write))
    tx.notify(message, recipients((Person.id == survey.author_id) & Person.left_at.is_(None)))


@usecase(Permission.MANAGE_SURVEYS)
def destroy_sheets(tx: Tx, *, survey: Survey) -> None:
    """A year after the close the sealed sheets and their key go; what was published stays."""
    for table in (SurveySheet, SurveySecret):
        tx.session.execute(delete(table).where(table.survey_id == survey.id), execution_options=LATER)
    tx.session.execute(
        update(SurveyResult).where(SurveyResult.survey_id == survey.id).values(texts=None), execution_options=LATER
    )
    tx.record("survey:sheet:destroy", survey.subject)


def close_due(tx: Tx) -> str:
    """The timer's part each night: close what has ended, and destroy sheets that have been kept for a year."""
    ended = [one for one in queries.in_state(tx.session, State.OPEN) if one.closes_at and one.closes_at <= tx.now]
    for survey in ended:
        close(tx, survey=survey)
    old = queries.with_sheets_since(tx.session, tx.now - lifecycle.KEEP_SHEETS)
    for survey in old:
        destroy_sheets(tx, survey=survey)
    return f"{len(ended)} surveys closed, sheets of {len(old)} destroyed"
