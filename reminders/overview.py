"""The lines of the morning digest that concern everybody's work: waiting, held, due, failed, stuck."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import func, select

from core import approvals
from core.deadlines import Deadline
from core.holds import HoldState, ScreenedText
from core.i18n import _
from core.jobs import JobRun
from core.outbox import OutboxMessage, State
from core.transaction import Tx
from reminders.kinds import KINDS, Kind
from reminders.models import ReminderSent
from reminders.rules import schedule

SHOWN = 5
AHEAD = timedelta(days=7)
BEHIND = timedelta(days=90)
STUCK_AFTER = timedelta(hours=50)
JUST_NOW = timedelta(hours=1)
FORGOTTEN_AFTER = timedelta(days=40)
TROUBLED = (State.FAILED, State.DEAD, State.UNKNOWN)


def waiting(tx: Tx, person_id: int) -> list[str]:
    """Requests that this person may decide."""
    found = approvals.pending_for(tx, person_id)
    lines = [f"{one.reference} {one.summary}" for one in found[:SHOWN]]
    return lines + _more(len(found))


def _more(count: int) -> list[str]:
    return [_("… and {count} more").format(count=count - SHOWN)] if count > SHOWN else []


def held(tx: Tx, _person_id: int) -> list[str]:
    """Texts that wait to be released or reworded."""
    query = select(ScreenedText).where(ScreenedText.state == HoldState.HELD).order_by(ScreenedText.number)
    found = tx.session.scalars(query).all()
    return [f"{one.reference} {one.subject}" for one in found[:SHOWN]] + _more(len(found))


def due(tx: Tx, _person_id: int) -> list[str]:
    """For each kind how much is due within a week and how much is overdue, with the first references."""
    return [line for kind in KINDS.values() for line in _due_line(tx, kind)]


def _due_line(tx: Tx, kind: Kind) -> list[str]:
    open_ones: Any = kind.due(tx).subquery("open_ones")
    near = open_ones.c.due_on.between(tx.today - BEHIND, tx.today + AHEAD)
    query = select(open_ones.c.subject, open_ones.c.owner, open_ones.c.due_on).distinct()
    query = query.where(near, open_ones.c.association_id == tx.association.id).order_by(open_ones.c.due_on)
    rows = tx.session.connection().execute(query).all()
    late = sum(row.due_on < tx.today for row in rows)
    if not rows:
        return []
    names = "、".join(dict.fromkeys(kind.reference(row.owner) for row in rows[: SHOWN * 2]))
    text = _("{kind}: {near} within 7 days, {late} overdue ({names})")
    return [text.format(kind=_(kind.label), near=len(rows) - late, late=late, names=names)]


def undelivered(tx: Tx, _person_id: int) -> list[str]:
    """Messages that failed, or of which nobody knows."""
    query = select(OutboxMessage.state, func.count()).where(OutboxMessage.state.in_(TROUBLED))
    counts = {state: count for state, count in tx.session.execute(query.group_by(OutboxMessage.state))}  # noqa: C416
    if not counts:
        return []
    text = _("{failed} failed, {unknown} not known to have arrived: `outbox list`")
    failed = counts.get(State.FAILED, 0) + counts.get(State.DEAD, 0)
    return [text.format(failed=failed, unknown=counts.get(State.UNKNOWN, 0))]


def missed(tx: Tx, _person_id: int) -> list[str]:
    """Reminders of the last day that were too late to be sent."""
    lately = (ReminderSent.state == schedule.State.MISSED, ReminderSent.at > tx.now - timedelta(days=1))
    query = select(ReminderSent.rule, func.count()).where(*lately).group_by(ReminderSent.rule)
    rows = tx.session.execute(query.order_by(ReminderSent.rule))
    return [_("R{rule}: {count} not sent, their day was more than a week ago").format(rule=r, count=n) for r, n in rows]


def provisional(tx: Tx, _person_id: int) -> list[str]:
    """Deadlines counted without the holidays of their year."""
    open_ones = (Deadline.provisional.is_(True), Deadline.met_at.is_(None))
    count = tx.session.scalar(select(func.count()).select_from(Deadline).where(*open_ones)) or 0
    return [_("{count}, until the holidays are entered: `calendar publish`").format(count=count)] if count else []


def stuck_jobs(tx: Tx, _person_id: int) -> Sequence[str]:
    """Daily work that stood still for two days while other work ran, and runs of which a part failed. When all of it stood
    still, the office was switched off: what was missed then is being made up for.
    """
    daily = (JobRun.claimed_at > tx.now - FORGOTTEN_AFTER, func.length(JobRun.period) == len("2026-01-01"))
    last_runs = select(JobRun.job, func.max(JobRun.claimed_at)).where(*daily).group_by(JobRun.job).order_by(JobRun.job)
    others = tx.session.scalar(select(func.max(JobRun.claimed_at)).where(*daily, JobRun.claimed_at < tx.now - JUST_NOW))
    lines = [
        _("{job} last ran at {moment}").format(job=job, moment=tx.association.show(last))
        for job, last in tx.session.execute(last_runs)
        if others is not None and others - last > STUCK_AFTER
    ]
    broken = (JobRun.outcome.contains("failed"), JobRun.claimed_at > tx.now - timedelta(days=1))
    runs = tx.session.scalars(select(JobRun).where(*broken).order_by(JobRun.id).limit(SHOWN))
    return lines + [f"{run.job} {run.period}: {run.outcome}" for run in runs]
