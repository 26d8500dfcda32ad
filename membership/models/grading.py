"""Grading schemes by version, rounds with their members, and the grades that units were given."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from core.db import AssociationScoped, Base


class GradingScheme(AssociationScoped, Base):
    """One version of a scheme with the exact text of its document. The text never changes once it was published.

    ``state`` is ``draft``, ``published`` or ``retired``; ``sha256`` is that of the document in UTF-8.
    """

    __tablename__ = "grading_scheme"
    __table_args__ = (UniqueConstraint("association_id", "scheme", "version"),)

    scheme: Mapped[str] = mapped_column(String(60))
    version: Mapped[str] = mapped_column(String(40))
    title: Mapped[str] = mapped_column(String(200))
    document: Mapped[str] = mapped_column(Text)
    sha256: Mapped[str] = mapped_column(String(64))
    state: Mapped[str] = mapped_column(String(12))
    effective_from: Mapped[date]
    effective_to: Mapped[date | None]
    drafted_by: Mapped[int]
    drafted_at: Mapped[datetime]
    revision: Mapped[int] = mapped_column(default=1)
    published_by: Mapped[int | None]
    published_at: Mapped[datetime | None]
    retired_by: Mapped[int | None]
    retired_at: Mapped[datetime | None]
    retired_why: Mapped[str] = mapped_column(Text, default="")

    @property
    def reference(self) -> str:
        """How people name it."""
        return f"{self.scheme}@{self.version}"

    @property
    def subject(self) -> str:
        """How the audit names it."""
        return f"scheme:{self.scheme}:{self.version}"


class GradingRound(AssociationScoped, Base):
    """One round of grading. ``state`` is one of ``membership.rules.rounds.State``, or ``cancelled``.

    ``population`` is the audience as it was said; who is in it is frozen in ``round_member``. ``day`` is the day as of
    which facts count, ``blind`` hides former stages' scores from evaluators, ``council`` asks for a council's vote.
    ``valid_months`` is how long its grades hold. ``notice_days`` are working days.
    """

    __tablename__ = "grading_round"
    __table_args__ = (UniqueConstraint("association_id", "number"),)

    number: Mapped[int]
    title: Mapped[str] = mapped_column(String(200))
    scheme_id: Mapped[int] = mapped_column(ForeignKey("grading_scheme.id"))
    state: Mapped[str] = mapped_column(String(12))
    population: Mapped[dict[str, Any]]
    members: Mapped[int]
    day: Mapped[date]
    blind: Mapped[bool] = mapped_column(default=True)
    council: Mapped[bool] = mapped_column(default=False)
    notice_days: Mapped[int]
    valid_months: Mapped[int]
    opened_by: Mapped[int]
    opened_at: Mapped[datetime]
    locked_by: Mapped[int | None]
    locked_at: Mapped[datetime | None]
    decided_by: Mapped[int | None]
    decided_at: Mapped[datetime | None]
    decision: Mapped[str] = mapped_column(Text, default="")
    published_by: Mapped[int | None]
    published_at: Mapped[datetime | None]
    cancelled_why: Mapped[str] = mapped_column(Text, default="")
    revision: Mapped[int] = mapped_column(default=1)

    @property
    def reference(self) -> str:
        """How people name a round."""
        return f"G-{self.number:04d}"

    @property
    def subject(self) -> str:
        """How the audit, its public notice and its vote name it."""
        return f"grading:{self.reference}"


class RoundMember(AssociationScoped, Base):
    """One unit of a round: its self-assessment, the facts frozen at the lock, and what was computed from them.

    ``facts`` are what the register held of it at the lock, as ``membership.rules.grading.stored`` writes a fact, with commas
    between; the scores are in ``round_score``. ``points`` is the score × 10⁶ (empty when it has more decimals), ``score``
    its exact text; both are empty when something is missing.
    """

    __tablename__ = "round_member"
    __table_args__ = (
        UniqueConstraint("round_id", "unit_id"),
        Index("ix_round_member_unit_id", "unit_id"),
    )

    association_id: Mapped[int] = mapped_column(ForeignKey("association.id"))
    round_id: Mapped[int] = mapped_column(ForeignKey("grading_round.id"))
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    handed_in_at: Mapped[datetime | None]
    handed_in_by: Mapped[int | None]
    facts: Mapped[str] = mapped_column(Text, default="")
    score: Mapped[str | None] = mapped_column(String(40))
    grade: Mapped[str | None] = mapped_column(String(40))
    shown: Mapped[str | None] = mapped_column(String(40))
    points: Mapped[int | None] = mapped_column(BigInteger)
    status: Mapped[str | None] = mapped_column(String(12))
    rank: Mapped[int | None]


class UnitGrade(AssociationScoped, Base):
    """A grade that a unit was given, from ``valid_from`` on. Rows are only ever added; the newest one in effect holds.

    ``inputs`` are the exact facts it was computed from, as of ``day`` (``membership.rules.grading.stored``), ``digest`` is the
    hash over them, the scheme's document and the result. It came from a round or from an adjustment.
    """

    __tablename__ = "unit_grade"
    __table_args__ = (
        Index("ix_unit_grade_unit_from", "unit_id", "valid_from", "id"),
        Index("ix_unit_grade_round_id", "round_id"),
    )

    association_id: Mapped[int] = mapped_column(ForeignKey("association.id"))
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    scheme_id: Mapped[int] = mapped_column(ForeignKey("grading_scheme.id"))
    round_id: Mapped[int | None] = mapped_column(ForeignKey("grading_round.id"))
    adjustment_id: Mapped[int | None]
    day: Mapped[date]
    grade: Mapped[str] = mapped_column(String(40))
    shown: Mapped[str] = mapped_column(String(40))
    score: Mapped[str | None] = mapped_column(String(40))
    status: Mapped[str] = mapped_column(String(12))
    rank: Mapped[int | None]
    valid_from: Mapped[date]
    valid_until: Mapped[date | None]
    inputs: Mapped[str] = mapped_column(Text)
    digest: Mapped[str] = mapped_column(String(64))
    made_by: Mapped[int | None]
    made_at: Mapped[datetime]
