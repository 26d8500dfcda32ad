"""Surveys, who was invited, the sealed answer sheets that belong to nobody, and what came of them."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, LargeBinary, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, deferred, mapped_column

from core.db import AssociationScoped, Base


class Survey(AssociationScoped, Base):
    """One survey through its whole life. ``code`` stands at the front of the codes of its sheets; ``slips`` counts the
    codes that were printed for people without chat.
    """

    __tablename__ = "survey"
    __table_args__ = (UniqueConstraint("association_id", "number"), UniqueConstraint("code"))

    number: Mapped[int]
    code: Mapped[str] = mapped_column(String(8))
    state: Mapped[str] = mapped_column(String(12))
    title: Mapped[str] = mapped_column(String(120))
    intro: Mapped[str] = mapped_column(Text, default="")
    template: Mapped[str] = mapped_column(String(40))
    form: Mapped[dict[str, Any]]
    identified: Mapped[bool]
    grouping: Mapped[str] = mapped_column(String(20), default="")
    audience: Mapped[dict[str, Any]]
    quota: Mapped[int | None]
    revision: Mapped[int] = mapped_column(default=1)
    last_day: Mapped[date]
    closes_at: Mapped[datetime | None]
    author_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    made_at: Mapped[datetime]
    opened_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    invited: Mapped[int] = mapped_column(default=0)
    slips: Mapped[int] = mapped_column(default=0)
    findings: Mapped[list[Any]] = mapped_column(default=list)

    @property
    def reference(self) -> str:
        """How people name it."""
        return f"S-{self.number:04d}"

    @property
    def subject(self) -> str:
        """How the audit and the outbox name it."""
        return f"survey:{self.number}"


class SurveySecret(AssociationScoped, Base):
    """The two keys of a survey, wrapped by the installation's key. ``link`` is destroyed when the survey closes."""

    __tablename__ = "survey_secret"
    __table_args__ = (UniqueConstraint("survey_id"),)

    survey_id: Mapped[int] = mapped_column(ForeignKey("survey.id"))
    seal: Mapped[bytes] = mapped_column(LargeBinary)
    link: Mapped[bytes | None] = mapped_column(LargeBinary)


class SurveyInvitee(AssociationScoped, Base):
    """Somebody was asked. ``answered`` is all that is known beyond that; for an anonymous survey it is brought up to date
    for everybody at once, before reminders, and forgotten at the close. ``by_slip``: could not be reached in chat.
    """

    __tablename__ = "survey_invitee"
    __table_args__ = (UniqueConstraint("survey_id", "person_id"),)

    survey_id: Mapped[int] = mapped_column(ForeignKey("survey.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    group: Mapped[str] = mapped_column("group_name", String(60), default="")
    answered: Mapped[bool] = mapped_column(default=False)
    by_slip: Mapped[bool] = mapped_column(default=False)


class SurveySheet(AssociationScoped, Base):
    """One answer sheet, made empty for each invited person before anybody answers, in random order and without a time.

    ``token_hash`` opens it until the close; ``person_id`` is only set where the survey says that it is not anonymous.
    """

    __tablename__ = "survey_sheet"
    __table_args__ = (UniqueConstraint("token_hash"), Index("ix_survey_sheet_survey", "survey_id"))

    survey_id: Mapped[int] = mapped_column(ForeignKey("survey.id"))
    token_hash: Mapped[str | None] = mapped_column(String(64))
    group: Mapped[str] = mapped_column("group_name", String(60), default="")
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    sealed: Mapped[bytes | None] = deferred(mapped_column(LargeBinary))


class SurveyDraft(AssociationScoped, Base):
    """A sheet that somebody is filling in chat: sealed, theirs alone, and gone when it is handed in or time is up."""

    __tablename__ = "survey_draft"
    __table_args__ = (UniqueConstraint("survey_id", "person_id"),)

    survey_id: Mapped[int] = mapped_column(ForeignKey("survey.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    sealed: Mapped[bytes] = mapped_column(LargeBinary)


class SurveyResult(AssociationScoped, Base):
    """What is published of a closed survey: counted once, so that every report says the same. ``texts`` are the free
    answers, sealed, by question and in an order of their own: apart from the sheets that they came with.
    """

    __tablename__ = "survey_result"
    __table_args__ = (UniqueConstraint("survey_id"),)

    survey_id: Mapped[int] = mapped_column(ForeignKey("survey.id"))
    figures: Mapped[dict[str, Any]]
    texts: Mapped[bytes | None] = deferred(mapped_column(LargeBinary))


class SurveyAction(AssociationScoped, Base):
    """Something that is to get better after a survey: what, who sees to it, by when, and what was done."""

    __tablename__ = "survey_action"
    __table_args__ = (UniqueConstraint("association_id", "number"),)

    number: Mapped[int]
    survey_id: Mapped[int] = mapped_column(ForeignKey("survey.id"), index=True)
    text: Mapped[str] = mapped_column(String(500))
    owner_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    due_on: Mapped[date]
    made_at: Mapped[datetime]
    done_at: Mapped[datetime | None]
    outcome: Mapped[str] = mapped_column(String(500), default="")

    @property
    def reference(self) -> str:
        """How people name it."""
        return f"T-{self.number:04d}"


class SurveyTemplate(AssociationScoped, Base):
    """Questions that an association has uploaded for its own surveys. An edition never changes."""

    __tablename__ = "survey_template"
    __table_args__ = (UniqueConstraint("association_id", "code", "version"),)

    code: Mapped[str] = mapped_column(String(40))
    version: Mapped[str] = mapped_column(String(20))
    title: Mapped[str] = mapped_column(String(300))
    form: Mapped[dict[str, Any]]
    made_at: Mapped[datetime]
