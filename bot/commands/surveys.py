"""Surveys as staff run them: watch, remind, print slips, extend, close."""

from datetime import date
from typing import Annotated

from bot.messages import Button, FileOut, Reply, Table
from bot.parameters import Parameter, read_day, read_number
from bot.registry import command
from core import outbox
from core.access import Permission
from core.i18n import N_, _
from core.transaction import Tx
from exports import surveys as exports
from exports.registers import XLSX
from surveys import queries, usecases
from surveys.criteria import survey_number
from surveys.models import Survey
from surveys.rules.estimates import share
from surveys.rules.lifecycle import State


def read_survey(tx: Tx, raw: str) -> Survey:
    """A survey by its number."""
    return queries.survey_by_number(tx.session, survey_number(raw))


SurveyRef = Annotated[Survey, Parameter(N_("survey"), read_survey, zh="问卷", hint=N_("for example S-0001"))]
LastDay = Annotated[date, Parameter(N_("last day"), read_day, zh="截止", hint=N_("for example 2026-11-30"))]
SlipCount = Annotated[int, Parameter(N_("how many"), read_number, zh="张数")]


@command(
    "survey status",
    zh="问卷 进度",
    summary=N_("How many have answered; no answers are shown"),
    permission=Permission.MANAGE_SURVEYS,
)
def status(tx: Tx, survey: SurveyRef) -> Reply:
    """Totals only: what was answered comes out after the close."""
    count = queries.answered(tx.session, survey) if survey.opened_at else 0
    sent = outbox.counts(tx.session, survey.subject)
    labels = [
        (_("Invited"), str(survey.invited)),
        (_("Invitations delivered in chat"), str(sent.get(outbox.State.SENT, 0))),
        (_("Not reachable in chat"), str(sent.get(outbox.State.UNREACHABLE, 0))),
        (_("Slips printed"), str(survey.slips)),
        (_("Answered"), str(count)),
        (_("Response rate"), f"{share(count, survey.invited)} %"),
    ]
    if survey.quota:
        labels.append((_("Quota"), f"{count} / {survey.quota}"))
    text = f"{survey.reference} {survey.title}\n" + _("{state}, until the end of {day}").format(
        state=State(survey.state).label, day=survey.last_day.isoformat()
    )
    remind_ = ((Button(_("Remind those who have not answered"), f"survey remind {survey.reference}"),),)
    report = ((Button(_("Show the results"), f"survey report {survey.reference}"),),)
    buttons = {State.OPEN.value: remind_, State.CLOSED.value: report}.get(survey.state, ())
    data = {"invited": survey.invited, "answered": count, "quota": survey.quota, "state": survey.state}
    return Reply(text, table=Table((_("Figure"), _("People")), tuple(labels)), buttons=buttons, data=data)


@command(
    "survey remind",
    zh="问卷 催填",
    summary=N_("Remind everybody who has not answered"),
    permission=Permission.MANAGE_SURVEYS,
)
def remind(tx: Tx, survey: SurveyRef) -> Reply:
    """Remind, at most once a day."""
    count = usecases.remind(tx, survey=survey)
    return Reply(_("{count} people are being reminded.").format(count=count), data={"reminded": count})


@command("survey extend", zh="问卷 延期", summary=N_("Let a survey run longer"), permission=Permission.MANAGE_SURVEYS)
def extend(tx: Tx, survey: SurveyRef, until: LastDay) -> Reply:
    """A later last day."""
    usecases.extend(tx, survey=survey, last_day=until)
    text = _("{reference} can be answered until the end of {day}.")
    return Reply(text.format(reference=survey.reference, day=survey.last_day.isoformat()))


@command(
    "survey close",
    zh="问卷 结束",
    summary=N_("Close a survey now; its result is counted once and stands"),
    permission=Permission.MANAGE_SURVEYS,
    sensitive=True,
    confirm=N_("Close it? No answer is taken after that, and nobody can tell any more whose sheet is whose."),
)
def close(tx: Tx, survey: SurveyRef) -> Reply:
    """Close and count."""
    result = usecases.close(tx, survey=survey)
    text = _("{reference} is closed: {answered} of {invited} answered.")
    said = text.format(reference=survey.reference, answered=result.sample.answered, invited=result.sample.invited)
    buttons = ((Button(_("Show the results"), f"survey report {survey.reference}"),),)
    data = {"answered": result.sample.answered, "invited": result.sample.invited, "shown": result.shown}
    return Reply(said, buttons=buttons, data=data)


@command(
    "survey slips",
    zh="问卷 纸条",
    summary=N_("Codes for people without chat, to print and hand out"),
    permission=Permission.MANAGE_SURVEYS,
    sensitive=True,
)
def slips(tx: Tx, survey: SurveyRef, count: SlipCount = 0) -> Reply:
    """A workbook of codes; of an anonymous survey nobody knows whose they are. It is not kept here."""
    name, content, made = exports.print_slips(tx, survey=survey, count=count or queries.slips_left(tx.session, survey))
    text = _("{count} slips. Shuffle them and do not note who takes which. This file is not kept here.")
    return Reply(text.format(count=made), files=(FileOut(name, content, XLSX),), data={"slips": made})
