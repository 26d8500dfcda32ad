"""Delivery: paced, sorted, marked; nothing lost, nothing marked twice, whatever the platform does."""

import asyncio
import os
import random
import signal
from collections import Counter, deque
from dataclasses import dataclass, field

import pytest
from sqlalchemy import literal, select, union_all, update

from bot.delivery import Delivery
from bot.platforms.base import (
    Limits,
    Rejected,
    RetryLater,
    Sent,
    Unauthorised,
    Uncertain,
    Unreachable,
)
from bot.platforms.pacing import Pacer
from core import outbox
from core.db import open_session
from core.outbox import OutboxContent, OutboxMessage
from people.models import ChatIdentity
from tests.houses import furnish, open_for_test

FAST = Limits(per_second=100_000, per_chat_seconds=0, per_group_minute=10_000, text_length=4096)


@dataclass
class FakePlatform:
    """Takes messages and fails as told: one entry of ``script`` per call."""

    script: deque = field(default_factory=deque)
    name: str = "console"
    limits: Limits = FAST
    arrived: list = field(default_factory=list)

    async def send(self, outgoing):
        trouble = self.script.popleft() if self.script else None
        if isinstance(trouble, Uncertain) and "arrived" in trouble.reason:
            self.arrived.append(outgoing)
        if isinstance(trouble, Exception):
            raise trouble
        self.arrived.append(outgoing)
        return Sent(str(len(self.arrived)), moved_to=trouble)


def published(house):
    """A notice to the two members, approved, not delivered; other messages are put aside."""
    office = furnish(house)
    office.clerk.do("announce draft 通知 标题 全体 正文")
    office.clerk.do("announce submit A-1")
    office.deputy.do("approval approve P-2")
    with open_session(house.engine, 1) as session:
        notice = select(OutboxContent.id).where(OutboxContent.key == "announcement:1:v1")
        others = update(OutboxMessage).where(OutboxMessage.content_id.not_in(notice)).values(state="cancelled")
        session.execute(others, execution_options={"synchronize_session": False})
    return office


def drain(house, platform):
    asyncio.run(Delivery(house, {"console": platform}).drain())


def status(office):
    data = office.clerk.do("announce status A-1").data
    assert data["audience"] == sum(value for name, value in data.items() if name != "audience")
    return {name: value for name, value in data.items() if value and name != "audience"}


def test_everything_arrives_once_and_can_be_confirmed(house):
    office = published(house)
    platform = FakePlatform()
    drain(house, platform)
    assert status(office) == {"sent": 2}
    assert sorted(o.chat for o in platform.arrived) == ["联络1", "联络2"]
    token = next(o.buttons[0][0][1] for o in platform.arrived if o.chat == "联络1")
    assert len(token.encode()) <= 64
    assert office.contacts[1].do("", button=token).error == "button_expired"
    assert office.contacts[0].do("", button=token).error is None
    assert office.contacts[0].do("", button=token).error == "already_confirmed"
    assert status(office) == {"acknowledged": 1, "sent": 1}
    drain(house, platform)
    assert len(platform.arrived) == 2


@pytest.mark.parametrize(
    ("trouble", "expected"),
    [
        (Unreachable("blocked"), {"unreachable": 1, "sent": 1}),
        (Rejected("too_long"), {"failed": 1, "sent": 1}),
        (RetryLater("server_error", 0.01), {"sent": 2}),
        (Uncertain("no_answer"), {"sent": 2}),
    ],
)
def test_each_kind_of_failure_has_its_outcome(house, trouble, expected):
    office = published(house)
    platform = FakePlatform(deque([trouble]))
    drain(house, platform)
    house.clock.forward(minutes=1)
    drain(house, platform)
    assert status(office) == expected


def test_somebody_who_cannot_be_reached_is_marked_until_they_write_again(house):
    office = published(house)
    drain(house, FakePlatform(deque([Unreachable("blocked")])))
    with open_session(house.engine, 1) as session:
        marked = session.scalars(select(ChatIdentity).where(ChatIdentity.unreachable_since.is_not(None))).all()
        assert [(one.trouble, one.platform) for one in marked] == [("blocked", "console")]
    assert office.clerk.do("announce preview A-1").data["unreachable"] == 1


def test_a_moved_group_is_followed(sqlite_house):
    published(sqlite_house)
    drain(sqlite_house, FakePlatform(deque(["-100777"])))
    with open_session(sqlite_house.engine, 1) as session:
        assert "-100777" in session.scalars(select(ChatIdentity.chat)).all()


def test_a_message_that_always_fails_dies_after_twelve_tries(sqlite_house):
    office = published(sqlite_house)
    platform = FakePlatform(deque([RetryLater("x", 0.001)] * 100))
    for _i in range(outbox.MAX_ATTEMPTS):
        assert status(office) == {"waiting": 2}
        drain(sqlite_house, platform)
        sqlite_house.clock.forward(hours=2)
    assert status(office) == {"failed": 2}


def test_a_revoked_token_stops_everything_and_loses_nothing(sqlite_house):
    office = published(sqlite_house)
    drain(sqlite_house, FakePlatform(deque([Unauthorised("token_revoked"), Unauthorised("token_revoked")])))
    assert status(office) == {"waiting": 2}
    sqlite_house.clock.forward(minutes=10)
    drain(sqlite_house, FakePlatform())
    assert status(office) == {"sent": 2}


