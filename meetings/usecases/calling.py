"""Calling a meeting, changing or cancelling the call, asking further people."""

from collections.abc import Sequence
from datetime import datetime
from functools import partial
from typing import Any

from core import attachments, holds, outbox
from core.access import Permission, usecase
from core.deadlines import calendar_of
from core.errors import BadInput, Conflict, RuleViolated
from core.i18n import _
from core.numbering import next_numbers
from core.transaction import Tx
from meetings import queries
from meetings.models import Attendee, Meeting
from meetings.notices import letters
from meetings.rules import calls, motions
from meetings.rules.bodies import Body
from meetings.rules.calls import State
from meetings.usecases import rolls
from meetings.usecases.telling import asked_to, body_of, invite, known, tell
from people.models import Person


@usecase(Permission.MANAGE_MEETINGS)
def call(
    tx: Tx,
    *,
    body: Body,
    starts_at: datetime,
    place: str,
    title: str,
    agenda: str,
    waiver: str = "",
    people: Sequence[Person] = (),
    documents: Sequence[int] = (),
) -> Meeting:
    """Call a meeting: everyone on the body is invited now, unless screening holds the words.

    ``people`` are asked by name besides. Raises RuleViolated for too short a notice or when there is nobody to ask.
    """
    calls.check_future(starts_at, tx.now)
    meeting = Meeting(
        number=next_numbers(tx.session, tx.association.id, "meeting")[0],
        body=body.value,
        state=State.HELD,
        title=calls.check_words(title, calls.LONGEST_TITLE, _("title")),
        agenda=calls.check_words(agenda, calls.LONGEST_AGENDA, _("agenda")),
        place=calls.check_words(place, calls.LONGEST_PLACE, _("place")),
        starts_at=starts_at,
        documents=list(documents),
        called_by=tx.actor.person_id,
        called_at=tx.now,
    )
    check_notice(tx, meeting, body, waiver)
    tx.session.add(meeting)
    tx.session.flush()
    rolls.keep_in_step(tx, meeting, body)
    for person in people:
        _ask(tx, meeting, body, person)
    if not queries.sitting(tx.session, meeting).seats:
        raise RuleViolated("body_empty", _("Nobody sits on this body. List its people first: `body seat`."))
    tx.record(
        "meeting:call:make", meeting.subject, {"body": body.value, "starts_at": starts_at, "waiver": bool(waiver)}
    )
    _send(tx, meeting, body)
    return meeting


def check_notice(tx: Tx, meeting: Meeting, body: Body, waiver: str) -> None:
    """Whether the call is in time, or a reason to be late is taken; both are kept. Raises RuleViolated."""
    day = tx.association.day(meeting.starts_at)
    notice = calls.notice_of(calendar_of(tx.session), tx.today, day, body.notice)
    calls.check_notice(notice, body.notice, waiver=waiver, waivable=body.waiver)
    meeting.waiver = "" if notice.in_time else waiver.strip()
    meeting.provisional = notice.provisional


def _send(tx: Tx, meeting: Meeting, body: Body) -> None:
    """Screen the words; then the call goes out, or the meeting is held until it is reworded."""
    words = f"{meeting.title}\n{meeting.agenda}\n{meeting.place}\n{meeting.waiver}".strip()
    again = f"meeting change {meeting.reference}"
    checked = holds.check(tx, meeting.subject, words, meeting.documents, again)
    meeting.findings = checked.stored()
    if not checked.may_go:
        meeting.state = State.HELD
        tx.record("meeting:call:hold", meeting.subject, {"screened": checked.entry.reference})
        return
    meeting.state = State.CALLED
    count = invite(tx, meeting, body.rule)
    tx.record("meeting:call:send", meeting.subject, {"notice": meeting.notice, "recipients": count})


@usecase(Permission.MANAGE_MEETINGS)
def change(
    tx: Tx,
    *,
    meeting: Meeting,
    starts_at: datetime | None = None,
    place: str = "",
    title: str = "",
    agenda: str = "",
    waiver: str = "",
) -> Meeting:
    """Change the call: everyone is invited anew, and another time makes answers and proxies void.

    A held call goes out once its words were released; then nothing need be changed.
    """
    meeting = queries.meeting_by_number(tx.session, meeting.number, lock=True)
    calls.check_state(State(meeting.state), State.HELD, State.CALLED)
    if not (starts_at or place or title or agenda or meeting.state == State.HELD):
        raise BadInput("nothing_to_change", _("Say what to change: date=… time=… place=… title=… or agenda=…"))
    former = {"starts_at": meeting.starts_at, "place": meeting.place, "title": meeting.title}
    meeting.title = calls.check_words(title or meeting.title, calls.LONGEST_TITLE, _("title"))
    meeting.agenda = calls.check_words(agenda or meeting.agenda, calls.LONGEST_AGENDA, _("agenda"))
    meeting.place = calls.check_words(place or meeting.place, calls.LONGEST_PLACE, _("place"))
    body = body_of(tx, meeting.body)
    if starts_at is not None and starts_at != meeting.starts_at:
        _move(tx, meeting, body, starts_at, waiver)
    tx.record("meeting:call:change", meeting.subject, {"former": former, "starts_at": meeting.starts_at})
    call_anew(tx, meeting, body)
    return meeting


