"""What is on its way to people: what waits, what failed, and what a restore has held back."""

from bot.messages import Button, Reply, Table
from bot.registry import command
from core import held
from core.access import Permission
from core.i18n import N_, _
from core.outbox import State
from core.transaction import Tx

STATES = {
    State.PENDING: N_("waiting"),
    State.HELD: N_("held back"),
    State.SENDING: N_("being sent"),
    State.UNKNOWN: N_("unknown whether it arrived"),
    State.FAILED: N_("refused by the platform"),
    State.DEAD: N_("given up after many tries"),
}


@command(
    "outbox list",
    zh="发件箱 列表",
    summary=N_("Messages that wait, are held back, or did not arrive"),
    permission=Permission.MANAGE_OFFICE,
)
def list_waiting(tx: Tx) -> Reply:
    """By subject, oldest first."""
    found = held.waiting(tx.session, tuple(STATES))
    rows = tuple((w.subject, _(STATES[State(w.state)]), str(w.count), tx.association.show(w.since)) for w in found)
    if not rows:
        return Reply(_("Everything has gone out."), data=[])
    table = Table((_("About"), _("State"), _("Messages"), _("Since")), rows)
    release = (Button(_("Let the held ones go"), "outbox release"), Button(_("Drop the held ones"), "outbox discard"))
    buttons = (release,) if any(w.state == State.HELD for w in found) else ()
    data = [{"subject": w.subject, "state": w.state, "count": w.count} for w in found]
    return Reply(
        _("{count} messages").format(count=sum(w.count for w in found)), table=table, buttons=buttons, data=data
    )


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
