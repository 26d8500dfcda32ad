"""The words, buttons and files of outbox contents, read once per content; and what delivery learns about chats."""

from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import Engine, select

from bot.dispatch import House
from bot.messages import FileOut
from core import attachments
from core.access import Actor, Permission
from core.associations import association_by_id
from core.db import enter, open_reading, open_session
from core.i18n import DEFAULT_LANGUAGE
from core.outbox import Claimed, OutboxContent
from core.transaction import Tx
from people import usecases


@dataclass(frozen=True)
class Letter:
    """One content, ready to be addressed."""

    texts: dict[str, str]
    rows: tuple[tuple[dict[str, Any], ...], ...]
    files: tuple[FileOut, ...]
    on_unknown: str
    expires_at: datetime | None
    group: bool = False

    def text(self, language: str) -> str:
        """The words in a language, in the default one when it is missing."""
        return self.texts.get(language) or self.texts.get(DEFAULT_LANGUAGE) or next(iter(self.texts.values()))

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

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._load = lru_cache(maxsize=64)(self._read)

    def letter(self, claimed: Claimed) -> Letter:
        """The letter of a claimed message."""
        return self._load(claimed.association_id, claimed.content_id)

    def _read(self, association_id: int, content_id: int) -> Letter:
        with open_reading(self._engine, association_id) as session:
            content = session.scalars(select(OutboxContent).where(OutboxContent.id == content_id)).one()
            files = tuple(_file(*attachments.content_of(session, number)) for number in content.attachments)
            rows = tuple(tuple(row) for row in content.buttons)
            return Letter(content.texts, rows, files, content.on_unknown, content.expires_at)


def _file(name: str, media_type: str, content: bytes) -> FileOut:
    return FileOut(name, content, media_type)


def note_unreachable(house: House, claimed: Claimed, trouble: str) -> None:
    """Mark the chat's person as not reachable."""
    with open_session(house.engine, claimed.association_id) as session:
        tx = _delivery_tx(house, session, claimed)
        now = house.clock()
        usecases.mark_unreachable(tx, platform=claimed.platform, chat=claimed.chat, trouble=trouble, since=now)
        tx.finish()


def note_moved(house: House, claimed: Claimed, chat: str) -> None:
    """A group got a new id: everything to it goes there from now on."""
    with open_session(house.engine, claimed.association_id) as session:
        tx = _delivery_tx(house, session, claimed)
        usecases.move_chat(tx, platform=claimed.platform, chat=claimed.chat, to=chat)
        tx.finish()


def _delivery_tx(house: House, session: Any, claimed: Claimed) -> Tx:
    enter(session, claimed.association_id)
    actor = Actor("delivery", permissions=frozenset({Permission.DELIVER}))
    association = association_by_id(session, claimed.association_id)
    return Tx(session, actor, association, house.clock(), house.screener, house.keys)
