"""Minutes: drafted from what is stored, confirmed by a second person, never overwritten."""

from functools import partial
from typing import Any

from core import approvals, attachments
from core.access import Permission, Role, usecase
from core.errors import Conflict, NotFound
from core.i18n import _, in_every_language, speaking
from core.outbox import Message
from core.transaction import Tx
from meetings import queries
from meetings.models import Meeting, Minutes, Motion
from meetings.notices import document, letters, minutes
from meetings.notices.minutes import MotionEntry, Record
from meetings.rules import calls, motions
from meetings.rules.bars import Bar
from meetings.rules.bodies import Matter, rule_of
from meetings.rules.calls import State
from meetings.usecases.telling import body_of, tell
from people.audiences import holds_role, recipients
from people.models import Person

CONFIRM = "meetings.minutes"


@usecase(Permission.MANAGE_MEETINGS)
def draft_minutes(tx: Tx, *, meeting: Meeting, notes: str = "") -> tuple[Minutes, approvals.Approval]:
    """Write the minutes of a closed meeting, in the association's language, and ask another officer to confirm them.

    Called again it makes a next version; what was confirmed stays as it is.
    """
    calls.check_state(State(meeting.state), State.CLOSED)
    former = queries.minutes_of(tx.session, meeting)
    with speaking(tx.association.language):
        record = record_of(tx, meeting, notes.strip())
        text, name = minutes.as_text(record), f"{minutes.heading(record)} {len(former) + 1}.docx"
        content = document.as_document(record)
    stored = attachments.store(tx.session, name, content, document.MEDIA_TYPE, tx.now)
    made = Minutes(
        meeting_id=meeting.id,
        version=len(former) + 1,
        notes=notes.strip(),
        text=text,
        attachment_id=stored.id,
        drafted_by=tx.actor.person_id,
        drafted_at=tx.now,
    )
    tx.session.add(made)
    tx.session.flush()
    data = {"version": made.version, "file": stored.id, "sha256": stored.sha256}
    tx.record("meeting:minutes:draft", meeting.subject, data)
    return made, _ask(tx, meeting, made)


def _ask(tx: Tx, meeting: Meeting, made: Minutes) -> approvals.Approval:
    summary = _("Minutes of {title} ({reference}), version {version}").format(
        title=meeting.title, reference=meeting.reference, version=made.version
    )
    arguments = {"meeting": meeting.number, "version": made.version}
    approval = approvals.request(tx, CONFIRM, subject=meeting.subject, arguments=arguments, summary=summary)
    write = partial(letters.minutes_wait, title=meeting.title, reference=meeting.reference, asker=tx.actor.name)
    officers = holds_role([Role.SECRETARY_GENERAL, Role.DEPUTY], tx.today) & (Person.id != tx.actor.person_id)
    tell(tx, f"{meeting.subject}:minutes:{made.version}", f"{meeting.subject}:minutes", write, officers)
    return approval


def record_of(tx: Tx, meeting: Meeting, notes: str) -> Record:
    """Everything that the minutes of a meeting say, from what is stored."""
    there = queries.sitting(tx.session, meeting)
    names = queries.seat_names(tx.session, there.seats)
    people = queries.person_names(tx.session, {p for p in (meeting.chair_id, tx.actor.person_id) if p})
    return Record(
        association=tx.association.name,
        body=body_of(tx, meeting.body).label,
        reference=meeting.reference,
        title=meeting.title,
        when=tx.association.show(meeting.opened_at or meeting.starts_at),
        ended=tx.association.show(meeting.closed_at or tx.now),
        place=meeting.place,
        chair=people.get(meeting.chair_id or 0, ""),
        recorder=people.get(tx.actor.person_id or 0, ""),
        agenda=meeting.agenda,
        notes=notes,
        waiver=meeting.waiver,
        seats=there.roll.seats,
        present=there.roll.present,
        attendance=_attendance(tx, meeting, names),
        guests=_guests(tx, meeting),
        motions=[_entry(tx, motion) for motion in queries.motions(tx.session, meeting=meeting) if _decided(motion)],
        sessions=[_session(one) for one in meeting.sessions],
    )


def _decided(motion: Motion) -> bool:
    return motion.state == motions.State.CLOSED


def _session(one: dict[str, Any]) -> str:
    text = _("Adjourned on {when} ({present} of {seats} present): {reason}")
    return text.format(when=one["adjourned_at"], present=one["present"], seats=one["seats"], reason=one["reason"])


