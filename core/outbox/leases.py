"""Messages on their way out: leased to one worker, marked once, settled when the worker is gone.

Within a chat messages keep their order: one is claimed only when nothing before it is being sent or tried again.
"""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    BigInteger,
    Integer,
    String,
    and_,
    bindparam,
    case,
    column,
    func,
    literal,
    literal_column,
    or_,
    select,
    tuple_,
    update,
)
from sqlalchemy.dialects import postgresql
from sqlalchemy.orm import Session

from core.db import UtcDateTime
from core.outbox.tables import OnUnknown, OutboxContent, OutboxMessage, State

MAX_ATTEMPTS = 12
FIRST_BACK_OFF = timedelta(seconds=5)
LONGEST_BACK_OFF = timedelta(hours=1)
JITTER = 0.2

_MESSAGES: Any = OutboxMessage.__table__
# Written into the statements themselves: only so can the small indexes of waiting and of leased messages be used.
PENDING: Any = literal_column(f"'{State.PENDING.value}'")
SENDING: Any = literal_column(f"'{State.SENDING.value}'")
_RELEASED = {"lease": None, "lease_until": None}


@dataclass(frozen=True)
class Claimed:
    """A leased message, ready to be sent. ``attempts`` counts this one in."""

    id: int
    association_id: int
    content_id: int
    person_id: int | None
    platform: str
    chat: str
    language: str
    token: str
    priority: int
    attempts: int


@dataclass(frozen=True)
class Outcome:
    """What became of a claimed message. An attempt that says nothing about the message itself is not ``counted``."""

    id: int
    state: State
    message_id: str | None = None
    error: str | None = None
    due_at: datetime | None = None
    counted: bool = True


def claim(
    session: Session,
    lease: str,
    now: datetime,
    *,
    platform: str,
    chat: str | None = None,
    limit: int = 100,
    seconds: int = 60,
) -> list[Claimed]:
    """Lease due messages of a platform (or of one chat), most urgent first; other workers skip what is leased.

    At most one message of each chat is leased at a time.
    """
    values = {"now": now, "on": platform, "most": limit} | ({"in_chat": chat} if chat else {})
    connection = session.connection()
    found = connection.execute(_due(chat is not None), values).all()
    if found:
        leased = {"of_lease": lease, "until": now + timedelta(seconds=seconds), "ids": [row.id for row in found]}
        connection.execute(_LEASE, leased)
    return [Claimed(**row._mapping) for row in found]


@lru_cache(maxsize=2)
def _due(one_chat: bool) -> Any:
    """The messages to lease, in order, locked; what other workers hold is skipped."""
    mine, now = _MESSAGES.alias("mine"), bindparam("now", type_=OutboxMessage.due_at.type)
    columns = [mine.c[name] for name in Claimed.__dataclass_fields__ if name != "attempts"]
    query = (
        select(*columns, (mine.c.attempts + 1).label("attempts"))
        .where(mine.c.state == PENDING, mine.c.due_at <= now, mine.c.platform == bindparam("on"))
        .where(~_before(mine, now).exists())
        .order_by(mine.c.priority, mine.c.due_at, mine.c.id)
        .limit(bindparam("most"))
        .with_for_update(skip_locked=True)
    )
    return query.where(mine.c.chat == bindparam("in_chat")) if one_chat else query


_LEASE = (
    update(_MESSAGES)
    .where(_MESSAGES.c.id.in_(bindparam("ids", expanding=True)))
    .values(
        state=State.SENDING,
        lease=bindparam("of_lease"),
        lease_until=bindparam("until"),
        launched_at=None,
        attempts=_MESSAGES.c.attempts + 1,
    )
)


def launch(session: Session, lease: str, message_id: int, now: datetime) -> bool:
    """Note that a leased message leaves now; False when it is no longer ours and must not be sent."""
    ours = (_MESSAGES.c.id == message_id, _MESSAGES.c.lease == lease, _MESSAGES.c.state == SENDING)
    return bool(session.connection().execute(update(_MESSAGES).where(*ours).values(launched_at=now)).rowcount)


def _before(mine: Any, now: Any) -> Any:
    """What has to go out to the same chat before this message: what is being sent, and the earlier ones that are due
    or will be tried again; an urgent one does not wait for those of less weight.
    """
    other = _MESSAGES.alias("other")
    waits = and_(other.c.state == State.PENDING, or_(other.c.due_at <= now, other.c.error.is_not(None)))
    earlier = tuple_(other.c.priority, other.c.id) < tuple_(mine.c.priority, mine.c.id)
    # Written so that no planner can go another way than by the small index of a chat's open messages: the states stand
    # in the statement itself, and the platform is no key.
    platform = other.c.platform + literal("") == mine.c.platform
    same = and_(other.c.chat == mine.c.chat, platform, other.c.id != mine.c.id)
    is_open = other.c.state.in_(bindparam("open", [State.PENDING, State.SENDING], expanding=True, literal_execute=True))
    return select(other.c.id).where(same, is_open, or_(other.c.state == State.SENDING, waits & earlier))


def renew(session: Session, lease: str, now: datetime, *, platform: str, seconds: int = 60) -> set[int]:
    """Keep what is leased for longer. The ids that are still ours: the others were taken away and must not be sent."""
    ours = (_MESSAGES.c.platform == platform, _MESSAGES.c.state == SENDING, _MESSAGES.c.lease == lease)
    kept = update(_MESSAGES).where(*ours).values(lease_until=now + timedelta(seconds=seconds))
    return set(session.connection().scalars(kept.returning(_MESSAGES.c.id)))


