"""Withdrawing a published text. What was announced with a period took two people, and so does taking it away."""

from dataclasses import dataclass, field
from functools import partial
from typing import Any

from announcements import notices, queries
from announcements.models import Announcement
from announcements.rules import lifecycle
from announcements.rules.kinds import Kind
from announcements.rules.lifecycle import State
from announcements.usecases.objections import end_undecided
from core import approvals, holds, outbox
from core.access import Permission, usecase
from core.approvals import Approval
from core.errors import RuleViolated
from core.i18n import _, in_every_language
from core.outbox import Message
from core.transaction import Tx
from people.usecases.asking import tell_officers

WITHDRAW = "announcements.withdraw"


@dataclass(frozen=True)
class Withdrawal:
    """What came of it: so many were told; or another officer was asked; or screening holds the reason, with its findings."""

    told: int | None = None
    approval: Approval | None = None
    findings: list[dict[str, Any]] = field(default_factory=list)


@usecase(Permission.DRAFT_ANNOUNCEMENTS, sensitive=True)
def withdraw(tx: Tx, *, announcement: Announcement, reason: str) -> Withdrawal:
    """Withdraw a published text: copies still waiting are stopped, everyone who got it is told. Nothing is deleted.

    One with a period waits for another officer, and so does what somebody asks who may not decide alone. Raises
    RuleViolated for a text that is not published, and for a notice whose result is in force.
    """
    _check_withdrawable(tx, announcement)
    checked = holds.check(tx, f"{announcement.subject}:withdrawn", reason)
    if not checked.may_go:
        tx.record("announcement:text:hold", announcement.subject, {"part": "withdrawal"})
        return Withdrawal(findings=checked.stored())
    if announcement.runs_until is None and tx.actor.may(Permission.APPROVE):
        return Withdrawal(told=_carry_out(tx, announcement, reason))
    return Withdrawal(approval=_ask(tx, announcement, reason))


def _check_withdrawable(tx: Tx, announcement: Announcement) -> None:
    lifecycle.check_published(State(announcement.state))
    for result in queries.results_of(tx.session, announcement):
        if result.state in (State.PUBLISHED, State.SCHEDULED):
            text = _("Its result {number} is in force. Withdraw that one first.")
            raise RuleViolated("result_in_force", text.format(number=result.document_number or result.reference))


def _ask(tx: Tx, announcement: Announcement, reason: str) -> Approval:
    text = _("Withdraw {number} [{kind}] “{title}”. Reason: {reason}").format(
        number=announcement.document_number,
        kind=Kind(announcement.kind).label,
        title=announcement.title,
        reason=reason,
    )
    waiting = queries.undecided(tx.session, announcement)
    if waiting:
        more = _("Undecided objections: {count}. They will not be ruled on; whoever raised them is told.")
        text += "\n" + more.format(count=waiting)
    arguments = {"number": announcement.number, "reason": reason}
    approval = approvals.request(tx, WITHDRAW, subject=announcement.subject, arguments=arguments, summary=text)
    tell_officers(tx, approval)
    return approval


def _carry_out(tx: Tx, announcement: Announcement, reason: str) -> int:
    announcement.state = State.WITHDRAWN
    announcement.next_chase_on, announcement.escalate_on = None, None
    stopped = outbox.cancel(tx.session, announcement.subject)
    write = partial(
        notices.withdrawn,
        document_number=announcement.document_number or "",
        title=announcement.title,
        association=tx.association.name,
        reason=reason,
    )
    about = f"{announcement.subject}:withdrawn"
    told = tx.notify(Message(about, about, in_every_language(write)), queries.reached(announcement))
    data = {"reason": reason, "stopped": stopped, "told": told, "objections": end_undecided(tx, announcement)}
    tx.record("announcement:text:withdraw", announcement.subject, data)
    return told


def _version(tx: Tx, arguments: dict[str, Any]) -> str:
    """Another version, or another state, is another thing to withdraw; a new draft beside it is not."""
    announcement = queries.announcement_by_number(tx.session, arguments["number"])
    return f"{announcement.version}:{announcement.state}"


def _approved(tx: Tx, arguments: dict[str, Any]) -> int:
    announcement = queries.announcement_by_number(tx.session, arguments["number"], lock=True)
    _check_withdrawable(tx, announcement)
    return _carry_out(tx, announcement, arguments["reason"])


def _declined(tx: Tx, arguments: dict[str, Any], reason: str) -> None:
    """It stays in force."""
    subject = queries.announcement_by_number(tx.session, arguments["number"]).subject
    tx.record("announcement:withdrawal:decline", subject, {"reason": reason})


approvals.APPROVABLE[WITHDRAW] = approvals.Approvable(
    version=_version, execute=_approved, declined=_declined, permission=Permission.DRAFT_ANNOUNCEMENTS
)
