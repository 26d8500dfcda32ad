"""The language of a page: chosen on it, else the browser's, else the office's; links to the same page in another one."""

from collections.abc import Mapping, Sequence
from typing import Any

from markupsafe import Markup
from starlette.requests import Request

from core.i18n import DEFAULT_LANGUAGE, LANGUAGES, language
from portal.pages import joined, part

NAMES = {"zh_CN": ("zh", "中文"), "en": ("en", "English")}


def language_of(request: Request, given: Mapping[str, Sequence[Any]] | None = None) -> str:
    """The language that was chosen on the page, else the browser's first, else the default one."""
    chosen = request.query_params.get("lang") or str((given or {}).get("_language", [""])[0])
    wanted = chosen or request.headers.get("accept-language", "")
    return next((name for name, (code, _n) in NAMES.items() if wanted.lower().startswith(code)), DEFAULT_LANGUAGE)


def languages() -> Markup:
    """Links to the same page in the other languages."""
    others = [NAMES[one] for one in LANGUAGES if one != language()]
    links = [part('<a href="?lang={code}" lang="{code}">{name}</a>', code=code, name=name) for code, name in others]
    return part('<p class="languages">{links}</p>', links=joined(links))
