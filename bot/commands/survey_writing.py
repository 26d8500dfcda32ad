"""Surveys as staff write them: from a template or question by question, shown, and sent to be approved."""

from decimal import Decimal
from typing import Annotated

from bot.commands.announcements import AudienceWords
from bot.commands.files import File
from bot.commands.surveys import LastDay, SurveyRef
from bot.marking import held
from bot.messages import Button, Reply, Table
from bot.parameters import Choice, Flag, Parameter, Title, plain, read_number, read_text
from bot.registry import command
from core.access import Permission
from core.errors import BadInput, NotFound
from core.i18n import N_, _
from core.transaction import Tx
from people import audiences
from surveys import groupings, queries, usecases
from surveys.models import Survey
from surveys.notices import privacy
from surveys.rules import form as forms
from surveys.rules.form import Form, Kind
from surveys.rules.lifecycle import State
from surveys.shipped import shipped_templates

BLANK = "blank"


def _read_form(tx: Tx, raw: str) -> Form:
    word = plain(raw).casefold()
    if word in (BLANK, "空白"):
        return Form()
    for title, form in shipped_templates(tx.today).values():
        if word in (form.template, title.casefold()):
            return form
    for own in queries.templates(tx.session):
        if word in (own.code, own.title.casefold()):
            return forms.load(own.form)
    raise NotFound("template_unknown", _("There is no such template. `survey templates` shows them."))


def _template_choices(tx: Tx) -> list[Choice]:
    shipped = [(code, title) for code, (title, _form) in shipped_templates(tx.today).items()]
    own = list({one.code: (one.code, one.title) for one in reversed(queries.templates(tx.session))}.values())
    return [*shipped, *own, (BLANK, _("blank"))]


def _read_grouping(_tx: Tx, raw: str) -> str:
    return groupings.grouping_named(plain(raw)).name


def _grouping_choices(_tx: Tx) -> list[Choice]:
    return [(one.name, _(one.label)) for one in groupings.GROUPINGS.values()]


def _read_kind(_tx: Tx, raw: str) -> Kind:
    word = plain(raw).casefold()
    for kind in Kind:
        if word in (kind.value, kind.label.casefold()):
            return kind
    known = ", ".join(f"{kind.label}/{kind.value}" for kind in Kind)
    raise BadInput(
        "kind_unknown", _("“{name}” is no kind of question. Use: {known}").format(name=raw[:40], known=known)
    )


def _kind_choices(_tx: Tx) -> list[Choice]:
    return [(kind.value, kind.label) for kind in Kind]


def _read_options(_tx: Tx, raw: str) -> list[str]:
    spread = raw.translate(str.maketrans("；;\n|", "||||"))
    return [" ".join(word.split()) for word in spread.split("|") if word.strip()]


def _read_bound(_tx: Tx, raw: str) -> Decimal:
    return Decimal(read_number(_tx, raw))


TemplateName = Annotated[Form, Parameter(N_("template"), _read_form, zh="模板", choices=_template_choices)]
GroupName = Annotated[str, Parameter(N_("divided by"), _read_grouping, zh="分组", choices=_grouping_choices)]
Quota = Annotated[int, Parameter(N_("quota"), read_number, zh="目标份数", hint=N_("how many answers are wanted"))]
Identified = Annotated[
    bool, Parameter(N_("not anonymous"), lambda _tx, _raw: True, zh="记名", flag=True)
]  # fmt: skip
QuestionKind = Annotated[Kind, Parameter(N_("kind"), _read_kind, zh="题型", choices=_kind_choices)]
QuestionText = Annotated[str, Parameter(N_("question"), read_text, zh="题目")]
Options = Annotated[
    list[str], Parameter(N_("answers"), _read_options, zh="选项", rest=True, hint=N_("divided by “；”"))
]
Intro = Annotated[str, Parameter(N_("opening words"), read_text, zh="说明", rest=True, multiline=True)]
Lowest = Annotated[Decimal, Parameter(N_("lowest"), _read_bound, zh="最小")]
Highest = Annotated[Decimal, Parameter(N_("highest"), _read_bound, zh="最大")]
Place = Annotated[int, Parameter(N_("question number"), read_number, zh="题号")]


@command(
    "survey create",
    zh="问卷 新建",
    summary=N_("Write a survey; nothing is sent yet"),
    permission=Permission.MANAGE_SURVEYS,
)
def create(
    tx: Tx,
    title: Title,
    audience: AudienceWords,
    until: LastDay,
    template: TemplateName,
    group: GroupName = "",
    quota: Quota | None = None,
    identified: Identified = False,
) -> Reply:
    """Write a draft from a template, or an empty one to add questions to."""
    made = usecases.create(
        tx,
        title=title,
        audience={name: list(values) for name, values in audience.items()},
        last_day=until,
        form=template,
        identified=identified,
        grouping=group,
        quota=quota,
    )
    return previewed(tx, made)


@command(
    "survey edit", zh="问卷 修改", summary=N_("Change a survey before it opens"), permission=Permission.MANAGE_SURVEYS
)
def edit(
    tx: Tx,
    survey: SurveyRef,
    title: Title | None = None,
    audience: AudienceWords | None = None,
    until: LastDay | None = None,
    intro: Intro | None = None,
) -> Reply:
    """Change title, audience, last day or opening words."""
    if not (title or until or intro or audience is not None):
        raise BadInput("nothing_to_change", _("Say what to change: title=…, audience=…, until=… or the opening words."))
    chosen = None if audience is None else {name: list(values) for name, values in audience.items()}
    made = usecases.revise(tx, survey=survey, title=title, audience=chosen, last_day=until, intro=intro)
    return previewed(tx, made)


