"""Publishing: the document number, the period, one copy for everybody; and taking back."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from sqlalchemy import not_

from announcements import notices, queries
from announcements.models import Announcement, AnnouncementVersion, IssuedNumber
from announcements.rules import elements, kinds, lifecycle
from announcements.rules.document_number import DocumentNumber
from announcements.rules.kinds import Kind
from announcements.rules.lifecycle import Delivery, State
from announcements.rules.quiet import MASS, UNDO, Manners, next_moment
from core import attachments, outbox
from core.access import Permission, usecase
from core.calendar import Period, Unit
from core.deadlines import calendar_of
from core.i18n import in_every_language
from core.numbering import next_numbers
from core.outbox import Message, OnUnknown, Priority
from core.transaction import Tx
from people import audiences, groups
from people.audiences import members_of, recipients

CAN_BE_ANSWERED = {Kind.PUBLIC_NOTICE: notices.object_here, Kind.SOLICITATION: notices.comment_here}


def issue(tx: Tx, announcement: Announcement) -> Announcement:
    """Give it its document number and queue one copy for each person of the audience, in one statement."""
    _number(tx, announcement)
    announcement.version += 1
    announcement.state, announcement.published_at = State.PUBLISHED, tx.now
    announcement.scheduled_for = None
    _begin_period(announcement)
    tx.session.flush()
    goes_at, opted_out = _leaves_at(tx, announcement)
    count = 0 if announcement.delivery == Delivery.SILENT else _send(tx, announcement, goes_at)
    _keep_version(tx, announcement, count, opted_out, goes_at)
    announcement.restart_reason = None
    _plan_chasing(tx, announcement)
    data = {"document": announcement.document_number, "version": announcement.version, "recipients": count}
    data |= {"delivery": announcement.delivery, "opted_out": opted_out, "groups": len(announcement.groups)}
    tx.record("announcement:text:publish", announcement.subject, data)
    return announcement


def _number(tx: Tx, announcement: Announcement) -> None:
    if announcement.document_number is not None:
        return
    year, code = tx.today.year, tx.association.code_word
    number = next_numbers(tx.session, tx.association.id, f"document:{code}", year=year)[0]
    announcement.document_number = str(DocumentNumber(code, year, number))
    tx.session.add(IssuedNumber(code=code, year=year, number=number, announcement_id=announcement.id, issued_at=tx.now))


def _begin_period(announcement: Announcement) -> None:
    kept = announcement.elements
    if "starts" in kept and "ends" in kept:
        announcement.runs_from, announcement.runs_until = (date.fromisoformat(kept[n]) for n in ("starts", "ends"))
        announcement.ended_told = False


def _leaves_at(tx: Tx, announcement: Announcement) -> tuple[datetime, int]:
    """When the copies go out, and how many people have opted out of the kind."""
    moment = tx.now
    if announcement.delivery != Delivery.URGENT:
        manners = Manners.of(tx.association.settings)
        moment = next_moment(tx.now, tx.association.timezone, calendar_of(tx.session), manners)
    if audiences.at_least(tx.session, _audience(tx, announcement), MASS):
        moment = max(moment, tx.now + UNDO)
    if _is_legal(tx, announcement):
        return moment, 0
    unwilling = members_of(announcement.audience, tx.today) & not_(queries.wants(announcement.kind))
    return moment, audiences.count(tx.session, unwilling)


def _is_legal(tx: Tx, announcement: Announcement) -> bool:
    return kinds.rule_for(Kind(announcement.kind), tx.today).legal


def _audience(tx: Tx, announcement: Announcement) -> Any:
    condition = members_of(announcement.audience, tx.today)
    return condition if _is_legal(tx, announcement) else condition & queries.wants(announcement.kind)


def _send(tx: Tx, announcement: Announcement, goes_at: datetime) -> int:
    letter = _letter(tx, announcement, goes_at)
    count = tx.notify(letter, recipients(_audience(tx, announcement)))
    if announcement.groups:
        post = Message(
            key=f"{letter.key}:groups",
            subject=announcement.subject,
            texts=letter.texts,
            buttons=receipt_button(announcement),
            attachments=letter.attachments,
            priority=letter.priority,
            due_at=goes_at,
            report_to=letter.report_to,
        )
        tx.notify(post, groups.to_groups(announcement.groups))
    return count


def _keep_version(tx: Tx, announcement: Announcement, count: int, opted_out: int, goes_at: datetime) -> None:
    tx.session.add(
        AnnouncementVersion(
            announcement_id=announcement.id,
            version=announcement.version,
            title=announcement.title,
            body=announcement.body,
            audience=announcement.audience,
            elements=announcement.elements,
            attachments=announcement.attachments,
            published_at=tx.now,
            published_by=announcement.approved_by or tx.actor.person_id,
            recipients=count,
            opted_out=opted_out,
            goes_at=goes_at,
        )
    )


def _plan_chasing(tx: Tx, announcement: Announcement) -> None:
    """Legal notices are chased by themselves; the others when somebody asks for it."""
    announcement.chased = 0
    announcement.next_chase_on, announcement.escalate_on = None, None
    if _is_legal(tx, announcement):
        plan_chasing(tx, announcement)


def plan_chasing(tx: Tx, announcement: Announcement) -> None:
    """From today on remind the unread every so many working days, and turn to others after so many."""
    manners, calendar = Manners.of(tx.association.settings), calendar_of(tx.session)
    if manners.chase_every and manners.chase_times:
        announcement.next_chase_on = calendar.deadline(tx.today, Period(manners.chase_every, Unit.WORK_DAY)).day
    if manners.escalate_after:
        announcement.escalate_on = calendar.deadline(tx.today, Period(manners.escalate_after, Unit.WORK_DAY)).day


def _letter(tx: Tx, announcement: Announcement, goes_at: datetime) -> Message:
    legal = _is_legal(tx, announcement)
    return Message(
        key=queries.publication_key(announcement, announcement.version),
        subject=announcement.subject,
        texts=in_every_language(_writer(tx, announcement, legal=legal)),
        buttons=_buttons(announcement, legal=legal),
        attachments=list(announcement.attachments),
        priority=_priority(announcement, legal=legal),
        on_unknown=OnUnknown.ASK if legal else OnUnknown.RETRY,
        due_at=goes_at,
        report_to=announcement.author_id or None,
    )


def _writer(tx: Tx, announcement: Announcement, *, legal: bool) -> Callable[[], str]:
    """What writes the letter in the language of the moment. Versions that nobody got do not count."""
    recalled = sum(one.recalled_at is not None for one in queries.versions_of(tx.session, announcement))
    tentative = queries.is_provisional(tx.session, tx.association, announcement)

    def write() -> str:
        return notices.published(
            kind=Kind(announcement.kind).label,
            document_number=announcement.document_number or "",
            version=announcement.version - recalled,
            title=announcement.title,
            body=announcement.body,
            association=tx.association.name,
            day=tx.today.isoformat(),
            fields=elements.as_fields("", "", announcement.elements),
            attached=[attachments.content_of(tx.session, number)[0] for number in announcement.attachments],
            again=announcement.restart_reason or "",
            legal=legal,
            tentative=tentative,
        )

    return write


def _priority(announcement: Announcement, *, legal: bool) -> int:
    if announcement.delivery == Delivery.URGENT:
        return Priority.URGENT
    return Priority.LEGAL if legal else Priority.BULK


def receipt_button(announcement: Announcement) -> list[list[dict[str, Any]]]:
    """The button that confirms receipt."""
    labels = in_every_language(notices.received)
    return [[{"labels": labels, "command": f"announce ack {announcement.reference}"}]]


def _buttons(announcement: Announcement, *, legal: bool) -> list[list[dict[str, Any]]]:
    rows = receipt_button(announcement)
    answer = CAN_BE_ANSWERED.get(Kind(announcement.kind))
    if answer is not None:
        rows.append([{"labels": in_every_language(answer), "command": f"object {announcement.reference}"}])
    if not legal:
        rows.append([{"labels": in_every_language(notices.no_more), "command": f"unsubscribe {announcement.kind}"}])
    return rows


@usecase(Permission.DRAFT_ANNOUNCEMENTS)
def recall(tx: Tx, *, announcement: Announcement) -> int:
    """Take back a text of which no copy has left yet: it is a draft again and keeps its number. Returns the copies stopped.

    Raises Conflict when the first one is on its way.
    """
    stopped = outbox.cancel(tx.session, announcement.subject)
    found = queries.versions_of(tx.session, announcement)
    in_force = sum(version.recalled_at is None for version in found[:-1])
    gone = in_force + queries.gone_out(tx.session, announcement)
    lifecycle.check_recallable(State(announcement.state), gone)
    found[-1].recalled_at = tx.now
    announcement.state = State.DRAFT
    announcement.runs_from, announcement.runs_until = None, None
    announcement.next_chase_on, announcement.escalate_on = None, None
    data = {"version": announcement.version, "stopped": stopped}
    tx.record("announcement:text:recall", announcement.subject, data)
    return stopped
