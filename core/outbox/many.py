"""Many different messages at once: as many contents as there are words, all their copies in one statement."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Select, String, case, cast, func, insert, literal, select
from sqlalchemy.orm import Session

from core.db import random_token
from core.outbox.queue import Message
from core.outbox.tables import OutboxContent, OutboxMessage, State

Addressed = Select[Any, Any, Any, Any, Any, Any]
"""A SELECT of ``(key, association_id, person_id, platform, chat, language)``: who gets the message of which key."""

AT_ONCE = 1_000
_CONTENTS: Any = OutboxContent.__table__
_MESSAGES: Any = OutboxMessage.__table__


def enqueue_many(
    session: Session, association_id: int, messages: Sequence[Message], addressed: Addressed, now: datetime
) -> int:
    """Queue messages of different words with as few statements as for one. All have the priority and the due time of the
    first. A recipient without a chat is kept as ``unreachable``. Returns how many copies were written.
    """
    if not messages:
        return 0
    session.flush()
    rows = [_row(association_id, message, now) for message in messages]
    for start in range(0, len(rows), AT_ONCE):
        session.connection().execute(insert(_CONTENTS), rows[start : start + AT_ONCE])
    return session.connection().execute(_copies(association_id, messages[0], addressed, now)).rowcount


def _row(association_id: int, message: Message, now: datetime) -> dict[str, Any]:
    return {
        "association_id": association_id,
        "key": message.key,
        "subject": message.subject,
        "texts": message.texts,
        "buttons": message.buttons,
        "attachments": message.attachments,
        "on_unknown": message.on_unknown,
        "created_at": now,
        "expires_at": message.expires_at,
        "report_to": message.report_to,
    }


def _copies(association_id: int, first: Message, addressed: Addressed, now: datetime) -> Any:
    who = addressed.subquery("who")
    whom = cast(func.coalesce(who.c.person_id, 0), String) + func.coalesce(who.c.chat, "")
    copy = {
        "association_id": who.c.association_id,
        "content_id": _CONTENTS.c.id,
        "person_id": who.c.person_id,
        "platform": who.c.platform,
        "chat": who.c.chat,
        "language": who.c.language,
        "state": case((who.c.chat.is_(None), literal(State.UNREACHABLE.value)), else_=literal(State.PENDING.value)),
        "priority": literal(first.priority),
        "token": random_token(),
        "dedupe_key": cast(_CONTENTS.c.id, String) + literal(":") + whom,
        "due_at": literal(first.due_at or now, OutboxMessage.due_at.type),
        "attempts": literal(0),
    }
    mine = (_CONTENTS.c.association_id == association_id, who.c.association_id == association_id)
    found = select(*copy.values()).join(_CONTENTS, _CONTENTS.c.key == who.c.key).where(*mine)
    return insert(_MESSAGES).from_select(list(copy), found).execution_options(preserve_rowcount=True)
