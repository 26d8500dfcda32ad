"""Work that time starts. APScheduler only ticks; which period is due, and whether it was done, is in the database."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from pathlib import Path

from apscheduler.schedulers.background import BackgroundScheduler
from sqlalchemy import delete

from announcements import queries as announcement_queries
from announcements import usecases as announcements
from bot import safekeeping
from bot.dispatch import House
from bot.models import Dialogue, ShownButton
from core import approvals, audit, inbox, jobs, outbox
from core.access import Actor, Permission
from core.associations import Association, all_associations
from core.db import empty_journal, open_reading, open_session
from core.transaction import Tx
from exports import usecases as exports
from meetings import usecases as meetings
from membership import usecases as members
from membership.usecases import adjustments
from people import outgoing
from people import usecases as people
from reminders import usecases as reminders
from surveys import usecases as surveys

log = logging.getLogger(__name__)
TICK_SECONDS = 20


@dataclass(frozen=True)
class Job:
    """Work of one association, due once a day, once a month or once an hour (at the minute of ``at``) at a time of its zone;
    ``work`` says what it did.
    """

    name: str
    at: time
    work: Callable[[Tx], str]
    permissions: frozenset[Permission]
    monthly: bool = False
    hourly: bool = False

    def period(self, now: datetime) -> str:
        """The latest period that has begun: what a late timer still owes."""
        if self.hourly:
            return (now - timedelta(minutes=self.at.minute)).strftime("%Y-%m-%dT%H")
        day = now if now.time() >= self.at else now - timedelta(days=1)
        if not self.monthly:
            return day.date().isoformat()
        return day.strftime("%Y-%m")


def _forget_conversations(tx: Tx) -> str:
    for table in (ShownButton, Dialogue):
        tx.session.execute(delete(table).where(table.expires_at < tx.now - timedelta(days=1)))
    return "expired buttons and questions removed"


JOBS = (
    Job("conversations", time(3, 17), _forget_conversations, frozenset()),
    Job("approvals", time(0, 3), approvals.lapse, frozenset(), hourly=True),
    Job("dues", time(6, 11), members.tend_dues, frozenset({Permission.MANAGE_DUES})),
    Job("roles", time(8, 43), people.remind_terms, frozenset({Permission.DELIVER})),
    Job("standing", time(0, 11), members.reckon, frozenset({Permission.MANAGE_MEMBERS})),
    Job("classes", time(0, 13), members.tend_terms, frozenset({Permission.MANAGE_MEMBERS})),
    Job("applications", time(9, 3), members.admission.tend, frozenset({Permission.MANAGE_MEMBERS})),
    Job("announcements", time(9, 21), announcements.tend, frozenset({Permission.DRAFT_ANNOUNCEMENTS})),
    Job("grades", time(7, 23), adjustments.watch_grades, frozenset({Permission.ADJUST_GRADES})),
    Job("meetings", time(8, 53), meetings.tend, frozenset({Permission.MANAGE_MEETINGS, Permission.VOTE})),
    Job("surveys-close", time(0, 7), surveys.close_due, frozenset({Permission.MANAGE_SURVEYS})),
    Job("surveys-remind", time(9, 37), surveys.tend, frozenset({Permission.MANAGE_SURVEYS})),
    Job("digest", time(8, 50), reminders.send_digests, frozenset({Permission.DELIVER})),
    Job("reminders", time(0, 7), reminders.send_due, frozenset({Permission.DELIVER}), hourly=True),
    Job("month-export", time(9, 13), exports.export_last_month, frozenset({Permission.EXPORT}), monthly=True),
)


def run_due(house: House, data_dir: Path | None = None) -> int:
    """Do everything that is due and not yet done, each in a transaction of its own; returns how many ran.

    A job that fails is logged and tried again at the next tick; it never keeps the others from running.
    """
    with open_reading(house.engine) as session:
        associations = all_associations(session)
    done = 0
    for association in associations:
        for job in JOBS:
            try:
                done += _run(house, association, job)
            except Exception:
                log.exception("job failed", extra={"fields": {"job": job.name, "association": association.code}})
        _publish_scheduled(house, association)
        _report_deliveries(house, association)
        if data_dir is not None:
            _publish_head(house, association, data_dir)
            _note_erasures(house, association, data_dir)
    _tend(house)
    return done


def _run(house: House, association: Association, job: Job) -> bool:
    now = house.clock()
    period = job.period(now.astimezone(association.timezone))
    with open_session(house.engine, association.id) as session:
        if not jobs.claim(session, association.id, job.name, period, now):
            return False
        actor = Actor(job.name, permissions=job.permissions)
        tx = Tx(session, actor, association, now, house.screener, house.keys, channel="timer")
        outcome = job.work(tx)
        tx.finish()
        jobs.note_outcome(session, job.name, period, outcome)
    return True


def _publish_scheduled(house: House, association: Association) -> None:
    """Approved announcements go out at their hour; one that fails does not keep the others back."""
    with open_reading(house.engine, association.id) as session:
        due = announcement_queries.due_for_publication(session, house.clock())
    for number in due:
        try:
            with open_session(house.engine, association.id) as session:
                actor = Actor("announcements", permissions=frozenset({Permission.DELIVER}))
                tx = Tx(session, actor, association, house.clock(), house.screener, house.keys, channel="timer")
                announcements.publish_scheduled(tx, number=number)
                tx.finish()
        except Exception:
            log.exception("not published at its hour", extra={"fields": {"announcement": number}})


def _report_deliveries(house: House, association: Association) -> None:
    """Whoever sent something hears when its delivery has ended and some did not get it."""
    try:
        with open_session(house.engine, association.id) as session:
            outgoing.note_well_ended(session, house.clock())
            if not outgoing.ended_batches(session, limit=1):
                return
            actor = Actor("delivery", permissions=frozenset({Permission.DELIVER}))
            tx = Tx(session, actor, association, house.clock(), house.screener, house.keys, channel="timer")
            people.report_ended(tx)
            tx.finish()
    except Exception:
        log.exception("deliveries could not be reported", extra={"fields": {"association": association.code}})


def _publish_head(house: House, association: Association, data_dir: Path) -> None:
    """Once a day the head of the audit goes into a file that can be given to somebody outside."""
    now = house.clock()
    with open_session(house.engine, association.id) as session:
        day = association.day(now).isoformat()
        if jobs.claim(session, association.id, "audit-head", day, now):
            seq, digest = audit.head_of(session, association.id)
            safekeeping.write_head(data_dir, association.code, seq, digest, now)


def _note_erasures(house: House, association: Association, data_dir: Path) -> None:
    """Who has been erased is noted outside the database, for a backup that is restored one day; then the database's
    journal, in which their data stands too, is cut off.
    """
    with open_session(house.engine, association.id) as session:
        actor = Actor("erasures")
        tx = Tx(session, actor, association, house.clock(), house.screener, house.keys, channel="timer")
        noted = safekeeping.note_erasures(tx, data_dir)
    if noted:
        empty_journal(house.engine)


def _tend(house: House) -> None:
    now = house.clock()
    with open_session(house.engine) as session:
        outbox.recover(session, now)
        inbox.purge(session, now)


def start(house: House, data_dir: Path) -> BackgroundScheduler:
    """A scheduler that looks every twenty seconds what is due."""
    scheduler = BackgroundScheduler(timezone="UTC")
    scheduler.add_job(
        run_due,
        "interval",
        args=(house, data_dir),
        seconds=TICK_SECONDS,
        next_run_time=house.clock(),
        coalesce=True,
        max_instances=1,
        misfire_grace_time=None,
    )
    scheduler.start()
    return scheduler
