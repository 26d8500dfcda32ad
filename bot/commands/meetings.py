"""Meetings from the call to the minutes."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from bot import marking
from bot.commands.bodies import role_hint
from bot.commands.files import File
from bot.commands.meeting_parameters import (
    Agenda,
    At,
    BodyName,
    MeetingRef,
    NewAgenda,
    On,
    People,
    PersonName,
    Place,
    Urgent,
    moment,
)
from bot.messages import Button, FileIn, Reply, Table
from bot.parameters import Page, Reason, Title
from bot.registry import command
from core import attachments
from core.access import Permission
from core.errors import AppError
from core.i18n import N_, _
from core.transaction import Tx
from meetings import queries, usecases
from meetings.models import Attendee, Meeting
from meetings.rules import motions
from meetings.rules.calls import Answer, State

MOST_NAMES = 20
PAGE = 10
OTHER_DAY = frozenset({"notice_too_short", "meeting_past", "meeting_far"})


@command(
    "meeting call",
    zh="会议 召集",
    summary=N_("Call a meeting: everyone on the body is invited"),
    permission=Permission.MANAGE_MEETINGS,
)
def call(
    tx: Tx,
    body: BodyName,
    date: On,
    time: At,
    place: Place,
    title: Title,
    agenda: Agenda,
    urgent: Urgent = "",
    people: People | None = None,
    file: File | None = None,
) -> Reply:
    """Invite the body with agenda and documents; too short a notice needs a reason, where the rule takes one."""
    sent: FileIn | None = file
    kept = (
        [attachments.store(tx.session, sent.name, sent.content, "application/octet-stream", tx.now).id] if sent else []
    )
    with _another_day():
        made = usecases.call(
            tx,
            body=body,
            starts_at=moment(tx, date, time),
            place=place,
            title=title,
            agenda=agenda,
            waiver=urgent,
            people=people or [],
            documents=kept,
        )
    return called(tx, made)


def some_names(names: Sequence[str]) -> str:
    """The names in a row, not more than can be read at a glance."""
    return _(", ").join(names[:MOST_NAMES]) + (" …" if len(names) > MOST_NAMES else "")


@contextmanager
def _another_day() -> Iterator[None]:
    """A day that will not do is asked for again; what else was typed for the call stays."""
    try:
        yield
    except AppError as refusal:
        if refusal.code in OTHER_DAY:
            refusal.about("date")
        raise


def called(tx: Tx, meeting: Meeting) -> Reply:
    """What was called, when, and how many are asked; or why screening holds it."""
    if meeting.state == State.HELD:
        return held(meeting.reference, meeting.findings)
    asked = {row.person_id for row in queries.attendees(tx.session, meeting)} - {None}
    text = _("{reference} “{title}” on {when}: {count} people are being invited.").format(
        reference=meeting.reference, title=meeting.title, when=tx.association.show(meeting.starts_at), count=len(asked)
    )
    if silent := queries.out_of_reach(tx.session, meeting):
        names = some_names(silent)
        words = _("{count} of them are not linked to a chat; please tell them otherwise: {names}")
        text += "\n" + words.format(count=len(silent), names=names)
    if meeting.provisional:
        text += "\n" + _("The holidays of that year are not published yet: the notice period is provisional.")
    data = {"meeting": meeting.number, "state": meeting.state, "invited": len(asked), "notice": meeting.notice}
    return Reply(text, buttons=((Button(_("Show"), f"meeting show {meeting.reference}"),),), data=data)


def held(reference: str, findings: list[dict[str, str]]) -> Reply:
    """Screening holds a text: what, why, and how to say it instead."""
    how = _("Reword it with `meeting change` or `motion edit`, or send that unchanged once it is released.")
    return marking.held(reference, findings, how, {"reference": reference})


@command("meeting list", zh="会议 列表", summary=N_("Meetings, the latest first"), permission=Permission.VOTE)
def list_all(tx: Tx, page: Page = 1) -> Reply:
    """For staff all of them, for others those they are asked to."""
    mine = None if tx.actor.may(Permission.MANAGE_MEETINGS) else tx.actor.person_id
    found = queries.meetings(tx.session, person_id=mine, limit=PAGE + 1, offset=PAGE * (max(page, 1) - 1))
    names = queries.bodies(tx.session, tx.today)
    rows = tuple(
        (m.reference, names[m.body].label, m.title, tx.association.show(m.starts_at), State(m.state).label)
        for m in found[:PAGE]
    )
    table = Table((_("Number"), _("Body"), _("Title"), _("Time"), _("State")), rows) if rows else None
    buttons = ((Button(_("More"), f"meeting list page={page + 1}"),),) if len(found) > PAGE else ()
    text = _("Meetings") if rows else _("There is no meeting.")
    return Reply(text, table=table, buttons=buttons, data=[list(row) for row in rows])


@command("meeting show", zh="会议 查看", summary=N_("A meeting: call, answers, motions"), permission=Permission.VOTE)
def show(tx: Tx, meeting: MeetingRef) -> Reply:
    """What everyone who is asked may know; staff see each answer, too."""
    rows = queries.attendees(tx.session, meeting)
    lines = [
        f"{meeting.reference} {meeting.title} · {State(meeting.state).label}",
        f"{tx.association.show(meeting.starts_at)} · {meeting.place}",
        meeting.agenda,
        _answers(rows),
    ]
    lines += [
        f"{m.reference} {m.title} · {motions.State(m.state).label}"
        for m in queries.motions(tx.session, meeting=meeting)
    ]
    staff = tx.actor.may(Permission.MANAGE_MEETINGS)
    data = {"meeting": meeting.number, "state": meeting.state, "answers": _counts(rows)}
    return Reply("\n".join(lines), table=_who(tx, rows) if staff else None, buttons=_next(meeting, staff), data=data)


def _counts(rows: list[Attendee]) -> dict[str, int]:
    return {answer.name.lower(): sum(row.answer == answer for row in rows) for answer in Answer}


def _answers(rows: list[Attendee]) -> str:
    counts = _counts(rows)
    text = _("Attending {attending}, excused {excused}, no answer {none}")
    return text.format(**counts)


def _who(tx: Tx, rows: list[Attendee]) -> Table:
    names = queries.seat_names(tx.session, [row.seat for row in rows])
    people = queries.person_names(tx.session, {row.person_id for row in rows if row.person_id})
    lines = []
    for row in rows:
        there = _("present") if row.present_at and not row.left_at else Answer(row.answer).label
        lines.append((names.get(row.seat, row.seat), people.get(row.person_id or 0, ""), there, row.reason))
    return Table((_("Seat"), _("Person"), _("Answer"), _("Reason")), tuple(lines))


def _next(meeting: Meeting, staff: bool) -> tuple[tuple[Button, ...], ...]:
    ref = meeting.reference
    if meeting.state == State.CALLED and not staff:
        return ((Button(_("Attend"), f"meeting attend {ref}"), Button(_("Cannot come"), f"meeting excuse {ref}")),)
    if meeting.state == State.OPEN and not staff:
        return ((Button(_("I am here"), f"meeting attend {ref}"),),)
    if meeting.state in (State.CALLED, State.OPEN):
        return ((Button(_("Quorum"), f"meeting quorum {ref}"),),)
    return ()


@command(
    "meeting change",
    zh="会议 变更",
    summary=N_("Another time, place or agenda: everyone is called anew"),
    permission=Permission.MANAGE_MEETINGS,
)
def change(
    tx: Tx,
    meeting: MeetingRef,
    date: On | None = None,
    time: At | None = None,
    place: Place = "",
    title: Title = "",
    agenda: NewAgenda = "",
    urgent: Urgent = "",
) -> Reply:
    """Change the call."""
    starts = meeting.starts_at.astimezone(tx.association.timezone)
    moved = moment(tx, date or starts.date(), time or starts.time()) if date or time else None
    words = {"place": place, "title": title, "agenda": agenda, "waiver": urgent}
    with _another_day():
        made = usecases.change(tx, meeting=meeting, starts_at=moved, **words)
    return called(tx, made)


@command(
    "meeting cancel",
    zh="会议 取消",
    summary=N_("A meeting does not take place; everyone is told why"),
    permission=Permission.MANAGE_MEETINGS,
    confirm=N_("Cancel this meeting? Everyone who is asked will be told."),
)
def cancel(tx: Tx, meeting: MeetingRef, reason: Reason) -> Reply:
    """Cancel a meeting that has not begun."""
    told = usecases.cancel(tx, meeting=meeting, reason=reason)
    if told is None:
        return Reply(_("Screening holds this reason. Word it differently."), error="held_by_screening")
    return Reply(_("Cancelled. {count} people are being told.").format(count=told), data={"told": told})


@command(
    "meeting invite",
    zh="会议 邀请",
    summary=N_("Ask one more person: an expert with a vote, or a guest"),
    permission=Permission.MANAGE_MEETINGS,
)
def invite(tx: Tx, meeting: MeetingRef, person: PersonName) -> Reply:
    """Ask a person by name."""
    row = usecases.ask(tx, meeting=meeting, person=person)
    guest = row.seat.startswith(queries.GUEST)
    text = _("{name} is asked as a guest.") if guest else _("{name} is asked, with a vote.")
    hint = "" if guest else role_hint(tx, person)
    return Reply(text.format(name=person.name) + hint, data={"meeting": meeting.number, "guest": guest})


@command(
    "meeting document",
    zh="会议 材料",
    summary=N_("Attach a document and send it to everyone who is asked"),
    permission=Permission.MANAGE_MEETINGS,
)
def document(tx: Tx, meeting: MeetingRef, file: File) -> Reply:
    """Attach a file."""
    sent: FileIn = file
    stored = attachments.store(tx.session, sent.name, sent.content, "application/octet-stream", tx.now)
    findings = usecases.add_document(tx, meeting=meeting, file=stored.id)
    if findings is not None:
        how = _("Send the file again once it is released, or a changed one.")
        return marking.held(stored.name, findings, how, {"reference": meeting.reference})
    return Reply(_("{name} is attached to {reference}.").format(name=stored.name, reference=meeting.reference))
