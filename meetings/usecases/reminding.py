"""The timer's part: people are reminded before a meeting and before a vote ends, and votes whose time is up are counted."""

from datetime import timedelta
from functools import partial

from sqlalchemy import select

from core.access import Permission, usecase
from core.deadlines import calendar_of
from core.errors import Conflict
from core.i18n import _
from core.transaction import Tx
from meetings import queries
from meetings.models import Attendee, Meeting, Motion, Voter, VotingRight
from meetings.notices import letters
from meetings.rules import calls, motions
from meetings.rules.calls import Answer
from meetings.usecases.closing import close_motion
from meetings.usecases.telling import known, on_the_roll, tell
from people import queries as people
from people.models import Person

AHEAD = timedelta(days=14)


def tend(tx: Tx) -> str:
    """Once a day: count what is over, remind of what is near. A missed day is caught up once; nobody hears twice."""
    closed = [close_motion(tx, motion=motion) for motion in queries.overdue(tx.session, tx.now)]
    told = sum(_remind_meeting(tx, meeting) for meeting in queries.coming(tx.session, tx.now + AHEAD))
    told += sum(_remind_motion(tx, motion) for motion in queries.closing_before(tx.session, tx.now + AHEAD))
    return f"{len(closed)} votes counted, {told} reminders"


def _remind_meeting(tx: Tx, meeting: Meeting) -> int:
    """On the last working day before it, everyone who has not excused themselves."""
    if meeting.starts_at <= tx.now:
        return 0
    day = calls.reminder_day(calendar_of(tx.session), tx.association.day(meeting.starts_at))
    key = f"{meeting.subject}:remind:{meeting.notice}"
    if tx.today < day or people.was_queued(tx.session, key):
        return 0
    asked = (Attendee.meeting_id == meeting.id, Attendee.struck_at.is_(None), Attendee.answer != Answer.EXCUSED)
    whom = Person.id.in_(select(Attendee.person_id).where(*asked))
    write = partial(letters.reminded, association=tx.association.name, place=meeting.place, **known(meeting, tx))
    buttons = [("attend", f"meeting attend {meeting.reference}"), ("excuse", f"meeting excuse {meeting.reference}")]
    count = tell(tx, key, meeting.subject, write, whom, buttons=buttons)
    tx.record("meeting:call:remind", meeting.subject, {"recipients": count})
    return count


def _remind_motion(tx: Tx, motion: Motion) -> int:
    if motion.closes_at is None or motion.closes_at <= tx.now:
        return 0
    last = tx.association.day(motion.closes_at - timedelta(seconds=1))
    key = f"{motion.subject}:remind"
    due = tx.today >= calls.reminder_day(calendar_of(tx.session), last)
    if not due or people.was_queued(tx.session, key):
        return 0
    return remind_missing(tx, motion, key)


def remind_missing(tx: Tx, motion: Motion, key: str) -> int:
    """Tell everyone who may vote and has not, and nobody else. Returns how many."""
    missing = (
        select(VotingRight.person_id)
        .join(Voter, Voter.id == VotingRight.voter_id)
        .where(Voter.motion_id == motion.id, Voter.voted.is_(False), Voter.bar == "")
    )
    until = tx.association.show(motion.closes_at) if motion.closes_at else ""
    write = partial(letters.vote_missing, reference=motion.reference, title=motion.title, until=until)
    name, command = (
        ("paper", f"motion paper {motion.reference}") if motion.secret else ("vote", f"motion vote {motion.reference}")
    )
    whom = on_the_roll(motion) & Person.id.in_(missing)
    count = tell(tx, key, motion.subject, write, whom, buttons=[(name, command)])
    tx.record("motion:vote:remind", motion.subject, {"recipients": count})
    return count


@usecase(Permission.MANAGE_MEETINGS)
def remind(tx: Tx, *, motion: Motion) -> int:
    """Remind everyone who has not voted, at most once a day. Returns how many."""
    motions.check_votable(motions.State(motion.state), motion.closes_at, tx.now)
    key = f"{motion.subject}:remind:{tx.today.isoformat()}"
    if people.was_queued(tx.session, key):
        raise Conflict("reminded_today", _("Everyone who is missing was reminded today. Try again tomorrow."))
    return remind_missing(tx, motion, key)
