"""Member units, their standing, qualifications and contacts, and the batches in which a roster came in."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.db import AssociationScoped, Base
from people.models import Person


class Unit(AssociationScoped, Base):
    """A member unit as registered. ``name_key`` is the name as it is compared; a number is never given out twice.

    ``changed_at`` is when anything on its card was last changed; every such change makes a new ``version``.
    """

    __tablename__ = "unit"
    __table_args__ = (
        UniqueConstraint("association_id", "number"),
        UniqueConstraint("association_id", "code"),
        Index("ix_unit_name_key", "association_id", "name_key"),
        Index("ix_unit_standing", "association_id", "status", "category"),
    )

    number: Mapped[int]
    code: Mapped[str] = mapped_column(String(18))
    name: Mapped[str] = mapped_column(String(200))
    name_key: Mapped[str] = mapped_column(String(200))
    category: Mapped[str] = mapped_column(String(40))
    rank: Mapped[str] = mapped_column(String(40))
    region: Mapped[str] = mapped_column(String(60))
    joined_on: Mapped[date]
    left_on: Mapped[date | None]
    status: Mapped[str] = mapped_column(String(20))
    engineers: Mapped[int | None]
    remark: Mapped[str] = mapped_column(Text, default="")
    changed_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy reads it as it stands

    @property
    def reference(self) -> str:
        """How people name a member unit."""
        return f"M-{self.number:04d}"

    @property
    def audit_reference(self) -> str:
        """How the audit names it."""
        return f"member:{self.number}"


class StatusChange(AssociationScoped, Base):
    """One step in a unit's standing, with its day and reason. Never overwritten."""

    __tablename__ = "status_change"

    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), index=True)
    former: Mapped[str | None] = mapped_column(String(20))
    status: Mapped[str] = mapped_column(String(20))
    on: Mapped[date]
    reason: Mapped[str] = mapped_column(Text)
    recorded_at: Mapped[datetime]


class Qualification(AssociationScoped, Base):
    """A qualification of a unit and the last day it is valid."""

    __tablename__ = "qualification"
    __table_args__ = (UniqueConstraint("unit_id", "name"),)

    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), index=True)
    name: Mapped[str] = mapped_column(String(100))
    valid_until: Mapped[date | None] = mapped_column(index=True)


class UnitContact(AssociationScoped, Base):
    """A person who acts for a unit."""

    __tablename__ = "unit_contact"
    __table_args__ = (Index("ix_unit_contact_person", "person_id"),)

    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    since: Mapped[date]
    until: Mapped[date | None]

    unit: Mapped[Unit] = relationship(lazy="raise")
    person: Mapped[Person] = relationship(lazy="raise")


class ImportBatch(AssociationScoped, Base):
    """One uploaded roster: judged, then confirmed by a person, perhaps undone."""

    __tablename__ = "import_batch"
    __table_args__ = (UniqueConstraint("association_id", "number"),)

    number: Mapped[int]
    attachment_id: Mapped[int] = mapped_column(ForeignKey("attachment.id"))
    state: Mapped[str] = mapped_column(String(12))
    only_blank: Mapped[bool] = mapped_column(default=False)
    counts: Mapped[dict[str, Any]]
    made_by: Mapped[int | None]
    made_at: Mapped[datetime]
    confirmed_at: Mapped[datetime | None]
    undone_at: Mapped[datetime | None]

    @property
    def reference(self) -> str:
        """How people name a batch."""
        return f"I-{self.number:04d}"


class ImportRow(AssociationScoped, Base):
    """One spreadsheet row of a batch: what was found, what was wrong, what it would change, and what it replaced.

    ``version`` is that of the unit when the row was judged, ``person_id`` the contact that the row entered.
    """

    __tablename__ = "import_row"
    __table_args__ = (Index("ix_import_row_batch", "batch_id", "row"),)

    batch_id: Mapped[int] = mapped_column(ForeignKey("import_batch.id"))
    row: Mapped[int]
    sheet: Mapped[str] = mapped_column(String(60), default="")
    outcome: Mapped[str] = mapped_column(String(12))
    problems: Mapped[list[Any]]
    data: Mapped[dict[str, Any]]
    version: Mapped[int | None]
    unit_id: Mapped[int | None]
    person_id: Mapped[int | None]
    former: Mapped[dict[str, Any] | None]
