"""The migrations build what the models say, on both databases; two that start at once, or one that dies, do no harm."""

import os
import signal
from itertools import count

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import event, inspect, select, text
from sqlalchemy.engine import Engine

from core import audit, migrate
from core.db import Base, make_engine, open_session
from migrations import tables
from people.models import Person
from tests import databases
from tests.houses import furnish, open_for_test


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_url(request, tmp_path):
    """A database without a schema."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'empty.db'}"
        return
    admin = request.getfixturevalue("postgres_admin")
    name = f"m{os.urandom(6).hex()}"
    databases.create(admin, name)
    yield databases.url_of(admin, name)
    databases.drop(admin, name)


def triggers(connection):
    if connection.dialect.name == "sqlite":
        found = connection.execute(text("SELECT name FROM sqlite_master WHERE type='trigger'"))
    else:
        found = connection.execute(text("SELECT tgname FROM pg_trigger WHERE NOT tgisinternal"))
    return sorted(row[0] for row in found)


def test_nothing_is_left_to_migrate(database_url):
    """Tables, columns, types, NOT NULLs, indexes and keys: Alembic finds no difference to the models."""
    engine = make_engine(database_url)
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, tables.METADATA) == []
    engine.dispose()


def test_every_mapped_class_is_known_to_the_migrations():
    assert {mapper.local_table.name for mapper in Base.registry.mappers} == set(tables.METADATA.tables)


def test_foreign_keys_and_unique_keys_are_built(database_url):
    engine = make_engine(database_url)
    found = inspect(engine)
    for name, table in tables.METADATA.tables.items():
        keys = {(tuple(k["constrained_columns"]), k["referred_table"]) for k in found.get_foreign_keys(name)}
        wanted = {((key.parent.name,), key.column.table.name) for key in table.foreign_keys}
        assert wanted == keys, name
    engine.dispose()


def test_the_audit_is_append_only_from_the_first_migration_on(database_url):
    engine = make_engine(database_url)
    with engine.connect() as connection:
        assert [name for name in triggers(connection) if name.startswith("audit_entry")]
    engine.dispose()


def test_an_upgrade_of_a_filled_database_changes_nothing(database_url, tmp_path):
    """Every start upgrades; the second one has nothing to do, takes no copy, and leaves every row."""
    with open_for_test(database_url, tmp_path) as house:
        furnish(house)
        with open_session(house.engine, 1) as session:
            before = audit.head_of(session, 1), session.scalars(select(Person.name).order_by(Person.id)).all()
    migrate.upgrade(database_url, tmp_path)
    assert not (tmp_path / "backups").exists()
    with open_for_test(database_url, tmp_path) as house, open_session(house.engine, 1) as session:
        assert (audit.head_of(session, 1), session.scalars(select(Person.name).order_by(Person.id)).all()) == before
        assert audit.verify(session, 1).intact


def child(work):
    """Run something in a process of its own; returns its number."""
    number = os.fork()
    if number == 0:
        try:
            work()
            os._exit(0)
        except BaseException:
            os._exit(3)
    return number


def test_processes_that_start_together_upgrade_once(empty_url):
    children = [child(lambda: migrate.upgrade(empty_url)) for _number in range(4)]
    assert [os.waitpid(number, 0)[1] for number in children] == [0] * 4
    engine = make_engine(empty_url)
    assert migrate.current_revision(engine) == migrate.latest_revision()
    with engine.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM alembic_version")).scalar_one() == 1
        assert triggers(connection)
    engine.dispose()


def dies_at(url, point):
    """Upgrade in a child that is killed before its n-th statement; True when it got to the end."""

    def work():
        seen = count(1)

        def step(*_args, **_more):
            if next(seen) == point:
                os.kill(os.getpid(), signal.SIGKILL)

        event.listen(Engine, "before_cursor_execute", step)
        event.listen(Engine, "commit", step)
        migrate.upgrade(url)

    _number, status = os.waitpid(child(work), 0)
    assert os.WIFSIGNALED(status) or os.WEXITSTATUS(status) == 0, point
    return not os.WIFSIGNALED(status)


@pytest.mark.timeout(300)
def test_an_upgrade_killed_anywhere_leaves_all_or_nothing_and_the_next_one_succeeds(empty_url):
    """One point after another on the same database, every thirteenth of the many alike ones in between."""
    points, finished = 0, False
    while not finished:
        points += 1 if points < 10 else 13
        finished = dies_at(empty_url, points)
        engine = make_engine(empty_url)
        if not finished:
            with engine.connect() as connection:
                found = set(inspect(connection).get_table_names()) - {"alembic_version"}
            assert found == set() or migrate.current_revision(engine) == migrate.latest_revision(), points
        engine.dispose()
    migrate.upgrade(empty_url)
    engine = make_engine(empty_url)
    assert set(inspect(engine).get_table_names()) - {"alembic_version"} == set(tables.METADATA.tables)
    with engine.connect() as connection:
        assert triggers(connection)
    engine.dispose()
    assert points > 40
