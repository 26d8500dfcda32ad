"""SIGKILL at every statement and commit of every command: all of it or nothing, one effect after redelivery.

A plain run takes a spread of the points of each command on SQLite and a few on PostgreSQL; ``make soak`` takes them all.
"""

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
from tests import databases
from tests.faults.lines import CHANGING, READING, prepare
from tests.faults.pictures import differing, picture
from tests.faults.stages import Databases, Files, settled
from tests.houses import open_for_test

POINTS = 300
SPREAD = -(-POINTS // len(CHANGING))
"""How many points of each command a plain run takes, so that all commands together are killed often enough."""


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
        with line.opened(url, folder) as house:
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


AUDIT = {"audit_entry", "audit_head"}
HALF_FILLED = {"survey_draft"}
"""Sheets that nobody has sent in yet: part of a conversation, not of what has happened."""


def check_points(source, name, spread):
    """Kill the command at a spread of its points (None: all) and redeliver it each time. Returns how many points."""
    with source.staged(CHANGING[name]) as (stage, line):
        before, after, last = undisturbed(stage, line)
        assert differing(before, after), f"{name} changes nothing: it belongs among the reading ones"
        assert differing(before, after) >= AUDIT or differing(before, after) == HALF_FILLED, (
            f"{name} changes something and leaves no audit row"
        )
        chosen = range(1, last + 2) if spread is None else sorted({1 + (last * i) // spread for i in range(spread + 1)})
        for point in chosen:
            url = stage.fresh()
            survived = killed_at(url, stage.folder, point, line)
            assert line.random or survived == (point > last)
            with line.opened(url, stage.folder) as house:
                found = picture(house)
                same = comparable(house, line, found, after if survived else before)
                assert differing(*same) == set(), (name, point)
                house.handle(line.incoming("u"))
                assert differing(*comparable(house, line, picture(house), after)) == set(), (name, point)
        return len(chosen)


def undisturbed(stage, line):
    """What the database holds before and after the command, and how many steps it takes."""
    steps = []
    with line.opened(stage.fresh(), stage.folder) as house:
        before = picture(house)
        on_every_step(house.engine, steps.append)
        reply = house.handle(line.incoming("u"))
        last = steps[-1]
        assert reply.error is None, reply.text
        return before, picture(house), last


def comparable(house, line, *pictures):
    """Where a line draws secrets, or a database does not take back the row numbers of a lost transaction: the sizes."""
    if house.engine.dialect.name == "sqlite" and not line.random:
        return pictures
    return [{table: size for table, (size, _digest) in found.items()} for found in pictures]


@pytest.fixture(scope="module")
def files(shared_folder):
    """Copies of a prepared SQLite file, with its key, in memory where the system has such a place."""
    folder = Path(tempfile.mkdtemp(dir=databases.memory(), prefix="guildhall-"))
    path = Path(databases.sqlite(folder, shared_folder).removeprefix("sqlite:///"))
    with open_for_test(f"sqlite:///{path}", folder) as house:
        prepare(house)
    settled(path)
    made = Files(path)
    yield made
    made.clear()
    shutil.rmtree(folder)


@pytest.fixture
def servers(postgres_admin, template, tmp_path):
    """Copies of a prepared PostgreSQL database."""
    shutil.copy(template.key, tmp_path / "key")
    made = Databases(postgres_admin, template.name, tmp_path)
    yield made
    made.clear()


def test_every_command_has_a_line():
    """The table of lines is complete: whoever declares a command says here how it is run."""
    app.register()
    lines = CHANGING.keys() | READING.keys()
    assert not CHANGING.keys() & READING.keys()
    assert lines ^ COMMANDS.keys() == set(), "tests/faults/lines needs exactly one line for each command"


@pytest.mark.parametrize("name", READING)
def test_commands_that_only_read_change_nothing(files, name):
    with files.staged(READING[name]) as (stage, line):
        before, after, _last = undisturbed(stage, line)
        assert differing(before, after) == set()


@pytest.mark.parametrize("name", CHANGING)
def test_killed_at_a_spread_of_points(files, name):
    assert check_points(files, name, SPREAD) > SPREAD // 2


@pytest.mark.soak
@pytest.mark.parametrize("name", CHANGING)
def test_killed_at_every_point(files, name):
    assert check_points(files, name, None) > 20


@pytest.mark.parametrize("name", ["approval approve", "import confirm", "member status"])
def test_killed_at_some_points_on_postgresql(servers, name):
    assert check_points(servers, name, 6) > 4


@pytest.mark.soak
@pytest.mark.parametrize("name", CHANGING)
def test_killed_at_every_point_on_postgresql(servers, name):
    assert check_points(servers, name, None) > 20