@command(
    "survey question",
    zh="问卷 加题",
    summary=N_("Put one question more into a survey"),
    permission=Permission.MANAGE_SURVEYS,
)
def add_question(
    tx: Tx,
    survey: SurveyRef,
    kind: QuestionKind,
    question: QuestionText,
    options: Options | None = None,
    lowest: Lowest | None = None,
    highest: Highest | None = None,
    optional: Flag = False,
) -> Reply:
    """Add a question at the end; asks for what is missing step by step."""
    usecases.add_question(
        tx,
        survey=survey,
        kind=kind,
        text=question,
        options=options or [],
        optional=optional,
        lowest=lowest,
        highest=highest,
    )
    return previewed(tx, survey)


@command(
    "survey drop", zh="问卷 删题", summary=N_("Take a question out of a survey"), permission=Permission.MANAGE_SURVEYS
)
def drop_question(tx: Tx, survey: SurveyRef, number: Place) -> Reply:
    """Take a question out."""
    usecases.drop_question(tx, survey=survey, number=number)
    return previewed(tx, survey)


@command(
    "survey preview",
    zh="问卷 预览",
    summary=N_("What a survey will ask, and how many people"),
    permission=Permission.MANAGE_SURVEYS,
)
def preview(tx: Tx, survey: SurveyRef) -> Reply:
    """Every question, and the audience of this moment."""
    return previewed(tx, survey)


def previewed(tx: Tx, survey: Survey) -> Reply:
    """A survey as its readers will see it, with the way on."""
    seen = audiences.preview(tx.session, survey.audience, tx.today)
    form = queries.form_of(survey)
    head = _("{reference} · {state} · until {day}").format(
        reference=survey.reference, state=State(survey.state).label, day=survey.last_day.isoformat()
    )
    to = _("To {count} people ({unreachable} not reachable in chat): {audience}").format(
        count=seen.people, unreachable=seen.unreachable, audience=audiences.describe(survey.audience)
    )
    asked = [_asked(form, number) for number in range(1, len(form.questions) + 1)]
    parts = [head, survey.title, survey.intro, privacy(identified=survey.identified), *asked, to]
    buttons = ((Button(_("Submit for approval"), f"survey open {survey.reference}"),),)
    data = {"survey": survey.number, "state": survey.state, "people": seen.people, "questions": len(asked)}
    drafted = survey.state in (State.DRAFT, State.HELD) and asked
    return Reply("\n".join(part for part in parts if part), buttons=buttons if drafted else (), data=data)


def _asked(form: Form, number: int) -> str:
    one = form.questions[number - 1]
    notes = [one.kind.label, *([form.dimension_of(one.dimension)] if one.dimension else [])]
    notes += [] if one.required else [_("optional")]
    answers = "" if one.kind in (Kind.LIKERT, Kind.NPS) else " / ".join(label for _code, label in one.choices())
    return f"{number}. {one.text}（{'，'.join(notes)}）" + (f"\n   {answers}" if answers else "")


@command(
    "survey open",
    zh="问卷 发起",
    summary=N_("Screen a survey and ask another officer to open it"),
    permission=Permission.MANAGE_SURVEYS,
)
def open_survey(tx: Tx, survey: SurveyRef) -> Reply:
    """Ask for approval; a text that screening holds says why."""
    approval = usecases.ask_opening(tx, survey=survey)
    if approval is None:
        how = _("Reword it, or wait until it is released; then `survey open` again.")
        return held(survey.reference, survey.findings, how, {"survey": survey.number})
    hints = "".join("\n" + finding["why"] for finding in survey.findings)
    text = _("{reference} waits for another officer: {summary}")
    said = text.format(reference=approval.reference, summary=approval.summary) + hints
    return Reply(said, data={"approval": approval.number, "survey": survey.number})


@command(
    "survey templates",
    zh="问卷 模板",
    summary=N_("Templates to make surveys from"),
    permission=Permission.MANAGE_SURVEYS,
)
def list_templates(tx: Tx) -> Reply:
    """Shipped ones and the association's own."""
    rows = [
        (code, form.version, title, str(len(form.questions)), "Guildhall")
        for code, (title, form) in shipped_templates(tx.today).items()
    ]
    rows += [
        (one.code, one.version, one.title, str(len(one.form["questions"])), tx.association.name)
        for one in queries.templates(tx.session)
    ]
    columns = (_("Code"), _("Edition"), _("Title"), _("Questions"), _("From"))
    return Reply(_("Templates"), table=Table(columns, tuple(rows)), data=[list(row) for row in rows])


@command(
    "survey upload",
    zh="问卷 上传模板",
    summary=N_("Keep a template of your own, as a TOML file"),
    permission=Permission.MANAGE_SURVEYS,
)
def upload(tx: Tx, file: File) -> Reply:
    """Read, check and keep a template."""
    made = usecases.upload_template(tx, content=file.content)
    text = _("Template {code}, edition {version}: “{title}” with {count} questions.")
    said = text.format(code=made.code, version=made.version, title=made.title, count=len(made.form["questions"]))
    return Reply(said, data={"code": made.code, "version": made.version})
