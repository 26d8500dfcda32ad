"""Adjustments of grades between rounds, what members answered, and the benefits that go with a grade."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.db import AssociationScoped, Base
from membership.models.grading import UnitGrade
from membership.models.units import Unit

STILL_OPEN = text("state IN ('proposed', 'waiting', 'told')")


class GradeAdjustment(AssociationScoped, Base):
    """A proposal to change a unit's grade, and what became of it. At most one is open for a unit.

    ``grade_id`` is the grade it starts from, ``inputs`` and ``digest`` what the proposed one was computed from, as of ``day``.
    ``causes`` are (kind, fact) pairs; ``served`` says how a member was told that has no chat. The last days
    to answer and to object are deadlines of ``core.deadlines`` under its subject.
    """

    __tablename__ = "grade_adjustment"
    __table_args__ = (
        UniqueConstraint("association_id", "number"),
        Index(
            "uq_grade_adjustment_open", "association_id", "unit_id", unique=True,
            sqlite_where=STILL_OPEN, postgresql_where=STILL_OPEN,
        ),
    )  # fmt: skip

    number: Mapped[int]
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    grade_id: Mapped[int] = mapped_column(ForeignKey("unit_grade.id"))
    scheme_id: Mapped[int] = mapped_column(ForeignKey("grading_scheme.id"))
    state: Mapped[str] = mapped_column(String(12))
    direction: Mapped[str] = mapped_column(String(4))
    day: Mapped[date]
    grade: Mapped[str] = mapped_column(String(40))
    shown: Mapped[str] = mapped_column(String(40))
    score: Mapped[str | None] = mapped_column(String(40))
    status: Mapped[str] = mapped_column(String(12))
    inputs: Mapped[str] = mapped_column(Text)
    digest: Mapped[str] = mapped_column(String(64))
    causes: Mapped[list[Any]]
    proposed_by: Mapped[int | None]
    proposed_at: Mapped[datetime]
    told_by: Mapped[int | None]
    told_at: Mapped[datetime | None]
    served: Mapped[str] = mapped_column(String(200), default="")
    decided_by: Mapped[int | None]
    decided_at: Mapped[datetime | None]
    decision: Mapped[str] = mapped_column(Text, default="")
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy reads it as it stands

    unit: Mapped[Unit] = relationship(lazy="raise")
    former: Mapped[UnitGrade] = relationship(lazy="raise")

    @property
    def reference(self) -> str:
        """How people name it."""
        return f"D-{self.number:04d}"

    @property
    def subject(self) -> str:
        """How the audit names it."""
        return f"adjustment:{self.number}"


class AdjustmentAnswer(AssociationScoped, Base):
    """What a member said to an adjustment: an ``answer`` before the decision, an ``objection`` after it, with its ruling."""

    __tablename__ = "adjustment_answer"
    __table_args__ = (Index("ix_adjustment_answer_of", "adjustment_id"),)

    adjustment_id: Mapped[int] = mapped_column(ForeignKey("grade_adjustment.id"))
    kind: Mapped[str] = mapped_column(String(10))
    words: Mapped[str] = mapped_column(Text)
    attachment_id: Mapped[int | None] = mapped_column(ForeignKey("attachment.id"))
    said_by: Mapped[int]
    said_at: Mapped[datetime]
    ruling: Mapped[str | None] = mapped_column(String(10))
    ruled_by: Mapped[int | None]
    ruled_at: Mapped[datetime | None]
    ruled_why: Mapped[str] = mapped_column(Text, default="")


class GradeBenefit(AssociationScoped, Base):
    """What a grade of a scheme brings a member, from a day on. It is ended, never changed."""

    __tablename__ = "grade_benefit"
    __table_args__ = (Index("ix_grade_benefit_of", "association_id", "scheme", "grade"),)

    number: Mapped[int]
    scheme: Mapped[str] = mapped_column(String(60))
    grade: Mapped[str] = mapped_column(String(40))
    words: Mapped[str] = mapped_column(String(300))
    effective_from: Mapped[date]
    effective_to: Mapped[date | None]
    entered_by: Mapped[int | None]
    entered_at: Mapped[datetime]
    ended_by: Mapped[int | None]
    ended_why: Mapped[str] = mapped_column(Text, default="")
