"""Applications for membership: what was asked for, the papers with it, and every step that was taken."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from core.db import AssociationScoped, Base


class Application(AssociationScoped, Base):
    """A unit that asks to become a member. ``steps`` are those in force when it was handed in: they do not change any more.

    ``step`` is the name of the step at which it stands. ``notice`` and ``ballot`` name the public notice and the motion
    about it (``admission:3``), which may be about several applications. ``touched_at`` is when its applicant or the
    office last did something with it, ``warned_at`` when its applicant was told that it is about to expire.
    """

    __tablename__ = "application"
    __table_args__ = (
        UniqueConstraint("association_id", "number"),
        Index("ix_application_state", "association_id", "state", "step"),
        Index("ix_application_code", "association_id", "code"),
    )

    number: Mapped[int]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    name: Mapped[str] = mapped_column(String(200))
    code: Mapped[str] = mapped_column(String(18))
    category: Mapped[str] = mapped_column(String(40))
    rank: Mapped[str] = mapped_column(String(40))
    region: Mapped[str] = mapped_column(String(60))
    engineers: Mapped[int | None]
    state: Mapped[str] = mapped_column(String(12))
    step: Mapped[str] = mapped_column(String(40), default="")
    steps: Mapped[list[Any]] = mapped_column(default=list)
    notice: Mapped[str] = mapped_column(String(60), default="", index=True)
    ballot: Mapped[str] = mapped_column(String(60), default="", index=True)
    made_at: Mapped[datetime]
    filed_at: Mapped[datetime | None]
    touched_at: Mapped[datetime]
    warned_at: Mapped[datetime | None]
    decided_on: Mapped[date | None]
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"), index=True)

    @property
    def reference(self) -> str:
        """How people name an application."""
        return f"J-{self.number:04d}"

    @property
    def subject(self) -> str:
        """How the audit names it."""
        return f"application:{self.number}"


class ApplicationStep(AssociationScoped, Base):
    """One thing that happened to an application: who did what at which step, and why. Never changed."""

    __tablename__ = "application_step"

    application_id: Mapped[int] = mapped_column(ForeignKey("application.id"), index=True)
    step: Mapped[str] = mapped_column(String(40))
    act: Mapped[str] = mapped_column(String(12))
    person_id: Mapped[int | None]
    reason: Mapped[str] = mapped_column(Text, default="")
    at: Mapped[datetime]


class ApplicationPaper(AssociationScoped, Base):
    """A document that came with an application. A newer one of the same kind takes its place; the older one stays."""

    __tablename__ = "application_paper"

    application_id: Mapped[int] = mapped_column(ForeignKey("application.id"), index=True)
    kind: Mapped[str] = mapped_column(String(40))
    attachment_id: Mapped[int] = mapped_column(ForeignKey("attachment.id"))
    sent_at: Mapped[datetime]
    replaced_at: Mapped[datetime | None]


class RuleText(AssociationScoped, Base):
    """A document of rules of the association's own: the way of admission, or the order of standings. Never changed."""

    __tablename__ = "rule_text"
    __table_args__ = (UniqueConstraint("association_id", "kind", "version"),)

    kind: Mapped[str] = mapped_column(String(20))
    version: Mapped[int]
    text: Mapped[str] = mapped_column(Text)
    sha256: Mapped[str] = mapped_column(String(64))
    effective_from: Mapped[date]
    entered_by: Mapped[int | None]
    confirmed_by: Mapped[int | None]
    entered_at: Mapped[datetime]
