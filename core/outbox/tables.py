"""What the outbox is made of: contents, the messages that carry them, and who delivers on which platform."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from core.db import AssociationScoped, Base, BigId

UNTOLD = text("reported_at IS NULL")
WAITING = text("state = 'pending'")
LEASED = text("state = 'sending'")
OPEN = text("state IN ('pending', 'sending')")


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
    """The words of a message, once for all its recipients, in each language.

    ``report_to`` is the person who hears how delivery ended, ``reported_at`` when it was told or found to be well.
    """

    __tablename__ = "outbox_content"
    __table_args__ = (
        UniqueConstraint("association_id", "key"),
        Index("ix_outbox_content_unreported", "association_id", sqlite_where=UNTOLD, postgresql_where=UNTOLD),
    )

    key: Mapped[str] = mapped_column(String(120))
    subject: Mapped[str] = mapped_column(String(120), index=True)
    texts: Mapped[dict[str, Any]]
    buttons: Mapped[list[Any]] = mapped_column(default=list)
    attachments: Mapped[list[Any]] = mapped_column(default=list)
    on_unknown: Mapped[str] = mapped_column(String(10), default=OnUnknown.RETRY)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime | None]
    report_to: Mapped[int | None]
    reported_at: Mapped[datetime | None]


class OutboxMessage(AssociationScoped, Base):
    """One message to one chat. ``token`` is what its buttons carry, followed by the button's index.

    ``launched_at`` is kept for messages that must not be sent twice unasked: until then they have surely not left.
    """

    __tablename__ = "outbox_message"
    __table_args__ = (
        UniqueConstraint("dedupe_key"),
        UniqueConstraint("token"),
        Index(
            "ix_outbox_message_due",
            "platform",
            "priority",
            "due_at",
            "id",
            sqlite_where=WAITING,
            postgresql_where=WAITING,
        ),
        Index("ix_outbox_message_lease", "platform", "lease", sqlite_where=LEASED, postgresql_where=LEASED),
        Index("ix_outbox_message_chat", "chat", sqlite_where=OPEN, postgresql_where=OPEN),
    )

    # Neither an index nor a check of its own: a mailing writes 100 000 rows at once, nobody looks for them by association
    # alone, and the association of their content is checked.
    association_id: Mapped[int] = mapped_column(BigId)
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
    launched_at: Mapped[datetime | None]
    message_id: Mapped[str | None] = mapped_column(String(80))
    error: Mapped[str | None] = mapped_column(String(120))
    sent_at: Mapped[datetime | None]


class PlatformLine(Base):
    """The one process that delivers on a platform at the moment: only one clock can keep a limit."""

    __tablename__ = "platform_line"

    platform: Mapped[str] = mapped_column(String(20), unique=True)
    holder: Mapped[str] = mapped_column(String(40))
    until: Mapped[datetime]
