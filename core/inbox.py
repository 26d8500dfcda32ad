"""The inbox: a raw platform update is durable before it is acknowledged, and takes effect once."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import Index, String, Text, UniqueConstraint, bindparam, delete, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, Session, mapped_column

from core.db import Base

KEEP = timedelta(days=30)
RECENT = timedelta(hours=6)
PATIENCE = timedelta(minutes=15)


class InboxState(StrEnum):
    """Where an update stands."""

    NEW = "new"
    DONE = "done"
    REFUSED = "refused"
    FAILED = "failed"
    IGNORED = "ignored"


class InboxUpdate(Base):
    """One platform update: what came, what was answered, and whether the answer has gone out.

    ``holder`` is the process that answers it: while that is there, no other one does.
    """

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
    holder: Mapped[str | None] = mapped_column(String(40))


@dataclass(frozen=True)
class Taken:
    """An update that this transaction holds: a second handler of it waits until the transaction ends."""

    id: int
    state: str = InboxState.NEW
    reply: dict[str, Any] | None = None


_UPDATES: Any = InboxUpdate.__table__
_INSERTS = {
    "sqlite": sqlite.insert(_UPDATES).on_conflict_do_nothing().returning(_UPDATES.c.id),
    "postgresql": postgresql.insert(_UPDATES).on_conflict_do_nothing().returning(_UPDATES.c.id),
}
_LOCKED = (
    select(_UPDATES.c.id, _UPDATES.c.state, _UPDATES.c.reply)
    .where(_UPDATES.c.platform == bindparam("platform"), _UPDATES.c.update_id == bindparam("update_id"))
    .with_for_update()
)
_SETTLED = update(_UPDATES).where(_UPDATES.c.id == bindparam("taken"))


def _insert(
    session: Session, platform: str, update_id: str, raw: str, now: datetime, holder: str | None = None
) -> int | None:
    row = {"platform": platform, "update_id": update_id, "raw": raw, "state": InboxState.NEW, "received_at": now}
    row["holder"] = holder
    connection = session.connection()
    return connection.execute(_INSERTS[connection.dialect.name], row).scalar_one_or_none()


def store(session: Session, platform: str, update_id: str, raw: str, now: datetime, holder: str | None = None) -> bool:
    """Write an update for its holder to answer; False when it is already there. The UNIQUE key is the check, not a look
    before.
    """
    return _insert(session, platform, update_id, raw, now, holder) is not None


def differs(session: Session, platform: str, update_id: str, raw: str) -> bool:
    """Whether a known update is kept with another text than this. One that was blanked differs from nothing."""
    mine = (_UPDATES.c.platform == platform, _UPDATES.c.update_id == update_id)
    kept = session.connection().scalar(select(_UPDATES.c.raw).where(*mine))
    return bool(kept) and kept != raw


def take(session: Session, platform: str, update_id: str, raw: str, now: datetime) -> Taken:
    """The update, written unless it is already there, and locked either way until the transaction ends."""
    made = _insert(session, platform, update_id, raw, now)
    if made is not None:
        return Taken(made)
    found = session.connection().execute(_LOCKED, {"platform": platform, "update_id": update_id}).one()
    return Taken(found.id, found.state, found.reply)


def settle(
    session: Session, taken: Taken, state: InboxState, reply: dict[str, Any] | None, replied_at: datetime | None = None
) -> None:
    """What became of an update: with the effect itself, or not at all."""
    values = {"taken": taken.id, "state": state, "reply": reply, "replied_at": replied_at}
    session.connection().execute(_SETTLED, values)


def settle_secretly(session: Session, taken: Taken, state: InboxState, now: datetime) -> None:
    """The same for a secret vote or an anonymous answer: neither what was sent nor what was answered is kept, and of the
    moment only the day.
    """
    day = now.replace(hour=0, minute=0, second=0, microsecond=0)
    values = {"taken": taken.id, "state": state, "reply": None, "replied_at": day, "received_at": day, "raw": ""}
    session.connection().execute(_SETTLED, values)


def mark_replied(session: Session, platform: str, update_id: str, now: datetime) -> None:
    """The answer to an update has gone out."""
    mine = (InboxUpdate.platform == platform, InboxUpdate.update_id == update_id, InboxUpdate.replied_at.is_(None))
    session.execute(update(InboxUpdate).where(*mine).values(replied_at=now))


def take_over(
    session: Session, platform: str, now: datetime, holder: str, is_gone: Callable[[str], bool]
) -> list[tuple[str, str]]:
    """``(update_id, raw)`` of recent updates whose answer has not gone out and that nobody answers, oldest first.

    They are ``holder``'s from now on. One whose holder is gone is nobody's, and so is one that has waited too long;
    ``is_gone`` is asked about ``holder`` too.
    """
    rows = session.connection().execute(
        select(_UPDATES.c.id, _UPDATES.c.update_id, _UPDATES.c.raw, _UPDATES.c.holder, _UPDATES.c.received_at)
        .where(
            _UPDATES.c.platform == platform,
            _UPDATES.c.replied_at.is_(None),
            _UPDATES.c.state != InboxState.IGNORED,
            _UPDATES.c.received_at >= now - RECENT,
        )
        .order_by(_UPDATES.c.id)
    )
    late = now - PATIENCE
    free = [r for r in rows if not r.holder or is_gone(r.holder) or (r.holder != holder and r.received_at < late)]
    return [(row.update_id, row.raw) for row in free if _seize(session, row, holder)]


def _seize(session: Session, row: Any, holder: str) -> bool:
    """Two processes that start together do not both get it."""
    unchanged = (_UPDATES.c.id == row.id, _UPDATES.c.holder.is_not_distinct_from(row.holder))
    return bool(session.connection().execute(update(_UPDATES).where(*unchanged).values(holder=holder)).rowcount)


def purge(session: Session, now: datetime) -> int:
    """Drop updates older than the time in which a platform may repeat them. Returns how many."""
    result = session.execute(delete(InboxUpdate).where(InboxUpdate.received_at < now - KEEP))
    return result.rowcount  # type: ignore[attr-defined,no-any-return]
