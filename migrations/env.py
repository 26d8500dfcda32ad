"""Runs the migrations against the database that ``core.migrate`` names."""

from alembic import context
from sqlalchemy import text

from core.db import make_engine
from migrations import tables

LOCK = text("SELECT pg_advisory_xact_lock(7365013)")
"""Two processes that start together upgrade one after the other; SQLite's write lock does the same."""

engine = make_engine(context.config.get_main_option("sqlalchemy.url") or "")
# One transaction around all of it: a process that dies in the middle leaves the schema as it was.
with engine.begin() as connection:
    if connection.dialect.name == "postgresql":
        connection.execute(LOCK)
    context.configure(connection=connection, target_metadata=tables.METADATA, render_as_batch=False)
    with context.begin_transaction():
        context.run_migrations()
engine.dispose()
