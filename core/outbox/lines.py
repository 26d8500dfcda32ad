"""Which process delivers on a platform, and what a process that is gone leaves behind."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import or_, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from core.outbox.leases import SENDING
from core.outbox.tables import OutboxMessage, PlatformLine

_MESSAGES: Any = OutboxMessage.__table__
_LINES: Any = PlatformLine.__table__


def leases_on(session: Session, platform: str) -> set[str]:
    """The leases under which messages of a platform are held, and that of the process that delivers on it."""
    sending = (_MESSAGES.c.platform == platform, _MESSAGES.c.state == SENDING)
    held = select(_MESSAGES.c.lease).where(*sending).distinct()
    line = select(_LINES.c.holder).where(_LINES.c.platform == platform)
    return {lease for lease in session.connection().scalars(held.union(line)) if lease}


def end_lease(session: Session, platform: str, lease: str, now: datetime) -> None:
    """The process of this lease is no more: what it held is free at once."""
    over = now - timedelta(seconds=1)
    held = (_MESSAGES.c.platform == platform, _MESSAGES.c.state == SENDING, _MESSAGES.c.lease == lease)
    session.connection().execute(update(_MESSAGES).where(*held).values(lease_until=over))
    drop_line(session, platform, lease, now)


def hold_line(session: Session, platform: str, holder: str, now: datetime, seconds: int) -> bool:
    """Become, or stay, the one process that delivers on a platform; False while another one is."""
    connection = session.connection()
    insert = sqlite.insert if connection.dialect.name == "sqlite" else postgresql.insert
    until = now + timedelta(seconds=seconds)
    connection.execute(insert(_LINES).values(platform=platform, holder=holder, until=until).on_conflict_do_nothing())
    free = or_(_LINES.c.holder == holder, _LINES.c.until < now)
    taken = update(_LINES).where(_LINES.c.platform == platform, free).values(holder=holder, until=until)
    return bool(connection.execute(taken).rowcount)


def drop_line(session: Session, platform: str, holder: str, now: datetime) -> None:
    """Let another process deliver."""
    mine = (_LINES.c.platform == platform, _LINES.c.holder == holder)
    session.connection().execute(update(_LINES).where(*mine).values(until=now - timedelta(seconds=1)))
