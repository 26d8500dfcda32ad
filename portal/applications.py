"""Applying for membership in a browser: by the association's public address or by a link for one application.

No login, no cookies, no scripts; looking writes nothing. Who is no browser of this very page (another site's form) is refused.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy.orm import Session
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from core.db import enter, open_reading, open_session
from core.errors import AppError, BadInput, NotFound
from core.i18n import _, speaking
from core.transaction import Tx
from membership import queries
from membership.rules import categories, classes, units
from membership.rules.admission.plan import Plan
from membership.rules.admission.web import check_scan
from membership.usecases.admission import web
from membership.usecases.admission.applying import Profile
from membership.usecases.admission.web import PATH, Asked
from people.rules import check_name, check_phone
from portal.application_form import AGREE, PAPER, Given, Troubles, form_page, received_page
from portal.bodies import TooLarge, form_with_files
from portal.forms import tried_again
from portal.languages import language_of
from portal.pages import notice

MOST_ENGINEERS = 100_000
BESIDE = {"member_already": "code", "applied_already": "code"}
"""Refusals that are about one field are said beside it."""


@dataclass(frozen=True)
class Sheet:
    """What came in: typed fields, and of each document (file name, content)."""

    fields: Mapping[str, str]
    files: Mapping[str, tuple[str, bytes]]


def routes(house: Any) -> list[Route]:
    """The one address below ``/a``."""
    return [
        Route(PATH + "{code}", _looking(house), methods=["GET"]),
        Route(PATH + "{code}", _handing_in(house), methods=["POST"]),
    ]


def _looking(house: Any) -> Callable[[Request], Response]:
    def look(request: Request) -> Response:
        with speaking(language_of(request)):
            return _looked_at(house, request.path_params["code"])

    return look


def _looked_at(house: Any, code: str, given: Given | None = None, troubles: Troubles | None = None) -> Response:
    try:
        with open_reading(house.engine) as session:
            tx = _opened(house, session, code)
            return form_page(tx.association, queries.admission_plan(session, tx.today), given, troubles)
    except AppError as refusal:
        return _refused(refusal)


def _opened(house: Any, session: Session, code: str) -> Tx:
    """A unit of work before the form that this code opens. Raises NotFound, RuleViolated."""
    association = queries.association_of_form(session, code, house.clock())
    if association is None:
        raise web.unknown_link()
    enter(session, association.id)
    actor = web.applying_actor()
    tx = Tx(session, actor, association, house.clock(), house.screener, house.keys, "web", house.public_url)
    web.door(tx, code)
    return tx


def _refused(refusal: AppError) -> Response:
    if isinstance(refusal, NotFound):
        return notice(_("This link is not valid"), refusal.text, status=404)
    return notice(_("This is not possible now"), refusal.text, status=409)


def _handing_in(house: Any) -> Callable[[Request], Awaitable[Response]]:
    async def hand_in(request: Request) -> Response:
        code = request.path_params["code"]
        with speaking(language_of(request)):
            refused = _foreign(house, request) or await asyncio.to_thread(_closed, house, code)
            if refused is not None:
                return refused
            return await _sent(house, code, request)

    return hand_in


async def _sent(house: Any, code: str, request: Request) -> Response:
    try:
        form = await form_with_files(request)
    except TooLarge:
        text = _("All files together may have 25 MB. Please go back and choose smaller ones.")
        return notice(_("Too large"), text, status=413)
    try:
        with speaking(language_of(request, {"_language": [form.get("_language") or ""]})):
            return await asyncio.to_thread(lambda: _take(house, code, _sheet(form)))
    finally:
        await form.close()


def _foreign(house: Any, request: Request) -> Response | None:
    """A form of another site that sends here is refused: browsers say where it came from, older ones by its address.

    "null" is what our own page sends, because it sends no referrer.
    """
    site, origin = request.headers.get("sec-fetch-site"), request.headers.get("origin", "null")
    here = (request.headers.get("host"), urlsplit(house.public_url).netloc)
    own = site in ("same-origin", "none") if site else origin == "null" or urlsplit(origin).netloc in here
    if own:
        return None
    text = _("Please open the link of the association itself and fill in the form there.")
    return notice(_("This came from another page"), text, status=403)


def _closed(house: Any, code: str) -> Response | None:
    """Before a large body is read: whether there is a form at all."""
    looked = _looked_at(house, code)
    return None if looked.status_code == 200 else looked


def _sheet(form: FormData) -> Sheet:
    fields: dict[str, str] = {}
    files: dict[str, tuple[str, bytes]] = {}
    for name, value in form.multi_items():
        if isinstance(value, str):
            fields[name] = value
        elif value.filename and name.startswith(PAPER):
            files[name.removeprefix(PAPER)] = (value.filename, value.file.read())
    return Sheet(fields, files)


def _take(house: Any, code: str, sheet: Sheet) -> Response:
    return tried_again(lambda: _once(house, code, sheet))


def _once(house: Any, code: str, sheet: Sheet) -> Response:
    try:
        with open_session(house.engine) as session:
            tx = _opened(house, session, code)
            way = queries.admission_plan(session, tx.today)
            asked, troubles = _read(way, sheet)
            return (
                form_page(tx.association, way, sheet.fields, troubles) if asked is None else _received(tx, code, asked)
            )
    except NotFound as refusal:
        return _refused(refusal)
    except AppError as refusal:
        return _looked_at(house, code, sheet.fields, {BESIDE.get(refusal.code, ""): refusal.text})


def _received(tx: Tx, code: str, asked: Asked) -> Response:
    received = web.receive(tx, code=code, asked=asked)
    tx.finish()
    return received_page(tx.association, received)


def _read(way: Plan, sheet: Sheet) -> tuple[Asked | None, dict[str, str]]:
    """What was asked for, or for each field that cannot be taken as it is why not."""
    troubles: dict[str, str] = {}
    found: dict[str, Any] = {}
    for name, read in READERS.items():
        raw = sheet.fields.get(name, "")
        if name not in ("engineers", "category") and not raw.strip():
            troubles[name] = _("Please fill this in.")
            continue
        try:
            found[name] = read(raw)
        except BadInput as trouble:
            troubles[name] = trouble.text
    troubles |= _unsent(way, sheet, found.get("category"))
    if not sheet.fields.get(AGREE):
        troubles[AGREE] = _("Please tick this; without it nothing may be kept.")
    if troubles:
        return None, troubles
    wanted = [one.name for one in way.papers_for(found["category"]) if one.name in sheet.files]
    papers = [(name, *sheet.files[name]) for name in wanted]
    return Asked(found.pop("person"), found.pop("phone"), Profile(**found), papers), {}


def _unsent(way: Plan, sheet: Sheet, category: str | None) -> dict[str, str]:
    """What is wrong with the documents: missing, empty, too large, or of another kind than a scan."""
    troubles: dict[str, str] = {}
    for paper in way.papers if category is None else way.papers_for(category):
        sent = sheet.files.get(paper.name)
        if sent is None:
            if paper.required and (category is not None or not paper.categories):
                troubles[PAPER + paper.name] = _("This document is needed.")
            continue
        try:
            check_scan(sent[1])
        except BadInput as trouble:
            troubles[PAPER + paper.name] = trouble.text
    return troubles


def _engineers(raw: str) -> int | None:
    text = raw.strip().removesuffix("人").strip()
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and int(text[:9]) <= MOST_ENGINEERS and len(text) <= 9):
        raise BadInput(
            "number_form", _("“{value}” is no whole number. Write it in digits, for example 12.").format(value=raw[:40])
        )
    return int(text)


def _category(raw: str) -> str:
    if not raw:
        raise BadInput("category_missing", _("Please choose one."))
    return categories.category_named(raw)


READERS: Mapping[str, Callable[[str], Any]] = {
    "person": check_name,
    "phone": check_phone,
    "name": units.check_name,
    "code": units.check_code,
    "category": _category,
    "rank": classes.class_named,
    "region": units.check_region,
    "engineers": _engineers,
}
