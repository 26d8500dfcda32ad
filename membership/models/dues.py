"""Dues: what was decided, what each unit was charged, what came in, and the bank lists that payments were read from."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.db import AssociationScoped, Base
from membership.models.units import Unit

IN_FORCE = text("voided_at IS NULL")
COUNTED = text("receipt_used IS NOT NULL")


class DuesSchedule(AssociationScoped, Base):
    """The amounts of one year as they were adopted. A change is a new version; the newest one holds.

    ``due_on`` is the day as it was decided; what is charged rolls to a working day. ``prorata``: whoever joins during
    the year owes the months from the month of joining on.
    """

    __tablename__ = "dues_schedule"
    __table_args__ = (UniqueConstraint("association_id", "year", "version"),)

    year: Mapped[int]
    version: Mapped[int]
    basis: Mapped[str] = mapped_column(String(200))
    adopted_on: Mapped[date]
    due_on: Mapped[date]
    prorata: Mapped[bool]
    set_by: Mapped[int | None]
    set_at: Mapped[datetime]

    @property
    def audit_reference(self) -> str:
        """How the audit names it."""
        return f"dues:{self.year}:{self.version}"


class DuesRate(AssociationScoped, Base):
    """What a class owes for the whole year, in fen; 0 is a class that owes nothing."""

    __tablename__ = "dues_rate"
    __table_args__ = (UniqueConstraint("schedule_id", "rank"), CheckConstraint("amount >= 0", name="amount"))

    schedule_id: Mapped[int] = mapped_column(ForeignKey("dues_schedule.id"))
    rank: Mapped[str] = mapped_column(String(40))
    amount: Mapped[int] = mapped_column(BigInteger)


class DuesCharge(AssociationScoped, Base):
    """What one unit owes for one year. All money is in fen.

    ``paid`` is the sum of its entries, kept under the lock of this row; ``waived`` what a second person let go;
    ``origin_id`` the unit that was charged, which stays when the charge moves on by a merge. One charge of a unit and
    year is in force; a voided one counts nowhere.
    """

    __tablename__ = "dues_charge"
    __table_args__ = (
        UniqueConstraint("association_id", "number"),
        Index(
            "uq_dues_charge_in_force",
            "association_id",
            "unit_id",
            "year",
            unique=True,
            sqlite_where=IN_FORCE,
            postgresql_where=IN_FORCE,
        ),
        Index("ix_dues_charge_due", "association_id", "due_on"),
        CheckConstraint("amount > 0 AND waived >= 0", name="amount"),
    )

    number: Mapped[int]
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), index=True)
    origin_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), index=True)
    schedule_id: Mapped[int] = mapped_column(ForeignKey("dues_schedule.id"))
    year: Mapped[int]
    rank: Mapped[str] = mapped_column(String(40))
    amount: Mapped[int] = mapped_column(BigInteger)
    months: Mapped[int] = mapped_column(default=12)
    due_on: Mapped[date]
    provisional: Mapped[bool] = mapped_column(default=False)
    raised_on: Mapped[date]
    raised_at: Mapped[datetime]
    paid: Mapped[int] = mapped_column(BigInteger, default=0)
    waived: Mapped[int] = mapped_column(BigInteger, default=0)
    waived_on: Mapped[date | None]
    waived_why: Mapped[str | None] = mapped_column(Text)
    voided_on: Mapped[date | None]
    voided_at: Mapped[datetime | None]
    voided_why: Mapped[str | None] = mapped_column(Text)
    version: Mapped[int] = mapped_column(default=1)

    unit: Mapped[Unit] = relationship(lazy="raise", foreign_keys=[unit_id])

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy reads it as it stands

    @property
    def reference(self) -> str:
        """How people name a charge."""
        return f"F-{self.number:04d}"

    @property
    def audit_reference(self) -> str:
        """How the audit names it."""
        return f"dues:{self.number}"

    @property
    def outstanding(self) -> int:
        """What is still owed in fen; negative is what was paid too much."""
        return 0 if self.voided_at is not None else self.amount - self.waived - self.paid


class DuesEntry(AssociationScoped, Base):
    """Money that came in, went back, or was entered in error and is taken back. Never changed but for its receipt's use.

    ``amount`` in fen is positive for a payment, negative for a refund or a correction; ``reverses_id`` is the entry that
    it takes back. ``receipt_used`` blocks the receipt's number; a correction sets it free again.
    """

    __tablename__ = "dues_entry"
    __table_args__ = (
        Index(
            "uq_dues_entry_receipt",
            "association_id",
            "receipt_used",
            unique=True,
            sqlite_where=COUNTED,
            postgresql_where=COUNTED,
        ),
        UniqueConstraint("reverses_id"),
        Index("ix_dues_entry_on", "association_id", "on"),
        CheckConstraint("amount <> 0", name="amount"),
    )

    charge_id: Mapped[int] = mapped_column(ForeignKey("dues_charge.id"), index=True)
    kind: Mapped[str] = mapped_column(String(12))
    amount: Mapped[int] = mapped_column(BigInteger)
    on: Mapped[date]
    receipt: Mapped[str] = mapped_column(String(60), default="")
    receipt_used: Mapped[str | None] = mapped_column(String(60))
    reason: Mapped[str] = mapped_column(Text, default="")
    reverses_id: Mapped[int | None] = mapped_column(ForeignKey("dues_entry.id"))
    batch_id: Mapped[int | None] = mapped_column(ForeignKey("dues_batch.id"))
    recorded_by: Mapped[int | None]
    recorded_at: Mapped[datetime]


class DuesBatch(AssociationScoped, Base):
    """One uploaded list of payments: judged, then brought in by a person."""

    __tablename__ = "dues_batch"
    __table_args__ = (UniqueConstraint("association_id", "number"),)

    number: Mapped[int]
    attachment_id: Mapped[int] = mapped_column(ForeignKey("attachment.id"))
    state: Mapped[str] = mapped_column(String(12))
    counts: Mapped[dict[str, Any]]
    made_by: Mapped[int | None]
    made_at: Mapped[datetime]
    confirmed_at: Mapped[datetime | None]

    @property
    def reference(self) -> str:
        """How people name a batch."""
        return f"B-{self.number:04d}"


class DuesBatchRow(AssociationScoped, Base):
    """One line of such a list: what it says, which charge it pays, and what became of it."""

    __tablename__ = "dues_batch_row"
    __table_args__ = (Index("ix_dues_batch_row_batch", "batch_id", "row"),)

    batch_id: Mapped[int] = mapped_column(ForeignKey("dues_batch.id"))
    row: Mapped[int]
    outcome: Mapped[str] = mapped_column(String(12))
    problems: Mapped[list[Any]]
    data: Mapped[dict[str, Any]]
    charge_id: Mapped[int | None] = mapped_column(ForeignKey("dues_charge.id"))
