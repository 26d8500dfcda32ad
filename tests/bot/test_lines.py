"""One line for each platform: order within a chat, trouble that stays where it is, leases that are kept or lost."""

import asyncio
import os
from collections import Counter, deque
from dataclasses import dataclass, field
from datetime import UTC, datetime

import pytest
from sqlalchemy import insert, select, update
from sqlalchemy.exc import OperationalError

from bot.delivery import Delivery
from bot.lines import Line
from bot.platforms.base import Limits, Rejected, RetryLater, Sent, Unauthorised, Uncertain
from core import outbox
from core.db import open_session
from core.outbox import OutboxContent, OutboxMessage, State
from tests.bot.test_delivery import FAST, FakePlatform
from tests.houses import found, open_for_test

NOW = datetime(2026, 10, 8, tzinfo=UTC)
PACED = Limits(per_second=500, per_chat_seconds=0, per_group_minute=10_000, text_length=4096)


def enqueue(house, chats, *, key, platform="console", on_unknown="retry", texts=None):
    """A message to made-up chats; returns its number."""
    with open_session(house.engine, 1) as session:
        content = {"association_id": 1, "key": key, "subject": "s:1", "texts": texts or {"zh_CN": key}, "buttons": []}
        more = {"attachments": [], "on_unknown": on_unknown, "created_at": house.clock()}
        number = session.connection().scalar(
            insert(OutboxContent.__table__).values(content | more).returning(OutboxContent.__table__.c.id)
        )
        rows = [
            {"association_id": 1, "content_id": number, "platform": platform, "chat": chat, "language": "zh_CN"}
            | {"state": "pending", "priority": 5, "token": f"{key}{chat}", "dedupe_key": f"{key}{chat}"}
            | {"due_at": house.clock(), "attempts": 0, "person_id": None}
            for chat in chats
        ]
        session.connection().execute(insert(OutboxMessage.__table__), rows)
    return number


def states(house):
    with open_session(house.engine, 1) as session:
        return Counter(session.scalars(select(OutboxMessage.state).where(OutboxMessage.token != "")))


def rows(house, *columns):
    with open_session(house.engine, 1) as session:
        return session.execute(select(*columns).order_by(OutboxMessage.id)).all()


@dataclass
class Chatty(FakePlatform):
    """Fails for one chat, or one text, as told."""

    trouble: dict = field(default_factory=dict)

    async def send(self, outgoing):
        for key in (outgoing.chat, outgoing.text):
            if self.trouble.get(key):
                raise self.trouble[key].popleft()
        return await super().send(outgoing)

    def seen(self, chat=None):
        return [o.text for o in self.arrived if chat in (None, o.chat)]


@dataclass
class Slow(FakePlatform):
    """Says when it has got two."""

    twice: asyncio.Event = field(default_factory=asyncio.Event)

    async def send(self, outgoing):
        sent = await super().send(outgoing)
        if len(self.arrived) == 2:
            self.twice.set()
        return sent


@pytest.fixture
def empty(sqlite_house):
    found(sqlite_house)
    return sqlite_house


def run(house, *platforms):
    asyncio.run(Delivery(house, {platform.name: platform for platform in platforms}).drain())


def test_two_notices_to_one_chat_never_swap_whatever_happens_to_the_first(empty):
    enqueue(empty, ["a", "b"], key="first")
    enqueue(empty, ["a", "b"], key="second")
    platform = Chatty(trouble={"a": deque([RetryLater("flood", 30.0)])})
    run(empty, platform)
    assert (platform.seen("a"), platform.seen("b")) == ([], ["first", "second"])
    empty.clock.forward(seconds=31)
    run(empty, platform)
    assert platform.seen("a") == ["first", "second"]


def test_a_notice_that_will_never_go_holds_up_nothing(empty):
    enqueue(empty, ["a"], key="first")
    enqueue(empty, ["a"], key="second")
    platform = Chatty(trouble={"first": deque([Rejected("too_long")])})
    run(empty, platform)
    assert platform.seen("a") == ["second"]


def test_a_refused_token_stops_its_own_platform_alone(empty):
    enqueue(empty, ["a", "b", "c"], key="n", platform="broken")
    enqueue(empty, ["a", "b", "c"], key="m", platform="whole")
    broken = FakePlatform(deque([Unauthorised("token_refused")] * 9), name="broken")
    whole = FakePlatform(name="whole")
    run(empty, broken, whole)
    assert len(whole.arrived) == 3
    assert broken.arrived == []
    assert states(empty) == {"pending": 3, "sent": 3}


def test_what_goes_to_a_platform_that_is_not_served_here_stays(empty):
    enqueue(empty, ["a"], key="n", platform="slack")
    run(empty, FakePlatform())
    assert states(empty) == {"pending": 1}


@pytest.mark.parametrize(
    ("trouble", "counted"),
    [
        (RetryLater("flood", 1.0), 0),
        (RetryLater("flood", 1.0, everywhere=True), 0),
        (RetryLater("not_connected", 0.0), 0),
        (Unauthorised("token_refused"), 0),
        (RetryLater("server_trouble", 0.0), 1),
        (Uncertain("timed_out"), 1),
    ],
)
def test_only_what_may_be_the_message_s_fault_uses_up_its_attempts(empty, trouble, counted):
    enqueue(empty, ["a"], key="n")
    run(empty, FakePlatform(deque([trouble])))
    assert rows(empty, OutboxMessage.attempts, OutboxMessage.error) == [(counted, trouble.reason)]


