"""Writing, approving, publishing, confirming and chasing announcements."""

from functools import partial
from typing import Any

from announcements import notices, queries
from announcements.models import Acknowledgement, Announcement, AnnouncementVersion
from announcements.rules import kinds, lifecycle
from announcements.rules.document_number import DocumentNumber
from announcements.rules.kinds import Kind
from announcements.rules.lifecycle import State
from core import approvals, holds, outbox
from core.access import Permission, Role, usecase
from core.errors import Conflict, NotFound, RuleViolated
from core.i18n import _, in_every_language
from core.numbering import next_numbers
from core.outbox import Message, OnUnknown, Priority
from core.transaction import Tx
from people import audiences
from people.audiences import members_of, recipients
from people.models import Person

PUBLISH = "announcements.publish"


@usecase(Permission.DRAFT_ANNOUNCEMENTS)
def draft(tx: Tx, *, kind: Kind, title: str, body: str, audience: dict[str, list[str]]) -> Announcement:
    """Write a draft. Nothing is sent, and nobody but staff sees it."""
    announcement = Announcement(
        number=next_numbers(tx.session, tx.association.id, "announcement")[0],
        kind=kind.value,
        state=State.DRAFT,
        title=lifecycle.check_title(title),
        body=lifecycle.check_body(body),
        audience=audience,
        author_id=tx.actor.person_id or 0,
        made_at=tx.now,
    )
    tx.session.add(announcement)
    tx.session.flush()
    tx.record("announcement:text:draft", announcement.subject, {"kind": kind.value, "title": announcement.title})
    return announcement


@usecase(Permission.DRAFT_ANNOUNCEMENTS)
def revise(
    tx: Tx,
    *,
    announcement: Announcement,
    title: str | None = None,
    body: str | None = None,
    audience: dict[str, list[str]] | None = None,
) -> Announcement:
    """Change a draft, or prepare the next version of a published text (which stays in force until then)."""
    lifecycle.check_editable(State(announcement.state))
    former = {"title": announcement.title, "revision": announcement.revision}
    announcement.title = lifecycle.check_title(title) if title else announcement.title
    announcement.body = lifecycle.check_body(body) if body else announcement.body
    announcement.audience = announcement.audience if audience is None else audience
    announcement.revision += 1
    if announcement.state == State.HELD:
        announcement.state = State.DRAFT
    tx.record("announcement:text:revise", announcement.subject, {"former": former, "title": announcement.title})
    return announcement


@usecase(Permission.DRAFT_ANNOUNCEMENTS)
def submit(tx: Tx, *, announcement: Announcement) -> approvals.Approval | None:
    """Screen the text and ask another officer to approve it. None when screening holds it.

    Everyone who could decide is told.
    """
    changed = announcement.revision > _published_revision(tx, announcement)
    lifecycle.check_submittable(State(announcement.state), changed=changed)
    checked = holds.check(tx, announcement.subject, f"{announcement.title}\n{announcement.body}")
    announcement.findings = checked.stored()
    if not checked.may_go:
        announcement.state = State.HELD
        tx.record("announcement:text:hold", announcement.subject, {"screened": checked.entry.reference})
        return None
    _check_somebody_listens(tx, announcement)
    if announcement.state in (State.DRAFT, State.HELD):
        announcement.state = State.SUBMITTED
    approval = approvals.request(
        tx,
        PUBLISH,
        subject=announcement.subject,
        arguments={"number": announcement.number},
        summary=_summary(tx, announcement),
    )
    _tell_officers(tx, announcement)
    return approval


def _published_revision(tx: Tx, announcement: Announcement) -> int:
    """The revision the newest version was made from: it is noted in the version's place in the audit."""
    if announcement.version == 0:
        return 0
    newest = queries.versions_of(tx.session, announcement)[-1]
    same = (newest.title, newest.body) == (announcement.title, announcement.body)
    return announcement.revision if same and newest.audience == announcement.audience else 0


def _check_somebody_listens(tx: Tx, announcement: Announcement) -> None:
    if audiences.preview(tx.session, announcement.audience, tx.today).people == 0:
        raise RuleViolated("audience_empty", _("This audience has nobody in it. Choose another one."))


def _summary(tx: Tx, announcement: Announcement) -> str:
    seen = audiences.preview(tx.session, announcement.audience, tx.today)
    text = _(
        "Publish {reference} [{kind}] “{title}” to {count} people ({unreachable} not reachable in chat): {audience}"
    )
    return text.format(
        reference=announcement.reference,
        kind=Kind(announcement.kind).label,
        title=announcement.title,
        count=seen.people,
        unreachable=seen.unreachable,
        audience=audiences.describe(announcement.audience),
    )


def _tell_officers(tx: Tx, announcement: Announcement) -> None:
    write = partial(
        notices.awaits_approval, reference=announcement.reference, title=announcement.title, asker=tx.actor.name
    )
    officers = audiences.holds_role([Role.SECRETARY_GENERAL, Role.DEPUTY], tx.today)
    who = recipients(officers & (Person.id != tx.actor.person_id) & Person.left_at.is_(None))
    key = f"{announcement.subject}:r{announcement.revision}:approval"
    tx.notify(Message(key, announcement.subject + ":approval", in_every_language(write), priority=Priority.URGENT), who)


def _version(tx: Tx, arguments: dict[str, Any]) -> str:
    announcement = queries.announcement_by_number(tx.session, arguments["number"])
    return f"{announcement.revision}:{announcement.version}"


