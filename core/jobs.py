"""Timed work: a period of a job is claimed by inserting its row, so two timers, or a late one, run it once."""

from datetime import datetime

from sqlalchemy import String, UniqueConstraint, select, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, Session, mapped_column

from core.db import AssociationScoped, Base


class JobRun(AssociationScoped, Base):
    """One period of one job of one association. ``finished_at`` stays empty when the run failed."""

    __tablename__ = "job_run"
    __table_args__ = (UniqueConstraint("association_id", "job", "period"),)

    job: Mapped[str] = mapped_column(String(60))
    period: Mapped[str] = mapped_column(String(40))
    claimed_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]
    outcome: Mapped[str] = mapped_column(String(200), default="")


def claim(session: Session, association_id: int, job: str, period: str, now: datetime) -> bool:
    """Take a period of a job inside the transaction that does its work; False when it was taken before."""
    build = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
    row = {
        "association_id": association_id,
        "job": job,
        "period": period,
        "claimed_at": now,
        "finished_at": now,
        "outcome": "",
    }
    statement = build(JobRun.__table__).values(row).on_conflict_do_nothing()  # type: ignore[arg-type]
    return session.connection().execute(statement.returning(text("id"))).first() is not None


def last_run(session: Session, job: str) -> JobRun | None:
    """The latest claimed period of a job."""
    return session.scalar(select(JobRun).where(JobRun.job == job).order_by(JobRun.claimed_at.desc()).limit(1))


def note_outcome(session: Session, job: str, period: str, outcome: str) -> None:
    """What a run did, in one line."""
    run = session.scalar(select(JobRun).where(JobRun.job == job, JobRun.period == period))
    if run is not None:
        run.outcome = outcome[:200]
