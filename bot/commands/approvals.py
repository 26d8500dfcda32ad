"""The second person: what waits for a decision, seeing exactly what it is, deciding it; and what became of one's own requests."""

from collections.abc import Callable, Mapping
from typing import Annotated, Any

from bot.interpret import read_arguments
from bot.language import words
from bot.messages import Button, FileOut, Reply, Table
from bot.parameters import Parameter, Reason, plain
from bot.registry import command, find
from core import approvals, attachments
from core.access import Permission
from core.approvals import Approval, ApprovalState
from core.errors import AppError, BadInput
from core.i18n import N_, _
from core.transaction import Tx
from meetings.queries import meeting_by_number, minutes_of
from people import queries

LOOKS: Mapping[str, Callable[[dict[str, Any]], str]] = {
    "announcements.publish": lambda a: f"announce preview A-{a['number']}",
    "announcements.withdraw": lambda a: f"announce preview A-{a['number']}",
    "grading.decide": lambda a: f"grading show G-{a['round']}",
    "grading.publish_scheme": lambda a: f"scheme show {a['scheme']}@{a['version']}",
    "membership.publish_conduct": lambda a: f"conduct text {a['version']}",
    "reminders.enable": lambda a: f"reminder preview R{a['number']}",
    "surveys.open": lambda a: f"survey preview S-{a['number']}",
}
"""What shows the thing that is decided, as its author sees it: action → command line."""


def _read_approval(tx: Tx, raw: str) -> int:
    digits = plain(raw).upper().removeprefix("P-").removeprefix("P").lstrip("0")
    if not (digits.isascii() and digits.isdigit() and len(digits) <= 9):
        raise BadInput("approval_form", _("Write a request like P-0012."))
    return approvals.approval_by_number(tx.session, int(digits)).number


def _open_ones(tx: Tx) -> list[tuple[str, str]]:
    return _as_choices(approvals.pending_for(tx, tx.actor.person_id))


def _own_ones(tx: Tx) -> list[tuple[str, str]]:
    mine = approvals.requested_by(tx.session, tx.actor.person_id)
    return _as_choices([one for one in mine if one.state == ApprovalState.PENDING])


def _as_choices(found: list[Approval]) -> list[tuple[str, str]]:
    return [(one.reference, f"{one.reference} {one.summary}"[:60]) for one in found]


ApprovalRef = Annotated[int, Parameter(N_("request"), _read_approval, zh="申请", choices=_open_ones)]
OwnApproval = Annotated[int, Parameter(N_("request"), _read_approval, zh="申请", choices=_own_ones)]


@command("approval list", zh="审批 列表", summary=N_("What waits for your decision"), permission=Permission.APPROVE)
def list_open(tx: Tx) -> Reply:
    """Requests that this person may decide."""
    waiting = approvals.pending_for(tx, tx.actor.person_id)
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
    """What was asked for, and the thing itself as it is now: the whole text, the rule, the file. Then the buttons."""
    one = approvals.approval_by_number(tx.session, request)
    asker = queries.person_by_id(tx.session, one.requested_by)
    text = _("{reference}, asked by {name}:\n{summary}").format(
        reference=one.reference, name=asker.name, summary=one.summary
    )
    if one.state != ApprovalState.PENDING:
        text += "\n" + _("State: {state}").format(state=ApprovalState(one.state).label)
        return Reply(text, data={"approval": one.number, "state": one.state})
    over = approvals.overtaken(tx, one)
    if over:
        text += "\n" + _("⚠ Settled otherwise or changed since: nobody can agree to it any more.")
    seen = _looked_at(tx, one)
    return Reply(
        f"{text}\n\n{seen.text}" if seen.text else text,
        table=seen.table,
        files=seen.files,
        buttons=() if over else _decisions(tx, one) + _recipients(one),
        data={"approval": one.number, "state": one.state},
    )


