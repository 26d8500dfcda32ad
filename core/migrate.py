"""The schema: built and upgraded by Alembic only, at every start, with a backup of an SQLite file before."""

import sqlite3
from datetime import UTC, datetime
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
            backup_sqlite(url, data_dir / "backups")
    finally:
        engine.dispose()
    command.upgrade(_configuration(url), "head")


def backup_sqlite(url: str, folder: Path) -> Path | None:
    """A consistent copy of an SQLite database, taken while it is in use. None for other databases."""
    parsed = make_url(url)
    if parsed.get_backend_name() != "sqlite" or not parsed.database:
        return None
    folder.mkdir(parents=True, exist_ok=True)
    target = folder / f"guildhall-{datetime.now(UTC):%Y%m%d-%H%M%S-%f}.db"
    source, copy = sqlite3.connect(parsed.database), sqlite3.connect(target)
    try:
        source.backup(copy)
    finally:
        source.close()
        copy.close()
    return target
