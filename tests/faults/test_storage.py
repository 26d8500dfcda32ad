"""The disk is full, the database is locked, the connection breaks: refused or done once, never half."""

import sqlite3
import threading

import pytest
from sqlalchemy import event, text

from core import db
from tests import databases
from tests.faults.lines import CHANGING, prepare
from tests.faults.pictures import differing, picture
from tests.faults.proxy import LossyProxy, socket_of, through
from tests.houses import open_for_test

SOME = ("member import", "announce draft", "approval approve", "import confirm", "export month", "member status")


def answered(house, name, update="u"):
    """The reply to a command's line, and the tables that it changed."""
    before = picture(house)
    reply = house.handle(CHANGING[name].incoming(update))
    return reply, differing(before, picture(house))


@pytest.mark.parametrize("name", SOME)
def test_a_full_disk_is_said_and_nothing_is_half_written(sqlite_house, name):
    prepare(sqlite_house)
    pages = []

    def limit(connection, _record):
        connection.execute(f"PRAGMA max_page_count={pages[0]}")

    sqlite_house.engine.dispose()
    with sqlite_house.engine.connect() as connection:
        pages.append(connection.exec_driver_sql("PRAGMA page_count").scalar())
        free = connection.exec_driver_sql("PRAGMA freelist_count").scalar()
    if free > 1:
        pytest.fail("the prepared file has room left: the disk would not be full")
    event.listen(sqlite_house.engine, "connect", limit)
    sqlite_house.engine.dispose()
    big = "x" * 60_000
    reply = sqlite_house.handle(CHANGING[name].incoming("u", raw=big))
    assert (reply.error, reply.failed) == ("disk_full", True)
    assert "磁盘" in reply.text
    event.remove(sqlite_house.engine, "connect", limit)
    sqlite_house.engine.dispose()
    reply, changed = answered(sqlite_house, name)
    assert reply.error is None
    assert changed


@pytest.fixture
def hasty(monkeypatch, tmp_path, shared_folder):
    """A prepared house that waits only a moment for a lock, and a second connection to its file."""
    url = databases.sqlite(tmp_path, shared_folder)
    with open_for_test(url, tmp_path) as house:
        prepare(house)
    monkeypatch.setattr(db, "BUSY_SECONDS", 0.05)
    other = sqlite3.connect(url.removeprefix("sqlite:///"), isolation_level=None, check_same_thread=False)
    with open_for_test(url, tmp_path) as house:
        yield house, other
    other.close()


@pytest.mark.parametrize("name", SOME)
def test_a_locked_database_is_waited_for(hasty, name):
    house, other = hasty
    before = picture(house)
    refused = []

    def give_way(context):
        refused.append(str(context.original_exception))
        other.execute("ROLLBACK")

    event.listen(house.engine, "handle_error", give_way, once=True)
    other.execute("BEGIN IMMEDIATE")
    assert house.handle(CHANGING[name].incoming("u")).error is None
    assert refused == ["database is locked"]
    assert differing(before, picture(house))


def test_a_database_that_stays_locked_is_said_and_the_order_can_be_given_again(hasty):
    house, other = hasty
    before = picture(house)
    other.execute("BEGIN IMMEDIATE")
    reply = house.handle(CHANGING["announce draft"].incoming("u"))
    other.execute("ROLLBACK")
    assert (reply.error, reply.failed) == ("busy", True)
    assert differing(before, picture(house)) == set()
    assert house.handle(CHANGING["announce draft"].incoming("u")).error is None


@pytest.mark.parametrize("name", SOME)
def test_a_connection_that_breaks_before_the_commit_is_replaced(served, tmp_path, name):
    with open_for_test(served, tmp_path) as house, open_for_test(served, tmp_path) as other:
        before = picture(house)
        broken = []

        def cut(connection):
            if not broken:
                broken.append(connection.connection.dbapi_connection.info.backend_pid)
                with other.engine.begin() as killer:
                    killer.execute(text("SELECT pg_terminate_backend(:pid, 5000)"), {"pid": broken[0]})

        event.listen(house.engine, "commit", cut)
        reply = house.handle(CHANGING[name].incoming("u"))
        assert reply.error is None
        assert broken
        once = picture(house)
        assert differing(before, once)
        house.handle(CHANGING[name].incoming("u"))
        assert picture(house) == once


@pytest.mark.parametrize("name", SOME)
def test_a_commit_whose_answer_is_lost_is_not_done_twice(served, tmp_path, name):
    proxy = LossyProxy(socket_of(served))
    try:
        with open_for_test(through(served, proxy), tmp_path) as house, open_for_test(served, tmp_path) as direct:
            house.handle(CHANGING["announce edit"].incoming("warm"))
            before = picture(direct)
            proxy.armed.set()
            reply = house.handle(CHANGING[name].incoming("u"))
            assert reply.error is None
            assert proxy.lost == 1
            once = picture(direct)
            assert differing(before, once)
            assert house.handle(CHANGING[name].incoming("u")).text == reply.text
            assert picture(direct) == once
    finally:
        proxy.close()


def test_the_same_order_from_many_hands_at_once_is_done_once(served, tmp_path):
    with open_for_test(served, tmp_path) as house:
        line = CHANGING["member add"]
        texts = []
        hands = [
            threading.Thread(target=lambda: texts.append(house.handle(line.incoming("u")).text)) for _i in range(8)
        ]
        for hand in hands:
            hand.start()
        for hand in hands:
            hand.join()
        assert len(texts) == 8
        assert len(set(texts)) == 1
