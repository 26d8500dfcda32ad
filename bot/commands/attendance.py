"""Answering a call, being there, and acting for somebody else."""

from bot.commands.meeting_parameters import MeetingRef, PersonName
from bot.messages import Button, Reply
from bot.parameters import Reason
from bot.registry import command
from core.access import Permission
from core.i18n import N_, _
from core.transaction import Tx
from meetings import usecases


@command(
    "meeting attend",
    zh="会议 参加",
    summary=N_("Say that you come, and at the meeting that you are there"),
    permission=Permission.VOTE,
)
def attend(tx: Tx, meeting: MeetingRef, person: PersonName | None = None) -> Reply:
    """Answer for oneself; the chair and staff note others as present."""
    if person is not None and person.id != tx.actor.person_id:
        usecases.check_in(tx, meeting=meeting, person=person)
        return Reply(_("{name} is noted as present.").format(name=person.name), data={"present": True})
    there = usecases.attend(tx, meeting=meeting)
    text = _("You are noted as present at {reference}.") if there else _("Thank you: you come to {reference}.")
    buttons = () if there else ((Button(_("Cannot come"), f"meeting excuse {meeting.reference}"),),)
    return Reply(text.format(reference=meeting.reference), buttons=buttons, data={"present": there})


@command("meeting leave", zh="会议 离席", summary=N_("Note that somebody has left"), permission=Permission.VOTE)
def leave(tx: Tx, meeting: MeetingRef, person: PersonName) -> Reply:
    """Note that somebody has left; later votes count without them."""
    usecases.note_left(tx, meeting=meeting, person=person)
    return Reply(_("{name} is noted as gone.").format(name=person.name))


@command("meeting excuse", zh="会议 请假", summary=N_("Say that you cannot come"), permission=Permission.VOTE)
def excuse(tx: Tx, meeting: MeetingRef, reason: Reason) -> Reply:
    """Excuse oneself."""
    usecases.excuse(tx, meeting=meeting, reason=reason)
    button = Button(_("Appoint a proxy"), f"meeting proxy {meeting.reference}")
    return Reply(_("You are excused from {reference}.").format(reference=meeting.reference), buttons=((button,),))


@command(
    "meeting proxy", zh="会议 委托", summary=N_("Let somebody act for you at a meeting"), permission=Permission.VOTE
)
def proxy(tx: Tx, meeting: MeetingRef, person: PersonName) -> Reply:
    """Give a proxy; it can be taken back until it is used."""
    usecases.give_proxy(tx, meeting=meeting, agent=person)
    text = _("{name} acts for you at {reference}.").format(name=person.name, reference=meeting.reference)
    return Reply(text, buttons=((Button(_("Take it back"), f"meeting proxy-end {meeting.reference}"),),))


@command("meeting proxy-end", zh="会议 撤回委托", summary=N_("Take your proxy back"), permission=Permission.VOTE)
def proxy_end(tx: Tx, meeting: MeetingRef) -> Reply:
    """Take a proxy back."""
    usecases.revoke_proxy(tx, meeting=meeting)
    return Reply(_("You act for yourself again at {reference}.").format(reference=meeting.reference))
