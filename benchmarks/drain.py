"""Draining the outbox by two worker processes on one PostgreSQL, with a sender that does nothing."""

import multiprocessing
from collections import Counter
from datetime import UTC, datetime, timedelta
from multiprocessing.synchronize import Barrier

from sqlalchemy import func, select

from benchmarks.databases import postgresql
from benchmarks.enqueue import broadcast, fill, settle
from benchmarks.measure import Report, clocked
from core import outbox
from core.db import make_engine, open_session
from core.outbox import OutboxMessage, Outcome, State
from tests.houses import found, open_for_test

PEOPLE, BATCH, WORKERS = 100_000, 500, 2
NOW = datetime(2026, 10, 8, 2, 0, tzinfo=UTC) + timedelta(minutes=1)


def main() -> int:
    """Print the figures; returns how many targets were missed."""
    report = Report(
        f"{WORKERS} workers drain {PEOPLE:,} messages on PostgreSQL, claimed and marked in batches of {BATCH}"
    )
    with postgresql() as (url, folder), open_for_test(url, folder) as house:
        found(house)
        with open_session(house.engine, 1) as session:
            fill(session, PEOPLE)
        settle(house.engine)
        with open_session(house.engine, 1) as session:
            broadcast(session, "notice")
        settle(house.engine)
        seconds, sent = _drain(url)
        with open_session(house.engine, 1) as session:
            marked = session.scalar(select(func.count()).where(OutboxMessage.state == State.SENT)) or 0
    report.figure("messages per second", PEOPLE / seconds, "/s", at_least=10_000)
    report.figure("sent twice", sum(times - 1 for times in sent.values()), "", at_most=0)
    report.figure("lost (never sent, or sent and not marked)", PEOPLE - len(sent) + PEOPLE - marked, "", at_most=0)
    return report.missed


def _drain(url: str) -> tuple[float, Counter[int]]:
    context = multiprocessing.get_context("spawn")
    results: multiprocessing.Queue[list[int]] = context.Queue()
    ready = context.Barrier(WORKERS + 1)
    workers = [context.Process(target=work, args=(url, f"w{i}", ready, results)) for i in range(WORKERS)]
    for worker in workers:
        worker.start()
    ready.wait()
    with clocked() as taken:
        sent = Counter(number for _worker in workers for number in results.get())
    for worker in workers:
        worker.join()
    return taken.seconds, sent


def work(url: str, lease: str, ready: Barrier, results: "multiprocessing.Queue[list[int]]") -> None:
    """One worker: claim, pretend to send, mark, until nothing is left."""
    engine = make_engine(url)
    with open_session(engine) as session:
        session.execute(select(func.count()).select_from(OutboxMessage.__table__))
    sent: list[int] = []
    ready.wait()
    while True:
        with open_session(engine) as session:
            claimed = outbox.claim(session, lease, NOW, platform="console", limit=BATCH)
        if not claimed:
            break
        outcomes = [Outcome(one.id, State.SENT, message_id=str(one.id)) for one in claimed]
        with open_session(engine) as session:
            outbox.mark(session, lease, outcomes, NOW)
        sent += [one.id for one in claimed]
    results.put(sent)
    engine.dispose()


if __name__ == "__main__":
    raise SystemExit(main())
