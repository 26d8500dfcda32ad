"""The audit: append-only, one hash chain per association, each row bound to the one before.

``hash = SHA-256(previous || length-prefixed stored columns)``; ``previous`` is UNIQUE, so the chain cannot fork, and
database triggers refuse UPDATE and DELETE. Personal data is stored sealed (see ``core.keys``): the chain covers the
sealed bytes, so it still verifies after a person's key has been deleted.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

from sqlalchemy import (
    DDL,
    Index,
    LargeBinary,
    String,
    Text,
    UniqueConstraint,
    bindparam,
    event,
    insert,
    select,
    update,
)
from sqlalchemy.orm import Mapped, Session, mapped_column

from core.db import AssociationScoped, Base
from core.errors import NotFound
from core.i18n import N_, _

GENESIS = b"guildhall audit chain of association %d"
COLUMNS = ("seq", "at", "actor", "action", "object", "data", "person_id", "sealed", "previous", "hash")


class AuditEntry(AssociationScoped, Base):
    """One thing that happened: who, what, on which object, with which data. Never changed, never deleted."""

    __tablename__ = "audit_entry"
    __table_args__ = (
        UniqueConstraint("association_id", "seq"),
        UniqueConstraint("previous"),
        Index("ix_audit_entry_object", "association_id", "object"),
    )

    seq: Mapped[int]
    at: Mapped[str] = mapped_column(String(32))
    actor: Mapped[str] = mapped_column(String(80))
    action: Mapped[str] = mapped_column(String(80))
    object: Mapped[str] = mapped_column(String(120))
    data: Mapped[str] = mapped_column(Text)
    person_id: Mapped[int | None]
    sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    previous: Mapped[bytes] = mapped_column(LargeBinary(32))
    hash: Mapped[bytes] = mapped_column(LargeBinary(32))


class AuditHead(AssociationScoped, Base):
    """The last link of an association's chain; its row lock serialises writers at the end of their transaction."""

    __tablename__ = "audit_head"
    __table_args__ = (UniqueConstraint("association_id"),)

    seq: Mapped[int]
    hash: Mapped[bytes] = mapped_column(LargeBinary(32))


@dataclass(frozen=True)
class Entry:
    """What is to be appended. ``action`` is ``subject:part:verb``, ``object`` is ``kind:number``."""

    at: datetime
    actor: str
    action: str
    object: str
    data: str
    person_id: int | None = None
    sealed: bytes | None = None


@dataclass(frozen=True)
class Verified:
    """The outcome of a check: how many rows, the head, and the first bad row with what is wrong with it."""

    rows: int
    head: bytes
    bad_row: int | None = None
    reason: str = ""

    @property
    def intact(self) -> bool:
        """Whether every row is as it was written."""
        return self.bad_row is None


def canonical(data: Mapping[str, Any]) -> str:
    """JSON in one spelling only: sorted keys, no spaces, text as it is."""
    return json.dumps(data, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=str)


def genesis(association_id: int) -> bytes:
    """What the first row of an association's chain points back to."""
    return sha256(GENESIS % association_id).digest()


def link(previous: bytes, seq: int, *columns: str | bytes | int | None) -> bytes:
    """The hash of a row: each column with its length before it, so that no two rows can read the same.

    Nothing at all is told apart from an empty text.
    """
    digest = sha256(previous)
    digest.update(b"%d" % seq)
    for column in columns:
        if column is None:
            digest.update(b"|-")
            continue
        raw = column if isinstance(column, bytes) else str(column).encode("utf-8", "surrogatepass")
        digest.update(b"|%d:" % len(raw))
        digest.update(raw)
    return digest.digest()


def start(session: Session, association_id: int) -> None:
    """Begin the chain of a new association."""
    session.add(AuditHead(association_id=association_id, seq=0, hash=genesis(association_id)))
    session.flush()


_HEADS: Any = AuditHead.__table__
_MINE = _HEADS.c.association_id == bindparam("association")
_LOCK_HEAD = select(_HEADS.c.seq, _HEADS.c.hash).where(_MINE).with_for_update()
_MOVE_HEAD = update(_HEADS).where(_MINE)
_ADD_ENTRIES = insert(AuditEntry.__table__)  # type: ignore[arg-type]


def append(session: Session, association_id: int, entries: Sequence[Entry]) -> list[int]:
    """Append entries to the association's chain inside the running transaction; returns their numbers."""
    connection = session.connection()
    head = connection.execute(_LOCK_HEAD, {"association": association_id}).one()
    seq, previous, rows = head.seq, head.hash, []
    for entry in entries:
        seq += 1
        at = entry.at.astimezone(UTC).isoformat(timespec="microseconds")
        named = (entry.actor, entry.action, entry.object, entry.data, entry.person_id, entry.sealed)
        digest = link(previous, seq, at, *named)
        rows.append(
            {
                "association_id": association_id,
                "seq": seq,
                "at": at,
                "actor": entry.actor,
                "action": entry.action,
                "object": entry.object,
                "data": entry.data,
                "person_id": entry.person_id,
                "sealed": entry.sealed,
                "previous": previous,
                "hash": digest,
            }
        )
        previous = digest
    connection.execute(_ADD_ENTRIES, rows)
    connection.execute(_MOVE_HEAD, {"association": association_id, "seq": seq, "hash": previous})
    return [row["seq"] for row in rows]


