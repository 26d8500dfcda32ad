"""Motions, their rolls, votes and results."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import DDL, ForeignKey, Index, LargeBinary, String, Text, UniqueConstraint, event
from sqlalchemy.orm import Mapped, mapped_column

from core.db import AssociationScoped, Base


class Motion(AssociationScoped, Base):
    """What is decided, in a meeting or by written consent. ``rule`` is frozen when voting opens."""

    __tablename__ = "motion"
    __table_args__ = (
        UniqueConstraint("association_id", "number"),
        Index("ix_motion_about", "association_id", "about"),
    )

    number: Mapped[int]
    meeting_id: Mapped[int | None] = mapped_column(ForeignKey("meeting.id"), index=True)
    body: Mapped[str] = mapped_column(String(40))
    matter: Mapped[str] = mapped_column(String(20))
    about: Mapped[str] = mapped_column(String(120), default="")
    title: Mapped[str] = mapped_column(String(200))
    wording: Mapped[str] = mapped_column(Text)
    candidates: Mapped[list[Any]] = mapped_column(default=list)
    places: Mapped[int] = mapped_column(default=0)
    secret: Mapped[bool]
    concerns: Mapped[list[Any]] = mapped_column(default=list)
    drafters: Mapped[list[Any]] = mapped_column(default=list)
    state: Mapped[str] = mapped_column(String(12))
    rule: Mapped[dict[str, Any]] = mapped_column(default=dict)
    findings: Mapped[list[Any]] = mapped_column(default=list)
    put_by: Mapped[int | None]
    put_at: Mapped[datetime]
    opened_at: Mapped[datetime | None]
    closes_at: Mapped[datetime | None] = mapped_column(index=True)
    closed_at: Mapped[datetime | None]

    @property
    def reference(self) -> str:
        """How people name a motion."""
        return f"V-{self.number:04d}"

    @property
    def subject(self) -> str:
        """How the audit and the outbox name it."""
        return f"motion:{self.number}"


class Voter(AssociationScoped, Base):
    """One seat on the roll of one motion: there, barred, has voted. How it voted is not here."""

    __tablename__ = "voter"
    __table_args__ = (UniqueConstraint("motion_id", "seat"),)

    motion_id: Mapped[int] = mapped_column(ForeignKey("motion.id"))
    seat: Mapped[str] = mapped_column(String(40))
    present: Mapped[bool] = mapped_column(default=False)
    bar: Mapped[str] = mapped_column(String(20), default="")
    voted: Mapped[bool] = mapped_column(default=False)


class VotingRight(AssociationScoped, Base):
    """A person who may cast the vote of a seat: by holding it, or as the agent of who does."""

    __tablename__ = "voting_right"
    __table_args__ = (UniqueConstraint("voter_id", "person_id"),)

    motion_id: Mapped[int] = mapped_column(ForeignKey("motion.id"), index=True)
    voter_id: Mapped[int] = mapped_column(ForeignKey("voter.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    as_agent: Mapped[bool] = mapped_column(default=False)


class Recusal(AssociationScoped, Base):
    """A person stands aside on a motion, or was told to; ``noted_by`` is who said so."""

    __tablename__ = "recusal"
    __table_args__ = (UniqueConstraint("motion_id", "person_id"),)

    motion_id: Mapped[int] = mapped_column(ForeignKey("motion.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    bar: Mapped[str] = mapped_column(String(20))
    reason: Mapped[str] = mapped_column(Text)
    noted_by: Mapped[int | None]
    noted_at: Mapped[datetime]


class OpenVote(AssociationScoped, Base):
    """The vote of a seat in an open ballot; it may be changed until the close, and the audit keeps what it was."""

    __tablename__ = "open_vote"
    __table_args__ = (UniqueConstraint("voter_id"),)

    motion_id: Mapped[int] = mapped_column(ForeignKey("motion.id"), index=True)
    voter_id: Mapped[int] = mapped_column(ForeignKey("voter.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    choice: Mapped[list[Any]]
    at: Mapped[datetime]


class BallotPaper(AssociationScoped, Base):
    """The right to put one ballot of a seat into the urn: a token of which only the hash is kept, until it is used."""

    __tablename__ = "ballot_paper"
    __table_args__ = (UniqueConstraint("voter_id"),)

    motion_id: Mapped[int] = mapped_column(ForeignKey("motion.id"), index=True)
    voter_id: Mapped[int] = mapped_column(ForeignKey("voter.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    token_hash: Mapped[str] = mapped_column(String(64))
    spent: Mapped[bool] = mapped_column(default=False)


class SealedBallot(AssociationScoped, Base):
    """A ballot in the urn, under a key that is thrown away at the count. Its id is random, and nothing says whose it is."""

    __tablename__ = "sealed_ballot"

    motion_id: Mapped[int] = mapped_column(ForeignKey("motion.id"), index=True)
    sealed: Mapped[bytes] = mapped_column(LargeBinary)


class CountedBallot(AssociationScoped, Base):
    """A secret ballot after the count, all of a motion written at once in an order of no meaning."""

    __tablename__ = "counted_ballot"

    motion_id: Mapped[int] = mapped_column(ForeignKey("motion.id"), index=True)
    choice: Mapped[list[Any]]


class MotionResult(AssociationScoped, Base):
    """What came of a motion. Written once; triggers refuse a change. ``digest`` covers rule, roll, ballots and figures."""

    __tablename__ = "motion_result"
    __table_args__ = (UniqueConstraint("motion_id"), UniqueConstraint("association_id", "resolution"))

    motion_id: Mapped[int] = mapped_column(ForeignKey("motion.id"))
    outcome: Mapped[str] = mapped_column(String(12))
    seats: Mapped[int]
    barred: Mapped[int]
    present: Mapped[int]
    yes: Mapped[int]
    no: Mapped[int]
    abstain: Mapped[int]
    silent: Mapped[int]
    base: Mapped[int]
    needed: Mapped[int]
    by_chair: Mapped[bool]
    chair_seat: Mapped[str] = mapped_column(String(40), default="")
    votes: Mapped[list[Any]]
    elected: Mapped[list[Any]]
    resolution: Mapped[str | None] = mapped_column(String(80))
    decided_on: Mapped[date] = mapped_column(index=True)
    digest: Mapped[str] = mapped_column(String(64))


def _frozen(verb: str, dialect: str) -> DDL:
    if dialect == "sqlite":
        words = (
            f"CREATE TRIGGER motion_result_no_{verb.lower()} BEFORE {verb} ON motion_result "
            "BEGIN SELECT RAISE(ABORT, 'a result is final'); END"
        )
    else:
        words = (
            "CREATE TRIGGER motion_result_final BEFORE UPDATE OR DELETE OR TRUNCATE ON motion_result "
            "FOR EACH STATEMENT EXECUTE FUNCTION motion_result_is_final()"
        )
    return DDL(words).execute_if(dialect=dialect)  # type: ignore[no-untyped-call]


_FUNCTION: Any = DDL(  # type: ignore[no-untyped-call]
    "CREATE FUNCTION motion_result_is_final() RETURNS trigger LANGUAGE plpgsql AS "
    "$$ BEGIN RAISE EXCEPTION 'a result is final'; END $$"
)
for _verb in ("UPDATE", "DELETE"):
    event.listen(MotionResult.__table__, "after_create", _frozen(_verb, "sqlite"))
event.listen(MotionResult.__table__, "after_create", _FUNCTION.execute_if(dialect="postgresql"))
event.listen(MotionResult.__table__, "after_create", _frozen("UPDATE", "postgresql"))
