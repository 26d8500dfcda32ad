"""Workbooks, pictures and slips of surveys."""

from datetime import date, datetime
from functools import partial
from typing import Any

from core import approvals, attachments
from core.access import Permission, usecase
from core.errors import RuleViolated
from core.i18n import _, in_every_language, speaking
from core.outbox import Message
from core.transaction import Tx
from exports import pictures, workbook
from exports import survey_sheets as sheets
from exports.pictures import Bars, Stack
from exports.registers import XLSX
from exports.sheets import Column, Sheet
from people import queries as people
from people.audiences import recipients
from people.models import Person
from people.usecases.asking import tell_officers
from surveys import notices, queries
from surveys import usecases as running
from surveys.links import address
from surveys.models import Survey
from surveys.reports import Report, report_of, yearly_of
from surveys.rules import form as forms
from surveys.rules import lifecycle
from surveys.rules.answers import shown
from surveys.rules.form import Kind, Question
from surveys.rules.lifecycle import State
from surveys.rules.results import Asked

NAMED = "exports.surveys.named"
LONGEST_LABEL = 24


def _local(tx: Tx) -> datetime:
    return tx.now.astimezone(tx.association.timezone).replace(tzinfo=None, microsecond=0)


@usecase(Permission.MANAGE_SURVEYS)
def export_survey(tx: Tx, *, survey: Survey) -> tuple[str, bytes]:
    """Name and bytes of the workbook of a closed survey's report."""
    content = workbook.write(sheets.report_sheets(report_of(tx, survey)), _local(tx))
    name = f"{survey.reference}-{survey.title}-测评报告.xlsx"
    stored = attachments.store(tx.session, name, content, XLSX, tx.now)
    tx.record("export:survey:make", survey.subject, {"sha256": stored.sha256})
    return stored.name, content


@usecase(Permission.MANAGE_SURVEYS)
def export_year(tx: Tx, *, year: int, template: str) -> tuple[str, bytes]:
    """Name and bytes of the yearly evaluation of the association. Raises RuleViolated when no survey closed that year."""
    yearly = yearly_of(tx, year, template)
    if not yearly.surveys:
        raise RuleViolated("year_empty", _("No survey of this kind closed in {year}.").format(year=year))
    reports = [report_of(tx, one) for one in yearly.surveys]
    contents = [sheets.year_sheet(yearly), sheets.month_sheet(reports), sheets.actions_sheet(reports)]
    content = workbook.write(contents, _local(tx))
    stored = attachments.store(tx.session, f"{tx.association.name}-{year}年度服务质量评价.xlsx", content, XLSX, tx.now)
    tx.record("export:survey:year", f"survey-year:{year}", {"sha256": stored.sha256, "surveys": len(reports)})
    return stored.name, content


def month_sheets(tx: Tx, begin: date, end: date) -> list[Sheet]:
    """What the month's workbook says about surveys that closed in the month."""
    closed = queries.closed_between(tx.session, tx.association, begin, end)
    return [sheets.month_sheet([report_of(tx, one) for one in closed])]


def picture(report: Report) -> bytes:
    """The distribution of the answers. Without a Chinese font questions are called by their numbers."""
    fonts = pictures.chinese_font() is not None
    asked = list(enumerate(zip(report.form.questions, report.result.questions, strict=True), 1))
    stacks = [_stack(n, q, a, fonts=fonts) for n, (q, a) in asked if q.kind is Kind.LIKERT and a.n]
    others = (Kind.NPS, Kind.CHOICE, Kind.MULTIPLE)
    bars = [_bars(n, q, a, fonts=fonts) for n, (q, a) in asked if q.kind in others and a.n]
    title = f"{report.survey.reference} {report.survey.title}" if fonts else report.survey.reference
    said = f"{title}  n = {report.result.sample.answered}"
    likert = Question("", Kind.LIKERT, {}).choices()
    return pictures.draw(said, [label if fonts else value for value, label in likert], stacks, bars)


def _stack(number: int, question: Question, asked: Asked, *, fonts: bool) -> Stack:
    label = f"{number}. {_short(question.text)}" if fonts else f"Q{number}"
    return Stack(label, tuple(asked.counts[value] for value, _label in question.choices()))


