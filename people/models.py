"""Persons, their roles and chats, and the invitations that bring them in."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.db import AssociationScoped, Base

ACTIVE = text("ended_at IS NULL")


class Person(AssociationScoped, Base):
    """A natural person who deals with the association. ``identity_id`` is the chat that notices go to."""

    __tablename__ = "person"
    __table_args__ = (Index("ix_person_name", "association_id", "name"),)

    name: Mapped[str] = mapped_column(String(100))
    phone: Mapped[str | None] = mapped_column(String(20))
    language: Mapped[str | None] = mapped_column(String(10))
    identity_id: Mapped[int | None] = mapped_column(ForeignKey("chat_identity.id", use_alter=True))
    added_at: Mapped[datetime]
    left_at: Mapped[datetime | None]

    @property
    def reference(self) -> str:
        """How the audit names a person."""
        return f"person:{self.id}"


class RoleGrant(AssociationScoped, Base):
    """One term of one role. A role without an open term gives no right."""

    __tablename__ = "role_grant"
    __table_args__ = (Index("ix_role_grant_person", "person_id"),)

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    role: Mapped[str] = mapped_column(String(30))
    starts_on: Mapped[date]
    ends_on: Mapped[date | None]
    granted_by: Mapped[int | None]
    revoked_at: Mapped[datetime | None]

    person: Mapped[Person] = relationship(lazy="raise")


class ChatIdentity(AssociationScoped, Base):
    """A person's account on a platform. Only the platform's own account id counts, never a display name."""

    __tablename__ = "chat_identity"
    __table_args__ = (
        Index(
            "uq_chat_identity_account",
            "association_id",
            "platform",
            "account",
            unique=True,
            sqlite_where=ACTIVE,
            postgresql_where=ACTIVE,
        ),
        Index("ix_chat_identity_lookup", "platform", "account"),
    )

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    platform: Mapped[str] = mapped_column(String(20))
    account: Mapped[str] = mapped_column(String(80))
    chat: Mapped[str] = mapped_column(String(80))
    linked_at: Mapped[datetime]
    chosen_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    failures: Mapped[int] = mapped_column(default=0)
    unreachable_since: Mapped[datetime | None]
    trouble: Mapped[str | None] = mapped_column(String(80))


class Invitation(AssociationScoped, Base):
    """A single-use code that links one chat account to one person; only its hash is kept."""

    __tablename__ = "invitation"
    __table_args__ = (UniqueConstraint("code_hash"),)

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    code_hash: Mapped[str] = mapped_column(String(64))
    made_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]


class LegalHold(AssociationScoped, Base):
    """A reason to keep a person's data, which forbids erasing it until the hold is lifted."""

    __tablename__ = "legal_hold"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    reason: Mapped[str] = mapped_column(Text)
    placed_by: Mapped[int | None]
    placed_at: Mapped[datetime]
    lifted_at: Mapped[datetime | None]


class Erasure(AssociationScoped, Base):
    """A person has been erased. ``noted_at``: when that was written outside the database, where a restore finds it."""

    __tablename__ = "erasure"
    __table_args__ = (UniqueConstraint("person_id"),)

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    erased_at: Mapped[datetime]
    confirmed_by: Mapped[int | None]
    noted_at: Mapped[datetime | None]


class SavedAudience(AssociationScoped, Base):
    """An audience that has a name; who is in it is found out each time anew."""

    __tablename__ = "saved_audience"
    __table_args__ = (UniqueConstraint("association_id", "name"),)

    name: Mapped[str] = mapped_column(String(40))
    words: Mapped[dict[str, Any]]
    saved_by: Mapped[int | None]
    saved_at: Mapped[datetime]


class LinkedGroup(AssociationScoped, Base):
    """A group or channel. Without ``chat`` it waits for its code to be posted; of that only the hash is kept.

    ``screening`` is the key of the message that told the group that what staff write there is read by the screening.
    """

    __tablename__ = "linked_group"
    __table_args__ = (UniqueConstraint("code_hash"), Index("ix_linked_group_chat", "platform", "chat"))

    name: Mapped[str] = mapped_column(String(60))
    platform: Mapped[str | None] = mapped_column(String(20))
    chat: Mapped[str | None] = mapped_column(String(80))
    code_hash: Mapped[str] = mapped_column(String(64))
    expires_at: Mapped[datetime]
    linked_by: Mapped[int]
    linked_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    trouble: Mapped[str | None] = mapped_column(String(80))
    screening: Mapped[str | None] = mapped_column(String(80))


class GroupSighting(AssociationScoped, Base):
    """A person has written or pressed something in a group."""

    __tablename__ = "group_sighting"
    __table_args__ = (UniqueConstraint("group_id", "person_id"),)

    group_id: Mapped[int] = mapped_column(ForeignKey("linked_group.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    last_at: Mapped[datetime]


class CodeTrial(Base):
    """How often an account has tried invitation codes since a moment. It belongs to no association yet."""

    __tablename__ = "code_trial"
    __table_args__ = (UniqueConstraint("platform", "account"),)

    platform: Mapped[str] = mapped_column(String(20))
    account: Mapped[str] = mapped_column(String(80))
    since: Mapped[datetime]
    tries: Mapped[int]
