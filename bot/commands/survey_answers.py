"""Answering a survey in chat, one question at a time. Of all this neither the lines nor the buttons are kept.

The buttons are standing ones: they hold the survey, the question and the answer, and belong to nobody.
"""

from dataclasses import replace
from typing import Annotated, Any

from bot import dialogues
from bot.commands.surveys import SurveyRef
from bot.dialogues import Standing
from bot.messages import Button, Incoming, Reply, Table
from bot.parameters import Page, Parameter, plain, read_number, read_text
from bot.registry import command
from core.access import Permission
from core.errors import BadInput
from core.i18n import N_, _
from core.transaction import Tx
from surveys import drafts, queries, usecases
from surveys.models import Survey
from surveys.notices import begin, privacy
from surveys.rules import answers
from surveys.rules.form import Form, Kind, Question
from surveys.rules.lifecycle import Outcome, State

MARK, BETWEEN = "~", "~"
SKIP, HAND_IN, TOGGLE = "-", "!", "+"
SKIPPING = frozenset({SKIP, "跳过", "skip"})
PAGE = 10
WIDE = 6

Sheet = dict[str, Any]
QuestionNumber = Annotated[int, Parameter(N_("question number"), read_number, zh="题号")]
Answer = Annotated[str, Parameter(N_("answer"), read_text, zh="答案", rest=True, multiline=True)]


def _pressed(tx: Tx, token: str) -> str | None:
    """``CODE``, ``CODE~3``, ``CODE~3~2``, ``CODE~!`` → the line that it stands for."""
    code, *rest = token.split(BETWEEN)
    found = queries.survey_by_code(tx.session, code)
    if found is None or found[0].association_id != tx.association.id or len(rest) > 2:
        return None
    if rest == [HAND_IN]:
        return f"survey submit {found[0].reference}"
    return " ".join([f"survey answer {found[0].reference}", *rest])


dialogues.STANDING[MARK] = Standing(_pressed, queries.home_of_code)


def _button(survey: Survey, label: str, *rest: object) -> Button:
    return Button(label, token=MARK + BETWEEN.join([survey.code, *map(str, rest)]))


def answer_button(survey: Survey) -> Button:
    """Begins, goes on with, or shows the answers."""
    return _button(survey, begin())


@command(
    "survey answer",
    zh="问卷 填写",
    summary=N_("Answer a survey, question by question; you can stop and go on later"),
    permission=Permission.ANSWER,
    secret=True,
)
def answer(
    tx: Tx, incoming: Incoming, survey: SurveyRef, question: QuestionNumber | None = None, answer: Answer | None = None
) -> Reply:
    """Take one answer if one is given, then ask the next question; after the last one show all of them."""
    drafts.check_mine(tx, survey)
    form, sheet = queries.form_of(survey), drafts.current(tx, survey)
    if question is None:
        return _begin(tx, incoming, survey, form, sheet)
    if not 1 <= question <= len(form.questions):
        raise BadInput("question_unknown", _("There is no question {number}.").format(number=question))
    if answer is None:
        return _ask(tx, incoming, survey, form, sheet, question)
    again = form.questions[question - 1].code in sheet
    try:
        stay = _take(form.questions[question - 1], sheet, answer)
    except BadInput as trouble:
        # Its question stays open: what is typed next is the answer.
        asked = _ask(tx, incoming, survey, form, sheet, question)
        return replace(asked, text=f"{trouble.text}\n\n{asked.text}", error=trouble.code)
    drafts.keep(tx, survey, sheet)
    changed = again and drafts.handed_in(tx, survey)
    following = question if stay else _next(form, sheet, question, changed=changed)
    return _ask(tx, incoming, survey, form, sheet, following) if following else _review(tx, survey, form, sheet)


