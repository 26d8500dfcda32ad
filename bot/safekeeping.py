"""Backup, restore and verification, for operators."""

import json
import shutil
import sqlite3
import tarfile
import tempfile
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import make_url, update

from core import audit, migrate
from core.associations import all_associations
from core.config import Settings
from core.db import enter, make_engine, open_reading, open_session
from core.errors import BadInput, Conflict
from core.i18n import _
from core.outbox import OutboxMessage, State

DATABASE, KEY, HEADS = "guildhall.db", "key", "heads.jsonl"


def backup(settings: Settings, target: Path) -> str:
    """Write one archive with a consistent copy of the database; the key goes beside it, in a file of its own.

    Without the key nobody can read what is sealed, and erased persons stay erased when keys are not kept for long.
    """
    _only_sqlite(settings)
    with tempfile.TemporaryDirectory() as folder:
        copy = migrate.backup_sqlite(settings.database, Path(folder))
        if copy is None:
            raise BadInput("backup_unsupported", _("Back up PostgreSQL with pg_dump; see the operators' guide."))
        with tarfile.open(target, "w:gz") as archive:
            archive.add(copy, DATABASE)
            if (settings.data_dir / HEADS).exists():
                archive.add(settings.data_dir / HEADS, HEADS)
    key = target.with_name(target.name + ".key")
    if (settings.data_dir / KEY).exists():
        shutil.copy2(settings.data_dir / KEY, key)
    text = _("Backup: {archive}\nKey: {key} (keep it apart from the backup)")
    return text.format(archive=target, key=key)


def _only_sqlite(settings: Settings) -> None:
    if make_url(settings.database).get_backend_name() != "sqlite":
        raise BadInput("backup_unsupported", _("Back up PostgreSQL with pg_dump; see the operators' guide."))


def restore(settings: Settings, source: Path) -> str:
    """Put a backup in place of a database that does not exist yet. Unsent messages are held for a person to release:
    they may have gone out after the backup was made.
    """
    _only_sqlite(settings)
    path = Path(make_url(settings.database).database or "")
    if path.exists():
        raise Conflict("database_exists", _("{path} exists. Move it away first.").format(path=path))
    settings.data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
    _unpack(source, path, settings.data_dir / HEADS)
    key = source.with_name(source.name + ".key")
    if key.exists() and not (settings.data_dir / KEY).exists():
        shutil.copy2(key, settings.data_dir / KEY)
    migrate.upgrade(settings.database)
    engine = make_engine(settings.database)
    with open_session(engine) as session:
        table: Any = OutboxMessage.__table__
        waiting = table.c.state.in_([State.PENDING, State.SENDING])
        held = session.connection().execute(update(table).where(waiting).values(state=State.HELD)).rowcount
    engine.dispose()
    text = _("Restored. {held} unsent messages are held; `outbox release` in chat lets them go.")
    return text.format(held=held)


def _unpack(source: Path, database: Path, heads: Path) -> None:
    with tarfile.open(source) as archive:
        for name, target in ((DATABASE, database), (HEADS, heads)):
            if name not in archive.getnames():
                continue
            member = archive.extractfile(name)
            if member is not None:
                target.write_bytes(member.read())
    with closing(sqlite3.connect(database)) as connection:
        if connection.execute("PRAGMA integrity_check").fetchone() != ("ok",):
            raise BadInput("backup_damaged", _("This backup is damaged."))


def verify(settings: Settings, heads: Path | None) -> tuple[str, bool]:
    """Recompute every association's chain, against the published heads when given."""
    published = read_heads(heads or settings.data_dir / HEADS)
    engine = make_engine(settings.database)
    lines, intact = [], True
    with open_reading(engine) as session:
        for association in all_associations(session):
            enter(session, association.id)
            result = audit.verify(session, association.id, published.get(association.code, {}))
            intact = intact and result.intact
            lines.append(_verdict(association.name, result))
    engine.dispose()
    return "\n".join(lines) or _("There is no association yet."), intact


def _verdict(name: str, result: audit.Verified) -> str:
    if result.intact:
        return _("{name}: {rows} rows intact, head {head}").format(name=name, rows=result.rows, head=result.head.hex())
    text = _("{name}: row R-{row} is not as it was written: {reason}")
    return text.format(name=name, row=result.bad_row, reason=_(result.reason))


def read_heads(path: Path) -> dict[str, dict[int, bytes]]:
    """Published heads: association code → row number → hash."""
    found: dict[str, dict[int, bytes]] = {}
    if path.exists():
        for line in path.read_text().splitlines():
            head = json.loads(line)
            found.setdefault(head["association"], {})[head["seq"]] = bytes.fromhex(head["hash"])
    return found


def write_head(data_dir: Path, association: str, seq: int, digest: bytes) -> None:
    """Add a head to the file that an operator hands to somebody outside."""
    entry = {"association": association, "seq": seq, "hash": digest.hex(), "at": datetime.now(UTC).isoformat()}
    with (data_dir / HEADS).open("a") as file:
        file.write(json.dumps(entry) + "\n")
