"""A notice to 100 000 people: one statement, beside an ORM loop that adds as many rows."""

import secrets
from datetime import UTC, datetime

from sqlalchemy import Engine, insert
from sqlalchemy.orm import Session

from benchmarks.databases import EACH
from benchmarks.measure import Report, clocked, peak_memory
from core import outbox
from core.db import open_session
from core.outbox import Message, OutboxContent, OutboxMessage
from people.audiences import recipients
from people.models import ChatIdentity, Person
from tests.houses import found, open_for_test

PEOPLE = 100_000
SECONDS = {"SQLite": 1.0, "PostgreSQL": 2.0}
NOW = datetime(2026, 10, 8, 2, 0, tzinfo=UTC)


def main() -> int:
    """Print the figures; returns how many targets were missed."""
    report = Report(f"A notice to {PEOPLE:,} people enters the outbox, committed")
    for name, database in EACH.items():
        with database() as (url, folder), open_for_test(url, folder) as house:
            found(house)
            with open_session(house.engine, 1) as session:
                fill(session, PEOPLE)
            settle(house.engine)
            ours, orm = _ours(house.engine), _orm(house.engine)
        report.figure(f"{name}: enqueue", ours, "s", at_most=SECONDS[name])
        report.figure(f"{name}: ORM add_all", orm, "s")
        report.figure(f"{name}: ORM / enqueue", orm / ours, "×", at_least=10)
    report.figure("peak memory of the process, the ORM loop included", peak_memory(), "MB")
    return report.missed


def fill(session: Session, count: int, *, platform: str = "console", association_id: int = 1) -> None:
    """That many people, each with a chat."""
    scoped = {"association_id": association_id}
    connection = session.connection()
    first = 1_000_000
    people = [scoped | {"id": first + i, "name": f"人员{i}", "added_at": NOW} for i in range(count)]
    connection.execute(insert(Person.__table__), people)
    chats = [
        scoped
        | {"id": first + i, "person_id": first + i, "platform": platform, "account": f"a{i}", "chat": f"a{i}"}
        | {"linked_at": NOW, "chosen_at": NOW, "failures": 0}
        for i in range(count)
    ]
    connection.execute(insert(ChatIdentity.__table__), chats)
    session.flush()
    connection.exec_driver_sql(f"UPDATE person SET identity_id = id WHERE id >= {first}")


def settle(engine: Engine) -> None:
    """What the database does by itself within a minute after so many rows came in: count them."""
    with engine.begin() as connection:
        connection.exec_driver_sql("ANALYZE")


def broadcast(session: Session, key: str) -> int:
    """Queue one message for everybody who was filled in; returns how many."""
    message = Message(key, f"{key}:1", {"zh_CN": "通知", "en": "Notice"})
    return outbox.enqueue(session, 1, message, recipients(Person.id >= 1_000_000), NOW)


def _ours(engine: Engine) -> float:
    with clocked() as taken, open_session(engine, 1) as session:
        count = broadcast(session, "notice")
    if count != PEOPLE:
        raise AssertionError(count)
    return taken.seconds


def _orm(engine: Engine) -> float:
    with clocked() as taken, open_session(engine, 1) as session:
        content = OutboxContent(
            key="orm", subject="orm:1", texts={"zh_CN": "通知"}, buttons=[], attachments=[], created_at=NOW
        )
        session.add(content)
        session.flush()
        session.add_all(
            OutboxMessage(
                content_id=content.id,
                person_id=1_000_000 + i,
                platform="console",
                chat=f"a{i}",
                language="zh_CN",
                state="pending",
                priority=5,
                token=secrets.token_hex(16),
                dedupe_key=f"orm:{i}",
                due_at=NOW,
            )
            for i in range(PEOPLE)
        )
    return taken.seconds


if __name__ == "__main__":
    raise SystemExit(main())
