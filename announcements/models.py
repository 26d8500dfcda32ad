"""Announcements, their versions, and who has confirmed receipt."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from core.db import AssociationScoped, Base


class Announcement(AssociationScoped, Base):
    """One announcement through its whole life. ``version`` counts published texts and stays 0 until the first."""

    __tablename__ = "announcement"
    __table_args__ = (
        UniqueConstraint("association_id", "number"),
        UniqueConstraint("association_id", "document_number"),
    )

    number: Mapped[int]
    kind: Mapped[str] = mapped_column(String(20))
    state: Mapped[str] = mapped_column(String(12))
    title: Mapped[str] = mapped_column(String(200))
    body: Mapped[str] = mapped_column(Text)
    audience: Mapped[dict[str, Any]]
    revision: Mapped[int] = mapped_column(default=1)
    version: Mapped[int] = mapped_column(default=0)
    document_number: Mapped[str | None] = mapped_column(String(80))
    author_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    made_at: Mapped[datetime]
    published_at: Mapped[datetime | None]
    findings: Mapped[list[Any]] = mapped_column(default=list)

    @property
    def reference(self) -> str:
        """How people name it before and after it has a document number."""
        return f"A-{self.number:04d}"

    @property
    def subject(self) -> str:
        """How the audit and the outbox name it."""
        return f"announcement:{self.number}"


class AnnouncementVersion(AssociationScoped, Base):
    """A text as it was published; never changed."""

    __tablename__ = "announcement_version"
    __table_args__ = (UniqueConstraint("announcement_id", "version"),)

    announcement_id: Mapped[int] = mapped_column(ForeignKey("announcement.id"))
    version: Mapped[int]
    title: Mapped[str] = mapped_column(String(200))
    body: Mapped[str] = mapped_column(Text)
    audience: Mapped[dict[str, Any]]
    published_at: Mapped[datetime]
    published_by: Mapped[int | None]
    recipients: Mapped[int]


class Acknowledgement(AssociationScoped, Base):
    """A person has confirmed receipt of one version."""

    __tablename__ = "acknowledgement"
    __table_args__ = (UniqueConstraint("announcement_id", "version", "person_id"),)

    announcement_id: Mapped[int] = mapped_column(ForeignKey("announcement.id"))
    version: Mapped[int]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    at: Mapped[datetime]
    channel: Mapped[str] = mapped_column(String(60))
