"""A second person confirms a dangerous action: bound to its requester, exact arguments, object version and expiry."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import String, Text, UniqueConstraint, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from core.access import Permission, usecase
from core.db import AssociationScoped, Base
from core.errors import AppError, Conflict, NotAllowed, NotFound
from core.i18n import N_, _
from core.numbering import next_numbers
from core.transaction import Tx

VALID_FOR = timedelta(days=7)


class ApprovalState(StrEnum):
    """Where a request stands; only ``pending`` can still change."""

    PENDING = "pending"
    APPROVED = "approved"
    DECLINED = "declined"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"

    @property
    def label(self) -> str:
        """The state in the language of the moment."""
        return _(STATE_NAMES[self])


STATE_NAMES = {
    ApprovalState.PENDING: N_("waits for a decision"),
    ApprovalState.APPROVED: N_("approved"),
    ApprovalState.DECLINED: N_("declined"),
    ApprovalState.EXPIRED: N_("expired"),
    ApprovalState.WITHDRAWN: N_("taken back by whoever asked"),
}


class Approval(AssociationScoped, Base):
    """A stored action that waits for another person."""

    __tablename__ = "approval"
    __table_args__ = (UniqueConstraint("association_id", "number"),)

    number: Mapped[int]
    action: Mapped[str] = mapped_column(String(60))
    subject: Mapped[str] = mapped_column(String(120), index=True)
    concerns: Mapped[int | None]
    arguments: Mapped[dict[str, Any]]
    version: Mapped[str] = mapped_column(String(80))
    summary: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(String(10), default=ApprovalState.PENDING)
    requested_by: Mapped[int]
    requested_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    decided_by: Mapped[int | None]
    decided_at: Mapped[datetime | None]
    reason: Mapped[str | None] = mapped_column(Text)

    @property
    def reference(self) -> str:
        """How people name it."""
        return f"P-{self.number:04d}"


def nothing_to_undo(_tx: Tx, _arguments: dict[str, Any], _reason: str) -> None:
    """What is left of a declined request that had changed nothing yet: nothing."""


@dataclass(frozen=True)
class Approvable:
    """An action that can wait: how to tell whether its object changed, how to carry it out, how to drop it.

    ``permission`` is what the requester must still hold when it is carried out; ``tells``: its ``declined`` itself writes
    to whoever asked.
    """

    version: Callable[[Tx, dict[str, Any]], str]
    execute: Callable[[Tx, dict[str, Any]], Any]
    declined: Callable[[Tx, dict[str, Any], str], Any] = nothing_to_undo
    permission: Permission = Permission.USE_OFFICE
    tells: bool = False


APPROVABLE: dict[str, Approvable] = {}
"""Filled by the packages whose actions need a second person."""

RIGHTS: list[Callable[[Tx, int], frozenset[Permission]]] = []
"""What a person may do at this moment: filled by the package that keeps persons and their roles."""

ENDED: list[Callable[[Tx, Approval], None]] = []
"""Called with each request that was decided or has lapsed: the package that keeps persons tells whoever asked."""


def request(
    tx: Tx, action: str, *, subject: str, arguments: dict[str, Any], summary: str, concerns: int | None = None
) -> Approval:
    """Store an action for another person to confirm within seven days. ``concerns`` is the person it is about."""
    if tx.actor.person_id is None:
        raise NotAllowed("not_a_person", _("Only a person can ask for an approval."))
    approval = Approval(
        number=next_numbers(tx.session, tx.association.id, "approval")[0],
        action=action,
        subject=subject,
        concerns=concerns,
        arguments=arguments,
        version=APPROVABLE[action].version(tx, arguments),
        summary=summary,
        requested_by=tx.actor.person_id,
        requested_at=tx.now,
        expires_at=tx.now + VALID_FOR,
    )
    tx.session.add(approval)
    tx.session.flush()
    tx.record("approval:request:ask", f"approval:{approval.number}", {"action": action, "subject": subject})
    return approval


@usecase(Permission.APPROVE, sensitive=True)
def approve(tx: Tx, *, number: int) -> Any:
    """Carry out a stored action with its stored arguments. Returns what the action returns.

    Raises NotAllowed for the requester and for the person concerned, Conflict when it was decided, has expired, its
    object has changed since, or its requester has lost the right to ask for it.
    """
    approval = _open(tx, number)
    action = APPROVABLE[approval.action]
    if not any(action.permission in rights(tx, approval.requested_by) for rights in RIGHTS):
        raise Conflict(
            "requester_gone", _("Whoever asked for this may no longer do so. Decline it; ask anew if needed.")
        )
    if overtaken(tx, approval):
        raise Conflict("object_changed", _("It was changed after approval was asked for. Ask for it anew."))
    _decide(tx, approval, ApprovalState.APPROVED)
    done = action.execute(tx, approval.arguments)
    _tell_ended(tx, approval)
    return done


@usecase(Permission.APPROVE, sensitive=True)
def decline(tx: Tx, *, number: int, reason: str) -> Approval:
    """Refuse a stored action, with the reason that its requester is told."""
    approval = _open(tx, number)
    _drop(tx, approval, ApprovalState.DECLINED, reason)
    _tell_ended(tx, approval)
    return approval


@usecase(Permission.USE_OFFICE)
def withdraw_request(tx: Tx, *, number: int) -> Approval:
    """Whoever asked for something asks for it no more; its object is free again. Raises NotFound for anybody else's
    request, Conflict for one that has ended.
    """
    approval = approval_by_number(tx.session, number, lock=True)
    if approval.requested_by != tx.actor.person_id:
        raise NotFound("approval_unknown", _("There is no such request of yours. `approval mine` shows them."))
    if approval.state != ApprovalState.PENDING:
        raise Conflict("already_decided", _("This has been decided already."))
    _drop(tx, approval, ApprovalState.WITHDRAWN, _("Whoever asked for it has taken it back."))
    return approval


def lapse(tx: Tx, subject: str | None = None) -> str:
    """The timer's part: what nobody decided in time is dropped, its object is free again and whoever asked is told.

    ``subject`` limits it to the requests about one thing.
    """
    overdue = [Approval.state == ApprovalState.PENDING, Approval.expires_at <= tx.now]
    if subject is not None:
        overdue.append(Approval.subject == subject)
    found = list(tx.session.scalars(select(Approval).where(*overdue).order_by(Approval.id).with_for_update()))
    for approval in found:
        _drop(tx, approval, ApprovalState.EXPIRED, _("Nobody decided within seven days."))
        _tell_ended(tx, approval)
    return f"{len(found)} requests lapsed"


def _drop(tx: Tx, approval: Approval, state: ApprovalState, reason: str) -> None:
    approval.reason = reason
    _decide(tx, approval, state)
    APPROVABLE[approval.action].declined(tx, approval.arguments, reason)


def _tell_ended(tx: Tx, approval: Approval) -> None:
    if approval.state == ApprovalState.APPROVED or not APPROVABLE[approval.action].tells:
        for tell in ENDED:
            tell(tx, approval)


def _open(tx: Tx, number: int) -> Approval:
    approval = approval_by_number(tx.session, number, lock=True)
    if tx.actor.person_id in (approval.requested_by, approval.concerns):
        raise NotAllowed("second_person", _("Another person has to decide this: you asked for it, or it is about you."))
    if approval.state != ApprovalState.PENDING:
        raise Conflict("already_decided", _("This has been decided already."))
    if approval.expires_at <= tx.now:
        raise Conflict("approval_expired", _("This request has expired. Ask for it anew."))
    return approval


def _decide(tx: Tx, approval: Approval, state: ApprovalState) -> None:
    approval.state = state
    approval.decided_by = tx.actor.person_id
    approval.decided_at = tx.now
    data = {"action": approval.action, "requested_by": f"person:{approval.requested_by}"}
    tx.record(f"approval:request:{state}", f"approval:{approval.number}", data)


def void(tx: Tx, person_id: int, reason: str) -> int:
    """What this person has asked for is asked for no more: they left, or their account changed. Returns how many."""
    mine = (Approval.requested_by == person_id, Approval.state == ApprovalState.PENDING)
    waiting = list(tx.session.scalars(select(Approval).where(*mine).order_by(Approval.id).with_for_update()))
    for approval in waiting:
        _drop(tx, approval, ApprovalState.EXPIRED, reason)
    return len(waiting)


def take_back(tx: Tx, action: str, subject: str) -> int:
    """What was asked for about a subject is asked for no more; nobody decided it. Returns how many requests."""
    mine = (Approval.action == action, Approval.subject == subject, Approval.state == ApprovalState.PENDING)
    waiting = list(tx.session.scalars(select(Approval).where(*mine).order_by(Approval.id).with_for_update()))
    for approval in waiting:
        _decide(tx, approval, ApprovalState.WITHDRAWN)
    return len(waiting)


def approval_by_number(session: Session, number: int, *, lock: bool = False) -> Approval:
    """The request with this number. Raises NotFound."""
    query = select(Approval).where(Approval.number == number)
    found = session.scalar(query.with_for_update() if lock else query)
    if found is None:
        raise NotFound("approval_unknown", _("There is no such request. `approval list` shows the open ones."))
    return found


def waiting_about(tx: Tx, action: str, subject: str) -> list[Approval]:
    """Requests for an action about one thing that can still be agreed to."""
    mine = (Approval.action == action, Approval.subject == subject)
    query = select(Approval).where(*mine, Approval.state == ApprovalState.PENDING, Approval.expires_at > tx.now)
    return [one for one in tx.session.scalars(query.order_by(Approval.number)) if not overtaken(tx, one)]


def pending_for(tx: Tx, person_id: int | None) -> list[Approval]:
    """Requests that this person could decide, oldest first. What was settled otherwise is none any more."""
    query = select(Approval).where(
        Approval.state == ApprovalState.PENDING,
        Approval.expires_at > tx.now,
        Approval.requested_by != person_id,
        Approval.concerns.is_distinct_from(person_id),
    )
    return [one for one in tx.session.scalars(query.order_by(Approval.number)) if not overtaken(tx, one)]


def overtaken(tx: Tx, approval: Approval) -> bool:
    """Whether an open request can no longer be agreed to: its object has changed, was settled otherwise, or is gone."""
    if approval.state != ApprovalState.PENDING:
        return False
    try:
        return APPROVABLE[approval.action].version(tx, approval.arguments) != approval.version
    except AppError:
        return True


def requested_by(session: Session, person_id: int | None, *, limit: int = 20) -> list[Approval]:
    """What a person has asked for, the newest first."""
    query = select(Approval).where(Approval.requested_by == person_id).order_by(Approval.number.desc())
    return list(session.scalars(query.limit(limit)))
