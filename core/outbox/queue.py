"""Putting messages into the outbox, and taking back what has not gone out."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import Select, String, bindparam, case, func, insert, literal, select, update
from sqlalchemy import cast as sql_cast
from sqlalchemy.orm import Session

from core.db import random_token
from core.outbox.tables import OnUnknown, OutboxContent, OutboxMessage, Priority, State

Recipients = Select[Any, Any, Any, Any, Any]
"""A SELECT of ``(association_id, person_id, platform, chat, language)``; chat is NULL where nobody can be reached."""


@dataclass(frozen=True)
class Message:
    """What a use case wants people to receive. ``key`` makes a second enqueue of the same thing harmless.

    ``texts`` maps language to words; ``buttons`` are rows of ``{"labels": {language: words}, "command": line}``;
    ``report_to`` is the person who is told when delivery ends and some did not get it.
    """

    key: str
    subject: str
    texts: dict[str, str]
    buttons: list[list[dict[str, Any]]] = field(default_factory=list)
    attachments: list[int] = field(default_factory=list)
    priority: int = Priority.NORMAL
    on_unknown: OnUnknown = OnUnknown.RETRY
    due_at: datetime | None = None
    expires_at: datetime | None = None
    report_to: int | None = None


_NEW_CONTENT = insert(OutboxContent.__table__).returning(OutboxContent.__table__.c.id)  # type: ignore[arg-type]


def enqueue(
    session: Session,
    association_id: int,
    message: Message,
    recipients: Recipients,
    now: datetime,
    values: Mapping[str, Any] | None = None,
) -> int:
    """Queue a message for everyone of this association whom the SELECT names, in one statement.

    ``values`` fill the parameters of a SELECT that has some.

    A recipient without a chat is kept as ``unreachable``, so that reports add up to the audience. Returns how many
    rows were written.
    """
    session.flush()
    content_id = _insert_content(session, association_id, message, now)
    row = {
        "of_association": association_id,
        "of_content": content_id,
        "at_priority": message.priority,
        "mark": f"{content_id}:",
        "due": message.due_at or now,
    }
    return session.connection().execute(_insert_messages(recipients), row | dict(values or {})).rowcount


@lru_cache(maxsize=32)
def _insert_messages(recipients: Recipients) -> Any:
    """The statement for these recipients; the ones that are asked for again and again are kept."""
    who = recipients.subquery("who")
    state = case((who.c.chat.is_(None), literal(State.UNREACHABLE.value)), else_=literal(State.PENDING.value))
    whom = sql_cast(func.coalesce(who.c.person_id, 0), String) + func.coalesce(who.c.chat, "")
    columns = {
        "association_id": bindparam("of_association", type_=OutboxMessage.association_id.type),
        "content_id": bindparam("of_content", type_=OutboxMessage.content_id.type),
        "person_id": who.c.person_id,
        "platform": who.c.platform,
        "chat": who.c.chat,
        "language": who.c.language,
        "state": state,
        "priority": bindparam("at_priority", type_=OutboxMessage.priority.type),
        "token": random_token(),
        "dedupe_key": bindparam("mark", type_=String()) + whom,
        "due_at": bindparam("due", type_=OutboxMessage.due_at.type),
        "attempts": literal(0),
    }
    ours = select(*columns.values()).where(who.c.association_id == columns["association_id"])
    statement = insert(OutboxMessage.__table__).from_select(list(columns), ours)  # type: ignore[arg-type]
    return statement.execution_options(preserve_rowcount=True)


def _insert_content(session: Session, association_id: int, message: Message, now: datetime) -> int:
    row = {
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
    made: int = session.connection().execute(_NEW_CONTENT, row).scalar_one()
    return made


def counts(session: Session, subject: str) -> dict[str, int]:
    """How many messages about a subject stand in each state; the sum is the audience."""
    rows = session.execute(
        select(OutboxMessage.state, func.count())
        .join(OutboxContent, OutboxContent.id == OutboxMessage.content_id)
        .where(OutboxContent.subject == subject)
        .group_by(OutboxMessage.state)
    )
    return {state: number for state, number in rows}  # noqa: C416 - rows are no pairs to dict()


def cancel(session: Session, subject: str) -> int:
    """Stop everything about a subject that has not gone out yet."""
    contents = select(OutboxContent.id).where(OutboxContent.subject == subject)
    result = session.execute(
        update(OutboxMessage)
        .where(OutboxMessage.content_id.in_(contents), OutboxMessage.state.in_([State.PENDING, State.HELD]))
        .values(state=State.CANCELLED)
        .execution_options(synchronize_session=False)
    )
    return result.rowcount  # type: ignore[attr-defined,no-any-return]
