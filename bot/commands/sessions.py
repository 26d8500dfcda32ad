"""A meeting in session: quorum, opening, adjourning, closing, minutes."""

from bot.commands.meeting_parameters import At, ChairName, MeetingRef, On, Place, Urgent, moment
from bot.commands.meetings import called
from bot.messages import Button, FileOut, Reply
from bot.parameters import Body as Notes
from bot.parameters import Reason
from bot.registry import command
from core import attachments
from core.access import Permission
from core.errors import NotFound
from core.i18n import N_, _
from core.transaction import Tx
from meetings import queries, usecases
from meetings.models import Meeting
from meetings.rules.counting import Roll
from meetings.rules.shares import Share


@command(
    "meeting quorum",
    zh="会议 人数",
    summary=N_("Who is there, and whether that is a quorum"),
    permission=Permission.VOTE,
)
def quorum(tx: Tx, meeting: MeetingRef) -> Reply:
    """The figures of this moment."""
    body = queries.bodies(tx.session, tx.today)[meeting.body]
    roll = queries.sitting(tx.session, meeting).roll
    return quorum_reply(roll, body.rule.quorum, meeting)


def quorum_reply(roll: Roll, share: Share, meeting: Meeting) -> Reply:
    """Whether this is a quorum, in words and figures."""
    met = share.reached_by(roll.present, roll.able)
    text = _("Seats {seats}, present {present}, needed {needed}: {verdict}").format(
        seats=roll.seats,
        present=roll.present,
        needed=share.least(roll.able),
        verdict=_("a quorum") if met else _("no quorum"),
    )
    data = {"meeting": meeting.number, "seats": roll.seats, "present": roll.present, "quorum": met}
    return Reply(text, data=data)


@command(
    "meeting open",
    zh="会议 开始",
    summary=N_("Open a meeting that has a quorum"),
    permission=Permission.MANAGE_MEETINGS,
)
def open_meeting(tx: Tx, meeting: MeetingRef, chair: ChairName) -> Reply:
    """Open it under a chair."""
    roll = usecases.open_meeting(tx, meeting=meeting, chair=chair)
    text = _("{reference} is open: {present} of {seats} are present.")
    words = text.format(reference=meeting.reference, present=roll.present, seats=roll.seats)
    return Reply(words, data={"meeting": meeting.number, "present": roll.present, "seats": roll.seats})


@command(
    "meeting adjourn",
    zh="会议 延期",
    summary=N_("Break off or put off until another time; everyone is called anew"),
    permission=Permission.VOTE,
)
def adjourn(
    tx: Tx, meeting: MeetingRef, date: On, time: At, reason: Reason, place: Place = "", urgent: Urgent = ""
) -> Reply:
    """Adjourn; what has been decided stands."""
    made = usecases.adjourn(
        tx, meeting=meeting, starts_at=moment(tx, date, time), reason=reason, place=place, waiver=urgent
    )
    return called(tx, made)


@command("meeting close", zh="会议 结束", summary=N_("End a meeting"), permission=Permission.VOTE)
def close(tx: Tx, meeting: MeetingRef) -> Reply:
    """Close it; then come the minutes."""
    left = usecases.close_meeting(tx, meeting=meeting)
    text = _("{reference} is closed.").format(reference=meeting.reference)
    if left:
        text += " " + _("{count} motions were not voted on and are withdrawn.").format(count=left)
    button = Button(_("Draft the minutes"), f"meeting minutes {meeting.reference}")
    return Reply(text, buttons=((button,),), data={"meeting": meeting.number, "withdrawn": left})


@command(
    "meeting minutes",
    zh="会议 纪要",
    summary=N_("Draft the minutes as a document; another officer confirms them"),
    permission=Permission.MANAGE_MEETINGS,
)
def minutes(tx: Tx, meeting: MeetingRef, body: Notes = "") -> Reply:
    """Draft the minutes from what is stored, with notes on the proceedings."""
    made, approval = usecases.draft_minutes(tx, meeting=meeting, notes=body)
    name, media, content = attachments.content_of(tx.session, made.attachment_id)
    text = _("{reference} waits for another officer: {summary}")
    words = text.format(reference=approval.reference, summary=approval.summary)
    data = {"meeting": meeting.number, "version": made.version, "approval": approval.number}
    return Reply(f"{made.text}\n\n{words}", files=(FileOut(name, content, media),), data=data)


@command("meeting read", zh="会议 查纪要", summary=N_("The confirmed minutes of a meeting"), permission=Permission.VOTE)
def read(tx: Tx, meeting: MeetingRef) -> Reply:
    """The newest confirmed minutes."""
    confirmed = [made for made in queries.minutes_of(tx.session, meeting) if made.approved_at is not None]
    if not confirmed:
        raise NotFound("minutes_unknown", _("There are no confirmed minutes of this meeting."))
    name, media, content = attachments.content_of(tx.session, confirmed[-1].attachment_id)
    data = {"meeting": meeting.number, "version": confirmed[-1].version}
    return Reply(confirmed[-1].text, files=(FileOut(name, content, media),), data=data)
