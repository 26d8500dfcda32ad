"""What a conversation remembers: buttons that were shown, and forms that are half filled."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from core.db import AssociationScoped, Base


class ShownButton(AssociationScoped, Base):
    """A button in a reply: who may press it, what it does, until when. The platform only sees the token."""

    __tablename__ = "shown_button"
    __table_args__ = (UniqueConstraint("token"),)

    token: Mapped[str] = mapped_column(String(32))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    command: Mapped[str] = mapped_column(Text)
    expires_at: Mapped[datetime] = mapped_column(index=True)
    used_at: Mapped[datetime | None]


class Dialogue(AssociationScoped, Base):
    """A command that still lacks something, in one chat of one person."""

    __tablename__ = "dialogue"
    __table_args__ = (UniqueConstraint("association_id", "person_id", "platform", "chat"),)

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    platform: Mapped[str] = mapped_column(String(20))
    chat: Mapped[str] = mapped_column(String(80))
    command: Mapped[str] = mapped_column(String(60))
    given: Mapped[dict[str, Any]]
    asking: Mapped[str] = mapped_column(String(40))
    token: Mapped[str] = mapped_column(String(32))
    expires_at: Mapped[datetime]
