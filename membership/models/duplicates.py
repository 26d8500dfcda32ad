"""Pairs of units that somebody looked at, and units that were merged."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from core.db import AssociationScoped, Base


class DistinctPair(AssociationScoped, Base):
    """Two units that a person found to be different; the newest word on a pair holds.

    ``low_id`` is the smaller id. ``facts`` is a digest of what the two were compared by: other facts ask anew.
    """

    __tablename__ = "distinct_pair"
    __table_args__ = (Index("ix_distinct_pair_pair", "association_id", "low_id", "high_id"),)

    low_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    high_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    facts: Mapped[str] = mapped_column(String(64))
    reason: Mapped[str] = mapped_column(Text)
    said_by: Mapped[int | None]
    said_at: Mapped[datetime]


class UnitMerge(AssociationScoped, Base):
    """One unit that went into another. Its number stays as an alias; ``moved`` says what moved, so that it can be told back.

    ``moved`` maps a table's column to the ids of its rows, and names what was settled beside.
    """

    __tablename__ = "unit_merge"
    __table_args__ = (UniqueConstraint("source_id"),)

    source_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    target_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), index=True)
    on: Mapped[date]
    reason: Mapped[str] = mapped_column(Text)
    moved: Mapped[dict[str, Any]]
    asked_by: Mapped[int | None]
    done_by: Mapped[int | None]
    done_at: Mapped[datetime]
