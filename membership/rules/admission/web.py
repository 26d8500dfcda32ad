"""The web form for applications: its public address, links for one application each, and the files it takes. Pure."""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from hashlib import sha256
from typing import Any

from core.errors import BadInput, RuleViolated
from core.i18n import _
from people.rules import ALPHABET, random_letters

LETTERS = 20
LINK_DAYS = timedelta(days=14)
MOST_LINKS = 100
MOST_A_DAY = 40
"""Applicants that the office does not know in one day, by chat and by the public form together: a flood stops here."""
SETTING = "admission_form"
BEGINNINGS = (b"%PDF-", b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n")


class Kind(StrEnum):
    """What an address is: the association's public one, or a link for one application."""

    PUBLIC = "public"
    ONCE = "once"


@dataclass(frozen=True)
class Link:
    """A link for one application: the hash of its code, and until when it can be used."""

    code_hash: str
    until: datetime


@dataclass(frozen=True)
class Doors:
    """What is open: the code of the public form, empty when it is off, and the links not used yet."""

    public: str = ""
    once: tuple[Link, ...] = ()

    @classmethod
    def of(cls, settings: Mapping[str, Any], now: datetime) -> "Doors":
        """As an association has stored it, without the links whose time is over."""
        kept = settings.get(SETTING, {})
        links = (Link(code, datetime.fromisoformat(until)) for code, until in kept.get("once", ()))
        return cls(kept.get("public", ""), tuple(link for link in links if link.until > now))

    def stored(self) -> dict[str, Any]:
        """As it is kept among the settings."""
        return {"public": self.public, "once": [[one.code_hash, one.until.isoformat()] for one in self.once]}

    def kind_of(self, code: str) -> Kind | None:
        """What a code opens; None for one that opens nothing (any more)."""
        if self.public and secrets.compare_digest(self.public, code):
            return Kind.PUBLIC
        return Kind.ONCE if any(one.code_hash == code_hash(code) for one in self.once) else None

    def without(self, code: str) -> tuple[Link, ...]:
        """The links that remain once this one is used."""
        return tuple(one for one in self.once if one.code_hash != code_hash(code))


def new_code() -> str:
    """A fresh code of 100 random bits: nobody finds it by trying."""
    return random_letters(LETTERS)


def is_code(typed: str) -> bool:
    """Whether this can be a code at all."""
    return len(typed) == LETTERS and all(letter in ALPHABET for letter in typed)


def code_hash(code: str) -> str:
    """What is kept of a link."""
    return sha256(code.encode()).hexdigest()


def check_room(links: Sequence[Link]) -> None:
    """Not more links than an office can follow. Raises RuleViolated."""
    if len(links) >= MOST_LINKS:
        text = _("{count} links have not been used yet. They end after 14 days; use one of them or wait.")
        raise RuleViolated("too_many_links", text.format(count=MOST_LINKS))


def check_flood(today: int) -> None:
    """Not more strangers in a day than an office can read. Raises RuleViolated."""
    if today >= MOST_A_DAY:
        text = _("Very many applications came in today. Nothing was kept; please try again tomorrow or ask the office.")
        raise RuleViolated("too_many_today", text)


def check_scan(content: bytes) -> None:
    """A scan or a photo: what else a stranger sends is not put before the office. Raises BadInput."""
    if not content.startswith(BEGINNINGS):
        raise BadInput("file_kind", _("Send this document as a PDF file or as a picture (JPG, PNG)."))
