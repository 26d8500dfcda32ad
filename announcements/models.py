"""Announcements, their versions and numbers, who has confirmed receipt, and what was objected."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, LargeBinary, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from core.db import AssociationScoped, Base


class Announcement(AssociationScoped, Base):
    """One announcement through its whole life. ``version`` counts published texts and stays 0 until the first.

    ``elements`` are those of the working copy; ``runs_from`` and ``runs_until`` are the days of the period in force. ``about``
    is the thing of another package that it belongs to, ``parent_id`` what it concludes or corrects, ``excluded`` the
    people who may not rule on objections to it, ``fields`` those of its template that are still to be filled in.
    """

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
    elements: Mapped[dict[str, Any]] = mapped_column(default=dict)
    fields: Mapped[list[Any]] = mapped_column(default=list)
    attachments: Mapped[list[Any]] = mapped_column(default=list)
    groups: Mapped[list[Any]] = mapped_column(default=list)
    excluded: Mapped[list[Any]] = mapped_column(default=list)
    about: Mapped[str | None] = mapped_column(String(120), index=True)
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("announcement.id"), index=True)
    delivery: Mapped[str] = mapped_column(String(10), default="normal")
    runs_from: Mapped[date | None]
    runs_until: Mapped[date | None]
    restart_reason: Mapped[str | None] = mapped_column(Text)
    scheduled_for: Mapped[datetime | None]
    approved_by: Mapped[int | None]
    next_chase_on: Mapped[date | None]
    escalate_on: Mapped[date | None]
    chased: Mapped[int] = mapped_column(default=0)
    ended_told: Mapped[bool] = mapped_column(default=False)
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
    """A text as it was published; never changed. ``recalled_at``: it was taken back before anybody had got it."""

    __tablename__ = "announcement_version"
    __table_args__ = (UniqueConstraint("announcement_id", "version"),)

    announcement_id: Mapped[int] = mapped_column(ForeignKey("announcement.id"))
    version: Mapped[int]
    title: Mapped[str] = mapped_column(String(200))
    body: Mapped[str] = mapped_column(Text)
    audience: Mapped[dict[str, Any]]
    elements: Mapped[dict[str, Any]] = mapped_column(default=dict)
    attachments: Mapped[list[Any]] = mapped_column(default=list)
    published_at: Mapped[datetime]
    published_by: Mapped[int | None]
    recipients: Mapped[int]
    opted_out: Mapped[int] = mapped_column(default=0)
    goes_at: Mapped[datetime | None]
    recalled_at: Mapped[datetime | None]


class Acknowledgement(AssociationScoped, Base):
    """A person has confirmed receipt of one version."""

    __tablename__ = "acknowledgement"
    __table_args__ = (UniqueConstraint("announcement_id", "version", "person_id"),)

    announcement_id: Mapped[int] = mapped_column(ForeignKey("announcement.id"))
    version: Mapped[int]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    at: Mapped[datetime]
    channel: Mapped[str] = mapped_column(String(60))


class IssuedNumber(AssociationScoped, Base):
    """One document number that was given out. A voided one keeps its place and is never used again."""

    __tablename__ = "issued_number"
    __table_args__ = (UniqueConstraint("association_id", "code", "year", "number"),)

    code: Mapped[str] = mapped_column(String(20))
    year: Mapped[int]
    number: Mapped[int]
    announcement_id: Mapped[int] = mapped_column(ForeignKey("announcement.id"))
    issued_at: Mapped[datetime]
    voided_at: Mapped[datetime | None]
    voided_by: Mapped[int | None]
    reason: Mapped[str | None] = mapped_column(Text)


class Objection(AssociationScoped, Base):
    """What somebody holds against a public notice, or says to a draft that is open for comment.

    Their words are sealed under their key; ``ruling`` is the association's answer.
    """

    __tablename__ = "objection"
    __table_args__ = (
        UniqueConstraint("association_id", "number"),
        Index("ix_objection_announcement", "announcement_id", "state"),
    )

    number: Mapped[int]
    announcement_id: Mapped[int] = mapped_column(ForeignKey("announcement.id"))
    version: Mapped[int]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    unit: Mapped[str] = mapped_column(String(200))
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    attachment_id: Mapped[int | None]
    state: Mapped[str] = mapped_column(String(12))
    received_at: Mapped[datetime]
    channel: Mapped[str] = mapped_column(String(60))
    due_on: Mapped[date | None]
    ruling: Mapped[str | None] = mapped_column(Text)
    ruled_by: Mapped[int | None]
    ruled_at: Mapped[datetime | None]

    @property
    def reference(self) -> str:
        """How people name it."""
        return f"O-{self.number:04d}"

    @property
    def subject(self) -> str:
        """How the audit and the outbox name it."""
        return f"objection:{self.number}"


class AnnouncementTemplate(AssociationScoped, Base):
    """A text with {fields} to be filled in, made by the association. Shipped ones are data files."""

    __tablename__ = "announcement_template"
    __table_args__ = (UniqueConstraint("association_id", "name"),)

    name: Mapped[str] = mapped_column(String(60))
    kind: Mapped[str] = mapped_column(String(20))
    title: Mapped[str] = mapped_column(String(200))
    body: Mapped[str] = mapped_column(Text)
    elements: Mapped[dict[str, Any]] = mapped_column(default=dict)
    made_by: Mapped[int | None]
    made_at: Mapped[datetime]


class OptOut(AssociationScoped, Base):
    """A person does not want announcements of this kind."""

    __tablename__ = "opt_out"
    __table_args__ = (UniqueConstraint("person_id", "kind"),)

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    kind: Mapped[str] = mapped_column(String(20))
    since: Mapped[datetime]
