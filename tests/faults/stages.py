"""Fresh copies of a database in which one line makes sense, on SQLite and on PostgreSQL."""

import contextlib
import os
import shutil
from pathlib import Path

from core.db import make_engine
from tests import databases
from tests.houses import START


def settled(path):
    """Put what the write-ahead log holds into the file, so that the file alone can be copied."""
    engine = make_engine(f"sqlite:///{path}")
    with engine.connect() as connection:
        connection.exec_driver_sql("COMMIT")
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        connection.exec_driver_sql("BEGIN")
    engine.dispose()


class Files:
    """SQLite: copies of one file. ``folder`` holds the key that they share."""

    def __init__(self, base: Path) -> None:
        self.base, self.folder, self.made = base, base.parent, []
        self.stages = {}

    def fresh(self):
        """The URL of a new copy; the one before is removed."""
        self.clear()
        self.made.append(self.folder / f"copy{os.urandom(4).hex()}.db")
        shutil.copy(self.base, self.made[-1])
        return f"sqlite:///{self.made[-1]}"

    @contextlib.contextmanager
    def staged(self, line):
        """Copies in which everything before the line has been said, and the line with its gaps filled."""
        if not line.before:
            yield self, line
            return
        known = (line.before, line.screened)
        if known not in self.stages:
            base = self.folder / f"stage{os.urandom(4).hex()}.db"
            shutil.copy(self.base, base)
            with line.opened(f"sqlite:///{base}", self.folder, now=START) as house:
                said = line.prepared(house)
            settled(base)
            self.stages[known] = Files(base), said
        stage, said = self.stages[known]
        try:
            yield stage, line.filled(said)
        finally:
            stage.clear()

    def clear(self):
        """Remove the last copy with its log."""
        while self.made:
            path = self.made.pop()
            for old in path.parent.glob(path.name + "*"):
                old.unlink()


class Databases:
    """PostgreSQL: copies of one database."""

    def __init__(self, admin: str, template: str, folder: Path) -> None:
        self.admin, self.template, self.folder, self.made = admin, template, folder, []

    def fresh(self):
        """The URL of a new copy; the one before is dropped."""
        self.clear()
        self.made.append(f"k{os.urandom(6).hex()}")
        databases.create(self.admin, self.made[-1], self.template)
        return databases.url_of(self.admin, self.made[-1])

    @contextlib.contextmanager
    def staged(self, line):
        """As on SQLite."""
        with databases.postgres(self.admin, self.template) as url:
            with line.opened(url, self.folder, now=START) as house:
                line = line.filled(line.prepared(house))
            stage = Databases(self.admin, url.split("?")[0].rsplit("/", 1)[1], self.folder)
            try:
                yield stage, line
            finally:
                stage.clear()

    def clear(self):
        """Drop the last copy."""
        while self.made:
            databases.drop(self.admin, self.made.pop())
