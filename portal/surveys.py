"""Answering a survey in a browser: by the code alone, without logging in, without cookies, noting no address.

Looking never spends or writes anything, so the previews of chat platforms do no harm; only handing in does.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any
from urllib.parse import parse_qs

from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from core.access import Actor, Permission
from core.associations import Association
from core.db import enter, open_reading, open_session
from core.errors import AppError, BadInput, NotFound
from core.i18n import _, language, speaking
from core.transaction import Tx
from portal import pages
from portal.bodies import TooLarge, body_of
from portal.forms import tried_again
from portal.languages import NAMES, language_of, languages
from portal.pages import notice, page, part
from portal.survey_form import form_page
from surveys import queries, usecases
from surveys.models import Survey
from surveys.rules import answers, lifecycle, tokens
from surveys.rules.lifecycle import Outcome, State

MOST_FIELDS = 500
DONE = "/s/done"
CODE_FIELD = "_code"
Given = Mapping[str, list[str]]


@dataclass(frozen=True)
class Opened:
    """What a code opens: the survey with its association, and the hash of the sheet."""

    survey: Survey
    association: Association
    token: str


def routes(house: Any) -> list[Route]:
    """Everything below ``/s``."""
    return [
        Route(pages.STYLE, _style),
        Route("/s", _entry, methods=["GET"]),
        Route("/s", _entered, methods=["POST"]),
        Route(DONE, _done),
        Route("/s/{token}", _looking(house), methods=["GET"]),
        Route("/s/{token}", _handing_in(house), methods=["POST"]),
    ]


def _style(_request: Request) -> Response:
    return pages.style()


def _entry(request: Request) -> Response:
    with speaking(language_of(request)):
        return _code_page()


def _code_page(trouble: str = "", typed: str = "") -> Response:
    body = part(
        '{languages}<h1>{title}</h1>\n{trouble}<form method="post">\n'
        '<p><label for="code">{label}</label></p>\n'
        '<p><input type="text" id="code" name="_code" value="{typed}" autocomplete="off" autocapitalize="characters" '
        'spellcheck="false" autofocus></p>\n<p><button type="submit">{go}</button></p>\n</form>',
        languages=languages(),
        title=_("Answer a survey"),
        trouble=part('<p class="trouble" role="alert">{words}</p>\n', words=trouble) if trouble else "",
        label=_("The code on your slip, for example ABCD-EFGH-…"),
        typed=typed[:60],
        go=_("Go on"),
    )
    return page(_("Answer a survey"), body, status=404 if trouble else 200)


async def _entered(request: Request) -> Response:
    """From a typed code to the page of its sheet; whether the code is right shows there."""
    given = await _form(request)
    with speaking(language_of(request, given)):
        if given is None:
            return _too_large()
        typed = given.get(CODE_FIELD, [""])[0]
        token = tokens.letters(typed)
        if not token:
            return _code_page(usecases.unknown_code().text, typed)
        return RedirectResponse(f"/s/{token}", status_code=303, headers=pages.HEADERS)


def _done(request: Request) -> Response:
    outcome = request.query_params.get("outcome", "")
    with speaking(language_of(request)):
        known = {
            Outcome.CHANGED.value: _("Your new answers have replaced the former ones. Thank you."),
            Outcome.SAME.value: _("These answers were in already; nothing has changed. Thank you."),
        }
        words = known.get(outcome, _("Your answers are in. Thank you."))
        later = _(
            "Until the survey closes they can be replaced with the same link or code. This page can be closed now."
        )
        body = part("<h1>{title}</h1>\n<p>{words}</p>\n<p>{later}</p>", title=_("Thank you"), words=words, later=later)
        return page(_("Thank you"), body)


def _looking(house: Any) -> Callable[[Request], Response]:
    def look(request: Request) -> Response:
        with speaking(language_of(request)), open_reading(house.engine) as session:
            try:
                opened = _open(session, request.path_params["token"], house.clock())
            except AppError as refusal:
                return _refused(refusal)
            used = queries.sealed_sheet(session, tokens.token_hash(opened.token)) is not None
            return form_page(opened.association, opened.survey, used=used)

    return look


def _open(session: Session, typed: str, now: datetime) -> Opened:
    """What a code opens at this moment. Raises NotFound, RuleViolated."""
    token = tokens.letters(typed)
    found = queries.survey_by_code(session, tokens.survey_code(token)) if token else None
    if found is None:
        raise usecases.unknown_code()
    survey, association = found
    enter(session, association.id)
    lifecycle.check_running(State(survey.state), survey.closes_at, now)
    if not queries.sheet_exists(session, tokens.token_hash(token)):
        raise usecases.unknown_code()
    return Opened(survey, association, token)


def _refused(refusal: AppError) -> Response:
    if isinstance(refusal, NotFound):
        return notice(_("This code is not valid"), refusal.text, status=404)
    if refusal.code == "survey_closed":
        return notice(_("The survey is closed"), refusal.text, status=410)
    return notice(_("This is not possible now"), refusal.text, status=409)


def _handing_in(house: Any) -> Callable[[Request], Awaitable[Response]]:
    async def hand_in(request: Request) -> Response:
        given = await _form(request)
        with speaking(language_of(request, given)):
            if given is None:
                return _too_large()
            work = partial(_take, house, request.path_params["token"], given)
            return await asyncio.to_thread(work)

    return hand_in


async def _form(request: Request) -> Given | None:
    """The fields of a form; None when it is larger than a million bytes or has more than 500 fields."""
    try:
        body = await body_of(request)
        return parse_qs(body.decode("utf-8", "replace"), keep_blank_values=True, max_num_fields=MOST_FIELDS)
    except (TooLarge, ValueError):
        return None


def _too_large() -> Response:
    return notice(
        _("Too much text"), _("This is more than a survey can take. Please go back and shorten it."), status=413
    )


def _take(house: Any, typed: str, given: Given) -> Response:
    return tried_again(lambda: _once(house, typed, given))


def _once(house: Any, typed: str, given: Given) -> Response:
    try:
        with open_session(house.engine) as session:
            opened = _open(session, typed, house.clock())
            sheet, troubles = _read(opened.survey, given)
            if troubles:
                used = queries.sealed_sheet(session, tokens.token_hash(opened.token)) is not None
                return form_page(opened.association, opened.survey, used=used, given=given, troubles=troubles)
            actor = Actor("respondent", permissions=frozenset({Permission.ANSWER}))
            tx = Tx(session, actor, opened.association, house.clock(), house.screener, house.keys, "web")
            outcome = usecases.hand_in_by_code(tx, survey=opened.survey, token=opened.token, sheet=sheet)
            tx.finish()
    except AppError as refusal:
        return _refused(refusal)
    where = f"{DONE}?outcome={outcome.value}&lang={NAMES[language()][0]}"
    return RedirectResponse(where, status_code=303, headers=pages.HEADERS)


def _read(survey: Survey, given: Given) -> tuple[dict[str, Any], dict[str, str]]:
    """The sheet, and for each question that cannot be taken as it is why not."""
    sheet: dict[str, Any] = {}
    troubles: dict[str, str] = {}
    for question in queries.form_of(survey).questions:
        try:
            value = answers.read_answer(question, given.get(question.code, []))
        except BadInput as trouble:
            troubles[question.code] = trouble.text
            continue
        if value is not None:
            sheet[question.code] = value
        elif question.required:
            troubles[question.code] = _("This question needs an answer.")
    if not sheet and not troubles:
        troubles[""] = _("Nothing has been answered yet.")
    return sheet, troubles