def _bars(number: int, question: Question, asked: Asked, *, fonts: bool) -> Bars:
    counts = tuple((label if fonts else value, asked.counts[value]) for value, label in question.choices())
    return Bars(f"{number}. {question.text}" if fonts else f"Q{number}", counts)


def _short(text: str) -> str:
    return text if len(text) <= LONGEST_LABEL else text[: LONGEST_LABEL - 1] + "…"


@usecase(Permission.MANAGE_SURVEYS)
def print_slips(tx: Tx, *, survey: Survey, count: int) -> tuple[str, bytes, int]:
    """Name and bytes of a workbook with one code a row, and how many they are. It is handed over and kept nowhere."""
    found = running.give_slips(tx, survey=survey, count=count)
    columns = [
        Column("网址", "address", width=60),
        Column("答卷码", "code", width=40),
        Column("截止日", "last_day", width=14),
    ]
    rows = [(address(tx.public_url, code.replace("-", "")) or None, code, survey.last_day) for _name, code in found]
    if survey.identified:
        columns.insert(0, Column("姓名", "name", width=14))
        rows = [(name, *row) for (name, _code), row in zip(found, rows, strict=True)]  # type: ignore[misc]
    note = "每张纸条限一人使用。匿名问卷的纸条请打乱后随手发放，不要记录谁拿了哪一张。"
    content = workbook.write([Sheet("答卷码", "slips", tuple(columns), rows, notes=(note,))], _local(tx))
    return f"{survey.reference}-答卷码.xlsx", content, len(found)


@usecase(Permission.MANAGE_SURVEYS, sensitive=True)
def ask_named_answers(tx: Tx, *, survey: Survey) -> approvals.Approval:
    """Ask another officer for the answers of a survey that is not anonymous, with names. Raises RuleViolated."""
    lifecycle.check_closed(State(survey.state))
    if not survey.identified:
        raise RuleViolated("survey_anonymous", _("This survey is anonymous: nobody can tell who answered what."))
    text = _("Hand out the answers to {reference} “{title}” with names, to {name}")
    summary = text.format(reference=survey.reference, title=survey.title, name=tx.actor.name)
    arguments = {"number": survey.number, "for": tx.actor.person_id}
    approval = approvals.request(tx, NAMED, subject=survey.subject, arguments=arguments, summary=summary)
    tell_officers(tx, approval)
    return approval


def _hand_out(tx: Tx, arguments: dict[str, Any]) -> str:
    """The workbook goes to whoever asked for it, in their chat."""
    survey = queries.survey_by_number(tx.session, arguments["number"])
    content = workbook.write([_named(tx, survey)], _local(tx))
    stored = attachments.store(tx.session, f"{survey.reference}-记名答卷.xlsx", content, XLSX, tx.now)
    write = partial(notices.named_answers, reference=survey.reference, title=survey.title)
    key = f"{survey.subject}:named:{stored.id}:{tx.now.isoformat()}"
    message = Message(key, f"{survey.subject}:named", in_every_language(write), attachments=[stored.id])
    tx.notify(message, recipients(Person.id == arguments["for"]))
    tx.record("export:survey:named", survey.subject, {"sha256": stored.sha256, "for": f"person:{arguments['for']}"})
    return stored.name


def _named(tx: Tx, survey: Survey) -> Sheet:
    form, box = queries.form_of(survey), queries.box_of(tx.session, tx.keys, survey)
    columns = (
        Column("姓名", "name", width=14),
        *(Column(forms.said(q.words), q.code, width=30) for q in form.questions),
    )
    rows = []
    with speaking("zh_CN"):
        for sheet, _group, person_id in queries.sheets_of(tx.session, box, survey):
            name = people.person_by_id(tx.session, person_id).name if person_id else ""
            rows.append((name, *(shown(q, sheet.get(q.code)) for q in form.questions)))
    return Sheet("记名答卷", "named", columns, rows)


def _version(tx: Tx, arguments: dict[str, Any]) -> str:
    return queries.survey_by_number(tx.session, arguments["number"]).state


approvals.APPROVABLE[NAMED] = approvals.Approvable(
    version=_version, execute=_hand_out, permission=Permission.MANAGE_SURVEYS
)