def _publish(tx: Tx, arguments: dict[str, Any]) -> Announcement:
    """Give it its document number and queue one copy for each person of the audience, in one statement."""
    announcement = queries.announcement_by_number(tx.session, arguments["number"], lock=True)
    year = tx.today.year
    if announcement.document_number is None:
        number = next_numbers(tx.session, tx.association.id, "document", year=year)[0]
        announcement.document_number = str(DocumentNumber(tx.association.code_word, year, number))
    announcement.version += 1
    announcement.state, announcement.published_at = State.PUBLISHED, tx.now
    tx.session.flush()
    count = tx.notify(_letter(tx, announcement), recipients(members_of(announcement.audience, tx.today)))
    tx.session.add(
        AnnouncementVersion(
            announcement_id=announcement.id,
            version=announcement.version,
            title=announcement.title,
            body=announcement.body,
            audience=announcement.audience,
            published_at=tx.now,
            published_by=tx.actor.person_id,
            recipients=count,
        )
    )
    data = {"document": announcement.document_number, "version": announcement.version, "recipients": count}
    tx.record("announcement:text:publish", announcement.subject, data)
    return announcement


def _letter(tx: Tx, announcement: Announcement) -> Message:
    def write() -> str:
        return notices.published(
            kind=Kind(announcement.kind).label,
            document_number=announcement.document_number or "",
            version=announcement.version,
            title=announcement.title,
            body=announcement.body,
            association=tx.association.name,
            day=tx.today.isoformat(),
        )

    legal = kinds.rule_for(Kind(announcement.kind), tx.today).legal
    return Message(
        key=queries.publication_key(announcement, announcement.version),
        subject=announcement.subject,
        texts=in_every_language(write),
        buttons=_receipt_button(announcement),
        priority=Priority.LEGAL if legal else Priority.BULK,
        on_unknown=OnUnknown.ASK if legal else OnUnknown.RETRY,
        report_to=announcement.author_id or None,
    )


def _receipt_button(announcement: Announcement) -> list[list[dict[str, Any]]]:
    labels = in_every_language(notices.received)
    return [[{"labels": labels, "command": f"announce ack {announcement.reference}"}]]


def _declined(tx: Tx, arguments: dict[str, Any], reason: str) -> None:
    announcement = queries.announcement_by_number(tx.session, arguments["number"])
    if announcement.state == State.SUBMITTED:
        announcement.state = State.DRAFT
    write = partial(notices.declined, reference=announcement.reference, title=announcement.title, reason=reason)
    key = f"{announcement.subject}:r{announcement.revision}:declined"
    message = Message(key, announcement.subject + ":declined", in_every_language(write))
    tx.notify(message, recipients(Person.id == announcement.author_id))
    tx.record("announcement:text:decline", announcement.subject, {"reason": reason})


approvals.APPROVABLE[PUBLISH] = approvals.Approvable(version=_version, execute=_publish, declined=_declined)


@usecase(Permission.ACKNOWLEDGE)
def acknowledge(tx: Tx, *, announcement: Announcement) -> None:
    """Confirm receipt of the newest version. Raises NotFound for somebody it was not sent to, Conflict when done."""
    person_id = tx.actor.person_id or 0
    if announcement.state != State.PUBLISHED or not queries.was_sent_to(tx.session, announcement, person_id):
        raise NotFound("announcement_unknown", _("There is no such announcement. `announce list` shows them."))
    known = queries.acknowledgement_of(tx.session, announcement, person_id)
    if known is not None:
        raise Conflict("already_confirmed", _("You confirmed it on {when}.").format(when=tx.association.show(known.at)))
    tx.session.add(
        Acknowledgement(
            announcement_id=announcement.id,
            version=announcement.version,
            person_id=person_id,
            at=tx.now,
            channel=tx.channel,
        )
    )
    tx.record("announcement:receipt:confirm", announcement.subject, {"version": announcement.version})


@usecase(Permission.DRAFT_ANNOUNCEMENTS)
def chase(tx: Tx, *, announcement: Announcement) -> int:
    """Remind everyone who has not confirmed the newest version, at most once a day. Returns how many."""
    lifecycle.check_published(State(announcement.state))
    write = partial(
        notices.chased,
        document_number=announcement.document_number or "",
        title=announcement.title,
        association=tx.association.name,
    )
    key = f"{queries.publication_key(announcement, announcement.version)}:chase:{tx.today.isoformat()}"
    if queries.content_exists(tx.session, key):
        raise Conflict("chased_today", _("They have been reminded today. Try again tomorrow."))
    subject = f"{announcement.subject}:chase"
    message = Message(key, subject, in_every_language(write), _receipt_button(announcement), priority=Priority.BULK)
    count = tx.notify(message, queries.unread(announcement))
    tx.record("announcement:receipt:chase", announcement.subject, {"recipients": count})
    return count


@usecase(Permission.APPROVE, sensitive=True)
def withdraw(tx: Tx, *, announcement: Announcement, reason: str) -> int:
    """Withdraw a published text: copies still waiting are stopped, everyone who got it is told. Nothing is deleted."""
    lifecycle.check_published(State(announcement.state))
    announcement.state = State.WITHDRAWN
    stopped = outbox.cancel(tx.session, announcement.subject)
    write = partial(
        notices.withdrawn,
        document_number=announcement.document_number or "",
        title=announcement.title,
        association=tx.association.name,
        reason=reason,
    )
    message = Message(
        f"{announcement.subject}:withdrawn", f"{announcement.subject}:withdrawn", in_every_language(write)
    )
    told = tx.notify(message, queries.reached(announcement))
    tx.record("announcement:text:withdraw", announcement.subject, {"reason": reason, "stopped": stopped, "told": told})
    return told
