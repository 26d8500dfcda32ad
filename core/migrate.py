"""The schema: built and upgraded by Alembic only, at every start, with a backup of an SQLite file before."""

import os
import sqlite3
from itertools import count
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, make_url

from core.db import make_engine
from core.errors import Conflict
from core.i18n import _

SCRIPTS = Path(__file__).resolve().parent.parent / "migrations"


def _configuration(url: str) -> Config:
    config = Config()
    config.set_main_option("script_location", str(SCRIPTS))
    config.set_main_option("sqlalchemy.url", url.replace("%", "%%"))
    return config


def current_revision(engine: Engine) -> str | None:
    """The revision the database stands at, None for an empty one."""
    with engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def latest_revision() -> str:
    """The revision this program was written for."""
    head = ScriptDirectory(str(SCRIPTS)).get_current_head()
    if head is None:
        raise RuntimeError("the migrations are missing")
    return head


def upgrade(url: str, data_dir: Path | None = None) -> None:
    """Bring the database to this program's schema. Raises Conflict when a newer program has used it."""
    engine = make_engine(url)
    try:
        current = current_revision(engine)
        if current == latest_revision():
            return
        known = {script.revision for script in ScriptDirectory(str(SCRIPTS)).walk_revisions()}
        if current is not None and current not in known:
            raise Conflict(
                "schema_newer",
                _("This database was upgraded by a newer Guildhall. Install that version or restore a backup."),
            )
        if current is not None and data_dir is not None:
            backup_sqlite(url, data_dir / "backups", f"before-{latest_revision()}")
    finally:
        engine.dispose()
    command.upgrade(_configuration(url), "head")


def backup_sqlite(url: str, folder: Path, name: str) -> Path | None:
    """A consistent copy of an SQLite database, taken while it is in use, readable by its owner only.

    None for other databases. A copy that is there already is kept; the new one gets a number behind its name.
    """
    parsed = make_url(url)
    if parsed.get_backend_name() != "sqlite" or not parsed.database:
        return None
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    target = _free_name(folder, name)
    source, copy = sqlite3.connect(parsed.database), sqlite3.connect(target)
    try:
        source.backup(copy)
    finally:
        source.close()
        copy.close()
    return target


def _free_name(folder: Path, name: str) -> Path:
    """A file of this name made just now, empty and private."""
    for number in count(1):
        target = folder / (f"{name}.db" if number == 1 else f"{name}-{number}.db")
        try:
            os.close(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
        except FileExistsError:
            continue
        return target
    raise AssertionError
