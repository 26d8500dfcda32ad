"""Reminder rules that an association has touched, the send-once ledger, what was put off, and personal switches."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from core.db import AssociationScoped, Base


class ReminderRule(AssociationScoped, Base):
    """A rule of this association: a shipped one that somebody has touched, or one of its own. ``version`` counts edits.

    ``since`` is the day it was switched on; empty is off.
    """

    __tablename__ = "reminder_rule"
    __table_args__ = (UniqueConstraint("association_id", "number"),)

    number: Mapped[int]
    kind: Mapped[str] = mapped_column(String(30))
    names: Mapped[dict[str, Any]]
    texts: Mapped[dict[str, Any]]
    points: Mapped[list[Any]]
    unit: Mapped[str] = mapped_column(String(20))
    every: Mapped[int | None]
    until_point: Mapped[int | None]
    keeps_day: Mapped[bool]
    own: Mapped[bool]
    audience: Mapped[dict[str, Any]]
    filters: Mapped[dict[str, Any]]
    priority: Mapped[int]
    legal: Mapped[bool]
    since: Mapped[date | None]
    version: Mapped[int] = mapped_column(default=1)
    changed_by: Mapped[int | None]
    changed_at: Mapped[datetime]


class ReminderSent(AssociationScoped, Base):
    """One occurrence of a rule for one subject and person, and what became of it: written once, never changed.

    ``occurrence`` is the date and the point, so a renewed date begins anew; ``token`` names the run that claimed it;
    ``key`` is the outbox key of the words that were sent.
    """

    __tablename__ = "reminder_sent"
    __table_args__ = (
        UniqueConstraint("association_id", "rule", "subject", "occurrence", "person_id"),
        Index("ix_reminder_sent_token", "token"),
        Index("ix_reminder_sent_owner", "association_id", "owner"),
    )

    rule: Mapped[int]
    subject: Mapped[str] = mapped_column(String(120))
    owner: Mapped[str] = mapped_column(String(120))
    occurrence: Mapped[str] = mapped_column(String(40))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    due_on: Mapped[date]
    state: Mapped[str] = mapped_column(String(12))
    token: Mapped[str] = mapped_column(String(32))
    key: Mapped[str] = mapped_column(String(120), default="")
    at: Mapped[datetime]


class ReminderSnooze(AssociationScoped, Base):
    """A person hears of a subject by a rule again on ``until``, and not before. Another date is another matter: it is not
    put off.
    """

    __tablename__ = "reminder_snooze"
    __table_args__ = (UniqueConstraint("association_id", "rule", "subject", "person_id"),)

    rule: Mapped[int]
    subject: Mapped[str] = mapped_column(String(120))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    due_on: Mapped[date]
    until: Mapped[date]
    made_by: Mapped[int | None]
    made_at: Mapped[datetime]


class DigestSwitch(AssociationScoped, Base):
    """A person of the office does not want the morning digest. No row: they get it."""

    __tablename__ = "digest_switch"
    __table_args__ = (UniqueConstraint("person_id"),)

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    off_since: Mapped[datetime]


class CalendarLink(AssociationScoped, Base):
    """A secret address of a person's calendar; only its hash is kept."""

    __tablename__ = "calendar_link"
    __table_args__ = (UniqueConstraint("token_hash"),)

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    token_hash: Mapped[str] = mapped_column(String(64))
    made_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
