"""Dated facts from which a unit's standing follows, and the terms for which it holds its class."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from core.db import AssociationScoped, Base


class StandingFact(AssociationScoped, Base):
    """A dated fact about a unit: suspended, expelled, withdrawn, overridden … from a day on, perhaps until a last day.

    ``status`` is what an override says. An ended fact (``ended_on``: first day it no longer counts) is kept.
    """

    __tablename__ = "standing_fact"

    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), index=True)
    fact: Mapped[str] = mapped_column(String(20))
    status: Mapped[str] = mapped_column(String(20), default="")
    starts_on: Mapped[date]
    until: Mapped[date | None]
    reason: Mapped[str] = mapped_column(Text)
    entered_by: Mapped[int | None]
    entered_at: Mapped[datetime]
    ended_on: Mapped[date | None] = mapped_column(index=True)


class ClassTerm(AssociationScoped, Base):
    """A term for which a unit holds a class of membership. Never overwritten: an early end is ``ended_on``."""

    __tablename__ = "class_term"

    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), index=True)
    rank: Mapped[str] = mapped_column(String(40))
    former: Mapped[str] = mapped_column(String(40))
    starts_on: Mapped[date]
    until: Mapped[date | None] = mapped_column(index=True)
    reason: Mapped[str] = mapped_column(Text)
    entered_by: Mapped[int | None]
    entered_at: Mapped[datetime]
    begun_at: Mapped[datetime | None]
    ended_on: Mapped[date | None]
