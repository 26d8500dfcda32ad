"""Meetings, who is asked, who acts for whom, and the minutes."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from core.db import AssociationScoped, Base

ACTIVE = text("revoked_at IS NULL")


class Meeting(AssociationScoped, Base):
    """One meeting of a body. ``notice`` counts the invitations: a change of time or place is a new one."""

    __tablename__ = "meeting"
    __table_args__ = (UniqueConstraint("association_id", "number"),)

    number: Mapped[int]
    body: Mapped[str] = mapped_column(String(40))
    state: Mapped[str] = mapped_column(String(12))
    title: Mapped[str] = mapped_column(String(200))
    agenda: Mapped[str] = mapped_column(Text)
    place: Mapped[str] = mapped_column(String(200))
    starts_at: Mapped[datetime] = mapped_column(index=True)
    notice: Mapped[int] = mapped_column(default=1)
    waiver: Mapped[str] = mapped_column(Text, default="")
    provisional: Mapped[bool] = mapped_column(default=False)
    documents: Mapped[list[Any]] = mapped_column(default=list)
    findings: Mapped[list[Any]] = mapped_column(default=list)
    chair_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    called_by: Mapped[int | None]
    called_at: Mapped[datetime]
    opened_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    sessions: Mapped[list[Any]] = mapped_column(default=list)
    reason: Mapped[str] = mapped_column(Text, default="")

    @property
    def reference(self) -> str:
        """How people name a meeting."""
        return f"K-{self.number:04d}"

    @property
    def subject(self) -> str:
        """How the audit and the outbox name it."""
        return f"meeting:{self.number}"


class Attendee(AssociationScoped, Base):
    """A seat of the meeting and one person who may take it; ``person_id`` is empty for a seat that nobody holds.

    ``invited`` people were asked by name; those whose seat is ``guest:…`` sit in without a vote.
    """

    __tablename__ = "attendee"
    __table_args__ = (UniqueConstraint("meeting_id", "seat", "person_id"),)

    meeting_id: Mapped[int] = mapped_column(ForeignKey("meeting.id"))
    seat: Mapped[str] = mapped_column(String(40))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    invited: Mapped[bool] = mapped_column(default=False)
    answer: Mapped[str] = mapped_column(String(12), default="")
    reason: Mapped[str] = mapped_column(Text, default="")
    answered_at: Mapped[datetime | None]
    present_at: Mapped[datetime | None]
    left_at: Mapped[datetime | None]
    noted_by: Mapped[int | None]
    struck_at: Mapped[datetime | None]


class Proxy(AssociationScoped, Base):
    """Somebody acts for a seat at one meeting. Revoking it is a date, never a deletion."""

    __tablename__ = "proxy"
    __table_args__ = (
        Index("uq_proxy_seat", "meeting_id", "seat", unique=True, sqlite_where=ACTIVE, postgresql_where=ACTIVE),
    )

    meeting_id: Mapped[int] = mapped_column(ForeignKey("meeting.id"))
    seat: Mapped[str] = mapped_column(String(40))
    principal_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    agent_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    given_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]


class Minutes(AssociationScoped, Base):
    """The minutes of a meeting, one version after the other; the newest approved one holds."""

    __tablename__ = "minutes"
    __table_args__ = (UniqueConstraint("meeting_id", "version"),)

    meeting_id: Mapped[int] = mapped_column(ForeignKey("meeting.id"))
    version: Mapped[int]
    notes: Mapped[str] = mapped_column(Text)
    text: Mapped[str] = mapped_column(Text)
    attachment_id: Mapped[int] = mapped_column(ForeignKey("attachment.id"))
    drafted_by: Mapped[int | None]
    drafted_at: Mapped[datetime]
    approved_by: Mapped[int | None]
    approved_at: Mapped[datetime | None]
    declined: Mapped[str] = mapped_column(Text, default="")
