"""What the association has been entrusted with."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from core.db import AssociationScoped, Base


class Mandate(AssociationScoped, Base):
    """One written entrustment (委托): by whom, by which document, for which acts, from when until when.

    Both days count in. ``fee_allowed``: the document lets the association charge for it. It is never deleted: one that ends early has ``ended_on`` and a reason.
    """

    __tablename__ = "mandate"
    __table_args__ = (UniqueConstraint("association_id", "number"), UniqueConstraint("association_id", "document"))

    number: Mapped[int]
    principal: Mapped[str] = mapped_column(String(100))
    level: Mapped[str] = mapped_column(String(20))
    document: Mapped[str] = mapped_column(String(80))
    acts: Mapped[list[Any]]
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    fee_allowed: Mapped[bool] = mapped_column(default=False)
    ended_on: Mapped[date | None]
    end_reason: Mapped[str | None] = mapped_column(Text)
    entered_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    entered_at: Mapped[datetime]

    @property
    def reference(self) -> str:
        """How people name it."""
        return f"W-{self.number:04d}"

    @property
    def subject(self) -> str:
        """How the audit names it."""
        return f"mandate:{self.number}"

    @property
    def last_day(self) -> date:
        """The last day on which it may be acted upon."""
        return self.ends_on if self.ended_on is None else min(self.ends_on, self.ended_on)
