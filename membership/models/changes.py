"""What members propose to change on their own cards."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from core.db import AssociationScoped, Base


class ChangeRequest(AssociationScoped, Base):
    """A contact proposes new facts of a unit. It is open while one of its facts is undecided."""

    __tablename__ = "change_request"
    __table_args__ = (
        UniqueConstraint("association_id", "number"),
        Index("ix_change_request_state", "association_id", "state"),
    )

    number: Mapped[int]
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    state: Mapped[str] = mapped_column(String(12))
    made_at: Mapped[datetime]
    settled_at: Mapped[datetime | None]

    @property
    def reference(self) -> str:
        """How people name it."""
        return f"C-{self.number:04d}"

    @property
    def subject(self) -> str:
        """How the audit names it."""
        return f"change:{self.number}"


class ChangedFact(AssociationScoped, Base):
    """One fact of a request: what it was when it was proposed, what it is to be, and what became of that."""

    __tablename__ = "changed_fact"
    __table_args__ = (UniqueConstraint("request_id", "fact"),)

    request_id: Mapped[int] = mapped_column(ForeignKey("change_request.id"), index=True)
    fact: Mapped[str] = mapped_column(String(20))
    old: Mapped[str] = mapped_column(Text)
    new: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(String(12))
    reason: Mapped[str] = mapped_column(Text, default="")
    decided_by: Mapped[int | None]
    decided_at: Mapped[datetime | None]
