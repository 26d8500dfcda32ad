"""Professional registers: entries of every declared register in one table, what they are found by, their history, what
member contacts propose, and the spreadsheets in which entries came in.
"""

from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.db import AssociationScoped, Base
from membership.models.units import Unit

LIVE = text("ended_on IS NULL")
WAITING = text("state = 'waiting'")


class RegisterEntry(AssociationScoped, Base):
    """One entry of a register. ``data`` are its values as the declaration of that version stored them; ``key`` tells it
    from the other live entries of its register; ``title`` is how it is named in lists, without anything about a person.
    """

    __tablename__ = "register_entry"
    __table_args__ = (
        UniqueConstraint("association_id", "number"),
        Index(
            "uq_register_entry_live_key",
            "association_id",
            "register",
            "key",
            unique=True,
            sqlite_where=LIVE,
            postgresql_where=LIVE,
        ),
        Index("ix_register_entry_listed", "association_id", "register", "ended_on", "id"),
        Index("ix_register_entry_validity", "association_id", "register", "ended_on", "valid_until"),
        Index("ix_register_entry_unit", "unit_id", "register"),
    )

    number: Mapped[int]
    register: Mapped[str] = mapped_column(String(30))
    declaration: Mapped[str] = mapped_column(String(20))
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    key: Mapped[str] = mapped_column(String(300))
    title: Mapped[str] = mapped_column(String(120))
    data: Mapped[dict[str, Any]]
    sought: Mapped[str] = mapped_column(Text)
    valid_from: Mapped[date | None]
    valid_until: Mapped[date | None]
    ended_on: Mapped[date | None]
    entered_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    version: Mapped[int] = mapped_column(default=1)

    unit: Mapped[Unit] = relationship(lazy="raise")

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy reads it as it stands

    @property
    def reference(self) -> str:
        """How people name an entry."""
        return f"E-{self.number:04d}"

    @property
    def audit_reference(self) -> str:
        """How the audit names it."""
        return f"register_entry:{self.number}"


class RegisterFacet(AssociationScoped, Base):
    """One value of a live entry by which entries are filtered, counted and reminded of: a word, a day or an amount."""

    __tablename__ = "register_facet"
    __table_args__ = (
        Index("ix_register_facet_value", "association_id", "register", "field", "value", "entry_id"),
        Index("ix_register_facet_day", "association_id", "register", "field", "day", "entry_id"),
    )

    entry_id: Mapped[int] = mapped_column(ForeignKey("register_entry.id"), index=True)
    register: Mapped[str] = mapped_column(String(30))
    field: Mapped[str] = mapped_column(String(30))
    value: Mapped[str | None] = mapped_column(String(100))
    day: Mapped[date | None]
    amount: Mapped[int | None] = mapped_column(BigInteger)


class RegisterVersion(AssociationScoped, Base):
    """What an entry said from a moment on, why and by whom. Never overwritten, save to forget a person."""

    __tablename__ = "register_version"
    __table_args__ = (UniqueConstraint("entry_id", "version"), Index("ix_register_version_at", "association_id", "at"))

    entry_id: Mapped[int] = mapped_column(ForeignKey("register_entry.id"))
    version: Mapped[int]
    action: Mapped[str] = mapped_column(String(12))
    declaration: Mapped[str] = mapped_column(String(20))
    data: Mapped[dict[str, Any]]
    ended_on: Mapped[date | None]
    reason: Mapped[str] = mapped_column(Text)
    person_id: Mapped[int | None]
    at: Mapped[datetime]
    proposal: Mapped[int | None]


class RegisterProposal(AssociationScoped, Base):
    """What a member contact wants entered, changed or ended: nothing of it counts before staff have confirmed it.

    ``data`` are all values of a new entry, or only the changed ones; ``entry_version`` is the version they were meant for.
    """

    __tablename__ = "register_proposal"
    __table_args__ = (
        UniqueConstraint("association_id", "number"),
        Index(
            "ix_register_proposal_waiting",
            "association_id",
            "number",
            sqlite_where=WAITING,
            postgresql_where=WAITING,
        ),
    )

    number: Mapped[int]
    register: Mapped[str] = mapped_column(String(30))
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), index=True)
    entry_id: Mapped[int | None] = mapped_column(ForeignKey("register_entry.id"), index=True)
    action: Mapped[str] = mapped_column(String(12))
    data: Mapped[dict[str, Any]]
    entry_version: Mapped[int | None]
    state: Mapped[str] = mapped_column(String(12))
    reason: Mapped[str] = mapped_column(Text)
    proposed_by: Mapped[int]
    proposed_at: Mapped[datetime]
    decided_by: Mapped[int | None]
    decided_at: Mapped[datetime | None]

    unit: Mapped[Unit] = relationship(lazy="raise")
    entry: Mapped[RegisterEntry | None] = relationship(lazy="raise")


class RegisterImport(AssociationScoped, Base):
    """One uploaded spreadsheet of a register: judged, then confirmed by a person, perhaps undone."""

    __tablename__ = "register_import"
    __table_args__ = (UniqueConstraint("association_id", "number"),)

    number: Mapped[int]
    register: Mapped[str] = mapped_column(String(30))
    attachment_id: Mapped[int] = mapped_column(ForeignKey("attachment.id"))
    state: Mapped[str] = mapped_column(String(12))
    counts: Mapped[dict[str, Any]]
    made_by: Mapped[int | None]
    made_at: Mapped[datetime]
    confirmed_at: Mapped[datetime | None]
    undone_at: Mapped[datetime | None]


class RegisterImportRow(AssociationScoped, Base):
    """One spreadsheet row of an import: what it says, what is wrong with it, and what it changed.

    ``version`` is that of the entry when the row was judged, after the confirmation that which it made; ``former`` what
    it replaced.
    """

    __tablename__ = "register_import_row"
    __table_args__ = (Index("ix_register_import_row_import", "import_id", "row"),)

    import_id: Mapped[int] = mapped_column(ForeignKey("register_import.id"))
    row: Mapped[int]
    outcome: Mapped[str] = mapped_column(String(12))
    problems: Mapped[list[Any]]
    data: Mapped[dict[str, Any]]
    former: Mapped[dict[str, Any] | None]
    unit_id: Mapped[int | None]
    entry_id: Mapped[int | None]
    version: Mapped[int | None]