def _move(tx: Tx, meeting: Meeting, body: Body, starts_at: datetime, waiver: str) -> None:
    calls.check_future(starts_at, tx.now)
    meeting.starts_at = starts_at
    check_notice(tx, meeting, body, waiver)
    forget_answers(tx, meeting)


def forget_answers(tx: Tx, meeting: Meeting) -> None:
    """Another time: whoever said yes to the former one has to say so again, proxies included."""
    for row in queries.attendees(tx.session, meeting):
        row.answer, row.reason, row.answered_at, row.present_at, row.left_at = "", "", None, None, None
    for proxy in queries.proxies(tx.session, meeting):
        proxy.revoked_at = tx.now


def call_anew(tx: Tx, meeting: Meeting, body: Body) -> None:
    """The next call of a meeting; copies of the former one that still wait do not go out any more."""
    outbox.cancel(tx.session, meeting.subject)
    meeting.notice += meeting.state == State.CALLED
    rolls.keep_in_step(tx, meeting, body)
    _send(tx, meeting, body)


@usecase(Permission.MANAGE_MEETINGS)
def cancel(tx: Tx, *, meeting: Meeting, reason: str) -> int | None:
    """The meeting does not take place; everyone who is asked is told why. Returns how many.

    None when screening holds the reason: then nothing is cancelled yet.
    """
    meeting = queries.meeting_by_number(tx.session, meeting.number, lock=True)
    calls.check_state(State(meeting.state), State.HELD, State.CALLED)
    if not holds.check(tx, f"{meeting.subject}:cancelled", reason.strip()).may_go:
        tx.record("meeting:call:hold", meeting.subject, {"part": "cancellation"})
        return None
    held, meeting.state, meeting.reason = meeting.state == State.HELD, State.CANCELLED, reason.strip()
    for motion in queries.motions(tx.session, meeting=meeting):
        motion.state = motions.State.WITHDRAWN
    outbox.cancel(tx.session, meeting.subject)
    write = partial(letters.cancelled, association=tx.association.name, reason=meeting.reason, **known(meeting, tx))
    whom = asked_to(meeting)
    told = 0 if held else tell(tx, f"{meeting.subject}:cancelled", f"{meeting.subject}:end", write, whom)
    tx.record("meeting:call:cancel", meeting.subject, {"reason": meeting.reason, "told": told})
    return told


@usecase(Permission.MANAGE_MEETINGS)
def ask(tx: Tx, *, meeting: Meeting, person: Person) -> Attendee:
    """Ask one more person: with a vote where the body has no fixed seats, as a guest otherwise."""
    calls.check_state(State(meeting.state), State.CALLED, State.OPEN)
    body = body_of(tx, meeting.body)
    row = _ask(tx, meeting, body, person)
    tx.record("meeting:call:ask", meeting.subject, {"person": person.id, "seat": row.seat.partition(":")[0]})
    invite(tx, meeting, body.rule, only=person.id)
    return row


def _ask(tx: Tx, meeting: Meeting, body: Body, person: Person) -> Attendee:
    if person.left_at is not None:
        raise Conflict("person_left", _("This person has left."))
    if any(row.person_id == person.id for row in queries.attendees(tx.session, meeting)):
        raise Conflict("already_asked", _("{name} has been asked already.").format(name=person.name))
    fixed = body.seats is not None or queries.listed(tx.session, body.value, tx.today)
    seat = f"{queries.GUEST if fixed else 'person:'}{person.id}"
    row = Attendee(meeting_id=meeting.id, seat=seat, person_id=person.id, invited=True)
    tx.session.add(row)
    tx.session.flush()
    return row


@usecase(Permission.MANAGE_MEETINGS)
def add_document(tx: Tx, *, meeting: Meeting, file: int) -> list[dict[str, Any]] | None:
    """Attach a stored file: it goes to everyone who is asked, now and with every further call.

    Nothing is attached when screening holds its words; then what it found is returned, otherwise None.
    """
    calls.check_state(State(meeting.state), State.HELD, State.CALLED, State.OPEN)
    name = attachments.content_of(tx.session, file)[0]
    if file in meeting.documents:
        raise Conflict("document_known", _("This file is attached already."))
    again = f"meeting document {meeting.reference} file=#{file}"
    checked = holds.check(tx, f"{meeting.subject}:document", meeting.title, [file], again)
    if not checked.may_go:
        tx.record("meeting:document:hold", meeting.subject, {"file": file, "screened": checked.entry.reference})
        return checked.stored()
    meeting.documents = [*meeting.documents, file]
    tx.record("meeting:document:add", meeting.subject, {"file": file, "name": name})
    if meeting.state != State.HELD:
        write = partial(letters.document_added, title=meeting.title, reference=meeting.reference, name=name)
        key = f"{meeting.subject}:document:{file}"
        tell(tx, key, f"{meeting.subject}:document", write, asked_to(meeting), documents=[file])
    return None
