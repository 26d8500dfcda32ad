"""The outbox: what is to be sent is written in the same transaction as the change that causes it.

A content row holds the words once; a message row per recipient is slim, so 100 000 of them are one
``INSERT … SELECT``. States only move forward: pending → sending (leased) → sent | failed | unknown | dead, or
unreachable from the start, or cancelled before sending.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    ForeignKey,
    Index,
    Select,
    String,
    UniqueConstraint,
    bindparam,
    case,
    func,
    insert,
    literal,
    select,
    true,
    update,
)
from sqlalchemy import cast as sql_cast
from sqlalchemy.orm import Mapped, Session, mapped_column

from core.db import AssociationScoped, Base, random_token

MAX_ATTEMPTS = 8
FIRST_BACK_OFF = timedelta(seconds=5)
LONGEST_BACK_OFF = timedelta(hours=1)


Recipients = Select[Any, Any, Any, Any, Any]
"""A SELECT of ``(association_id, person_id, platform, chat, language)``; chat is NULL where nobody can be reached."""


class State(StrEnum):
    """Where a message stands."""

    PENDING = "pending"
    HELD = "held"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"
    UNKNOWN = "unknown"
    UNREACHABLE = "unreachable"
    CANCELLED = "cancelled"
    DEAD = "dead"


class OnUnknown(StrEnum):
    """What to do when it is not known whether a message arrived: send again, or leave it to a person."""

    RETRY = "retry"
    ASK = "ask"


class Priority:
    """Lower goes first."""

    URGENT = 1
    LEGAL = 3
    NORMAL = 5
    BULK = 7


class OutboxContent(AssociationScoped, Base):
    """The words of a message, once for all its recipients, in each language."""

    __tablename__ = "outbox_content"
    __table_args__ = (UniqueConstraint("association_id", "key"),)

    key: Mapped[str] = mapped_column(String(120))
    subject: Mapped[str] = mapped_column(String(120), index=True)
    texts: Mapped[dict[str, Any]]
    buttons: Mapped[list[Any]] = mapped_column(default=list)
    attachments: Mapped[list[Any]] = mapped_column(default=list)
    on_unknown: Mapped[str] = mapped_column(String(10), default=OnUnknown.RETRY)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime | None]


class OutboxMessage(AssociationScoped, Base):
    """One message to one chat. ``token`` is what its buttons carry, followed by the button's index."""

    __tablename__ = "outbox_message"
    __table_args__ = (
        UniqueConstraint("dedupe_key"),
        UniqueConstraint("token"),
        Index("ix_outbox_message_due", "state", "priority", "due_at"),
    )

    content_id: Mapped[int] = mapped_column(ForeignKey("outbox_content.id"), index=True)
    person_id: Mapped[int | None] = mapped_column(index=True)
    platform: Mapped[str | None] = mapped_column(String(20))
    chat: Mapped[str | None] = mapped_column(String(80))
    language: Mapped[str] = mapped_column(String(10))
    state: Mapped[str] = mapped_column(String(12))
    priority: Mapped[int]
    token: Mapped[str] = mapped_column(String(32))
    dedupe_key: Mapped[str] = mapped_column(String(200))
    due_at: Mapped[datetime]
    attempts: Mapped[int] = mapped_column(default=0)
    lease: Mapped[str | None] = mapped_column(String(40))
    lease_until: Mapped[datetime | None]
    message_id: Mapped[str | None] = mapped_column(String(80))
    error: Mapped[str | None] = mapped_column(String(120))
    sent_at: Mapped[datetime | None]


