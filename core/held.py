"""Messages held back, because a restored backup cannot know whether they went out: a person lets them go or drops them."""

from typing import Any

from sqlalchemy import update

from core.access import Permission, usecase
from core.errors import RuleViolated
from core.i18n import _
from core.outbox import OutboxMessage, State
from core.transaction import Tx


@usecase(Permission.MANAGE_OFFICE, sensitive=True)
def release(tx: Tx) -> int:
    """Let every held message go out now. Returns how many. Raises RuleViolated when nothing is held."""
    count = _move(tx, {"state": State.PENDING, "due_at": tx.now})
    tx.record("outbox:held:release", "outbox:held", {"messages": count})
    return count


@usecase(Permission.MANAGE_OFFICE, sensitive=True)
def discard(tx: Tx) -> int:
    """Give up every held message: it went out before. Returns how many. Raises RuleViolated when nothing is held."""
    count = _move(tx, {"state": State.CANCELLED})
    tx.record("outbox:held:discard", "outbox:held", {"messages": count})
    return count


def _move(tx: Tx, values: dict[str, Any]) -> int:
    held = update(OutboxMessage).where(OutboxMessage.state == State.HELD).values(values)
    count: int = tx.session.execute(held.execution_options(synchronize_session=False)).rowcount  # type: ignore[attr-defined]
    if not count:
        raise RuleViolated("nothing_held", _("No message is held back."))
    return count