def test_an_outage_of_the_platform_kills_no_message(empty):
    """After the fifth failure in a row it is the platform, which is left alone; nothing is given up for hours."""
    enqueue(empty, [f"c{i}" for i in range(40)], key="n")
    for _round in range(10):
        run(empty, FakePlatform(deque([RetryLater("server_trouble", 0.0)] * 99)))
        empty.clock.forward(hours=2)
    assert states(empty) == {"pending": 40}
    platform = FakePlatform()
    run(empty, platform)
    assert len(platform.arrived) == 40


def test_a_message_that_cannot_be_read_is_put_aside_and_the_others_go(empty):
    bad = enqueue(empty, ["a", "b"], key="bad")
    enqueue(empty, ["a", "c"], key="good")
    with open_session(empty.engine, 1) as session:
        session.execute(update(OutboxContent).where(OutboxContent.id == bad).values(attachments=[999]))
    platform = Chatty()
    run(empty, platform)
    assert sorted(platform.seen()) == ["good", "good"]
    assert states(empty) == {"dead": 2, "sent": 2}


def test_what_was_sent_is_marked_when_the_database_comes_back(empty, monkeypatch):
    enqueue(empty, ["a", "b"], key="n")
    real, calls = outbox.mark, []

    def shaky(*args):
        calls.append(1)
        if len(calls) < 3:
            raise OperationalError("UPDATE", {}, Exception("away"))
        return real(*args)

    monkeypatch.setattr(outbox, "mark", shaky)
    platform = FakePlatform()
    run(empty, platform)
    assert len(platform.arrived) == 2
    assert states(empty) == {"sent": 2}
    assert len(calls) >= 3


async def test_a_process_that_slept_past_its_lease_sends_nothing_of_what_it_held(empty):
    enqueue(empty, [f"c{i}" for i in range(20)], key="n")
    zombie, awake = FakePlatform(), FakePlatform()
    line = Line(empty, zombie)
    await line._tend()
    await line._fetch()
    assert len(line.waiting) == 20
    line._safe_until = 0.0
    empty.clock.forward(minutes=2)
    await Delivery(empty, {"console": awake}).drain()
    assert len(awake.arrived) == 20
    await line.turn()
    await line.turn()
    assert (zombie.arrived, line.waiting) == ([], [])
    with open_session(empty.engine) as session:
        ids = session.scalars(select(OutboxMessage.id), execution_options={"unscoped": True}).all()
        assert outbox.mark(session, line.lease, [outbox.Outcome(i, State.SENT, "z") for i in ids], NOW) == 0
    await line.close()


async def test_only_one_process_drains_a_platform_with_a_limit_and_another_takes_over(empty):
    enqueue(empty, ["a"], key="n")
    first, second = FakePlatform(limits=PACED), FakePlatform(limits=PACED)
    holder = Line(empty, first)
    await holder._tend()
    waiting = Delivery(empty, {"console": second})
    await waiting.drain()
    assert second.arrived == []
    await holder.close()
    await Delivery(empty, {"console": second}).drain()
    assert len(second.arrived) == 1


async def test_what_is_only_claimed_is_given_back_at_the_end(empty):
    enqueue(empty, [f"c{i}" for i in range(30)], key="n")
    slow = Slow(limits=Limits(per_second=10, per_chat_seconds=1, per_group_minute=20, text_length=4096))
    delivery = Delivery(empty, {"console": slow})
    task = asyncio.create_task(delivery.run())
    await asyncio.wait_for(slow.twice.wait(), 10)
    delivery.stop()
    await asyncio.wait_for(task, 5)
    sent = len(slow.arrived)
    assert states(empty) == {"pending": 30 - sent, "sent": sent}
    assert {
        row.attempts for row in rows(empty, OutboxMessage.attempts, OutboxMessage.state) if row.state == "pending"
    } == {0}


def test_a_long_text_counts_as_the_messages_it_becomes(empty):
    texts = {"zh_CN": "字" * 9000}
    enqueue(empty, ["a", "b"], key="n", texts=texts)
    platform = FakePlatform(limits=Limits(per_second=900, per_chat_seconds=0, per_group_minute=99, text_length=4096))
    line = Line(empty, platform)

    async def launch():
        await line._tend()
        await line._fetch()
        before = max(line.pacer.next_any, asyncio.get_running_loop().time())
        line._launch()
        spent = line.pacer.next_any - before
        await line.close()
        return spent

    assert asyncio.run(launch()) >= 3 / 900


@dataclass
class Recorder:
    """Writes each arrival to a file; slow enough that both processes get their share."""

    log: object
    name: str = "console"
    limits: Limits = FAST

    async def send(self, outgoing):
        with self.log.open("a") as file:
            file.write(outgoing.chat + "\n")
        return Sent("1")


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_two_processes_drain_two_thousand_none_twice_none_lost(database_url, tmp_path):
    logs = [tmp_path / "one", tmp_path / "two"]
    with open_for_test(database_url, tmp_path) as house:
        found(house)
        enqueue(house, [f"c{i}" for i in range(2000)], key="n")
    children = []
    for log in logs:
        log.touch()
        child = os.fork()
        if child == 0:
            try:
                with open_for_test(database_url, tmp_path) as house:
                    asyncio.run(Delivery(house, {"console": Recorder(log)}).drain())
                os._exit(0)
            except BaseException:
                os._exit(3)
        children.append(child)
    assert [os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in children] == [0, 0]
    shares = [log.read_text().split() for log in logs]
    assert Counter(chat for share in shares for chat in share) == Counter(f"c{i}" for i in range(2000))
    assert all(shares), "one process did all the work"
    with open_for_test(database_url, tmp_path) as house:
        assert states(house) == {"sent": 2000}
