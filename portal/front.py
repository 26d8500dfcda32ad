"""The page at the root, and what is said where there is none: whose office this is, and where to go."""

from collections.abc import Callable
from typing import Any

from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from core.associations import Association, all_associations
from core.db import open_reading
from core.i18n import _, speaking
from membership.rules.admission.web import Doors
from membership.usecases.admission.web import PATH
from portal.languages import language_of, languages
from portal.pages import joined, notice, page, part


def routes(house: Any) -> list[Route]:
    """The root."""
    return [Route("/", _front(house), methods=["GET"])]


def _front(house: Any) -> Callable[[Request], Response]:
    def front(request: Request) -> Response:
        with speaking(language_of(request)), open_reading(house.engine) as session:
            return _page(house, all_associations(session))

    return front


def _page(house: Any, associations: list[Association]) -> Response:
    title = _("Office of {names}").format(names=_(", ").join(one.name for one in associations) or "Guildhall")
    survey = part('<a href="/s">{words}</a>', words=_("Type the code on your slip"))
    rows = [
        (
            _("Members and staff"),
            _("Everything is done in chat with the bot of the association. Send it `help` to see what you can do."),
        ),
        (_("To answer a survey"), survey),
        *((_("To become a member"), _apply(one, house)) for one in associations),
        (_("Anything else"), _("Please ask the secretariat of the association by telephone.")),
    ]
    lines = [part("<h2>{head}</h2>\n<p>{words}</p>", head=head, words=words) for head, words in rows]
    return page(title, joined([languages(), part("<h1>{title}</h1>", title=title), *lines]))


def _apply(association: Association, house: Any) -> Markup | str:
    code = Doors.of(association.settings, house.clock()).public
    if code:
        words = _("Application form of {name}").format(name=association.name)
        return part('<a href="{address}">{words}</a>', address=PATH + code, words=words)
    return _("{name}: write to the bot “apply”, or ask the secretariat for a link to the form.").format(
        name=association.name
    )


def missing(request: Request, _trouble: Exception) -> Response:
    """An address that is none, in the reader's language."""
    with speaking(language_of(request)):
        text = _("There is nothing at this address. Look at it again, or begin at the first page: /")
        return notice(_("Nothing here"), text, status=404)
