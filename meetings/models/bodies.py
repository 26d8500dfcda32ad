"""What an association says otherwise about its bodies, and who is listed on them."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from core.db import AssociationScoped, Base


class BodyRule(AssociationScoped, Base):
    """What the association's charter says otherwise about a body, from a day on; the newest row of a body holds."""

    __tablename__ = "body_rule"
    __table_args__ = (Index("ix_body_rule_body", "association_id", "body"),)

    body: Mapped[str] = mapped_column(String(40))
    effective_from: Mapped[date]
    changes: Mapped[dict[str, Any]]
    clause: Mapped[str] = mapped_column(String(200))
    made_by: Mapped[int | None]
    made_at: Mapped[datetime]


class BodySeat(AssociationScoped, Base):
    """A person who is listed as sitting on a body, for a time."""

    __tablename__ = "body_seat"
    __table_args__ = (Index("ix_body_seat_body", "association_id", "body"),)

    body: Mapped[str] = mapped_column(String(40))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    since: Mapped[date]
    until: Mapped[date | None]