def _decisions(tx: Tx, one: Approval) -> tuple[tuple[Button, ...], ...]:
    if tx.actor.person_id in (one.requested_by, one.concerns):
        return ()
    approve_it = Button(_("Approve"), f"approval approve {one.reference}")
    return ((approve_it, Button(_("Decline"), f"approval decline {one.reference}")),)


def _recipients(one: Approval) -> tuple[tuple[Button, ...], ...]:
    if one.action != "announcements.publish":
        return ()
    return ((Button(_("Exact recipients"), f"announce people A-{one.arguments['number']}"),),)


def _looked_at(tx: Tx, one: Approval) -> Reply:
    """The thing that is decided, for an officer who may see it."""
    if one.action == "meetings.minutes":
        return Reply("", files=_minutes(tx, one.arguments))
    line = LOOKS[one.action](one.arguments) if one.action in LOOKS else ""
    found = find(words(line)) if line else None
    if found is None or not found[0].allowed(tx.actor):
        return Reply("")
    given = read_arguments(found[0], words(line)[found[1] :], line)
    try:
        values = {
            slot.name: slot.parameter.parse(tx, given[slot.name]) for slot in found[0].slots if slot.name in given
        }
        defaults = {slot.name: slot.default for slot in found[0].slots if not slot.required}
        return found[0].run(tx, **defaults | values)
    except AppError as trouble:
        return Reply(trouble.text)


def _minutes(tx: Tx, arguments: dict[str, Any]) -> tuple[FileOut, ...]:
    made = minutes_of(tx.session, meeting_by_number(tx.session, arguments["meeting"]))
    ids = [one.attachment_id for one in made if one.version == arguments["version"]]
    return tuple(
        FileOut(name, content, kind) for name, kind, content in (attachments.content_of(tx.session, i) for i in ids)
    )


def _state(tx: Tx, one: Approval) -> str:
    return _("settled otherwise") if approvals.overtaken(tx, one) else ApprovalState(one.state).label


@command(
    "approval mine",
    zh="审批 我提的",
    summary=N_("What you asked others to approve, and what became of it"),
    permission=Permission.USE_OFFICE,
)
def mine(tx: Tx) -> Reply:
    """The newest first, with the reason of a refusal."""
    found = approvals.requested_by(tx.session, tx.actor.person_id)
    rows = tuple((one.reference, one.summary.split("\n", 1)[0], _state(tx, one), one.reason or "") for one in found)
    table = Table((_("Request"), _("What"), _("State"), _("Reason")), rows)
    open_ones = [one for one in found if one.state == ApprovalState.PENDING]
    buttons = tuple((take_back_button(one),) for one in open_ones[:5])
    text = _("Your requests") if rows else _("You have asked for nothing.")
    return Reply(text, table=table if rows else None, buttons=buttons, data=[[row[0], row[2]] for row in rows])


def take_back_button(one: Approval) -> Button:
    """What takes a request of one's own back."""
    return Button(_("Take back {name}").format(name=one.reference), f"approval withdraw {one.reference}")


def waits_for_officer(one: Approval, data: dict[str, Any], hints: str = "") -> Reply:
    """The answer to whoever asked: the number of the request, what it says, and how to take it back."""
    text = _("{reference} waits for another officer: {summary}")
    words = text.format(reference=one.reference, summary=one.summary) + hints
    return Reply(words, buttons=((take_back_button(one),),), data={"approval": one.number} | data)


@command(
    "approval withdraw",
    zh="审批 收回",
    summary=N_("Take back what you asked others to approve"),
    permission=Permission.USE_OFFICE,
)
def take_back(tx: Tx, request: OwnApproval) -> Reply:
    """It is asked for no more; its text can be changed again."""
    one = approvals.withdraw_request(tx, number=request)
    text = _("{reference} is taken back. Nothing was done; it can be changed and asked for anew.")
    return Reply(text.format(reference=one.reference), data={"approval": request, "state": one.state})


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
