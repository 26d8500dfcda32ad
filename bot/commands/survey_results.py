"""What came of a survey: the report, workbooks, what is to get better, and the year."""

from datetime import date
from decimal import Decimal
from typing import Annotated

from bot.commands.people import PersonRef
from bot.commands.surveys import SurveyRef
from bot.messages import Button, FileOut, Reply, Table
from bot.parameters import Parameter, plain, read_day, read_number, read_text
from bot.registry import command
from core.access import Permission
from core.errors import BadInput
from core.i18n import N_, _
from core.transaction import Tx
from exports import surveys as exports
from exports.registers import XLSX
from exports.survey_sheets import group_name
from surveys import queries, usecases
from surveys.models import SurveyAction
from surveys.notices import no_result
from surveys.queries import ActionLine
from surveys.reports import Report, report_of, yearly_of
from surveys.rules.estimates import Estimate, moved
from surveys.rules.results import Result
from surveys.shipped import STANDARD

PNG = "image/png"
MOST_TEXTS = 10


def _read_action(tx: Tx, raw: str) -> SurveyAction:
    digits = plain(raw).upper().removeprefix("T-").removeprefix("T")
    if not (digits.isascii() and digits.isdigit() and len(digits) <= 9):
        raise BadInput("action_form", _("Write an action like T-0012."))
    return queries.action_by_number(tx.session, int(digits))


ActionRef = Annotated[SurveyAction, Parameter(N_("action"), _read_action, zh="整改编号", hint=N_("for example T-0001"))]
DueDay = Annotated[date, Parameter(N_("due"), read_day, zh="期限", hint=N_("for example 2026-12-31"))]
What = Annotated[str, Parameter(N_("what"), read_text, zh="事项", rest=True, multiline=True)]
Year = Annotated[int, Parameter(N_("year"), lambda tx, raw: read_number(tx, raw.rstrip("年")), zh="年度")]


@command(
    "survey report",
    zh="问卷 报告",
    summary=N_("Results of a closed survey, with a picture"),
    permission=Permission.MANAGE_SURVEYS,
)
def report(tx: Tx, survey: SurveyRef) -> Reply:
    """Sample, rate, means with intervals, comparison, free texts; the distribution as a picture."""
    found = report_of(tx, survey)
    result = found.result
    lines = [f"{survey.reference} {survey.title}", sample_words(result), *_remarks(found)]
    if not result.shown:
        return Reply("\n".join(lines), data={"shown": False, "answered": result.sample.answered})
    lines += [*_headline(found), *_groups(found), *_texts(found)]
    table = Table(
        (_("Dimension"), _("Mean"), _("95 % interval"), _("Satisfied"), _("Change")), tuple(_dimension_rows(found))
    )
    picture = FileOut(f"{survey.reference}.png", exports.picture(found), PNG)
    buttons = ((Button(_("As a workbook"), f"survey export {survey.reference}"),),)
    return Reply("\n".join(lines), table=table, buttons=buttons, files=(picture,), data=_data(found))


def sample_words(result: Result) -> str:
    """Who was asked and who answered, in words."""
    sample = result.sample
    text = _("{answered} of {invited} answered ({rate} %).")
    return text.format(answered=sample.answered, invited=sample.invited, rate=sample.rate)


def _remarks(found: Report) -> list[str]:
    result = found.result
    if not result.shown:
        return [no_result(identified=found.survey.identified)]
    notes = [_("95 % intervals by Student's t, corrected for the number of people asked.")]
    if result.sample.small:
        notes.append(_("Fewer than 30 answers: the intervals are a hint only."))
    if result.sample.thin:
        notes.append(_("Less than 30 % answered: the result may not speak for all."))
    return notes


def _headline(found: Report) -> list[str]:
    lines = []
    if found.result.overall:
        lines.append(_("Overall: {value} of 5").format(value=_with_interval(found.result.overall)))
    if found.result.nps:
        lines.append(_("Recommendation (NPS): {value}").format(value=_with_interval(found.result.nps)))
    if found.former:
        lines.append(
            _("Compared with {reference} “{title}”").format(
                reference=found.former.survey.reference, title=found.former.survey.title
            )
        )
    return lines


def _with_interval(one: Estimate) -> str:
    return f"{one.mean} [{one.low}, {one.high}]" if one.low is not None else str(one.mean)


def _dimension_rows(found: Report) -> list[tuple[str, ...]]:
    rows: list[tuple[str, ...]] = []
    for code, now in found.result.dimensions.items():
        interval = f"{now.low}–{now.high}" if now.low is not None else "—"
        before = found.former.result.dimensions.get(code) if found.former else None
        change = _change(now, before) if before else "—"
        rows.append(
            (found.form.dimension_of(code), str(now.mean), interval, f"{found.result.satisfied[code]} %", change)
        )
    return rows


def _change(now: Estimate, before: Estimate) -> str:
    by = now.mean - before.mean
    certain = {True: _("clear"), False: _("within chance"), None: _("too few to say")}[moved(now, before)]
    return f"{by:+} ({certain})"


def _groups(found: Report) -> list[str]:
    if not found.result.groups:
        return []
    lines = [_("By group (none below five):")]
    for group in found.result.groups:
        means = [f"{found.form.dimension_of(code)} {_shown(mean)}" for code, mean in group.means.items()]
        lines.append(f"· {group_name(found, group.name)} (n={group.n}): " + "，".join(means))
    return lines


def _shown(mean: Decimal | None) -> str:
    return "—" if mean is None else str(mean)


