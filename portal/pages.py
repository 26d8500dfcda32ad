"""Pages without scripts, cookies or anything from elsewhere: HTML from escaped parts, and the headers that keep it so."""

from collections.abc import Iterable
from importlib.resources import files
from typing import Any

from markupsafe import Markup
from starlette.responses import HTMLResponse, Response

from core.i18n import _, language

HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "X-Robots-Tag": "noindex, nofollow, noarchive",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
}
STYLE = "/s/style.css"
_PAGE = Markup(
    '<!doctype html>\n<html lang="{language}">\n<head>\n<meta charset="utf-8">\n'
    '<meta name="viewport" content="width=device-width, initial-scale=1">\n<title>{title}</title>\n'
    '<link rel="stylesheet" href="{style}">\n</head>\n<body>\n'
    '<a class="skip" href="#main">{skip}</a>\n<main id="main" tabindex="-1">\n{body}\n</main>\n</body>\n</html>\n'
)


def part(template: str, **values: Any) -> Markup:
    """A piece of HTML: the template is ours, every value is escaped unless it is such a piece itself."""
    return Markup(template).format(**values)  # noqa: S704 - only literals of this package come in as templates


def joined(parts: Iterable[Markup]) -> Markup:
    """Pieces one after another, each on a line of its own."""
    return Markup("\n").join(parts)


def page(title: str, body: Markup, *, status: int = 200) -> Response:
    """A whole page in the language of the moment."""
    shown = "zh-CN" if language() == "zh_CN" else "en"
    content = _PAGE.format(language=shown, title=title, style=STYLE, skip=_("To the content"), body=body)
    return HTMLResponse(str(content), status_code=status, headers=HEADERS)


def notice(title: str, text: str, *, status: int = 200) -> Response:
    """A page that says one thing."""
    return page(title, part("<h1>{title}</h1>\n<p>{text}</p>", title=title, text=text), status=status)


def style() -> Response:
    """The style sheet of all pages."""
    content = files("portal").joinpath("style.css").read_bytes()
    return Response(content, media_type="text/css", headers=HEADERS | {"Cache-Control": "public, max-age=3600"})
