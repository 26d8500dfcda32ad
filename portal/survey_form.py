"""A survey as one web page: every question a field set, all of it usable with the keyboard alone."""

from collections.abc import Mapping, Sequence

from markupsafe import Markup
from starlette.responses import Response

from core.associations import Association
from core.i18n import _, language
from portal.forms import field_set, troubles_above
from portal.languages import NAMES, languages
from portal.pages import joined, page, part
from surveys import queries
from surveys.models import Survey
from surveys.notices import privacy
from surveys.rules.answers import LONGEST_TEXT
from surveys.rules.form import Kind, Question

Given = Mapping[str, Sequence[str]]
Troubles = Mapping[str, str]
"""Question code → why its answer will not do. The empty code is the sheet as a whole."""


def form_page(
    association: Association,
    survey: Survey,
    *,
    used: bool,
    given: Given | None = None,
    troubles: Troubles | None = None,
) -> Response:
    """The page. ``used`` says that the sheet is in already: what it holds is never shown to whoever has the link."""
    wrong = troubles or {}
    questions = queries.form_of(survey).questions
    asked = [_question(number, one, given or {}, wrong.get(one.code)) for number, one in enumerate(questions, 1)]
    head = joined([*_head(association, survey, used=used), *_summary(questions, wrong)])
    body = part(
        '{head}\n<form method="post" accept-charset="utf-8" novalidate>\n'
        '<input type="hidden" name="_language" value="{language}">\n{asked}\n'
        '<p><button type="submit">{hand_in}</button></p>\n</form>',
        head=head,
        language=NAMES[language()][0],
        asked=joined(asked),
        hand_in=_("Hand in"),
    )
    return page(survey.title, body, status=422 if wrong else 200)


def _head(association: Association, survey: Survey, *, used: bool) -> list[Markup]:
    asks = _("{association} asks you to answer {count} questions by the end of {day}.")
    said = asks.format(
        association=association.name, count=len(survey.form["questions"]), day=survey.last_day.isoformat()
    )
    parts = [languages(), part("<h1>{title}</h1>", title=survey.title), part("<p>{said}</p>", said=said)]
    if survey.intro:
        parts.append(part('<p class="intro">{intro}</p>', intro=survey.intro))
    parts.append(part('<p class="privacy">{words}</p>', words=privacy(identified=survey.identified)))
    if used:
        again = _(
            "Answers have been handed in with this code already. Handing in again replaces them; they are not shown."
        )
        parts.append(part('<p class="trouble" role="status">{again}</p>', again=again))
    return parts


def _summary(questions: Sequence[Question], troubles: Troubles) -> list[Markup]:
    if not troubles:
        return []
    lines = [
        part(
            '<li><a href="#{code}">{number}. {why}</a></li>',
            code=f"q-{one.code}",
            number=number,
            why=troubles[one.code],
        )
        for number, one in enumerate(questions, 1)
        if one.code in troubles
    ]
    head = _("Not handed in yet. Please look at this again:")
    return [troubles_above(head, troubles.get(""), lines)]


def _question(number: int, question: Question, given: Given, why: str | None) -> Markup:
    note = "" if question.required else _("(optional)")
    field = _field(question, list(given.get(question.code, ())))
    return field_set(question.code, f"{number}. {question.text}", note, why, field)


def _field(question: Question, given: list[str]) -> Markup:
    if question.kind is Kind.TEXT:
        return part(
            '<textarea name="{code}" aria-label="{label}" maxlength="{most}">\n{value}</textarea>',
            code=question.code,
            label=question.text,
            most=LONGEST_TEXT,
            value="\n".join(given)[: LONGEST_TEXT * 4],
        )
    if question.kind is Kind.NUMBER:
        return part(
            '<input type="text" name="{code}" aria-label="{label}" inputmode="decimal" autocomplete="off" value="{value}">',
            code=question.code,
            label=question.text,
            value="".join(given)[:40],
        )
    shape = {Kind.NPS: "steps", Kind.LIKERT: "options level"}.get(question.kind, "options")
    chosen = [_choice(question, value, label, given) for value, label in question.choices()]
    return part('<div class="{shape}">\n{chosen}\n</div>', shape=shape, chosen=joined(chosen))


def _choice(question: Question, value: str, label: str, given: list[str]) -> Markup:
    return part(
        '<label><input type="{kind}" name="{code}" value="{value}"{checked}> <span>{label}</span></label>',
        kind="checkbox" if question.kind is Kind.MULTIPLE else "radio",
        code=question.code,
        value=value,
        checked=Markup(" checked") if value in given else "",
        label=label,
    )
