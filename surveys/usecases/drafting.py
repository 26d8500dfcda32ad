"""Writing a survey: from a template, question by question, or from an uploaded file. Nothing is sent."""

from datetime import date
from decimal import Decimal

from core.access import Permission, usecase
from core.errors import BadInput, Conflict
from core.i18n import DEFAULT_LANGUAGE, _
from core.numbering import next_numbers
from core.transaction import Tx
from surveys import queries
from surveys.models import Survey, SurveyTemplate
from surveys.rules import form as forms
from surveys.rules import lifecycle, templates
from surveys.rules.form import Form, Kind, Option, Question
from surveys.rules.lifecycle import State
from surveys.sealing import new_survey_code
from surveys.shipped import shipped_templates

Audience = dict[str, list[str]]


@usecase(Permission.MANAGE_SURVEYS)
def create(
    tx: Tx,
    *,
    title: str,
    audience: Audience,
    last_day: date,
    form: Form,
    identified: bool = False,
    grouping: str = "",
    quota: int | None = None,
    intro: str = "",
) -> Survey:
    """Write a draft with the questions of a template, or with none yet. Raises BadInput."""
    if quota is not None and quota < 1:
        raise BadInput("quota_form", _("A quota is a number of answers, at least 1."))
    survey = Survey(
        number=next_numbers(tx.session, tx.association.id, "survey")[0],
        code=new_survey_code(),
        state=State.DRAFT.value,
        title=lifecycle.check_title(title),
        intro=lifecycle.check_intro(intro),
        template=form.template,
        form=forms.dump(form),
        identified=identified,
        grouping=grouping,
        audience=audience,
        quota=quota,
        last_day=lifecycle.check_last_day(last_day, tx.today),
        author_id=tx.actor.person_id or 0,
        made_at=tx.now,
    )
    tx.session.add(survey)
    tx.session.flush()
    data = {"title": survey.title, "template": form.template, "identified": identified}
    tx.record("survey:text:draft", survey.subject, data)
    return survey


@usecase(Permission.MANAGE_SURVEYS)
def revise(
    tx: Tx,
    *,
    survey: Survey,
    title: str | None = None,
    intro: str | None = None,
    audience: Audience | None = None,
    last_day: date | None = None,
) -> Survey:
    """Change a draft. Raises RuleViolated once approval has been asked for."""
    lifecycle.check_draft(State(survey.state))
    former = {"title": survey.title, "last_day": survey.last_day.isoformat()}
    survey.title = lifecycle.check_title(title) if title else survey.title
    survey.intro = survey.intro if intro is None else lifecycle.check_intro(intro)
    survey.audience = survey.audience if audience is None else audience
    survey.last_day = lifecycle.check_last_day(last_day, tx.today) if last_day else survey.last_day
    _changed(survey)
    tx.record("survey:text:revise", survey.subject, {"former": former, "title": survey.title})
    return survey


def _changed(survey: Survey) -> None:
    survey.revision += 1
    survey.state = State.DRAFT.value


@usecase(Permission.MANAGE_SURVEYS)
def add_question(
    tx: Tx,
    *,
    survey: Survey,
    kind: Kind,
    text: str,
    options: list[str],
    optional: bool = False,
    lowest: Decimal | None = None,
    highest: Decimal | None = None,
) -> Question:
    """Put one question more at the end of a draft. Raises BadInput for answers that do not fit the kind."""
    lifecycle.check_draft(State(survey.state))
    form = queries.form_of(survey)
    words = lifecycle.check_title(text)
    made = tuple(Option(f"o{n}", {DEFAULT_LANGUAGE: word}) for n, word in enumerate(options, 1))
    templates.check_options(kind, made, words)
    question = Question(
        code=_free_code(form),
        kind=kind,
        words={DEFAULT_LANGUAGE: words},
        required=not optional and kind is not Kind.TEXT,
        options=made,
        lowest=lowest,
        highest=highest,
    )
    changed = form.with_question(question)
    templates.check_form(changed)
    survey.form = forms.dump(changed)
    _changed(survey)
    tx.record("survey:question:add", survey.subject, {"question": question.code, "kind": kind.value})
    return question


def _free_code(form: Form) -> str:
    taken = {question.code for question in form.questions}
    return next(code for n in range(1, len(taken) + 2) if (code := f"q{n}") not in taken)


@usecase(Permission.MANAGE_SURVEYS)
def drop_question(tx: Tx, *, survey: Survey, number: int) -> Question:
    """Take a question out of a draft. Raises BadInput for a number that is not there."""
    lifecycle.check_draft(State(survey.state))
    form = queries.form_of(survey)
    if not 1 <= number <= len(form.questions):
        raise BadInput("question_unknown", _("There is no question {number}.").format(number=number))
    dropped = form.questions[number - 1]
    survey.form = forms.dump(form.without_question(number))
    _changed(survey)
    tx.record("survey:question:drop", survey.subject, {"question": dropped.code})
    return dropped


@usecase(Permission.MANAGE_SURVEYS)
def upload_template(tx: Tx, *, content: bytes) -> SurveyTemplate:
    """Keep an edition of the association's own template. Raises BadInput for a file that cannot be asked, Conflict for an
    edition that is there with other questions or bears a shipped template's name.
    """
    title, form = templates.read_template(content)
    if form.template in shipped_templates(tx.today):
        raise Conflict(
            "template_shipped",
            _("“{code}” is a template of Guildhall. Give yours another code.").format(code=form.template),
        )
    for known in queries.templates(tx.session):
        if (known.code, known.version) == (form.template, form.version):
            if known.form == forms.dump(form):
                tx.record("survey:template:repeat", f"survey-template:{known.id}", {"code": known.code})
                return known
            raise Conflict("template_edition", _("This edition is known with other questions. Raise its version."))
    made = SurveyTemplate(code=form.template, version=form.version, title=title, form=forms.dump(form), made_at=tx.now)
    tx.session.add(made)
    tx.session.flush()
    tx.record("survey:template:upload", f"survey-template:{made.id}", {"code": made.code, "version": made.version})
    return made
