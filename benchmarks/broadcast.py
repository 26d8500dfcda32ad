"""A public notice to 100 000 members and three reminders of each, and the office at work while they are delivered."""

import asyncio
import resource
import threading
import time
from datetime import date
from itertools import count

from sqlalchemy import insert
from sqlalchemy.orm import Session

from benchmarks.databases import sqlite
from benchmarks.enqueue import NOW, fill, settle
from benchmarks.measure import Report, clocked, peak_memory, quantile
from bot.delivery import Delivery
from bot.dispatch import House
from bot.messages import Incoming
from bot.platforms.base import Limits, Outgoing, Sent
from core.db import open_session
from membership.models import Unit, UnitContact
from tests.houses import Office, furnish, open_for_test

MEMBERS, WAVES, COMMANDS, WARM_UP = 100_000, 3, 200, 30
DRAFT = (
    "公示 起草 关于会员分级结果的公示 《分级办法》 见附件 评为A级 2026-10-09 5 全体 "
    "异议方式=书面署名 受理部门=秘书处 电话=0571-87000000 地址=某路1号"
)
NUMBERS = count(1)


class Silent:
    """A platform that takes every message at once and does nothing with it, at the pace of a real one.

    A legal notice is noted in a commit of its own before it leaves; no platform takes them faster than this.
    """

    name = "console"
    limits = Limits(per_second=30, per_chat_seconds=0.0, per_group_minute=20, text_length=4096)

    def __init__(self) -> None:
        self.sent = 0

    async def send(self, outgoing: Outgoing) -> Sent:
        """Count it."""
        del outgoing
        self.sent += 1
        return Sent(str(self.sent))


def main() -> int:
    """Print the figures; returns how many targets were missed."""
    report = Report(f"A public notice to {MEMBERS:,} members, each with a unit, and {WAVES} reminders of it (SQLite)")
    with sqlite() as (url, folder), open_for_test(url, folder) as house:
        office = furnish(house)
        with open_session(house.engine, 1) as session:
            fill(session, MEMBERS)
            enlist(session)
        settle(house.engine)
        _publish(report, office)
        settle(house.engine)
        for wave in range(1, WAVES + 1):
            house.clock.forward(days=1)  # type: ignore[attr-defined]
            _say(report, office, f"enqueue reminder {wave}", "announce chase A-1", at_most=1.0)
        _deliver(report, house, office)
    report.figure("peak memory of the process", peak_memory(), "MB")
    return report.missed


def enlist(session: Session) -> None:
    """Every filled-in person acts for a unit of their own."""
    scoped, first = {"association_id": 1}, 1_000_000
    unit = {"category": "safety_assessment", "rank": "member", "region": "杭州市", "status": "active"}
    rows = [
        scoped
        | unit
        | {"id": first + i, "number": first + i, "name": f"单位{i}", "name_key": f"单位{i}"}
        | {"code": f"{i:018d}", "joined_on": date(2020, 1, 1), "updated_at": NOW, "made_at": NOW}
        for i in range(MEMBERS)
    ]
    known = {column.name for column in Unit.__table__.columns}
    session.connection().execute(insert(Unit.__table__), [{k: v for k, v in row.items() if k in known} for row in rows])
    contacts = [
        scoped | {"unit_id": first + i, "person_id": first + i, "since": date(2020, 1, 1)} for i in range(MEMBERS)
    ]
    known = {column.name for column in UnitContact.__table__.columns}
    session.connection().execute(
        insert(UnitContact.__table__), [{k: v for k, v in row.items() if k in known} for row in contacts]
    )


def _publish(report: Report, office: Office) -> None:
    office.clerk.do(DRAFT)
    office.clerk.do("announce submit A-1")
    _say(report, office, "approve: number, period and enqueue", "approval approve P-2", at_most=1.0, officer=True)


def _say(report: Report, office: Office, what: str, line: str, *, at_most: float, officer: bool = False) -> None:
    voice = office.deputy if officer else office.clerk
    computing = time.process_time()
    with clocked() as taken:
        reply = voice.do(line)
    if reply.error is not None:
        raise AssertionError(reply.text)
    report.figure(what, taken.seconds, "s", at_most=at_most)
    report.figure("  of that computing (the rest is disk, and other programs)", time.process_time() - computing, "s")


def _deliver(report: Report, house: House, office: Office) -> None:
    """Messages go out in the background, thirty a second; the office types meanwhile."""
    house.clock.forward(days=1)  # type: ignore[attr-defined]
    platform = Silent()
    delivery = Delivery(house, {"console": platform})
    worker = threading.Thread(target=lambda: asyncio.run(delivery.run()))
    worker.start()
    _type(office, WARM_UP)
    before, sent, begin = _memory(), platform.sent, time.perf_counter()
    taken = _type(office, COMMANDS)
    grown, rate = _memory() - before, (platform.sent - sent) / (time.perf_counter() - begin)
    for line in delivery.lines:
        line.news.set()
    delivery.stopping.set()
    worker.join()
    report.figure("messages per second delivered meanwhile", rate, "/s", at_least=25)
    report.figure("staff commands during delivery, p50", quantile(taken, 0.5), "ms")
    report.figure("staff commands during delivery, p99", quantile(taken, 0.99), "ms", at_most=50)
    report.figure("peak memory grown meanwhile", grown, "MB", at_most=32)


def _memory() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _type(office: Office, rounds: int) -> list[float]:
    return [_one(office, i) for i in range(rounds)]


def _one(office: Office, index: int) -> float:
    """A command that changes, audits and commits."""
    line = f"announce draft 通知 标题{index} 角色=工作人员 正文"
    name = office.clerk.name
    begin = time.perf_counter()
    reply = office.house.handle(Incoming("console", f"b{next(NUMBERS)}", name, name, text=line, interactive=False))
    taken = (time.perf_counter() - begin) * 1000
    if reply is None or reply.error:
        raise AssertionError(reply)
    time.sleep(0.05)
    return taken


if __name__ == "__main__":
    raise SystemExit(main())
