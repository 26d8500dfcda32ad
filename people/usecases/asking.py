"""Asking another officer: everyone who could decide is told, with a button to see what; whoever asked hears the end of it."""

from functools import partial
from typing import Any

from core import approvals
from core.access import Role
from core.approvals import Approval, ApprovalState
from core.i18n import in_every_language
from core.outbox import Message, Priority
from core.transaction import Tx
from people import notices
from people.audiences import ONE_PERSON, holds_role, recipients
from people.models import Person

OFFICERS = (Role.SECRETARY_GENERAL, Role.DEPUTY)


def ask_officers(tx: Tx, action: str, person: Person, arguments: dict[str, Any], summary: str) -> approvals.Approval:
    """Ask for something about a person. Neither the asker nor the person is told to decide it."""
    approval = approvals.request(
        tx, action, subject=person.reference, arguments=arguments, summary=summary, concerns=person.id
    )
    tell_officers(tx, approval)
    return approval


def tell_officers(tx: Tx, approval: approvals.Approval) -> None:
    """Everyone who could decide a request hears of it, but neither its asker nor the person it is about."""
    apart = [approval.requested_by, approval.concerns or 0]
    others = holds_role(OFFICERS, tx.today) & Person.id.not_in(apart)
    write = partial(notices.awaits_decision, approval.reference, approval.summary, tx.actor.name)
    button = {"labels": in_every_language(notices.show_request), "command": f"approval show {approval.reference}"}
    message = Message(
        f"approval:{approval.number}:asked",
        f"approval:{approval.number}",
        in_every_language(write),
        [[button]],
        priority=Priority.URGENT,
        expires_at=approval.expires_at,
    )
    tx.notify(message, recipients(others & Person.left_at.is_(None)))


def tell_requester(tx: Tx, approval: Approval) -> None:
    """Whoever asked hears that it was approved or declined and by whom, or that nobody decided in time."""
    words: dict[str, str] = {"reference": approval.reference, "summary": approval.summary.split("\n", 1)[0]}
    if approval.state == ApprovalState.APPROVED:
        write = partial(notices.request_approved, **words, by=tx.actor.name)
    elif approval.state == ApprovalState.DECLINED:
        write = partial(notices.request_declined, **words, by=tx.actor.name, reason=approval.reason or "")
    else:
        write = partial(notices.request_lapsed, **words)
    about = f"approval:{approval.number}"
    message = Message(f"{about}:{approval.state}", about, in_every_language(write))
    tx.notify(message, ONE_PERSON, {"person": approval.requested_by})


approvals.ENDED.append(tell_requester)
