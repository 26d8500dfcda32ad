"""Runs the migrations against the database that ``core.migrate`` names."""

from alembic import context

from core.db import make_engine
from migrations import tables

engine = make_engine(context.config.get_main_option("sqlalchemy.url") or "")
with engine.connect() as connection:
    context.configure(
        connection=connection, target_metadata=tables.METADATA, render_as_batch=False, transaction_per_migration=True
    )
    with context.begin_transaction():
        context.run_migrations()
engine.dispose()
