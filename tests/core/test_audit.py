"""The chain shows every kind of tampering, and nothing else breaks it."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError, DBAPIError, IntegrityError

from core import audit
from core.associations import Association
from core.audit import Entry
from core.db import enter, make_engine, open_session

NOW = datetime(2026, 10, 8, tzinfo=UTC)


def chain(url, rows=5):
    engine = make_engine(url)
    with open_session(engine) as session:
        association = Association(name="甲", code="1" * 18, code_word="甲", created_at=NOW)
        session.add(association)
        session.flush()
        enter(session, association.id)
        audit.start(session, association.id)
        for number in range(rows):
            audit.append(
                session, association.id, [Entry(NOW, "person:1", "a:b:c", f"o:{number}", '{"n":1}', sealed=b"x")]
            )
    return engine, association.id


def disarm(session):
    """What a hostile operator would do first."""
    if session.get_bind().dialect.name == "sqlite":
        for name in ("update", "delete"):
            session.execute(text(f"DROP TRIGGER audit_entry_no_{name}"))
    else:
        session.execute(text("DROP TRIGGER audit_entry_append_only ON audit_entry"))


def test_an_untouched_chain_verifies(database_url):
    engine, number = chain(database_url)
    with open_session(engine, number) as session:
        found = audit.verify(session, number)
    assert (found.rows, found.intact) == (5, True)


@pytest.mark.parametrize("statement", ["UPDATE audit_entry SET data='{}'", "DELETE FROM audit_entry"])
def test_the_database_itself_refuses_changes(database_url, statement):
    engine, number = chain(database_url)
    with (
        pytest.raises((IntegrityError, DatabaseError, DBAPIError), match="append-only"),
        open_session(engine, number) as session,
    ):
        session.execute(text(statement))


@pytest.mark.parametrize(
    ("statement", "bad_row"),
    [
        ("UPDATE audit_entry SET data='{}' WHERE seq=3", 3),
        ("UPDATE audit_entry SET actor='person:2' WHERE seq=2", 2),
        ("UPDATE audit_entry SET sealed=NULL WHERE seq=4", 4),
        ("UPDATE audit_entry SET at='2026-10-09' WHERE seq=1", 1),
        ("UPDATE audit_entry SET object='o:9' WHERE seq=5", 5),
        ("DELETE FROM audit_entry WHERE seq=3", 3),
        ("DELETE FROM audit_entry WHERE seq=5", 5),
    ],
)
def test_verify_names_the_first_bad_row(database_url, statement, bad_row):
    engine, number = chain(database_url)
    with open_session(engine, number) as session:
        disarm(session)
        session.execute(text(statement))
    with open_session(engine, number) as session:
        assert audit.verify(session, number).bad_row == bad_row


def test_a_tail_cut_off_with_its_head_shows_only_against_a_published_head(database_url):
    engine, number = chain(database_url)
    with open_session(engine, number) as session:
        published = dict([audit.head_of(session, number)])
        disarm(session)
        session.execute(text("DELETE FROM audit_entry WHERE seq>3"))
        session.execute(text("UPDATE audit_head SET seq=3, hash=(SELECT hash FROM audit_entry WHERE seq=3)"))
    with open_session(engine, number) as session:
        assert audit.verify(session, number).intact
        assert audit.verify(session, number, published).bad_row == 4


def test_the_chain_cannot_fork(database_url):
    engine, number = chain(database_url)
    with pytest.raises(IntegrityError), open_session(engine, number) as session:
        session.execute(
            text(
                "INSERT INTO audit_entry (association_id, seq, at, actor, action, object, data, previous, hash) "
                "SELECT association_id, 99, at, actor, action, object, data, previous, hash FROM audit_entry WHERE seq=2"
            )
        )


def test_columns_cannot_be_shifted_into_each_other():
    one = audit.link(b"p", 1, "ab", "c")
    assert one != audit.link(b"p", 1, "a", "bc")
    assert one != audit.link(b"p", 1, "abc", "")