def _begin(tx: Tx, incoming: Incoming, survey: Survey, form: Form, sheet: Sheet) -> Reply:
    gaps = answers.missing(form, sheet)
    if sheet and not gaps:
        return _review(tx, survey, form, sheet)
    first = gaps[0] if sheet else 1
    asked = _ask(tx, incoming, survey, form, sheet, first)
    if sheet:
        return asked
    head = "\n".join(
        part for part in (f"【{survey.title}】", survey.intro, privacy(identified=survey.identified)) if part
    )
    return Reply(f"{head}\n\n{asked.text}", buttons=asked.buttons, data=asked.data)


def _take(question: Question, sheet: Sheet, given: str) -> bool:
    """Put the answer into the sheet. True when the same question is to be shown again: one of several was ticked."""
    word = plain(given).casefold()
    if word in SKIPPING:
        if question.required and question.code not in sheet:
            raise BadInput("answer_required", _("This question needs an answer."))
        if question.kind is not Kind.MULTIPLE and not question.required:
            sheet.pop(question.code, None)
        return False
    if question.kind is Kind.MULTIPLE and word.startswith(TOGGLE):
        _tick(question, sheet, word.removeprefix(TOGGLE))
        return True
    value = answers.read_answer(question, [given])
    if value is not None:
        sheet[question.code] = value
    return False


def _tick(question: Question, sheet: Sheet, word: str) -> None:
    code = str(answers.read_answer(question, [word])[0])  # type: ignore[index]
    chosen = set(sheet.get(question.code, [])) ^ {code}
    value = answers.read_answer(question, sorted(chosen))
    sheet.pop(question.code, None)
    if value:
        sheet[question.code] = value


def _next(form: Form, sheet: Sheet, current: int, *, changed: bool) -> int | None:
    """The next question without an answer, else a required one that was passed over, else none; after a change to what
    was handed in, none.
    """
    gaps = [n for n, one in enumerate(form.questions, 1) if one.code not in sheet]
    if changed and not answers.missing(form, sheet) and form.questions[current - 1].kind is not Kind.MULTIPLE:
        return None
    return next((n for n in gaps if n > current), next(iter(answers.missing(form, sheet)), None))


def _ask(tx: Tx, incoming: Incoming, survey: Survey, form: Form, sheet: Sheet, number: int) -> Reply:
    question = form.questions[number - 1]
    head = _("Question {number} of {count}").format(number=number, count=len(form.questions))
    if question.dimension:
        head += f" · {form.dimension_of(question.dimension)}"
    lines = [head, question.text]
    if question.code in sheet:
        lines.append(_("Your answer so far: {answer}").format(answer=answers.shown(question, sheet[question.code])))
    if question.kind in (Kind.TEXT, Kind.NUMBER):
        lines.append(_("Please type your answer."))
    if incoming.interactive:
        given = {"survey": survey.reference, "question": str(number)}
        dialogues.expect(tx, incoming, "survey answer", given, "answer")
    rows = [*_choices(survey, question, sheet, number), _ways(survey, question, sheet, number)]
    data = {"survey": survey.number, "question": number, "code": question.code, "kind": question.kind.value}
    return Reply("\n".join(lines), buttons=tuple(row for row in rows if row), data=data)


def _choices(survey: Survey, question: Question, sheet: Sheet, number: int) -> list[tuple[Button, ...]]:
    if question.kind is Kind.NPS:
        steps = [_button(survey, label, number, value) for value, label in question.choices()]
        return [tuple(steps[:WIDE]), tuple(steps[WIDE:])]
    if question.kind is Kind.MULTIPLE:
        chosen = sheet.get(question.code, [])
        return [
            (_button(survey, ("☑ " if code in chosen else "☐ ") + label, number, f"{TOGGLE}{place}"),)
            for place, (code, label) in enumerate(question.choices(), 1)
        ]
    return [(_button(survey, label, number, place),) for place, (_code, label) in enumerate(question.choices(), 1)]


def _ways(survey: Survey, question: Question, sheet: Sheet, number: int) -> tuple[Button, ...]:
    ways = []
    if number > 1:
        ways.append(_button(survey, _("Previous question"), number - 1))
    if question.code in sheet or not question.required:
        ways.append(_button(survey, _("Next") if question.code in sheet else _("Skip"), number, SKIP))
    return tuple(ways)