def _texts(found: Report) -> list[str]:
    lines = []
    for question, texts in found.texts:
        lines.append(_("{question} ({count} texts, in no order)").format(question=question.text, count=len(texts)))
        lines += [f"· {text}" for text in texts[:MOST_TEXTS]]
        if len(texts) > MOST_TEXTS:
            lines.append(_("… the others are in the workbook."))
    return lines


def _data(found: Report) -> dict[str, object]:
    result = found.result
    return {
        "shown": True,
        "invited": result.sample.invited,
        "answered": result.sample.answered,
        "rate": str(result.sample.rate),
        "dimensions": {code: [str(e.mean), str(e.low), str(e.high)] for code, e in result.dimensions.items()},
        "overall": str(result.overall.mean) if result.overall else None,
        "nps": str(result.nps.mean) if result.nps else None,
        "groups": {group.name: group.n for group in result.groups},
        "texts": [len(texts) for _question, texts in found.texts],
        "former": found.former.survey.number if found.former else None,
    }


@command(
    "survey export",
    zh="问卷 导出",
    summary=N_("The report of a closed survey as a workbook"),
    permission=Permission.MANAGE_SURVEYS,
)
def export(tx: Tx, survey: SurveyRef) -> Reply:
    """The workbook."""
    name, content = exports.export_survey(tx, survey=survey)
    return Reply(
        f"{survey.reference} {survey.title}", files=(FileOut(name, content, XLSX),), data={"survey": survey.number}
    )


@command(
    "survey answers",
    zh="问卷 记名答卷",
    summary=N_("Ask another officer for the answers with names, where a survey is not anonymous"),
    permission=Permission.MANAGE_SURVEYS,
    sensitive=True,
)
def named_answers(tx: Tx, survey: SurveyRef) -> Reply:
    """Ask for the approval; the workbook comes to your chat."""
    approval = exports.ask_named_answers(tx, survey=survey)
    text = _("{reference} waits for another officer: {summary}")
    said = text.format(reference=approval.reference, summary=approval.summary)
    return Reply(said, data={"approval": approval.number})


@command(
    "survey action add",
    zh="问卷 整改 添加",
    summary=N_("Note what is to get better after a survey, who sees to it, by when"),
    permission=Permission.MANAGE_SURVEYS,
)
def add_action(tx: Tx, survey: SurveyRef, owner: PersonRef, due: DueDay, text: What) -> Reply:
    """Note an improvement and tell its owner."""
    made = usecases.add_action(tx, survey=survey, text=text, owner=owner, due_on=due)
    said = _("{reference}: {name} sees to it by {day}.")
    words = said.format(reference=made.reference, name=owner.name, day=due.isoformat())
    return Reply(words, data={"action": made.number})


@command(
    "survey action list",
    zh="问卷 整改 列表",
    summary=N_("Improvements after surveys, the open ones first"),
    permission=Permission.MANAGE_SURVEYS,
)
def list_actions(tx: Tx, survey: SurveyRef | None = None) -> Reply:
    """All of them, or those of one survey."""
    found = queries.actions(tx.session, tx.association, [survey] if survey else None)
    rows = tuple(_action_row(tx, line) for line in found)
    columns = (_("Number"), _("Survey"), _("What"), _("Who"), _("Due"), _("State"))
    text = _("{count} improvements").format(count=len(rows))
    return Reply(text, table=Table(columns, rows) if rows else None, data=[list(row) for row in rows])


def _action_row(tx: Tx, line: ActionLine) -> tuple[str, ...]:
    action = line.action
    if line.done_on is not None:
        state = _("done on {day}").format(day=line.done_on.isoformat())
    else:
        state = _("overdue") if action.due_on < tx.today else _("open")
    return action.reference, line.survey.reference, action.text, line.owner, action.due_on.isoformat(), state


@command(
    "survey action done",
    zh="问卷 整改 完成",
    summary=N_("Note what was done about an improvement"),
    permission=Permission.MANAGE_SURVEYS,
)
def finish_action(tx: Tx, action: ActionRef, text: What) -> Reply:
    """Note the outcome."""
    usecases.finish_action(tx, action=action, outcome=text)
    return Reply(_("{reference} is done.").format(reference=action.reference), data={"action": action.number})


@command(
    "survey year",
    zh="问卷 年度",
    summary=N_("The year's evaluation of the association from its surveys"),
    permission=Permission.MANAGE_SURVEYS,
)
def year(tx: Tx, year: Year) -> Reply:
    """All closed surveys of the standard template together, beside the year before; as a workbook too."""
    name, content = exports.export_year(tx, year=year, template=STANDARD)
    found = yearly_of(tx, year, STANDARD)
    rows = [(_("Overall, out of 100"), _or_dash(found.year.points), _or_dash(found.before.points))]
    rows += [(_("Recommendation (NPS)"), _or_dash(found.year.nps), _or_dash(found.before.nps))]
    rows += [
        (found.form.dimension_of(code), str(mean), _or_dash(found.before.dimensions.get(code)))
        for code, mean in found.year.dimensions.items()
    ]
    rows += [(_("Band (a proposal)"), found.year.band or "—", found.before.band or "—")]
    done = sum(line.action.done_at is not None for line in found.actions)
    text = _(
        "{year}: {surveys} surveys, {answered} of {invited} answered; {done} of {actions} improvements done."
    ).format(
        year=year,
        surveys=found.year.surveys,
        answered=found.year.answered,
        invited=found.year.invited,
        done=done,
        actions=len(found.actions),
    )
    data = {"surveys": found.year.surveys, "points": _or_dash(found.year.points), "band": found.year.band}
    table = Table((_("Figure"), str(year), str(year - 1)), tuple(rows))
    return Reply(text, table=table, files=(FileOut(name, content, XLSX),), data=data)


def _or_dash(value: Decimal | None) -> str:
    return "—" if value is None else str(value)
