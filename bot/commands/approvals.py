"""The second person: what waits for a decision, and deciding it."""

from typing import Annotated

from bot.messages import Button, Reply, Table
from bot.parameters import Parameter, Reason, plain
from bot.registry import command
from core import approvals
from core.access import Permission
from core.errors import BadInput
from core.i18n import N_, _
from core.transaction import Tx
from people import queries


def _read_approval(tx: Tx, raw: str) -> int:
    digits = plain(raw).upper().removeprefix("P-").removeprefix("P").lstrip("0")
    if not (digits.isascii() and digits.isdigit() and len(digits) <= 9):
        raise BadInput("approval_form", _("Write a request like P-0012."))
    return approvals.approval_by_number(tx.session, int(digits)).number


def _open_ones(tx: Tx) -> list[tuple[str, str]]:
    waiting = approvals.pending_for(tx.session, tx.actor.person_id, tx.now)
    return [(one.reference, f"{one.reference} {one.summary}"[:60]) for one in waiting]


ApprovalRef = Annotated[int, Parameter(N_("request"), _read_approval, zh="申请", choices=_open_ones)]


@command("approval list", zh="审批 列表", summary=N_("What waits for your decision"), permission=Permission.APPROVE)
def list_open(tx: Tx) -> Reply:
    """Requests that this person may decide."""
    waiting = approvals.pending_for(tx.session, tx.actor.person_id, tx.now)
    rows = []
    for one in waiting:
        asker = queries.person_by_id(tx.session, one.requested_by)
        rows.append((one.reference, one.summary, asker.name, tx.association.show(one.expires_at)))
    table = Table((_("Request"), _("What"), _("Asked by"), _("Expires")), tuple(rows))
    buttons = tuple((Button(_("Show {name}").format(name=row[0]), f"approval show {row[0]}"),) for row in rows[:5])
    text = _("{count} waiting").format(count=len(rows)) if rows else _("Nothing waits for you.")
    return Reply(text, table=table if rows else None, buttons=buttons, data=[list(row) for row in rows])


@command("approval show", zh="审批 查看", summary=N_("One request in full"), permission=Permission.APPROVE)
def show(tx: Tx, request: ApprovalRef) -> Reply:
    """The summary as it was stored, with the buttons to decide."""
    one = approvals.approval_by_number(tx.session, request)
    asker = queries.person_by_id(tx.session, one.requested_by)
    text = _("{reference}, asked by {name}:\n{summary}").format(
        reference=one.reference, name=asker.name, summary=one.summary
    )
    buttons = (
        Button(_("Approve"), f"approval approve {one.reference}"),
        Button(_("Decline"), f"approval decline {one.reference}"),
    )
    return Reply(text, buttons=(buttons,), data={"approval": one.number, "state": one.state})


@command(
    "approval approve",
    zh="审批 同意",
    summary=N_("Confirm what another person asked for"),
    permission=Permission.APPROVE,
    sensitive=True,
)
def approve(tx: Tx, request: ApprovalRef) -> Reply:
    """Carry out the stored action."""
    one = approvals.approval_by_number(tx.session, request)
    approvals.approve(tx, number=request)
    return Reply(_("Approved: {summary}").format(summary=one.summary), data={"approval": request})


@command(
    "approval decline",
    zh="审批 退回",
    summary=N_("Refuse what another person asked for, with the reason"),
    permission=Permission.APPROVE,
    sensitive=True,
)
def decline(tx: Tx, request: ApprovalRef, reason: Reason) -> Reply:
    """Refuse the stored action; the requester is told why."""
    one = approvals.decline(tx, number=request, reason=reason)
    return Reply(_("Declined: {summary}").format(summary=one.summary), data={"approval": request})