def mark(session: Session, lease: str, outcomes: Sequence[Outcome], now: datetime) -> int:
    """Record outcomes of messages that are still ours (the lease fences off a worker that slept too long)."""
    done, connection = 0, session.connection()
    # Always in the same order, so that two transactions over the same rows wait for each other instead of locking up.
    ordered = sorted(outcomes, key=lambda outcome: outcome.id)
    for state in sorted({outcome.state for outcome in outcomes}):
        rows = [_row(outcome, now) for outcome in ordered if outcome.state == state]
        own = {"of_lease": lease, "moment": now}
        if connection.dialect.name == "postgresql":
            columns = {name: [row[name] for row in rows] for name in GIVEN}
            done += connection.execute(_marking_all(state), own | columns).rowcount
        else:
            done += connection.execute(_marking_each(state), [own | row for row in rows]).rowcount
    return done


GIVEN: dict[str, Any] = {
    "of_id": BigInteger(),
    "message": String(),
    "why": String(),
    "uncounted": Integer(),
    "due": UtcDateTime(),
}
"""What an outcome brings along, and as which type."""


def _row(outcome: Outcome, now: datetime) -> dict[str, Any]:
    uncounted = 0 if outcome.counted else 1
    why = outcome.error
    return {
        "of_id": outcome.id,
        "message": outcome.message_id,
        "why": why,
        "uncounted": uncounted,
        "due": outcome.due_at or now,
    }


@lru_cache(maxsize=16)
def _marking_each(state: State) -> Any:
    """A statement for one outcome, to be repeated: a call inside the process costs little."""
    given = {name: bindparam(name, type_=kind) for name, kind in GIVEN.items()}
    return _marked(state, given)


@lru_cache(maxsize=16)
def _marking_all(state: State) -> Any:
    """One statement for all of them: each journey to the server costs."""
    arrays = [bindparam(name, type_=postgresql.ARRAY(kind)) for name, kind in GIVEN.items()]
    named = [column(name, kind) for name, kind in GIVEN.items()]
    given = func.unnest(*arrays).table_valued(*named, name="given").render_derived()
    return _marked(state, dict(given.c.items()))


def _marked(state: State, given: dict[str, Any]) -> Any:
    why = given["why"]
    values: dict[str, Any] = _RELEASED | {
        "state": state,
        "message_id": func.coalesce(given["message"], _MESSAGES.c.message_id),
        "error": func.coalesce(why, _MESSAGES.c.error) if state is State.PENDING else why,
        "attempts": _MESSAGES.c.attempts - given["uncounted"],
    }
    if state is State.SENT:
        values["sent_at"] = bindparam("moment", type_=UtcDateTime())
    if state is State.PENDING:
        values["due_at"] = given["due"]
    ours = (_MESSAGES.c.lease == bindparam("of_lease"), _MESSAGES.c.state == SENDING)
    return update(_MESSAGES).where(_MESSAGES.c.id == given["of_id"], *ours).values(values)


def redirect(
    session: Session, lease: str, message_id: int, chat: tuple[str, str] | None, now: datetime, why: str
) -> None:
    """Send a leased message to another ``(platform, chat)`` of its person instead; None leaves it unreachable."""
    ours = (_MESSAGES.c.id == message_id, _MESSAGES.c.lease == lease, _MESSAGES.c.state == SENDING)
    values: dict[str, Any] = _RELEASED | {"state": State.UNREACHABLE, "error": why}
    if chat is not None:
        place = {"platform": chat[0], "chat": chat[1], "state": State.PENDING, "due_at": now, "attempts": 0}
        values |= place
    session.connection().execute(update(_MESSAGES).where(*ours).values(values))


def move_chat(session: Session, platform: str, chat: str, to: str) -> None:
    """What still waits for a chat goes to its new id."""
    waiting = _MESSAGES.c.state.in_([State.PENDING, State.HELD])
    there = (_MESSAGES.c.platform == platform, _MESSAGES.c.chat == chat, waiting)
    session.connection().execute(update(_MESSAGES).where(*there).values(chat=to))


def back_off(attempts: int) -> timedelta:
    """How long to wait after this many failed attempts: doubling, at most an hour."""
    return min(FIRST_BACK_OFF * float(2 ** min(max(attempts - 1, 0), 20)), LONGEST_BACK_OFF)


def jittered(pause: timedelta) -> timedelta:
    """Up to a fifth longer, so that many that failed together do not come back together."""
    return pause * (1 + random.random() * JITTER)  # noqa: S311 - no secret


def recover(session: Session, now: datetime, *, platform: str | None = None) -> int:
    """Settle messages whose worker died: they may have been sent, so each goes as its kind says.

    Those that ask a person before they are sent twice do so only when they had been launched.
    """
    expired = and_(_MESSAGES.c.state == SENDING, _MESSAGES.c.lease_until < now)
    if platform is not None:
        expired = and_(expired, _MESSAGES.c.platform == platform)
    content: Any = OutboxContent.__table__
    asking = select(content.c.id).where(content.c.on_unknown == OnUnknown.ASK)
    asks = and_(_MESSAGES.c.launched_at.is_not(None), _MESSAGES.c.content_id.in_(asking))
    unsure = or_(asks, _MESSAGES.c.attempts >= MAX_ATTEMPTS)
    state = case((unsure, State.UNKNOWN.value), else_=State.PENDING.value)
    settled = (
        update(_MESSAGES).where(expired).values(_RELEASED | {"state": state, "error": "worker_lost", "due_at": now})
    )
    return session.connection().execute(settled).rowcount
