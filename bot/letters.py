"""The words, buttons and files of outbox contents, read once per content; and what delivery learns about chats."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.dispatch import House
from bot.messages import FileOut
from bot.platforms.splitting import utf16_length
from core import attachments, outbox
from core.access import Actor, Permission
from core.associations import association_by_id
from core.db import open_reading, open_session
from core.i18n import DEFAULT_LANGUAGE
from core.outbox import Claimed, OutboxContent
from core.outbox.personal import Fill, filled, filler_of
from core.transaction import Tx
from people import addresses, usecases

FULL = 0.75
"""How full a part of a split text is on average: it is cut at a paragraph's end where there is one."""


@dataclass(frozen=True)
class Letter:
    """One content, ready to be addressed."""

    texts: dict[str, str]
    rows: tuple[tuple[dict[str, Any], ...], ...]
    files: tuple[FileOut, ...]
    on_unknown: str
    created_at: datetime
    expires_at: datetime | None
    group: bool = False
    fill: Fill = lambda _person: ""

    def text(self, language: str) -> str:
        """The words in a language, in the default one when it is missing."""
        return self.texts.get(language) or self.texts.get(DEFAULT_LANGUAGE) or next(iter(self.texts.values()))

    def addressed_text(self, language: str, person_id: int | None) -> str:
        """The same, with what only this person may know."""
        return filled(self.text(language), self.fill(person_id) if person_id is not None else "")

    def weight(self, language: str, longest: int) -> int:
        """About how many messages this becomes where a text may have ``longest`` UTF-16 units."""
        length = utf16_length(self.text(language))
        parts = 1 if length <= longest else -int(-length // (longest * FULL))
        return parts + len(self.files) - (1 if self.files and parts == 1 else 0)

    def buttons(self, language: str, token: str) -> tuple[tuple[tuple[str, str], ...], ...]:
        """Rows of (label, opaque token); the token names the message and the button's place."""
        rows, index = [], 0
        for row in self.rows:
            made = []
            for button in row:
                label = button["labels"].get(language) or button["labels"][DEFAULT_LANGUAGE]
                made.append((label, f"{token}.{index}"))
                index += 1
            rows.append(tuple(made))
        return tuple(rows)


class Cache:
    """Letters by content; a content never changes once it is queued."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._load = lru_cache(maxsize=32)(self._read)

    def letter(self, claimed: Claimed) -> Letter:
        """The letter of a claimed message. One to no person goes to a group."""
        letter = self._load(claimed.association_id, claimed.content_id)
        return letter if claimed.person_id is not None else replace(letter, group=True)

    def _read(self, association_id: int, content_id: int) -> Letter:
        with open_reading(self._house.engine, association_id) as session:
            content = session.scalars(select(OutboxContent).where(OutboxContent.id == content_id)).one()
            files = tuple(_file(*attachments.content_of(session, number)) for number in content.attachments)
            rows = tuple(tuple(row) for row in content.buttons)
            fill = filler_of(session, self._house.keys, content.subject, self._house.public_url)
            moments = content.created_at, content.expires_at
            return Letter(content.texts, rows, files, content.on_unknown, *moments, fill=fill)


def _file(name: str, media_type: str, content: bytes) -> FileOut:
    return FileOut(name, content, media_type)


def addressed(house: House, lease: str, found: list[tuple[Claimed, Letter]]) -> list[tuple[Claimed, Letter]]:
    """Those whose chat is still their person's. What was written to a chat before its link ended goes to the person's
    present chat instead, or is unreachable: never to whoever may sit there now.
    """
    with open_reading(house.engine) as session:
        ends = addresses.ended_chats(session, {one.person_id for one, _letter in found if one.person_id is not None})
    stale = [one for one, letter in found if _ended_since(ends, one, letter)]
    for association_id in {one.association_id for one in stale}:
        with open_session(house.engine, association_id) as session:
            _readdress(session, lease, (one for one in stale if one.association_id == association_id), house.clock())
    gone = {one.id for one in stale}
    return [(one, letter) for one, letter in found if one.id not in gone]


def _ended_since(ends: dict[tuple[int, str, str], datetime], claimed: Claimed, letter: Letter) -> bool:
    ended = ends.get((claimed.person_id or 0, claimed.platform, claimed.chat))
    return ended is not None and ended > letter.created_at


def _readdress(session: Session, lease: str, stale: Iterable[Claimed], now: datetime) -> None:
    for one in stale:
        chat = addresses.present_chat(session, one.person_id or 0)
        outbox.redirect(session, lease, one.id, chat, now, "chat_unlinked")


def note_unreachable(house: House, lease: str, claimed: Claimed, trouble: str) -> None:
    """Mark the chat, and send the message to another chat of its person, if there is one that takes messages."""
    now = house.clock()
    with open_session(house.engine, claimed.association_id) as session:
        tx = _delivery_tx(house, session, claimed)
        usecases.mark_unreachable(tx, platform=claimed.platform, chat=claimed.chat, trouble=trouble, since=now)
        session.flush()
        chat = addresses.present_chat(session, claimed.person_id or 0)
        outbox.redirect(session, lease, claimed.id, chat, now, trouble)
        tx.finish()


def note_moved(house: House, claimed: Claimed, chat: str) -> None:
    """A group got a new id: everything to it goes there from now on."""
    with open_session(house.engine, claimed.association_id) as session:
        tx = _delivery_tx(house, session, claimed)
        usecases.move_chat(tx, platform=claimed.platform, chat=claimed.chat, to=chat)
        outbox.move_chat(session, claimed.platform, claimed.chat, chat)
        tx.finish()


def _delivery_tx(house: House, session: Session, claimed: Claimed) -> Tx:
    actor = Actor("delivery", permissions=frozenset({Permission.DELIVER}))
    association = association_by_id(session, claimed.association_id)
    return Tx(session, actor, association, house.clock(), house.screener, house.keys)