def _guests(tx: Tx, meeting: Meeting) -> list[str]:
    rows = queries.attendees(tx.session, meeting)
    seats = [row.seat for row in rows if row.seat.startswith(queries.GUEST) and row.present_at is not None]
    return sorted(queries.seat_names(tx.session, seats).values())


def _attendance(tx: Tx, meeting: Meeting, names: dict[str, str]) -> list[tuple[str, str, str]]:
    """One row for each seat: in person and by whom, by proxy and by whom, excused, or absent.

    Why somebody is excused is between them and the office, and stands in no minutes.
    """
    there = queries.sitting(tx.session, meeting)
    rows = queries.attendees(tx.session, meeting)
    people = {p for holders in there.seats.values() for p in holders} | set(there.agents.values())
    known = queries.person_names(tx.session, people)
    excused = {row.seat for row in rows if row.answer == calls.Answer.EXCUSED}
    came = {row.seat: row.person_id for row in rows if row.present_at is not None}
    lines = []
    for seat in there.seats:
        agent = there.agents.get(seat)
        if seat in came:
            lines.append((names[seat], _("present"), known.get(came[seat] or 0, "")))
        elif agent in there.there and agent is not None:
            lines.append((names[seat], _("by proxy"), known.get(agent, "")))
        else:
            lines.append((names[seat], _("excused") if seat in excused else _("absent"), ""))
    return lines


def _entry(tx: Tx, motion: Motion) -> MotionEntry:
    result = queries.result_of(tx.session, motion)
    if result is None:
        raise RuntimeError(f"motion {motion.number} is closed without a result")
    return MotionEntry(
        reference=motion.reference,
        title=motion.title,
        wording=motion.wording,
        matter=Matter(motion.matter).label,
        secret=motion.secret,
        majority=motions.majority_words(rule_of(motion.rule).majority, result.base),
        figures=queries.figures_recorded(result),
        candidates=motion.candidates,
        resolution=result.resolution or "",
        aside=_aside(tx, motion),
    )


def _aside(tx: Tx, motion: Motion) -> list[tuple[str, str]]:
    barred = [voter for voter in queries.voters(tx.session, motion) if voter.bar]
    names = queries.seat_names(tx.session, [voter.seat for voter in barred])
    return [(names[voter.seat], Bar(voter.bar).label) for voter in barred]


def _version(tx: Tx, arguments: dict[str, Any]) -> str:
    made = _minutes(tx, arguments)
    newest = queries.minutes_of(tx.session, queries.meeting_by_number(tx.session, arguments["meeting"]))[-1]
    return f"{made.version} of {newest.version}:{made.attachment_id}"


def _minutes(tx: Tx, arguments: dict[str, Any]) -> Minutes:
    meeting = queries.meeting_by_number(tx.session, arguments["meeting"])
    for made in queries.minutes_of(tx.session, meeting):
        if made.version == arguments["version"]:
            return made
    raise NotFound("minutes_unknown", _("There are no such minutes."))


def _confirm(tx: Tx, arguments: dict[str, Any]) -> Minutes:
    made = _minutes(tx, arguments)
    if made.approved_at is not None:
        raise Conflict("already_decided", _("This has been decided already."))
    made.approved_by, made.approved_at = tx.actor.person_id, tx.now
    tx.record("meeting:minutes:confirm", f"meeting:{arguments['meeting']}", {"version": made.version})
    return made


def _decline(tx: Tx, arguments: dict[str, Any], reason: str) -> None:
    made = _minutes(tx, arguments)
    made.declined = reason
    meeting = queries.meeting_by_number(tx.session, arguments["meeting"])
    write = partial(letters.minutes_declined, title=meeting.title, reference=meeting.reference, reason=reason)
    key = f"{meeting.subject}:minutes:{made.version}:declined"
    message = Message(key, f"{meeting.subject}:minutes", in_every_language(write))
    tx.notify(message, recipients(Person.id == made.drafted_by))
    tx.record("meeting:minutes:decline", meeting.subject, {"version": made.version, "reason": reason})


approvals.APPROVABLE[CONFIRM] = approvals.Approvable(
    version=_version, execute=_confirm, declined=_decline, permission=Permission.MANAGE_MEETINGS, tells=True
)