def test_expired_messages_are_not_sent(sqlite_house):
    published(sqlite_house)
    with open_session(sqlite_house.engine, 1) as session:
        session.execute(update(outbox.OutboxContent).values(expires_at=sqlite_house.clock()))
    platform = FakePlatform()
    drain(sqlite_house, platform)
    assert platform.arrived == []


@pytest.mark.parametrize("kill_at", random.Random(7).sample(range(1, 60), 6))
def test_killed_in_the_middle_of_a_broadcast_resumes(sqlite_url, tmp_path, kill_at):
    """A worker dies at its n-th send: after recovery all have it, and doubles are at most what was in flight."""
    log = tmp_path / "arrived"
    log.touch()
    with open_for_test(sqlite_url, tmp_path) as house:
        furnish(house)
        broadcast_to_sixty(house)
    if os.fork() == 0:
        with open_for_test(sqlite_url, tmp_path) as house:
            asyncio.run(Delivery(house, {"console": Recorder(log, kill_at)}).drain())
        os._exit(0)
    os.wait()
    with open_for_test(sqlite_url, tmp_path) as house:
        house.clock.forward(minutes=5)
        with open_session(house.engine) as session:
            outbox.recover(session, house.clock())
        asyncio.run(Delivery(house, {"console": Recorder(log, 10**9)}).drain())
        with open_session(house.engine, 1) as session:
            assert outbox.counts(session, "s:1") == {"sent": 60}
    counted = Counter(log.read_text().split())
    assert len(counted) == 60
    assert sum(counted.values()) - 60 <= 50


def broadcast_to_sixty(house):
    """Only this waits: one message to sixty made-up chats."""
    sixty = union_all(
        *(
            select(
                literal(1).label("association_id"),
                literal(n).label("person_id"),
                literal("console").label("platform"),
                literal(f"c{n}").label("chat"),
                literal("zh_CN").label("language"),
            )
            for n in range(60)
        )
    )
    with open_session(house.engine, 1) as session:
        session.execute(update(OutboxMessage).values(state="cancelled"))
        message = outbox.Message("broadcast", "s:1", {"zh_CN": "好"})
        outbox.enqueue(session, 1, message, select(sixty.subquery()), house.clock())


@dataclass
class Recorder:
    """Writes each arrival to a file and dies at the n-th."""

    log: object
    kill_at: int
    name: str = "console"
    limits: Limits = FAST
    count: int = 0

    async def send(self, outgoing):
        self.count += 1
        with self.log.open("a") as file:
            file.write(outgoing.chat + "\n")
        if self.count == self.kill_at:
            os.kill(os.getpid(), signal.SIGKILL)
        return Sent(str(self.count))


def test_two_workers_send_nothing_twice(house):
    published(house)
    one, two = FakePlatform(), FakePlatform()

    async def both():
        await asyncio.gather(
            Delivery(house, {"console": one}).drain(),
            Delivery(house, {"console": two}).drain(),
        )

    asyncio.run(both())
    assert len(one.arrived) + len(two.arrived) == 2


def test_pacing_keeps_every_limit():
    pacer = Pacer(Limits(per_second=30, per_chat_seconds=1, per_group_minute=20, text_length=1))
    now, sent = 0.0, []
    for number in range(90):
        now = max(now, pacer.next_any)
        pacer.note_sent(f"c{number}", now, group=False)
        sent.append(now)
    for start in sent:
        assert sum(start <= moment < start + 1 for moment in sent) <= 30
    assert pacer.ready_at("c89", now, group=False) == pytest.approx(now + 1)
    for number in range(20):
        pacer.note_sent("g", 100.0 + number, group=True)
    assert pacer.ready_at("g", 120.0, group=True) == pytest.approx(160.0)
    pacer.pause_chat("x", 500)
    assert pacer.ready_at("x", 120.0, group=False) == 500
    pacer.pause_all(600)
    assert pacer.next_any == 600


@pytest.mark.parametrize("seed", range(3))
def test_delays_are_made_good_without_ever_crowding_a_second(seed):
    """A machine that stalls now and then, up to a twentieth of a second, still sends 97 % of what may be sent."""
    dice, now, sent = random.Random(seed), 1000.0, []
    pacer = Pacer(Limits(per_second=30, per_chat_seconds=1, per_group_minute=20, text_length=1))
    while now < 1060:
        now = max(now, pacer.next_any) + (dice.random() / 20 if dice.random() < 0.02 else dice.random() / 500)
        pacer.note_sent(f"c{now}", now, group=False)
        sent.append(now)
    for start in sent:
        assert sum(start <= moment < start + 1 for moment in sent) <= 30
    assert len(sent) / (sent[-1] - sent[0]) >= 0.97 * 30


def test_an_idle_line_begins_without_a_burst():
    pacer = Pacer(Limits(per_second=30, per_chat_seconds=1, per_group_minute=20, text_length=1), next_any=100.0)
    pacer.note_sent("a", 200.0, group=False)
    assert pacer.next_any == pytest.approx(200.0 + 1 / (30 * 0.98))