def verify(session: Session, association_id: int, published: Mapping[int, bytes] | None = None) -> Verified:
    """Recompute the whole chain from the stored bytes, in order, and compare with the stored and published heads.

    ``published`` maps row numbers to hashes that were given to an outside party; only they can show a cut-off tail
    once the stored head was changed too.
    """
    table = AuditEntry.__table__
    columns = [table.c[name] for name in COLUMNS]
    rows = session.connection().execute(
        select(*columns).where(table.c.association_id == association_id).order_by(table.c.seq),
        execution_options={"yield_per": 20_000},
    )
    checked = _walk(rows, genesis(association_id), published or {})
    if not checked.intact:
        return checked
    head = session.execute(
        select(AuditHead.seq, AuditHead.hash).where(AuditHead.association_id == association_id)
    ).one_or_none()
    if head is None or (head.seq, head.hash) != (checked.rows, checked.head):
        return Verified(checked.rows, checked.head, checked.rows + 1, N_("the chain does not end at its recorded head"))
    missing = [seq for seq in published or {} if seq > checked.rows]
    if missing:
        return Verified(checked.rows, checked.head, checked.rows + 1, N_("rows that were published are missing"))
    return checked


def _walk(rows: Iterable[Any], previous: bytes, published: Mapping[int, bytes]) -> Verified:
    count = 0
    for seq, at, actor, action, obj, data, person, sealed, before, stored in rows:
        if seq != count + 1:
            return Verified(count, previous, count + 1, N_("this row is missing"))
        if before != previous:
            return Verified(count, previous, seq, N_("it does not follow the row before it"))
        if link(previous, seq, at, actor, action, obj, data, person, sealed) != stored:
            return Verified(count, previous, seq, N_("its content was changed"))
        if published.get(seq, stored) != stored:
            return Verified(count, previous, seq, N_("it differs from the published head"))
        previous, count = stored, seq
    return Verified(count, previous)


def head_of(session: Session, association_id: int) -> tuple[int, bytes]:
    """Number and hash of the last row: what an operator publishes once a day."""
    row = session.execute(select(AuditHead.seq, AuditHead.hash).where(AuditHead.association_id == association_id)).one()
    return row.seq, row.hash


def newest_moment(session: Session, association_id: int) -> datetime | None:
    """When the last row was written: no clock can have been later and be right now."""
    newest = select(AuditEntry.at).where(AuditEntry.association_id == association_id)
    at = session.scalar(newest.order_by(AuditEntry.seq.desc()).limit(1))
    return datetime.fromisoformat(at) if at else None


def about(session: Session, person_id: int) -> list[AuditEntry]:
    """Every row with sealed data of this person, oldest first."""
    return list(session.scalars(select(AuditEntry).where(AuditEntry.person_id == person_id).order_by(AuditEntry.seq)))


def entry_by_number(session: Session, seq: int) -> AuditEntry:
    """The row with this number. Raises NotFound."""
    found = session.scalar(select(AuditEntry).where(AuditEntry.seq == seq))
    if found is None:
        raise NotFound("receipt_unknown", _("There is no such receipt."))
    return found


def entries(session: Session, *, object: str | None = None, limit: int = 50) -> list[AuditEntry]:
    """The latest entries, newest first, optionally about one object."""
    query = select(AuditEntry).order_by(AuditEntry.seq.desc()).limit(limit)
    if object is not None:
        query = query.where(AuditEntry.object == object)
    return list(session.scalars(query))


def _ddl(statement: str) -> Any:
    return DDL(statement)  # type: ignore[no-untyped-call]


for _verb in ("UPDATE", "DELETE"):
    event.listen(
        AuditEntry.__table__,
        "after_create",
        _ddl(
            f"CREATE TRIGGER audit_entry_no_{_verb.lower()} BEFORE {_verb} ON audit_entry "
            "BEGIN SELECT RAISE(ABORT, 'the audit is append-only'); END"
        ).execute_if(dialect="sqlite"),
    )
event.listen(
    AuditEntry.__table__,
    "after_create",
    _ddl(
        "CREATE FUNCTION audit_is_append_only() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION 'the audit is append-only'; END $$"
    ).execute_if(dialect="postgresql"),
)
event.listen(
    AuditEntry.__table__,
    "after_create",
    _ddl(
        "CREATE TRIGGER audit_entry_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_entry "
        "FOR EACH STATEMENT EXECUTE FUNCTION audit_is_append_only()"
    ).execute_if(dialect="postgresql"),
)
