"""A meeting in session: opened with a quorum, adjourned, closed."""

from datetime import datetime

from core.access import Permission, usecase
from core.errors import Conflict, RuleViolated
from core.i18n import _
from core.transaction import Tx
from meetings import queries
from meetings.models import Meeting
from meetings.rules import calls, motions
from meetings.rules.calls import State
from meetings.rules.counting import Roll
from meetings.rules.shares import Share
from meetings.usecases import rolls
from meetings.usecases.attending import is_gathering
from meetings.usecases.calling import call_anew, check_notice, forget_answers
from meetings.usecases.telling import body_of
from people.models import Person


@usecase(Permission.MANAGE_MEETINGS)
def open_meeting(tx: Tx, *, meeting: Meeting, chair: Person) -> Roll:
    """Open it under a chair who is there. Raises RuleViolated without a quorum, and says how many are lacking."""
    meeting = queries.meeting_by_number(tx.session, meeting.number, lock=True)
    calls.check_state(State(meeting.state), State.CALLED)
    if not is_gathering(meeting, tx):
        raise Conflict("too_early", _("A meeting opens at its time, at the earliest an hour before."))
    body = body_of(tx, meeting.body)
    rolls.keep_in_step(tx, meeting, body)
    there = queries.sitting(tx.session, meeting)
    if chair.id not in there.there:
        raise RuleViolated("chair_absent", _("{name} is not noted as present.").format(name=chair.name))
    check_quorum(there.roll, body.rule.quorum)
    meeting.state, meeting.opened_at, meeting.chair_id = State.OPEN, tx.now, chair.id
    data = {"chair": chair.id, "seats": there.roll.seats, "present": there.roll.present}
    tx.record("meeting:session:open", meeting.subject, data)
    return there.roll


def check_quorum(roll: Roll, quorum: Share) -> None:
    """Refuse without a quorum. Raises RuleViolated with the figures."""
    if not quorum.reached_by(roll.present, roll.able):
        text = _(
            "No quorum: {present} of {seats} are present, {needed} are needed. `meeting adjourn` sets another time."
        )
        needed = quorum.least(roll.able)
        raise RuleViolated("no_quorum", text.format(present=roll.present, seats=roll.able, needed=needed))


@usecase(Permission.VOTE)
def adjourn(
    tx: Tx, *, meeting: Meeting, starts_at: datetime, reason: str, place: str = "", waiver: str = ""
) -> Meeting:
    """Break off, or put off for lack of a quorum, until another time: everyone is called anew.

    What has been decided stands. Raises Conflict while a vote runs.
    """
    meeting = queries.meeting_by_number(tx.session, meeting.number, lock=True)
    rolls.check_presides(tx, meeting)
    calls.check_state(State(meeting.state), State.CALLED, State.OPEN)
    _check_no_vote(tx, meeting)
    calls.check_future(starts_at, tx.now)
    roll = queries.sitting(tx.session, meeting).roll
    session = {
        "starts_at": tx.association.show(meeting.starts_at),
        "opened_at": tx.association.show(meeting.opened_at) if meeting.opened_at else None,
        "adjourned_at": tx.association.show(tx.now),
        "reason": reason.strip(),
        "seats": roll.seats,
        "present": roll.present,
    }
    meeting.sessions = [*meeting.sessions, session]
    body = body_of(tx, meeting.body)
    meeting.starts_at, meeting.place = starts_at, place.strip() or meeting.place
    check_notice(tx, meeting, body, waiver)
    meeting.state, meeting.opened_at = State.CALLED, None
    forget_answers(tx, meeting)
    tx.record("meeting:session:adjourn", meeting.subject, session)
    call_anew(tx, meeting, body)
    return meeting


def _check_no_vote(tx: Tx, meeting: Meeting) -> None:
    if any(motion.state == motions.State.OPEN for motion in queries.motions(tx.session, meeting=meeting)):
        raise Conflict("vote_running_yet", _("A vote is running. Close it first: `motion close`."))


@usecase(Permission.VOTE)
def close_meeting(tx: Tx, *, meeting: Meeting) -> int:
    """End the meeting. Motions that were not voted on are withdrawn; returns how many. Then come the minutes."""
    meeting = queries.meeting_by_number(tx.session, meeting.number, lock=True)
    rolls.check_presides(tx, meeting)
    calls.check_state(State(meeting.state), State.OPEN)
    _check_no_vote(tx, meeting)
    left = [m for m in queries.motions(tx.session, meeting=meeting) if m.state in ("draft", "held")]
    for motion in left:
        motion.state = motions.State.WITHDRAWN
    meeting.state, meeting.closed_at = State.CLOSED, tx.now
    tx.record("meeting:session:close", meeting.subject, {"withdrawn": [motion.number for motion in left]})
    return len(left)
