"""Messages that have not arrived: what went wrong, and what a person decides about them."""

from typing import Annotated

from bot.messages import Button, Reply, Table
from bot.parameters import Choice, Page, Parameter, plain
from bot.registry import command
from core import held
from core.access import Permission
from core.errors import BadInput
from core.i18n import N_, _
from core.outbox import State
from core.transaction import Tx
from people import outgoing, usecases
from people.outgoing import Batch

PAGE = 10
REASONS = {
    "blocked": N_("has blocked us"),
    "blocked_by_person": N_("has blocked us"),
    "forbidden": N_("takes no messages from us"),
    "chat_not_found": N_("the chat does not exist (any more)"),
    "chat_unlinked": N_("the chat has been unlinked"),
    "too_long": N_("too long for the platform"),
    "file_too_big": N_("the file is too big for the platform"),
    "timed_out": N_("the platform did not answer in time"),
    "connection_lost": N_("the connection broke while it was being sent"),
    "unreadable_answer": N_("the platform's answer could not be read"),
    "worker_lost": N_("the program stopped while it was being sent"),
    "server_trouble": N_("the platform was out of order"),
    "not_connected": N_("the platform could not be reached"),
    "flood": N_("the platform asked for a pause"),
    "token_refused": N_("the platform refuses our key"),
    "unreadable": N_("the message cannot be read"),
    "defect": N_("a defect of ours; see the log"),
}
STATES = {
    State.HELD: N_("held back"),
    State.UNKNOWN: N_("unknown whether it arrived"),
    State.FAILED: N_("refused by the platform"),
    State.DEAD: N_("given up after many tries"),
    State.UNREACHABLE: N_("not reachable"),
}


def _read_batch(tx: Tx, raw: str) -> Batch:
    digits = plain(raw).removeprefix("#")
    if not (digits.isascii() and digits.isdigit() and len(digits) <= 12):
        raise BadInput("outbox_form", _("Write the number of a message, as `outbox list` shows it."))
    return outgoing.batch_by_number(tx.session, int(digits))


def _troubled(tx: Tx) -> list[Choice]:
    return [(str(one.number), f"{one.number} {one.title}") for one in outgoing.troubled_batches(tx.session)]


BatchRef = Annotated[Batch, Parameter(N_("message"), _read_batch, zh="发件", choices=_troubled)]


@command(
    "outbox list",
    zh="发件箱 列表",
    summary=N_("Messages that have not reached everybody"),
    permission=Permission.DRAFT_ANNOUNCEMENTS,
)
def list_troubled(tx: Tx, page: Page = 1) -> Reply:
    """Messages with copies that failed, are not known to have arrived, or are held; newest first."""
    found = outgoing.troubled_batches(tx.session, limit=PAGE + 1, offset=PAGE * (max(page, 1) - 1))
    shown = found[:PAGE]
    rows = tuple(
        (str(b.number), b.title, str(b.sent), str(b.waiting), str(b.failed), str(b.unknown), str(b.unreachable))
        for b in shown
    )
    headings = (_("Number"), _("Title"), _("Arrived"), _("Waiting"), _("Failed"), _("Unknown"), _("Not reachable"))
    buttons: list[tuple[Button, ...]] = [
        (Button(_("Show {name}").format(name=b.number), f"outbox show {b.number}"),) for b in shown[:5]
    ]
    if any(b.held for b in shown):
        let_go = Button(_("Let the held ones go"), "outbox release")
        buttons.append((let_go, Button(_("Drop the held ones"), "outbox discard")))
    if len(found) > PAGE:
        buttons.append((Button(_("More"), f"outbox list page={page + 1}"),))
    text = _("Messages that have not reached everybody") if rows else _("Everything has arrived, or is on its way.")
    data = [_as_data(batch) for batch in shown]
    return Reply(text, table=Table(headings, rows) if rows else None, buttons=tuple(buttons), data=data)


def _as_data(batch: Batch) -> dict[str, int | str]:
    names = ("number", "title", "total", "sent", "waiting", "held", "unknown", "failed", "unreachable", "cancelled")
    return {name: getattr(batch, name) for name in names}


