"""A mailing through `guildhall serve delivery` to a Telegram that enforces its limits: how near it comes to 30 a second."""

import os
import subprocess
import sys
import time
from itertools import pairwise
from pathlib import Path

from benchmarks.databases import sqlite
from benchmarks.enqueue import broadcast, fill
from benchmarks.measure import Report
from core.db import open_session
from tests.houses import found, open_for_test
from tests.loopback.telegram import TelegramServer

PEOPLE = 1200
FIRST = 1_000_000
ALLOWED = 30


def main() -> int:
    """Print the figures; returns how many targets were missed."""
    report = Report(f"A notice to {PEOPLE:,} people on Telegram, {ALLOWED} messages a second allowed (SQLite)")
    with sqlite() as (url, folder), TelegramServer() as server:
        _prepare(url, folder, server)
        arrived, refused = _deliver(url, folder, server)
    steady = arrived[ALLOWED:]
    rate = (len(steady) - 1) / (steady[-1] - steady[0])
    report.figure("messages per second, sustained", rate, "/s", at_least=0.97 * ALLOWED)
    report.figure("most arrivals in any one second (a stalled machine bunches them)", _most_in_a_second(arrived), "")
    report.figure("longest gap", max(b - a for a, b in pairwise(arrived)) * 1000, "ms")
    report.figure("refused with 429", refused, "", at_most=0)
    report.figure("lost or doubled", abs(PEOPLE - len(arrived)), "", at_most=0)
    return report.missed


def _prepare(url: str, folder: Path, server: TelegramServer) -> None:
    with open_for_test(url, folder) as house:
        found(house)
        with open_session(house.engine, 1) as session:
            fill(session, PEOPLE, platform="telegram")
            session.connection().exec_driver_sql(
                f"UPDATE chat_identity SET chat = id, account = id WHERE id >= {FIRST}"
            )
            broadcast(session, "notice")
    for number in range(FIRST, FIRST + PEOPLE):
        server.person(number)


def _deliver(url: str, folder: Path, server: TelegramServer) -> tuple[list[float], int]:
    """Seconds at which each message was accepted, and how many were refused."""
    settings = {
        "GUILDHALL_DATA_DIR": str(folder),
        "GUILDHALL_DATABASE_URL": url,
        "GUILDHALL_TELEGRAM_TOKEN": server.token,
        "GUILDHALL_TELEGRAM_API": server.url,
    }
    program = [sys.executable, "-m", "bot.cli", "serve", "delivery"]
    process = subprocess.Popen(program, env=os.environ | settings, stderr=subprocess.DEVNULL)
    try:
        server.wait(lambda: _accepted(server) >= PEOPLE, PEOPLE / ALLOWED * 3)
        time.sleep(1.0)
    finally:
        process.terminate()
        process.wait(30)
    calls = server.called("sendMessage")
    return [call.at for call in calls if call.outcome == "ok"], sum(call.outcome != "ok" for call in calls)


def _accepted(server: TelegramServer) -> int:
    return sum(call.outcome == "ok" for call in server.called("sendMessage"))


def _most_in_a_second(moments: list[float]) -> int:
    return max(sum(start <= moment < start + 1 for moment in moments[i : i + 60]) for i, start in enumerate(moments))


if __name__ == "__main__":
    raise SystemExit(main())
