"""Answering an invitation, and being there."""

from datetime import timedelta

from sqlalchemy import select, update

from core.access import Permission, usecase
from core.errors import Conflict
from core.i18n import _
from core.transaction import Tx
from meetings import queries
from meetings.models import Attendee, Meeting, Voter, VotingRight
from meetings.rules import calls
from meetings.rules.calls import Answer, State
from meetings.usecases import rolls
from meetings.usecases.proxying import end_own
from people.models import Person

BEFORE = timedelta(hours=1)


def is_gathering(meeting: Meeting, tx: Tx) -> bool:
    """Whether people can be noted as present: in session, or within the hour before the beginning."""
    if meeting.state == State.OPEN:
        return True
    return meeting.state == State.CALLED and tx.now >= meeting.starts_at - BEFORE


@usecase(Permission.VOTE)
def attend(tx: Tx, *, meeting: Meeting) -> bool:
    """Say that one comes; from an hour before the beginning on it says that one is there. Returns whether it did.

    Whoever comes in person acts for themselves: a proxy that they had given ends.
    """
    meeting = queries.meeting_by_number(tx.session, meeting.number, lock=True)
    rows = queries.attendances_of(tx.session, meeting, tx.actor.person_id or 0, lock=True)
    calls.check_state(State(meeting.state), State.CALLED, State.OPEN)
    end_own(tx, meeting, tx.actor.person_id or 0)
    if is_gathering(meeting, tx):
        _note_present(tx, meeting, rows)
        return True
    _answer(tx, rows, Answer.ATTENDING, "")
    tx.record("meeting:attendance:accept", meeting.subject)
    return False


@usecase(Permission.VOTE)
def excuse(tx: Tx, *, meeting: Meeting, reason: str) -> None:
    """Say that one does not come, and why."""
    rows = queries.attendances_of(tx.session, meeting, tx.actor.person_id or 0, lock=True)
    calls.check_state(State(meeting.state), State.CALLED)
    _answer(tx, rows, Answer.EXCUSED, reason.strip())
    personal = {"reason": reason.strip()}
    tx.record("meeting:attendance:excuse", meeting.subject, person=tx.actor.person_id, personal=personal)


def _answer(tx: Tx, rows: list[Attendee], answer: Answer, reason: str) -> None:
    for row in rows:
        row.answer, row.reason, row.answered_at = answer.value, reason, tx.now


@usecase(Permission.VOTE)
def check_in(tx: Tx, *, meeting: Meeting, person: Person) -> None:
    """Staff or the chair note that somebody is there. Raises NotFound for whoever is not asked."""
    meeting = queries.meeting_by_number(tx.session, meeting.number, lock=True)
    rolls.check_presides(tx, meeting)
    calls.check_state(State(meeting.state), State.CALLED, State.OPEN)
    if not is_gathering(meeting, tx):
        raise Conflict("too_early", _("People can be noted as present from an hour before the beginning on."))
    rows = queries.attendances_of(tx.session, meeting, person.id, lock=True)
    end_own(tx, meeting, person.id)
    _note_present(tx, meeting, rows)


def _note_present(tx: Tx, meeting: Meeting, rows: list[Attendee]) -> None:
    for row in rows:
        row.answer, row.present_at, row.left_at, row.noted_by = Answer.ATTENDING, tx.now, None, tx.actor.person_id
    tx.session.flush()
    _join_votes(tx, meeting, [row.person_id for row in rows])
    tx.record("meeting:attendance:present", meeting.subject, {"person": rows[0].person_id})


def _join_votes(tx: Tx, meeting: Meeting, people: list[int | None]) -> None:
    """Whoever comes while a vote runs counts as present in it."""
    running = [m.id for m in queries.motions(tx.session, meeting=meeting) if m.state == "open"]
    mine = select(VotingRight.voter_id).where(VotingRight.motion_id.in_(running), VotingRight.person_id.in_(people))
    there = update(Voter).where(Voter.id.in_(mine), Voter.bar == "").values(present=True)
    tx.session.execute(there.execution_options(synchronize_session="fetch"))


@usecase(Permission.VOTE)
def note_left(tx: Tx, *, meeting: Meeting, person: Person) -> None:
    """Staff or the chair note that somebody has left: votes that begin later count without them."""
    rolls.check_presides(tx, meeting)
    calls.check_state(State(meeting.state), State.CALLED, State.OPEN)
    rows = queries.attendances_of(tx.session, meeting, person.id, lock=True)
    if rows[0].present_at is None or rows[0].left_at is not None:
        raise Conflict("not_there", _("{name} is not noted as present.").format(name=person.name))
    for row in rows:
        row.left_at = tx.now
    tx.record("meeting:attendance:leave", meeting.subject, {"person": person.id})
