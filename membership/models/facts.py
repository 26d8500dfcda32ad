"""The register of facts that are graded: what happened to a unit, when, by which document."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.attachments import Attachment
from core.db import AssociationScoped, Base
from membership.models.units import Unit


class GradingFact(AssociationScoped, Base):
    """One entry about one fact. A change is a new entry of the same number with the next ``revision``; no row is altered.

    ``value`` is exact decimal text; ``act`` says what this entry did (see ``rules.fact_register.Act``); ``reason``
    belongs to the fact, ``note`` to the change.
    """

    __tablename__ = "grading_fact"
    __table_args__ = (
        UniqueConstraint("association_id", "number", "revision"),
        Index("ix_grading_fact_unit", "association_id", "unit_id", "number"),
    )

    number: Mapped[int]
    revision: Mapped[int] = mapped_column(default=1)
    act: Mapped[str] = mapped_column(String(12))
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    item: Mapped[str] = mapped_column(String(60))
    value: Mapped[str | None] = mapped_column(String(40))
    times: Mapped[int | None]
    day: Mapped[date | None]
    ended: Mapped[date | None]
    continuing: Mapped[bool] = mapped_column(default=False)
    corrected: Mapped[date | None]
    repaired: Mapped[date | None]
    level: Mapped[str] = mapped_column(String(60), default="")
    grade: Mapped[str] = mapped_column(String(60), default="")
    origin: Mapped[str] = mapped_column(String(20))
    document: Mapped[str] = mapped_column(String(200), default="")
    same_fact: Mapped[str] = mapped_column(String(100), default="")
    attachment_id: Mapped[int | None] = mapped_column(ForeignKey("attachment.id"))
    reason: Mapped[str] = mapped_column(Text, default="")
    note: Mapped[str] = mapped_column(Text, default="")
    entered_by: Mapped[int | None]
    entered_at: Mapped[datetime]
    entered_on: Mapped[date]

    unit: Mapped[Unit] = relationship(lazy="raise")
    attachment: Mapped[Attachment | None] = relationship(lazy="raise")

    @property
    def reference(self) -> str:
        """How people name the fact."""
        return f"Q-{self.number:04d}"

    @property
    def subject(self) -> str:
        """How the audit names it."""
        return f"fact:{self.number}"
