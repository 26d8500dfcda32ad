"""Translation of what people read: English in the source, gettext catalogues beside it.

``locale/<language>/*.po`` are read as they stand (one file per package, merged), so there is nothing to compile.
"""

import gettext
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from functools import lru_cache
from io import BytesIO
from pathlib import Path
from typing import Self

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

LANGUAGES = ("zh_CN", "en")
DEFAULT_LANGUAGE = "zh_CN"
LOCALES = Path(__file__).resolve().parent.parent / "locale"

_current: ContextVar[str] = ContextVar("language", default=DEFAULT_LANGUAGE)


@lru_cache
def catalogue(language: str) -> gettext.NullTranslations:
    """All catalogues of one language as one; the source language has none."""
    merged: gettext.NullTranslations | None = None
    for path in sorted((LOCALES / language).glob("*.po")):
        compiled = BytesIO()
        with path.open("rb") as source:
            write_mo(compiled, read_po(source, locale=language))
        compiled.seek(0)
        one = gettext.GNUTranslations(compiled)
        if merged is None:
            merged = one
        else:
            merged._catalog.update(one._catalog)  # type: ignore[attr-defined]
    return merged or gettext.NullTranslations()


class Named(str):
    """A name that a data file gives in every language; ``_`` says it in that of the moment. As plain text it is English."""

    __slots__ = ("texts",)
    texts: Mapping[str, str]

    def __new__(cls, *, en: str, zh: str) -> Self:
        """The name from its texts."""
        made = super().__new__(cls, en)
        made.texts = {"en": en, "zh_CN": zh}
        return made


def _(message: str) -> str:
    """The message in the language of the moment."""
    if isinstance(message, Named):
        return message.texts[_current.get()]
    return catalogue(_current.get()).gettext(message)


def ngettext(one: str, many: str, count: int) -> str:
    """The message for a count, in the language of the moment."""
    return catalogue(_current.get()).ngettext(one, many, count)


def N_(message: str) -> str:  # noqa: N802 - gettext's own name for it
    """Marks a message for translation where it is only stored, not yet shown."""
    return message


def language() -> str:
    """The language of the moment."""
    return _current.get()


@contextmanager
def speaking(name: str) -> Iterator[None]:
    """Within the block, texts come out in this language; an unknown one counts as the default."""
    token = _current.set(name if name in LANGUAGES else DEFAULT_LANGUAGE)
    try:
        yield
    finally:
        _current.reset(token)


def in_every_language(write: Callable[[], str]) -> dict[str, str]:
    """The same words in each language Guildhall speaks: language → text."""
    texts = {}
    for name in LANGUAGES:
        with speaking(name):
            texts[name] = write()
    return texts


def terminal_language() -> str:
    """The language of the terminal: Chinese for a zh locale, else English."""
    for variable in ("LC_ALL", "LC_MESSAGES", "LANG"):
        if value := os.environ.get(variable):
            return "zh_CN" if value.startswith("zh") else "en"
    return "en"
