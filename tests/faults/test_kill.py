"""SIGKILL at every statement and commit of every command: all of it or nothing, one effect after redelivery.

A plain run takes a spread of the points of each command on SQLite and a few on PostgreSQL; ``make soak`` takes them all.
"""

import contextlib
import os
import shutil
import signal
import tempfile
import warnings
from pathlib import Path

import pytest
from sqlalchemy import event

from bot import app
from bot.registry import COMMANDS
from core.db import make_engine
from tests import databases
from tests.faults.lines import CHANGING, READING, prepare
from tests.faults.pictures import differing, picture
from tests.houses import open_for_test

SPREAD = 15
MEMORY = Path("/dev/shm")


def forked(work):
    """Run something in a child process; its wait status."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        child = os.fork()
    if child == 0:
        try:
            work()
            os._exit(0)
        except BaseException:
            os._exit(3)
    return os.waitpid(child, 0)[1]


def killed_at(url, folder, point, line):
    """Run one update in a child that dies at its n-th statement or commit; True when it got to the end."""

    def work():
        with open_for_test(url, folder) as house:
            on_every_step(house.engine, lambda seen: seen == point and os.kill(os.getpid(), signal.SIGKILL))
            house.handle(line.incoming("u"))

    status = forked(work)
    assert os.WIFSIGNALED(status) or os.WEXITSTATUS(status) == 0
    return not os.WIFSIGNALED(status)


def on_every_step(engine, look):
    """Call ``look`` with the number of each step: before and after every statement, and before every commit."""
    seen = 0

    def step(*_args, **_kw):
        nonlocal seen
        seen += 1
        look(seen)

    for moment in ("before_cursor_execute", "after_cursor_execute", "commit"):
        event.listen(engine, moment, step)


def check_points(fresh, folder, name, spread):
    """Kill the command at a spread of its points (None: all) and redeliver it each time. Returns how many points."""
    line = CHANGING[name]
    steps = []
    with open_for_test(fresh(), folder) as house:
        before = picture(house)
        on_every_step(house.engine, steps.append)
        reply = house.handle(line.incoming("u"))
        last = steps[-1]
        assert reply.error is None, reply.text
        after = picture(house)
    assert differing(before, after), f"{name} changes nothing: it belongs among the reading ones"
    chosen = range(1, last + 2) if spread is None else sorted({1 + (last * i) // spread for i in range(spread + 1)})
    for point in chosen:
        url = fresh()
        survived = killed_at(url, folder, point, line)
        assert survived == (point > last)
        with open_for_test(url, folder) as house:
            found = picture(house)
            assert found == (after if survived else before), (name, point, differing(found, before))
            house.handle(line.incoming("u"))
            assert differing(*comparable(house, picture(house), after)) == set(), (name, point)
    return len(chosen)


def comparable(house, *pictures):
    """PostgreSQL does not take back the row numbers of a transaction that was lost: there the sizes must agree."""
    if house.engine.dialect.name == "sqlite":
        return pictures
    return [{table: size for table, (size, _digest) in found.items()} for found in pictures]


@pytest.fixture(scope="module")
def prepared(shared_folder):
    """A prepared SQLite file to copy, with its key, in memory where the system has such a place."""
    place = tempfile.mkdtemp(dir=MEMORY if os.access(MEMORY, os.W_OK) else None, prefix="guildhall-")
    folder = Path(place)
    path = Path(databases.sqlite(folder, shared_folder).removeprefix("sqlite:///"))
    with open_for_test(f"sqlite:///{path}", folder) as house:
        prepare(house)
    engine = make_engine(f"sqlite:///{path}")
    with engine.connect() as connection:
        connection.exec_driver_sql("COMMIT")
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        connection.exec_driver_sql("BEGIN")
    engine.dispose()
    yield path, folder
    shutil.rmtree(folder)


@pytest.fixture
def copies(prepared):
    """Makes fresh copies of the prepared file, one at a time."""
    path, folder = prepared
    made = []

    def fresh():
        while made:
            for old in folder.glob(made.pop() + "*"):
                old.unlink()
        made.append(f"copy{os.urandom(4).hex()}.db")
        shutil.copy(path, folder / made[0])
        return f"sqlite:///{folder / made[0]}"

    yield fresh, folder
    for name in made:
        for old in folder.glob(name + "*"):
            old.unlink()


def test_every_command_has_a_line():
    """The table of lines is complete: whoever declares a command says here how it is run."""
    app.register()
    lines = CHANGING.keys() | READING.keys()
    assert not CHANGING.keys() & READING.keys()
    assert COMMANDS.keys() == lines, "tests/faults/lines.py needs exactly one line for each command"


@pytest.mark.parametrize("name", READING)
def test_commands_that_only_read_change_nothing(copies, name):
    fresh, folder = copies
    with open_for_test(fresh(), folder) as house:
        before = picture(house)
        reply = house.handle(READING[name].incoming("u"))
        assert reply.error is None, reply.text
        assert differing(before, picture(house)) == set()


@pytest.mark.parametrize("name", CHANGING)
def test_killed_at_a_spread_of_points(copies, name):
    assert check_points(*copies, name, SPREAD) > 8


@pytest.mark.soak
@pytest.mark.parametrize("name", CHANGING)
def test_killed_at_every_point(copies, name):
    assert check_points(*copies, name, None) > 20


@pytest.fixture
def servers(postgres_admin, template, tmp_path):
    """Makes fresh copies of a prepared PostgreSQL database, one at a time."""
    with contextlib.ExitStack() as copy:

        def fresh():
            copy.close()
            return copy.enter_context(databases.postgres(postgres_admin, template.name))

        shutil.copy(template.key, tmp_path / "key")
        yield fresh, tmp_path


@pytest.mark.parametrize("name", ["approval approve", "import confirm", "member status"])
def test_killed_at_some_points_on_postgresql(servers, name):
    assert check_points(*servers, name, 6) > 4


@pytest.mark.soak
@pytest.mark.parametrize("name", CHANGING)
def test_killed_at_every_point_on_postgresql(servers, name):
    assert check_points(*servers, name, None) > 20
