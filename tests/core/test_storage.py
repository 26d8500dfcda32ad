"""Scoping, numbers, jobs, inbox, attachments and keys, on both databases."""

import threading
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import inspect, select

from core import attachments, inbox, jobs, numbering
from core.associations import Association
from core.db import AssociationScoped, Base, enter, make_engine, open_reading, open_session
from core.errors import BadInput, NotFound
from core.keys import KeyRing
from membership.models import Unit
from migrations import tables

NOW = datetime(2026, 10, 8, tzinfo=UTC)


@pytest.fixture
def engine(database_url):
    engine = make_engine(database_url)
    with open_session(engine) as session:
        for number in (1, 2):
            session.add(Association(name=f"会{number}", code=str(number) * 18, code_word="会", created_at=NOW))
    yield engine
    engine.dispose()


def unit(number, code):
    return Unit(
        number=number,
        code=code,
        name="甲",
        name_key="甲",
        category="training",
        rank="member",
        region="",
        joined_on=NOW.date(),
        status="active",
    )


def test_every_scoped_table_refuses_a_session_without_an_association(engine):
    scoped = [m.class_ for m in Base.registry.mappers if issubclass(m.class_, AssociationScoped)]
    assert len(scoped) > 15
    for table in scoped:
        with open_session(engine) as session, pytest.raises(RuntimeError, match="without an association"):
            session.scalars(select(table)).all()


def test_every_table_below_an_association_is_scoped():
    apart = {"association", "code_trial", "inbox_update", "platform_line"}
    unscoped = {t.name for t in tables.METADATA.tables.values() if "association_id" not in t.columns}
    assert unscoped <= apart


def test_rows_of_another_association_are_invisible_and_untouchable(engine):
    with open_session(engine, 1) as session:
        session.add(unit(1, "A" * 18))
    with open_session(engine, 2) as session:
        assert session.scalars(select(Unit)).all() == []
        assert session.get(Unit, 1) is None
        assert session.query(Unit).update({"name": "乙"}) == 0
        assert session.query(Unit).delete() == 0
    with pytest.raises(RuntimeError, match="another association"), open_session(engine, 2) as session:
        stray = unit(2, "B" * 18)
        stray.association_id = 1
        session.add(stray)
        session.flush()


def test_times_come_back_in_utc_and_naive_ones_are_refused(engine):
    with open_session(engine) as session:
        assert session.get(Association, 1).created_at == NOW
    with pytest.raises(Exception, match="naive"), open_session(engine) as session:
        session.get(Association, 1).created_at = datetime(2026, 1, 1)  # noqa: DTZ001
        session.flush()


def test_numbers_have_no_gap_after_a_rollback_and_no_double_under_contention(engine):
    with pytest.raises(ZeroDivisionError), open_session(engine, 1) as session:
        numbering.next_numbers(session, 1, "document", year=2026)
        raise ZeroDivisionError
    found = []

    def take():
        with open_session(engine, 1) as session:
            found.extend(numbering.next_numbers(session, 1, "document", year=2026))

    threads = [threading.Thread(target=take) for _i in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(found) == list(range(1, 9))
    with open_session(engine, 1) as session:
        assert list(numbering.next_numbers(session, 1, "document", year=2027)) == [1]
        assert numbering.last_number(session, "document", year=2026) == 8


def test_a_period_of_a_job_is_claimed_once(engine):
    won = []

    def claim():
        with open_session(engine, 1) as session:
            won.append(jobs.claim(session, 1, "digest", "2026-10-08", NOW))

    threads = [threading.Thread(target=claim) for _i in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(won) == [False] * 4 + [True]


def test_an_update_is_stored_once_and_purged_late(engine):
    with open_session(engine) as session:
        assert inbox.store(session, "telegram", "7", "{}", NOW)
        assert not inbox.store(session, "telegram", "7", "{}", NOW)
        assert inbox.store(session, "slack", "7", "{}", NOW)
        assert inbox.take_over(session, "telegram", NOW, "me", lambda _holder: False) == [("7", "{}")]
        assert inbox.take_over(session, "telegram", NOW, "me", lambda holder: holder != "me") == []
        assert inbox.take_over(session, "telegram", NOW, "other", lambda _holder: False) == []
        assert inbox.take_over(session, "telegram", NOW, "other", lambda holder: holder == "me") == [("7", "{}")]
        late = NOW + timedelta(minutes=16)
        assert inbox.take_over(session, "telegram", late, "third", lambda _holder: False) == [("7", "{}")]
        assert inbox.purge(session, NOW + timedelta(days=29)) == 0
        assert inbox.purge(session, NOW + timedelta(days=31)) == 2


def test_attachments_are_kept_once_by_content(engine):
    with open_session(engine, 1) as session:
        one = attachments.store(session, "../../甲\u202e.xlsx", b"abc", "x/y", NOW)
        two = attachments.store(session, "甲.xlsx", b"abc", "x/y", NOW)
        assert (one.id, one.name) == (two.id, "甲.xlsx")
        assert attachments.content_of(session, one.id) == ("甲.xlsx", "x/y", b"abc")
        with pytest.raises(BadInput):
            attachments.store(session, "a", b"", "x/y", NOW)
    with open_session(engine, 2) as session, pytest.raises(NotFound):
        attachments.content_of(session, one.id)


@pytest.mark.parametrize(
    "name", ["../../etc/passwd", "C:\\x\\y.xlsx", "a\nb.xlsx", "\u202excod.xlsx", " ..", "x" * 400]
)
def test_file_names_lose_paths_and_marks(name):
    cleaned = attachments.clean_name(name)
    assert cleaned
    assert len(cleaned) <= 120
    assert not set(cleaned) & set("/\\\n\u202e")


def test_a_forgotten_person_cannot_be_read_any_more(engine):
    ring = KeyRing(bytes(32))
    with open_session(engine, 1) as session:
        sealed = ring.seal(session, 5, "手机 13900000000".encode())
        assert b"139" not in sealed
        assert ring.open(session, 5, sealed).decode().endswith("13900000000")
        ring.forget(session, 5)
        assert ring.open(session, 5, sealed) is None


def test_a_reading_session_never_makes_a_writer_wait(engine):
    with open_reading(engine, 1) as reader:
        assert reader.scalars(select(Unit)).all() == []
        with open_session(engine, 1) as writer:
            writer.add(unit(1, "A" * 18))
        assert reader.scalars(select(Unit)).all() == []


def test_the_migrations_build_exactly_the_mapped_tables(database_url):
    found = inspect(make_engine(database_url))
    assert set(found.get_table_names()) - {"alembic_version"} == set(tables.METADATA.tables)
    for name, table in tables.METADATA.tables.items():
        assert {c["name"] for c in found.get_columns(name)} == set(table.columns.keys()), name
        built = {tuple(i["column_names"]) for i in found.get_indexes(name)}
        assert {tuple(c.name for c in i.columns) for i in table.indexes} <= built, name


def test_entering_twice_moves_the_view(engine):
    with open_session(engine, 1) as session:
        session.add(unit(1, "A" * 18))
        session.flush()
        enter(session, 2)
        assert session.scalars(select(Unit)).all() == []