@dataclass(frozen=True)
class Message:
    """What a use case wants people to receive. ``key`` makes a second enqueue of the same thing harmless.

    ``texts`` maps language to words; ``buttons`` are rows of ``{"labels": {language: words}, "command": line}``.
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
    }
    made: int = session.connection().execute(_NEW_CONTENT, row).scalar_one()
    return made


@dataclass(frozen=True)
class Claimed:
    """A leased message, ready to be sent."""

    id: int
    association_id: int
    content_id: int
    person_id: int | None
    platform: str
    chat: str
    language: str
    token: str
    attempts: int


@dataclass(frozen=True)
class Outcome:
    """What became of a claimed message."""

    id: int
    state: State
    message_id: str | None = None
    error: str | None = None
    due_at: datetime | None = None


def claim(
    session: Session,
    lease: str,
    now: datetime,
    *,
    platform: str,
    chat: str | None = None,
    limit: int = 100,
    seconds: int = 60,
) -> list[Claimed]:
    """Lease due messages of a platform (or of one chat), most urgent first; other workers skip what is leased."""
    table = OutboxMessage.__table__
    due = (
        select(table.c.id)
        .where(table.c.state == State.PENDING, table.c.due_at <= now, table.c.platform == platform)
        .where(true() if chat is None else table.c.chat == chat)
        .order_by(table.c.priority, table.c.due_at, table.c.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    taken = session.connection().execute(
        update(table)  # type: ignore[arg-type]
        .where(table.c.id.in_(due.scalar_subquery()))
        .values(
            state=State.SENDING,
            lease=lease,
            lease_until=now + timedelta(seconds=seconds),
            attempts=table.c.attempts + 1,
        )
        .returning(*[table.c[name] for name in Claimed.__dataclass_fields__])
    )
    return sorted((Claimed(**row._mapping) for row in taken), key=lambda claimed: claimed.id)


def mark(session: Session, lease: str, outcomes: Sequence[Outcome], now: datetime) -> int:
    """Record outcomes of messages that are still ours (the lease fences off a worker that slept too long)."""
    if not outcomes:
        return 0
    done = 0
    table = OutboxMessage.__table__
    for state in {outcome.state for outcome in outcomes}:
        batch = [outcome for outcome in outcomes if outcome.state == state]
        done += _mark_batch(session, table, lease, state, batch, now)
    return done


def _mark_batch(session: Session, table: Any, lease: str, state: State, batch: list[Outcome], now: datetime) -> int:
    values: dict[str, Any] = {
        "state": state,
        "message_id": func.coalesce(bindparam("b_message"), table.c.message_id),
        "error": bindparam("b_error"),
        "lease": None,
        "lease_until": None,
    }
    if state is State.SENT:
        values["sent_at"] = now
    if state is State.PENDING:
        values["due_at"] = bindparam("b_due")
    statement = (
        update(table)
        .where(table.c.id == bindparam("b_id"), table.c.lease == lease, table.c.state == State.SENDING)
        .values(values)
    )
    rows = [
        {"b_id": o.id, "b_message": o.message_id, "b_error": o.error}
        | ({"b_due": o.due_at or now} if state is State.PENDING else {})
        for o in batch
    ]
    return session.connection().execute(statement, rows).rowcount


def back_off(attempts: int) -> timedelta:
    """How long to wait after this many failed attempts: doubling, at most an hour."""
    return min(FIRST_BACK_OFF * float(2 ** min(max(attempts - 1, 0), 20)), LONGEST_BACK_OFF)


def recover(session: Session, now: datetime) -> int:
    """Settle messages whose worker died: they may have been sent, so each goes as its kind says."""
    table, content = OutboxMessage.__table__, OutboxContent.__table__
    ask = select(content.c.id).where(content.c.on_unknown == OnUnknown.ASK)
    expired = (table.c.state == State.SENDING) & (table.c.lease_until < now)
    connection = session.connection()
    asked = connection.execute(
        update(table)  # type: ignore[arg-type]
        .where(expired, table.c.content_id.in_(ask))
        .values(state=State.UNKNOWN, error="worker_lost", lease=None, lease_until=None)
    )
    again = connection.execute(
        update(table)  # type: ignore[arg-type]
        .where(expired)
        .values(state=State.PENDING, error="worker_lost", lease=None, lease_until=None, due_at=now)
    )
    return asked.rowcount + again.rowcount


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
