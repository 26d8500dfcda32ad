"""Fresh databases for a measurement: an SQLite file and a real PostgreSQL, both built by the migrations."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests import databases


@contextmanager
def sqlite() -> Iterator[tuple[str, Path]]:
    """The URL of a fresh SQLite file, and the folder it is in."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        yield databases.sqlite(folder, folder), folder


@contextmanager
def postgresql() -> Iterator[tuple[str, Path]]:
    """The URL of a fresh PostgreSQL database, and a folder beside it."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with databases.postgres_server(folder, durable=True) as admin, databases.postgres(admin) as url:
            yield url, folder


EACH = {"SQLite": sqlite, "PostgreSQL": postgresql}
