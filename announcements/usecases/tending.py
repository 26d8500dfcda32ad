"""What time does to announcements: the hour of a scheduled one, reminders of the unread, the end of a period."""

from datetime import date
from functools import partial

from sqlalchemy import or_, select

from announcements import notices, queries
from announcements.models import Announcement
from announcements.rules.kinds import Kind
from announcements.rules.lifecycle import State
from announcements.rules.objections import ObjectionState
from announcements.rules.quiet import Manners
from announcements.usecases.approving import check_complete, check_screened
from announcements.usecases.publishing import issue
from announcements.usecases.receipts import remind, turn_to_others
from core.access import Permission, usecase
from core.calendar import Period, Unit
from core.deadlines import calendar_of
from core.errors import AppError
from core.i18n import in_every_language
from core.outbox import Message
from core.transaction import Tx
from people.audiences import ONE_PERSON


@usecase(Permission.DELIVER)
def publish_scheduled(tx: Tx, *, number: int) -> bool:
    """The hour of an approved announcement has come. False when it cannot go out any more: then it is a draft again and
    its author is told why.
    """
    announcement = queries.announcement_by_number(tx.session, number, lock=True)
    if announcement.state != State.SCHEDULED:
        tx.record("announcement:hour:pass", announcement.subject, {"state": announcement.state})
        return False
    try:
        check_complete(tx, announcement)
        check_screened(tx, announcement)
    except AppError as refusal:
        _back_to_draft(tx, announcement, refusal)
        return False
    issue(tx, announcement)
    return True


def _back_to_draft(tx: Tx, announcement: Announcement, refusal: AppError) -> None:
    announcement.state, announcement.scheduled_for, announcement.approved_by = State.DRAFT, None, None
    announcement.revision += 1
    write = partial(
        notices.not_published, reference=announcement.reference, title=announcement.title, reason=refusal.text
    )
    key = f"{announcement.subject}:r{announcement.revision}:unpublished"
    message = Message(key, f"{announcement.subject}:unpublished", in_every_language(write))
    tx.notify(message, ONE_PERSON, {"person": announcement.author_id})
    tx.record("announcement:hour:fail", announcement.subject, {"code": refusal.code})


def tend(tx: Tx) -> str:
    """The timer's part of each working day: remind, turn to others, tell authors of periods that have ended."""
    if not calendar_of(tx.session).is_workday(tx.today):
        return "a day off"
    due = select(Announcement).where(
        Announcement.state == State.PUBLISHED,
        or_(Announcement.next_chase_on <= tx.today, Announcement.escalate_on <= tx.today),
    )
    waves = sum(_chase_on_schedule(tx, one) for one in tx.session.scalars(due.order_by(Announcement.number)).all())
    over = select(Announcement).where(
        Announcement.state == State.PUBLISHED, Announcement.runs_until < tx.today, Announcement.ended_told.is_(False)
    )
    ended = tx.session.scalars(over.order_by(Announcement.number)).all()
    for one in ended:
        _tell_of_end(tx, one)
    return f"{waves} messages to the unread, {len(ended)} periods ended"


def _chase_on_schedule(tx: Tx, one: Announcement) -> int:
    """One wave at most, however many days were missed."""
    if not queries.anybody_unread(tx.session, one):
        one.next_chase_on, one.escalate_on = None, None
        return 0
    count = 0
    if one.escalate_on is not None and one.escalate_on <= tx.today:
        count += sum(turn_to_others(tx, one))
    if one.next_chase_on is not None and one.next_chase_on <= tx.today:
        key = f"{queries.publication_key(one, one.version)}:chase:{tx.today.isoformat()}"
        if not queries.content_exists(tx.session, key):
            count += remind(tx, one)
        one.next_chase_on = _next_wave(tx, one)
    return count


def _next_wave(tx: Tx, one: Announcement) -> date | None:
    manners = Manners.of(tx.association.settings)
    if one.chased >= manners.chase_times or not manners.chase_every:
        return None
    return calendar_of(tx.session).deadline(tx.today, Period(manners.chase_every, Unit.WORK_DAY)).day


def _tell_of_end(tx: Tx, one: Announcement) -> None:
    counted = queries.tally(tx.session, one)
    write = partial(
        notices.period_over,
        reference=one.reference,
        title=one.title,
        received=sum(counted.values()),
        undecided=counted.get(ObjectionState.OPEN, 0),
    )
    one.ended_told = True
    if one.kind == Kind.PUBLIC_NOTICE or counted:
        about = f"{one.subject}:v{one.version}:over"
        tx.notify(Message(about, about, in_every_language(write)), ONE_PERSON, {"person": one.author_id})
    tx.record("announcement:period:end", one.subject, {"objections": sum(counted.values())})
