"""Backup, restore and verification, for operators."""

import json
import os
import shutil
import sqlite3
import tarfile
import tempfile
import zlib
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, make_url, update
from sqlalchemy.orm import Session

from bot.dispatch import House
from core import audit, migrate
from core.access import Actor, Permission
from core.associations import Association, all_associations
from core.config import Settings
from core.db import enter, make_engine, open_reading, open_session
from core.errors import BadInput, Conflict
from core.i18n import _
from core.outbox import OutboxMessage, State
from core.transaction import Tx
from people import queries, usecases

DATABASE, KEY, HEADS, ERASED = "guildhall.db", "key", "heads.jsonl", "erased.jsonl"
CLOCK_SLACK = timedelta(minutes=5)


def backup(settings: Settings, target: Path) -> str:
    """Write one archive with a consistent copy of the database; the key goes beside it, in a file of its own.

    Without the key nobody can read what is sealed, and erased persons stay erased when keys are not kept for long.
    """
    _only_sqlite(settings)
    with tempfile.TemporaryDirectory() as folder:
        copy = migrate.backup_sqlite(settings.database, Path(folder), "guildhall")
        if copy is None:
            raise BadInput("backup_unsupported", _("Back up PostgreSQL with pg_dump; see the operators' guide."))
        _pack(target, {DATABASE: copy, HEADS: settings.data_dir / HEADS})
    key = target.with_name(target.name + ".key")
    if (settings.data_dir / KEY).exists():
        shutil.copy2(settings.data_dir / KEY, key)
    text = _("Backup: {archive}\nKey: {key} (keep it apart from the backup)")
    return text.format(archive=target, key=key)


def _pack(target: Path, parts: dict[str, Path]) -> None:
    """One archive, readable by its owner only, that has its name once it is complete."""
    draft = target.with_name(target.name + ".part")
    try:
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            with tarfile.open(fileobj=file, mode="w:gz") as archive:
                for name, path in parts.items():
                    if path.exists():
                        archive.add(path, name)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(target)
    finally:
        draft.unlink(missing_ok=True)


def _only_sqlite(settings: Settings) -> None:
    if make_url(settings.database).get_backend_name() != "sqlite":
        raise BadInput("backup_unsupported", _("Back up PostgreSQL with pg_dump; see the operators' guide."))


def restore(settings: Settings, source: Path) -> str:
    """Put a backup in place of a database that does not exist yet. Unsent messages are held for a person to release:
    they may have gone out after the backup was made.
    """
    _only_sqlite(settings)
    path = Path(make_url(settings.database).database or "")
    # A journal of the former database would be played into the restored one.
    in_the_way = [old for old in (path, *(path.with_name(path.name + end) for end in ("-wal", "-shm"))) if old.exists()]
    if in_the_way:
        raise Conflict("database_exists", _("{path} exists. Move it away first.").format(path=in_the_way[0]))
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
        idle = {"state": State.HELD, "lease": None, "lease_until": None}
        held = session.connection().execute(update(table).where(waiting).values(idle)).rowcount
    engine.dispose()
    text = _("Restored. {held} unsent messages are held; `outbox release` in chat lets them go.")
    return text.format(held=held)


def erase_again(house: House, data_dir: Path) -> int:
    """Whoever was erased after a backup was made is in it again: at every start the file of erasures says who.

    Returns how many were erased anew.
    """
    noted = _noted(data_dir / ERASED)
    count = 0
    if noted:
        with open_session(house.engine) as session:
            for association in all_associations(session):
                count += _erase_noted(house, session, association, noted.get(association.code, set()))
    return count


def _erase_noted(house: House, session: Session, association: Association, noted: set[int]) -> int:
    enter(session, association.id)
    again = noted - queries.erased_people(session)
    actor = Actor("restore", permissions=frozenset({Permission.MANAGE_OFFICE}))
    tx = Tx(session, actor, association, house.clock(), house.screener, house.keys, "restore")
    count = sum(usecases.erase_again(tx, person_id=person_id) for person_id in sorted(again))
    tx.finish()
    return count


def _noted(path: Path) -> dict[str, set[int]]:
    """Association code → numbers of erased people."""
    found: dict[str, set[int]] = {}
    for line in path.read_text().splitlines() if path.exists() else ():
        note = json.loads(line)
        found.setdefault(note["association"], set()).add(note["person"])
    return found


def note_erasures(tx: Tx, data_dir: Path) -> int:
    """Write who has been erased where a restored backup will find it. Numbers only; safe to repeat."""
    fresh = queries.erasures_to_note(tx.session)
    lines = [json.dumps({"association": tx.association.code, "person": erasure.person_id}) for erasure in fresh]
    _append(data_dir / ERASED, lines)
    for erasure in fresh:
        erasure.noted_at = tx.now
    return len(fresh)


def _append(path: Path, lines: list[str]) -> None:
    """Durable on return."""
    if lines:
        with path.open("a") as file:
            file.write("".join(line + "\n" for line in lines))
            file.flush()
            os.fsync(file.fileno())


def check_clock(engine: Engine, now: datetime) -> None:
    """A clock that stands before what has been recorded would put deadlines and terms in doubt. Raises Conflict."""
    with open_reading(engine) as session:
        for association in all_associations(session):
            enter(session, association.id)
            last = audit.newest_moment(session, association.id)
            if last is not None and now < last - CLOCK_SLACK:
                text = _("The clock of this machine says {now}, but something was recorded at {last}. Set the clock.")
                raise Conflict("clock_behind", text.format(now=association.show(now), last=association.show(last)))


def _unpack(source: Path, database: Path, heads: Path) -> None:
    """Into drafts beside their places first: a damaged archive leaves nothing behind. Raises BadInput for one."""
    drafts = {name: path.with_name(path.name + ".restoring") for name, path in ((DATABASE, database), (HEADS, heads))}
    try:
        with tarfile.open(source) as archive:
            for name, draft in drafts.items():
                if name == DATABASE or name in archive.getnames():
                    _extract(archive, name, draft)
        _check_sound(drafts[DATABASE])
    except (tarfile.TarError, zlib.error, EOFError, OSError, KeyError, sqlite3.DatabaseError):
        for draft in drafts.values():
            draft.unlink(missing_ok=True)
        raise BadInput("backup_damaged", _("This backup is damaged.")) from None
    for draft, place in zip(drafts.values(), (database, heads), strict=True):
        if draft.exists():
            draft.replace(place)


def _extract(archive: tarfile.TarFile, name: str, draft: Path) -> None:
    member = archive.extractfile(name)
    if member is None:
        raise KeyError(name)
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        shutil.copyfileobj(member, file)
        file.flush()
        os.fsync(file.fileno())


def _check_sound(database: Path) -> None:
    with closing(sqlite3.connect(database)) as connection:
        if connection.execute("PRAGMA integrity_check").fetchone() != ("ok",):
            raise sqlite3.DatabaseError


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


def write_head(data_dir: Path, association: str, seq: int, digest: bytes, now: datetime) -> None:
    """Add a head to the file that an operator hands to somebody outside."""
    entry = {"association": association, "seq": seq, "hash": digest.hex(), "at": now.isoformat()}
    _append(data_dir / HEADS, [json.dumps(entry)])
