"""The second person: screening a text, asking for its approval, and what happens when it is given or refused."""

from typing import Any

from announcements import notices, queries
from announcements.models import Announcement
from announcements.rules import elements, lifecycle
from announcements.rules.kinds import Kind
from announcements.rules.lifecycle import Delivery, State
from announcements.usecases.publishing import issue
from core import approvals, attachments, holds
from core.access import Permission, usecase
from core.errors import RuleViolated
from core.i18n import _
from core.transaction import Tx
from people import audiences
from people.usecases.asking import tell_officers

PUBLISH = "announcements.publish"


@usecase(Permission.DRAFT_ANNOUNCEMENTS)
def submit(tx: Tx, *, announcement: Announcement) -> approvals.Approval | None:
    """Screen the text and its files, and ask another officer to approve it. None when screening holds it.

    Everyone who could decide is told. Raises RuleViolated for a text that lacks something.
    """
    approvals.lapse(tx, announcement.subject)
    changed = announcement.revision > _published_revision(tx, announcement)
    lifecycle.check_submittable(State(announcement.state), changed=changed)
    check_complete(tx, announcement)
    checked = _screened(tx, announcement)
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
        summary=_summary(tx, announcement, checked),
    )
    tell_officers(tx, approval)
    return approval


def check_complete(tx: Tx, announcement: Announcement) -> None:
    """Raises RuleViolated that names everything the text lacks."""
    faults = queries.faults_of(tx.session, tx.association, announcement, tx.now)
    if faults:
        lines = "\n".join("✗ " + elements.fault_text(fault) for fault in faults)
        head = _("{reference} cannot go out like this:").format(reference=announcement.reference)
        raise RuleViolated("incomplete", f"{head}\n{lines}\n" + _("`announce complete` asks for it one by one."))


def _screened(tx: Tx, one: Announcement) -> holds.Checked:
    return holds.check(tx, one.subject, _words_of(one), one.attachments, f"announce submit {one.reference}")


def check_screened(tx: Tx, announcement: Announcement) -> None:
    """Raises RuleViolated when screening holds now what it let go before: an entrustment may have ended since."""
    if not _screened(tx, announcement).may_go:
        text = _(
            "Screening holds {reference} now, though it did not when it was submitted. Submit it again to see why."
        )
        raise RuleViolated("held_by_screening", text.format(reference=announcement.reference))


def _words_of(one: Announcement) -> str:
    """Everything that is written in it, the reason of a new period included."""
    texts = [one.title, one.body, *map(str, one.elements.values()), one.restart_reason or ""]
    return "\n".join(text for text in texts if text)


def _published_revision(tx: Tx, announcement: Announcement) -> int:
    """The revision the newest version was made from, 0 when something differs from it."""
    return 0 if queries.changed_since(tx.session, announcement) else announcement.revision


def _check_somebody_listens(tx: Tx, announcement: Announcement) -> None:
    silent = announcement.delivery == Delivery.SILENT
    if not silent and audiences.preview(tx.session, announcement.audience, tx.today).people == 0:
        raise RuleViolated("audience_empty", _("This audience has nobody in it. Choose another one."))


def _summary(tx: Tx, announcement: Announcement, checked: holds.Checked) -> str:
    seen = audiences.preview(tx.session, announcement.audience, tx.today)
    text = _(
        "Publish {reference} [{kind}] “{title}” to {count} people ({unreachable} not reachable in chat): {audience}"
    )
    words = text.format(
        reference=announcement.reference,
        kind=Kind(announcement.kind).label,
        title=announcement.title,
        count=seen.people,
        unreachable=seen.unreachable,
        audience=audiences.describe(announcement.audience),
    )
    return words + "".join("\n" + line for line in _remarks(tx, announcement, checked))


def _remarks(tx: Tx, one: Announcement, checked: holds.Checked) -> list[str]:
    found = []
    if one.elements.get("ends"):
        found.append(queries.period_words(tx.session, one.elements["starts"], one.elements["ends"]))
        if queries.is_provisional(tx.session, tx.association, one):
            found.append(notices.provisional())
    if one.scheduled_for is not None:
        found.append(_("Goes out at {moment}.").format(moment=tx.association.show(one.scheduled_for)))
    if one.delivery != Delivery.NORMAL:
        found.append(_("Delivery: {way}").format(way=Delivery(one.delivery).label))
    if one.attachments:
        names = _(", ").join(attachments.content_of(tx.session, number)[0] for number in one.attachments)
        found.append(_("Attachments: {names}").format(names=names))
    found += queries.raised_against(tx.session, one)
    if checked.unread:
        names = _(", ").join(checked.unread)
        found.append(_("Screening could not read these files; read them yourself: {names}").format(names=names))
    if checked.pictured:
        names = _(", ").join(checked.pictured)
        found.append(_("Pictures in these files were not read; look at them yourself: {names}").format(names=names))
    return found


def _version(tx: Tx, arguments: dict[str, Any]) -> str:
    announcement = queries.announcement_by_number(tx.session, arguments["number"])
    withdrawn = ":withdrawn" if announcement.state == State.WITHDRAWN else ""
    return f"{announcement.revision}:{announcement.version}{withdrawn}"


def _approved(tx: Tx, arguments: dict[str, Any]) -> Announcement:
    """Publish it, or let it wait for its hour."""
    announcement = queries.announcement_by_number(tx.session, arguments["number"], lock=True)
    _lock_concluded(tx, announcement)
    announcement.approved_by = tx.actor.person_id
    if announcement.scheduled_for is not None and announcement.scheduled_for > tx.now:
        announcement.state = State.SCHEDULED
        data = {"moment": announcement.scheduled_for.isoformat()}
        tx.record("announcement:hour:approve", announcement.subject, data)
        return announcement
    check_complete(tx, announcement)
    check_screened(tx, announcement)
    return issue(tx, announcement)


def _lock_concluded(tx: Tx, announcement: Announcement) -> None:
    """Two results of one notice are not published side by side: the second one waits here and finds the first."""
    if announcement.kind == Kind.RESULT and announcement.parent_id is not None:
        parent = queries.announcement_by_id(tx.session, announcement.parent_id)
        queries.announcement_by_number(tx.session, parent.number, lock=True)


def _declined(tx: Tx, arguments: dict[str, Any], reason: str) -> None:
    announcement = queries.announcement_by_number(tx.session, arguments["number"])
    if announcement.state == State.SUBMITTED:
        announcement.state = State.DRAFT
    tx.record("announcement:text:decline", announcement.subject, {"reason": reason})


approvals.APPROVABLE[PUBLISH] = approvals.Approvable(
    version=_version, execute=_approved, declined=_declined, permission=Permission.DRAFT_ANNOUNCEMENTS
)
