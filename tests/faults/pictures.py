"""Everything that a database holds, as something that can be compared."""

from functools import lru_cache
from hashlib import sha256

from sqlalchemy import select

from core import audit
from core.associations import Association
from core.db import enter, open_session
from migrations.tables import METADATA

CONVERSATION = frozenset({"inbox_update", "shown_button", "dialogue"})
"""What a conversation remembers of itself: tables that say nothing about the office."""
RANDOM = frozenset({"token", "sealed", "hash", "previous", "wrapped", "code_hash"})
"""Columns that differ each time by design."""


@lru_cache
def questions(without, unlike):
    """Table → the statement that reads all of it in order, as plain text: a picture is taken thousands of times."""
    found = {}
    for table in METADATA.sorted_tables:
        if table.name not in without:
            columns = ", ".join(f'"{column.name}"' for column in table.columns if column.name not in unlike)
            order = ", ".join(f'"{column.name}"' for column in table.primary_key.columns)
            found[table.name] = f'SELECT {columns} FROM "{table.name}" ORDER BY {order}'
    return found


def picture(house, *, without=CONVERSATION, unlike=RANDOM):
    """Table → number of rows and a digest of their contents. The audit chains must be intact."""
    found = {}
    with house.engine.connect() as connection:
        for name, question in questions(without, unlike).items():
            rows = connection.exec_driver_sql(question).all()
            found[name] = (len(rows), sha256(repr(rows).encode("utf-8", "surrogatepass")).hexdigest())
    check_intact(house)
    return found


def differing(before, after):
    """The tables that are not the same in two pictures."""
    return {name for name in before | after if before.get(name) != after.get(name)}


def check_intact(house):
    """Every audit chain verifies, and the database file is sound."""
    with open_session(house.engine) as session:
        for association in session.scalars(select(Association)).all():
            enter(session, association.id)
            checked = audit.verify(session, association.id)
            assert checked.intact, (checked.bad_row, checked.reason)
        if house.engine.dialect.name == "sqlite":
            connection = session.connection()
            assert connection.exec_driver_sql("PRAGMA integrity_check").scalar() == "ok"
            assert connection.exec_driver_sql("PRAGMA foreign_key_check").all() == []
