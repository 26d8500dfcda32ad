"""Messages held back, because a restored backup cannot know whether they went out: a person lets them go or drops them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from core.access import Permission, usecase
from core.errors import RuleViolated
from core.i18n import _
from core.outbox import OutboxContent, OutboxMessage, State
from core.transaction import Tx


@dataclass(frozen=True)
class Waiting:
    """Messages about one subject that stand in one state: how many, and since when."""

    subject: str
    state: str
    count: int
    since: datetime


def waiting(session: Session, states: tuple[State, ...]) -> list[Waiting]:
    """What stands in these states, by subject, oldest first."""
    since = func.min(OutboxContent.created_at)
    query = (
        select(OutboxContent.subject, OutboxMessage.state, func.count(), since)
        .join(OutboxContent, OutboxContent.id == OutboxMessage.content_id)
        .where(OutboxMessage.state.in_(states))
        .group_by(OutboxContent.subject, OutboxMessage.state)
        .order_by(since, OutboxContent.subject)
    )
    return [Waiting(*row) for row in session.execute(query)]


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