@command(
    "outbox show",
    zh="发件箱 查看",
    summary=N_("Who has not got a message, and why"),
    permission=Permission.DRAFT_ANNOUNCEMENTS,
)
def show(tx: Tx, message: BatchRef, page: Page = 1) -> Reply:
    """The copies in trouble, with what can be done about them."""
    found = outgoing.copies_in_trouble(tx.session, message.number, limit=PAGE + 1, offset=PAGE * (max(page, 1) - 1))
    rows = tuple(
        (c.name or _("group"), c.platform or "", _(STATES[State(c.state)]), _reason(c.error)) for c in found[:PAGE]
    )
    text = _(
        "{title}\n{total} copies: {sent} arrived, {waiting} waiting, {held} held, {failed} failed, {unknown} unknown, "
        "{unreachable} not reachable, {cancelled} cancelled"
    ).format(**_as_data(message))
    buttons = _offers(message)
    if len(found) > PAGE:
        buttons = (*buttons, (Button(_("More"), f"outbox show {message.number} page={page + 1}"),))
    table = Table((_("Name"), _("Platform"), _("State"), _("Reason")), rows) if rows else None
    return Reply(text, table=table, buttons=buttons, data=_as_data(message))


def _reason(error: str | None) -> str:
    return _(REASONS[error]) if error in REASONS else error or ""


def _offers(batch: Batch) -> tuple[tuple[Button, ...], ...]:
    rows: list[tuple[Button, ...]] = []
    if batch.failed or batch.unreachable:
        rows.append((Button(_("Send again to those"), f"outbox retry {batch.number}"),))
    if batch.unknown:
        rows.append(
            (
                Button(_("They arrived"), f"outbox arrived {batch.number}"),
                Button(_("Send the unknown ones again"), f"outbox resend {batch.number}"),
            )
        )
    return tuple(rows)


@command(
    "outbox retry",
    zh="发件箱 重发",
    summary=N_("Send what failed once more, to those alone who have not got it"),
    permission=Permission.DRAFT_ANNOUNCEMENTS,
)
def retry(tx: Tx, message: BatchRef) -> Reply:
    """Send the failed copies again, to where their people can be reached now."""
    count = usecases.send_again(tx, batch=message)
    return Reply(_("{count} copies are being sent again.").format(count=count), data={"copies": count})


@command(
    "outbox resend",
    zh="发件箱 补发",
    summary=N_("Send copies again that may or may not have arrived"),
    permission=Permission.MANAGE_OFFICE,
    confirm=N_("Some may then get it twice. Send them again?"),
)
def resend(tx: Tx, message: BatchRef) -> Reply:
    """Send the copies again of which nothing is known."""
    count = usecases.settle_unknown(tx, batch=message, arrived=False)
    return Reply(_("{count} copies are being sent again.").format(count=count), data={"copies": count})


@command(
    "outbox arrived",
    zh="发件箱 送达",
    summary=N_("Note that copies arrived of which it was not known"),
    permission=Permission.MANAGE_OFFICE,
    confirm=N_("Have you made sure that they arrived?"),
)
def arrived(tx: Tx, message: BatchRef) -> Reply:
    """Take the copies of which nothing was known as served: somebody asked."""
    count = usecases.settle_unknown(tx, batch=message, arrived=True)
    return Reply(_("{count} copies are noted as arrived.").format(count=count), data={"copies": count})


@command(
    "outbox release",
    zh="发件箱 放行",
    summary=N_("Send what was held back after a restore"),
    permission=Permission.MANAGE_OFFICE,
    sensitive=True,
    confirm=N_("Send every message that is held back? Some may have gone out before the restore."),
)
def release(tx: Tx) -> Reply:
    """Let held messages go."""
    count = held.release(tx)
    return Reply(_("{count} messages go out now.").format(count=count), data={"released": count})


@command(
    "outbox discard",
    zh="发件箱 放弃",
    summary=N_("Drop what was held back after a restore"),
    permission=Permission.MANAGE_OFFICE,
    sensitive=True,
    confirm=N_("Drop every message that is held back? Nobody will get them any more."),
)
def discard(tx: Tx) -> Reply:
    """Give held messages up."""
    count = held.discard(tx)
    return Reply(_("{count} messages are dropped.").format(count=count), data={"discarded": count})
