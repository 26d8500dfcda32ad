"""Recomputing an audit chain of a million rows, beside hashing the same bytes and nothing else."""

from datetime import UTC, datetime
from hashlib import sha256

from benchmarks.databases import sqlite
from benchmarks.measure import Report, clocked, peak_memory
from core import audit
from core.db import open_reading, open_session
from tests.houses import found, open_for_test

ROWS, PER_COMMIT = 1_000_000, 20_000
NOW = datetime(2026, 10, 8, 2, 0, tzinfo=UTC)


def main() -> int:
    """Print the figures; returns how many targets were missed."""
    report = Report(f"Verifying {ROWS:,} audit rows (SQLite)")
    with sqlite() as (url, folder), open_for_test(url, folder) as house:
        found(house)
        with open_session(house.engine, 1) as session:
            there = audit.head_of(session, 1)[0]
        for _batch in range((ROWS - there) // PER_COMMIT + 1):
            with open_session(house.engine, 1) as session:
                audit.append(session, 1, [_entry(i) for i in range(PER_COMMIT)])
        before = peak_memory()
        with open_reading(house.engine, 1) as session, clocked() as taken:
            result = audit.verify(session, 1)
        if not result.intact or result.rows < ROWS:
            raise AssertionError(result)
        grown = peak_memory() - before
    bare = _bare(result.rows)
    report.figure("verify", taken.seconds * ROWS / result.rows, "s", at_most=3)
    report.figure("bare SHA-256 over as many rows, no database", bare, "s")
    report.figure("memory it takes beyond what was held before", grown, "MB")
    return report.missed


def _entry(i: int) -> audit.Entry:
    data = audit.canonical({"channel": "telegram", "title": "关于开展冬季安全生产工作的通知", "version": i})
    return audit.Entry(NOW, f"person:{i % 40}", "announcement:receipt:confirm", f"announcement:{i % 900}", data)


def _bare(rows: int) -> float:
    row = b"2026-10-08T02:00:00.000000+00:00|person:1|announcement:receipt:confirm|announcement:1|" + b"x" * 110
    digest = b""
    with clocked() as taken:
        for _i in range(rows):
            digest = sha256(digest + row).digest()
    return taken.seconds


if __name__ == "__main__":
    raise SystemExit(main())
