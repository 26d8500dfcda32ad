"""The code of conduct: its versions with their clauses, and who has accepted which."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from core.db import AssociationScoped, Base


class ConductText(AssociationScoped, Base):
    """One version of the code of conduct. Once it is published nothing of it changes.

    ``clauses`` are ``{"number": "3", "text": …}`` in their order; ``sha256`` is that of ``text``.
    """

    __tablename__ = "conduct_text"
    __table_args__ = (UniqueConstraint("association_id", "version"),)

    version: Mapped[int]
    title: Mapped[str] = mapped_column(String(200))
    text: Mapped[str] = mapped_column(Text)
    clauses: Mapped[list[Any]]
    sha256: Mapped[str] = mapped_column(String(64))
    drafted_by: Mapped[int | None]
    drafted_at: Mapped[datetime]
    published_by: Mapped[int | None]
    published_on: Mapped[date | None]
    accept_by: Mapped[date | None]

    @property
    def subject(self) -> str:
        """How the audit names it."""
        return f"conduct:{self.version}"


class ConductAcceptance(AssociationScoped, Base):
    """A unit has accepted a version: through whom, when, and the digest of exactly what was accepted."""

    __tablename__ = "conduct_acceptance"
    __table_args__ = (
        UniqueConstraint("unit_id", "text_id"),
        Index("ix_conduct_acceptance_text", "text_id"),
        Index("ix_conduct_acceptance_person", "person_id"),
    )

    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), index=True)
    text_id: Mapped[int] = mapped_column(ForeignKey("conduct_text.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    sha256: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime]
