"""What a person decides about messages that have not arrived, and telling those who sent them."""

from functools import partial
from typing import Any

from sqlalchemy import case, func, literal, select, update

from core.access import Permission, usecase
from core.errors import Conflict
from core.i18n import _, in_every_language
from core.outbox import Message, OutboxContent, OutboxMessage, State
from core.transaction import Tx
from people import notices, outgoing
from people.audiences import ONE_PERSON
from people.models import ChatIdentity, Person
from people.outgoing import Batch

CONFIRMED = "confirmed_by_person"


@usecase(Permission.DRAFT_ANNOUNCEMENTS)
def send_again(tx: Tx, *, batch: Batch) -> int:
    """Send the copies that failed once more, each to where its person can be reached now. Returns how many.

    Copies that arrived, or may have, are not touched. Raises Conflict when nothing can be sent.
    """
    mine = (OutboxMessage.content_id == batch.number, OutboxMessage.person_id == Person.id)
    chat = (
        select(ChatIdentity.platform, ChatIdentity.chat)
        .join(Person, Person.identity_id == ChatIdentity.id)
        .where(*mine, ChatIdentity.ended_at.is_(None), ChatIdentity.unreachable_since.is_(None))
        .correlate(OutboxMessage)
    )
    place = {
        name: chat.with_only_columns(getattr(ChatIdentity, name)).scalar_subquery() for name in ("platform", "chat")
    }
    reachable = func.coalesce(place["chat"], case((OutboxMessage.person_id.is_(None), OutboxMessage.chat)))
    failed = OutboxMessage.state.in_([*outgoing.FAILED, State.UNREACHABLE])
    values = {
        "platform": func.coalesce(place["platform"], OutboxMessage.platform),
        "chat": func.coalesce(place["chat"], OutboxMessage.chat),
    }
    count = _move(tx, batch, (failed, reachable.is_not(None)), State.PENDING, **values)
    if not count:
        raise Conflict("nothing_to_send", _("None of them can be reached now, or none has failed."))
    tx.record("outbox:copy:resend", f"outbox:{batch.number}", {"copies": count})
    return count


@usecase(Permission.MANAGE_OFFICE)
def settle_unknown(tx: Tx, *, batch: Batch, arrived: bool) -> int:
    """Somebody found out about copies of which it is not known whether they arrived: note them as served, or send
    them once more. Returns how many.
    """
    unsure = (OutboxMessage.state == State.UNKNOWN,)
    if arrived:
        count = _move(tx, batch, unsure, State.SENT, error=CONFIRMED, sent_at=tx.now)
    else:
        count = _move(tx, batch, unsure, State.PENDING)
    if not count:
        raise Conflict("nothing_unknown", _("There is no copy of which it is not known whether it arrived."))
    data = {"copies": count, "arrived": arrived}
    tx.record("outbox:copy:settle", f"outbox:{batch.number}", data)
    return count


def _move(tx: Tx, batch: Batch, which: tuple[Any, ...], state: State, **values: Any) -> int:
    which = (*which, OutboxMessage.content_id == batch.number)
    fresh = {"state": state, "error": None} | values
    if state is State.PENDING:
        fresh |= {"attempts": literal(0), "due_at": tx.now}
    later = {"synchronize_session": False}
    content = update(OutboxContent).where(OutboxContent.id == batch.number)
    tx.session.execute(content.values(reported_at=None), execution_options=later)
    moved = tx.session.execute(update(OutboxMessage).where(*which).values(fresh), execution_options=later)
    return moved.rowcount  # type: ignore[attr-defined,no-any-return]


@usecase(Permission.DELIVER)
def report_ended(tx: Tx) -> int:
    """Tell whoever sent something that its delivery has ended and some did not get it. Returns how many were told.

    Each end is told once; when copies are sent again, the new end is told again.
    """
    ended = outgoing.ended_batches(tx.session)
    for batch in ended:
        _tell(tx, batch)
    numbers = [batch.number for batch in ended]
    tx.session.execute(
        update(OutboxContent).where(OutboxContent.id.in_(numbers)).values(reported_at=tx.now),
        execution_options={"synchronize_session": False},
    )
    tx.record("outbox:content:report", "outbox:ended", {"contents": numbers})
    return len(ended)


def _tell(tx: Tx, batch: Batch) -> None:
    write = partial(
        notices.not_all_arrived,
        title=batch.title,
        total=batch.total,
        sent=batch.sent,
        failed=batch.failed,
        unknown=batch.unknown,
        unreachable=batch.unreachable,
    )
    look = [[{"labels": in_every_language(notices.look_closer), "command": f"outbox show {batch.number}"}]]
    key = f"delivery:{batch.number}:{tx.now.isoformat()}"
    message = Message(key, f"delivery:{batch.number}", in_every_language(write), look)
    tx.notify(message, ONE_PERSON, {"person": batch.report_to})