def _review(tx: Tx, survey: Survey, form: Form, sheet: Sheet) -> Reply:
    """Everything that was answered, each with a way to change it, and the button to hand it in."""
    person_id = tx.actor.person_id or 0
    pending = queries.draft_of(tx.session, survey, person_id) is not None
    lines = [f"【{survey.title}】"]
    for number, question in enumerate(form.questions, 1):
        lines.append(f"{number}. {question.text}\n   {answers.shown(question, sheet.get(question.code))}")
    day = survey.last_day.isoformat()
    if pending:
        lines.append(_("Not handed in yet. Hand it in when everything is right."))
    else:
        lines.append(_("Your answers are in. They can be changed until the end of {day}.").format(day=day))
    change = [
        _button(survey, _("Change {number}").format(number=number), number)
        for number in range(1, len(form.questions) + 1)
    ]
    rows = [tuple(change[i : i + 4]) for i in range(0, len(change), 4)]
    hand_in = [(_button(survey, _("Hand in"), HAND_IN),)] if pending else []
    return Reply("\n".join(lines), buttons=(*hand_in, *rows), data={"survey": survey.number, "pending": pending})


@command(
    "survey submit",
    zh="问卷 提交",
    summary=N_("Hand in your answers; they can be changed until the close"),
    permission=Permission.ANSWER,
    secret=True,
)
def submit(tx: Tx, survey: SurveyRef) -> Reply:
    """Hand in the sheet that was filled in."""
    drafts.check_mine(tx, survey)
    outcome = usecases.hand_in(tx, survey=survey, sheet=drafts.current(tx, survey))
    text = said(outcome, survey.last_day.isoformat())
    buttons = ((_button(survey, _("Look or change")),),)
    return Reply(text, buttons=buttons, data={"survey": survey.number, "outcome": outcome.value})


def said(outcome: Outcome, day: str) -> str:
    """What became of a sheet, in words."""
    texts = {
        Outcome.RECEIVED: _("Thank you: your answers are in. They can be changed until the end of {day}."),
        Outcome.CHANGED: _(
            "Your new answers have replaced the former ones. They can be changed until the end of {day}."
        ),
        Outcome.SAME: _(
            "These answers were in already; nothing has changed. They can be changed until the end of {day}."
        ),
    }
    return texts[outcome].format(day=day)


@command("survey list", zh="问卷 列表", summary=N_("Surveys, newest first"), permission=Permission.ANSWER)
def list_surveys(tx: Tx, page: Page = 1) -> Reply:
    """For staff all of them; for others those they can answer now."""
    if not tx.actor.may(Permission.MANAGE_SURVEYS):
        return _mine(tx)
    found = queries.surveys(tx.session, limit=PAGE + 1, offset=PAGE * (max(page, 1) - 1))
    rows = tuple(
        (s.reference, s.title, State(s.state).label, s.last_day.isoformat(), str(s.invited)) for s in found[:PAGE]
    )
    table = Table((_("Number"), _("Title"), _("State"), _("Last day"), _("Invited")), rows)
    buttons = [(Button(_("More"), f"survey list page={page + 1}"),)] if len(found) > PAGE else []
    mine = queries.open_to(tx.session, tx.actor.person_id or 0, tx.now)
    buttons += [(_button(one, _("Answer {reference}").format(reference=one.reference)),) for one in mine[:5]]
    return Reply(_("Surveys"), table=table, buttons=tuple(buttons), data=[list(row) for row in rows])


def _mine(tx: Tx) -> Reply:
    found = queries.open_to(tx.session, tx.actor.person_id or 0, tx.now)
    rows = tuple((one.reference, one.title, one.last_day.isoformat()) for one in found)
    buttons = tuple((_button(one, _("Answer {reference}").format(reference=one.reference)),) for one in found[:5])
    table = Table((_("Number"), _("Title"), _("Last day")), rows) if rows else None
    text = _("Surveys you can answer: {count}").format(count=len(rows))
    return Reply(text, table=table, buttons=buttons, data=[list(row) for row in rows])
