"""What is entered during a round: scores and evidence per indicator, who scores whom, conflicts of interest.

Rows are found by their round and unit. An index on the association alone would only tempt a planner to read everything.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from core.db import AssociationScoped, Base

CURRENT = text("superseded_at IS NULL")


class RoundScore(AssociationScoped, Base):
    """The score of one indicator of one unit at one stage. A new one supersedes the former, which stays.

    ``score`` is the exact number as text, ``points`` the same × 10⁶ as a whole number (empty when it has more decimals,
    or nothing was scored). ``plain``: it counts as it stands, with its evidence, and can be added up. ``entry`` is the fact
    that the engine grades, ``evidence`` the files it rests on: id, name, sha256. ``objection`` is the number of the
    upheld objection that a correction after the lock comes from.
    """

    __tablename__ = "round_score"
    __table_args__ = (
        Index(
            "uq_round_score_current", "unit_id", "round_id", "stage", "indicator", unique=True,
            sqlite_where=CURRENT, postgresql_where=CURRENT,
        ),
        Index(
            "ix_round_score_sum", "round_id", "stage", "unit_id", "indicator", "points", "plain",
            sqlite_where=CURRENT, postgresql_where=CURRENT,
        ),
        Index("ix_round_score_of", "round_id", "unit_id"),
    )  # fmt: skip

    association_id: Mapped[int] = mapped_column(ForeignKey("association.id"))
    round_id: Mapped[int] = mapped_column(ForeignKey("grading_round.id"))
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    indicator: Mapped[str] = mapped_column(String(60))
    stage: Mapped[str] = mapped_column(String(10))
    score: Mapped[str | None] = mapped_column(String(40))
    points: Mapped[int | None] = mapped_column(BigInteger)
    plain: Mapped[bool]
    verdict: Mapped[str] = mapped_column(String(16))
    reason: Mapped[str] = mapped_column(Text, default="")
    evidence: Mapped[list[Any]]
    entry: Mapped[str] = mapped_column(Text)
    objection: Mapped[int | None]
    scored_by: Mapped[int]
    scored_at: Mapped[datetime]
    superseded_at: Mapped[datetime | None]


class RoundEvidence(AssociationScoped, Base):
    """A file for one indicator of one unit in a round. Withdrawn ones stay, with the moment."""

    __tablename__ = "round_evidence"
    __table_args__ = (Index("ix_round_evidence_of", "round_id", "unit_id", "indicator"),)

    association_id: Mapped[int] = mapped_column(ForeignKey("association.id"))
    round_id: Mapped[int] = mapped_column(ForeignKey("grading_round.id"))
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    indicator: Mapped[str] = mapped_column(String(60))
    stage: Mapped[str] = mapped_column(String(10))
    attachment_id: Mapped[int] = mapped_column(ForeignKey("attachment.id"))
    name: Mapped[str] = mapped_column(String(200))
    sha256: Mapped[str] = mapped_column(String(64))
    sent_by: Mapped[int]
    sent_at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]


class RoundAssignment(AssociationScoped, Base):
    """Who scores a unit at a stage. ``done`` counts its scored indicators; ``turn`` and ``deferred`` are the queue's order."""

    __tablename__ = "round_assignment"
    __table_args__ = (
        UniqueConstraint("round_id", "unit_id", "stage"),
        Index("ix_round_assignment_queue", "person_id", "round_id", "stage", "finished", "turn", "unit_id"),
    )

    association_id: Mapped[int] = mapped_column(ForeignKey("association.id"))
    round_id: Mapped[int] = mapped_column(ForeignKey("grading_round.id"))
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    stage: Mapped[str] = mapped_column(String(10))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    finished: Mapped[bool] = mapped_column(default=False)
    done: Mapped[int] = mapped_column(default=0)
    turn: Mapped[int] = mapped_column(default=0)
    deferred: Mapped[list[Any]] = mapped_column(default=list)
    assigned_by: Mapped[int | None]
    assigned_at: Mapped[datetime]


class ConflictOfInterest(AssociationScoped, Base):
    """A tie of a person with a unit that was declared; ties by acting for a unit are derived from its contacts."""

    __tablename__ = "conflict_of_interest"
    __table_args__ = (UniqueConstraint("person_id", "unit_id"),)

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    reason: Mapped[str] = mapped_column(Text)
    declared_by: Mapped[int]
    declared_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
