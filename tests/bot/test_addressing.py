"""Whose chat it is at the moment of sending, and what a failure means."""

import asyncio
from collections import deque
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from bot.delivery import Delivery
from bot.platforms.base import Rejected, RetryLater, Unauthorised, Uncertain, Unreachable
from bot.verdicts import verdict
from core import outbox
from core.db import open_session
from core.outbox import Claimed, State
from people.models import ChatIdentity, Person
from tests.bot.test_delivery import FakePlatform
from tests.houses import deliver, furnish, link

NOW = datetime(2026, 10, 8, tzinfo=UTC)


def run(house, *platforms):
    asyncio.run(Delivery(house, {platform.name: platform for platform in platforms}).drain())


def test_what_was_written_before_a_chat_was_unlinked_never_arrives_there(sqlite_house):
    office = furnish(sqlite_house)
    deliver(sqlite_house)
    office.clerk.do("announce draft 通知 标题 全体 正文")
    office.clerk.do("announce submit A-1")
    office.deputy.do("approval approve P-2")
    sqlite_house.clock.forward(minutes=1)
    with open_session(sqlite_house.engine, 1) as session:
        one, two = session.scalars(select(Person).where(Person.name.like("联络%")).order_by(Person.id)).all()
        for person in (one, two):
            session.get(ChatIdentity, person.identity_id).ended_at = sqlite_house.clock()
        two.identity_id = None
    link(sqlite_house, "联络1", account="新号")
    arrived = [chat for chat, outgoing in deliver(sqlite_house) if "正文" in outgoing.text]
    assert arrived == ["新号"]
    figures = office.clerk.do("announce status A-1").data
    assert {name: value for name, value in figures.items() if value} == {"audience": 2, "sent": 1, "unreachable": 1}


def test_a_person_with_two_chats_gets_it_on_the_other_one_when_the_first_is_closed(sqlite_house):
    office = furnish(sqlite_house)
    deliver(sqlite_house)
    link(sqlite_house, "联络1", platform="telegram", account="1001")
    office.clerk.do("announce draft 通知 标题 region=杭州市 正文")
    office.clerk.do("announce submit A-1")
    office.deputy.do("approval approve P-2")
    telegram, console = FakePlatform(deque([Unreachable("blocked")]), name="telegram"), FakePlatform()
    run(sqlite_house, telegram, console)
    run(sqlite_house, telegram, console)
    assert "联络1" in [o.chat for o in console.arrived if "正文" in o.text]
    assert office.clerk.do("announce status A-1").data["sent"] == 1
    with open_session(sqlite_house.engine, 1) as session:
        person = session.scalars(select(Person).where(Person.name == "联络1")).one()
        assert session.get(ChatIdentity, person.identity_id).platform == "console"


@pytest.mark.parametrize("streak", [1, 2, 5, 6, 40])
def test_pauses_of_an_outage_grow_to_a_minute(streak):
    claimed = Claimed(1, 1, 1, None, "telegram", "c", "zh_CN", "t", 5, 1)
    found = verdict(claimed, "retry", RetryLater("not_connected", 0.0), NOW, streak)
    assert found.quiet_all == min(60.0, 2.0 ** (streak - 1))
    assert found.outcome.due_at == NOW + timedelta(seconds=found.quiet_all)
    assert not found.outcome.counted


@pytest.mark.parametrize(
    ("error", "attempts", "on_unknown", "state"),
    [
        (Rejected("x"), 1, "retry", State.FAILED),
        (Uncertain("x"), 1, "retry", State.PENDING),
        (Uncertain("x"), 1, "ask", State.UNKNOWN),
        (Uncertain("x"), outbox.MAX_ATTEMPTS, "retry", State.UNKNOWN),
        (RetryLater("server_trouble", 0), 1, "ask", State.PENDING),
        (RetryLater("server_trouble", 0), outbox.MAX_ATTEMPTS, "ask", State.DEAD),
        (RetryLater("flood", 3600.0), outbox.MAX_ATTEMPTS, "ask", State.PENDING),
        (Unauthorised("x"), outbox.MAX_ATTEMPTS, "ask", State.PENDING),
    ],
)
def test_each_failure_has_its_verdict(error, attempts, on_unknown, state):
    claimed = Claimed(1, 1, 1, None, "telegram", "c", "zh_CN", "t", 5, attempts)
    found = verdict(claimed, on_unknown, error, NOW, 1)
    assert found.outcome.state is state
    assert found.outcome.error == error.reason
    if error.reason == "flood":
        assert (found.quiet_chat, found.quiet_all) == (3600.0, 0.0)
        assert found.outcome.due_at == NOW + timedelta(hours=1)
