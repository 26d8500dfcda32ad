"""The inbox: a raw platform update is durable before it is acknowledged, and takes effect once."""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import Index, Select, String, Text, UniqueConstraint, delete, select, text, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, Session, mapped_column

from core.db import Base

KEEP = timedelta(days=30)


class InboxState(StrEnum):
    """Where an update stands."""

    NEW = "new"
    DONE = "done"
    REFUSED = "refused"
    FAILED = "failed"
    IGNORED = "ignored"


class InboxUpdate(Base):
    """One platform update: what came, what was answered, and whether the answer has gone out."""

    __tablename__ = "inbox_update"
    __table_args__ = (
        UniqueConstraint("platform", "update_id"),
        Index("ix_inbox_update_open", "platform", "replied_at"),
    )

    platform: Mapped[str] = mapped_column(String(20))
    update_id: Mapped[str] = mapped_column(String(120))
    raw: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(String(10), default=InboxState.NEW)
    received_at: Mapped[datetime]
    reply: Mapped[dict[str, Any] | None]
    replied_at: Mapped[datetime | None]


def store(session: Session, platform: str, update_id: str, raw: str, now: datetime) -> bool:
    """Write an update; False when it is already there. The UNIQUE key is the check, not a look before."""
    table = InboxUpdate.__table__
    build = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
    row = {"platform": platform, "update_id": update_id, "raw": raw, "state": InboxState.NEW, "received_at": now}
    statement = build(table).values(row).on_conflict_do_nothing()  # type: ignore[arg-type]
    return session.connection().execute(statement.returning(text("id"))).first() is not None


def lock(session: Session, platform: str, update_id: str) -> InboxUpdate:
    """The stored update, locked until the transaction ends: a second handler of it waits here."""
    query: Select[InboxUpdate] = (
        select(InboxUpdate)
        .where(InboxUpdate.platform == platform, InboxUpdate.update_id == update_id)
        .with_for_update()
    )
    return session.scalars(query).one()


def mark_replied(session: Session, platform: str, update_id: str, now: datetime) -> None:
    """The answer to an update has gone out."""
    mine = (InboxUpdate.platform == platform, InboxUpdate.update_id == update_id)
    session.execute(update(InboxUpdate).where(*mine).values(replied_at=now))


def unfinished(session: Session, platform: str, since: datetime) -> list[tuple[str, str]]:
    """``(update_id, raw)`` of updates whose answer has not gone out, oldest first."""
    rows = session.execute(
        select(InboxUpdate.update_id, InboxUpdate.raw)
        .where(
            InboxUpdate.platform == platform,
            InboxUpdate.replied_at.is_(None),
            InboxUpdate.state != InboxState.IGNORED,
            InboxUpdate.received_at >= since,
        )
        .order_by(InboxUpdate.id)
    )
    return [(row.update_id, row.raw) for row in rows]


def purge(session: Session, now: datetime) -> int:
    """Drop updates older than the time in which a platform may repeat them. Returns how many."""
    result = session.execute(delete(InboxUpdate).where(InboxUpdate.received_at < now - KEEP))
    return result.rowcount  # type: ignore[attr-defined,no-any-return]
