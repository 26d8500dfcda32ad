"""A mailing by real processes to a Telegram that fails in every way: nothing lost, nothing that was marked sent again."""

import random
import time
from collections import Counter

import pytest
from sqlalchemy import select, update

from core import outbox
from core.db import make_engine, open_session
from core.outbox import OutboxMessage
from tests.houses import found, open_for_test
from tests.loopback.serving import Serving
from tests.loopback.telegram import TelegramServer
from tests.loopback.telegram_rules import Pace

FIRST = 5_000_000


def prepare(url, folder, server, people, *, founded=False):
    """That many chats, each of which one message waits for."""
    with open_for_test(url, folder) as house:
        if not founded:
            found(house)
        with open_session(house.engine, 1) as session:
            message = outbox.Message("broadcast", "s:1", {"zh_CN": "通知"})
            content = outbox.queue._insert_content(session, 1, message, house.clock())
            session.execute(update(outbox.OutboxContent).values(reported_at=house.clock()))
            rows = [row(content, number, house.clock()) for number in range(FIRST, FIRST + people)]
            session.connection().execute(OutboxMessage.__table__.insert(), rows)
    for number in range(FIRST, FIRST + people):
        server.person(number)


def row(content, number, now):
    where = {"association_id": 1, "content_id": content, "person_id": None, "platform": "telegram", "chat": str(number)}
    more = {"language": "zh_CN", "state": "pending", "priority": 7, "token": f"t{number}", "dedupe_key": f"b{number}"}
    return where | more | {"due_at": now, "attempts": 0}


def states(url):
    engine = make_engine(url)
    with open_session(engine, 1) as session:
        found = dict(session.execute(select(OutboxMessage.chat, OutboxMessage.state)).all())
    engine.dispose()
    return found


def arrivals(server):
    """How often each chat got the message."""
    return Counter(chat for chat in server.world.chats if chat >= FIRST for _message in server.written(chat))


def settled(url, people):
    return sum(state == "sent" for state in states(url).values()) == people


def wait_for(condition, seconds):
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.2)


def unhurried():
    """Chats and the whole bot are watched as always; only the test is shorter."""
    return Pace(overall=30.0, burst=3.0)


def in_every_way(server, dice, people):
    """One call in ten fails, each kind of failure among them; returns how many replies will be lost."""
    kinds = ["flood", "status", "cut", "lost_reply", "truncated", "not_ok"]
    for kind in kinds:
        for nth in dice.sample(range(1, people), max(2, people // 60)):
            detail = {"error_code": 502} if kind == "not_ok" else {"retry_after": 1} if kind == "flood" else {}
            server.fail("sendMessage", kind, nth=nth, **detail)


def doubled_by_the_line(server):
    """Calls that were carried out although their answer never arrived: only these may be repeated."""
    return sum(call.outcome in ("lost_reply", "truncated") for call in server.called("sendMessage"))


def killed_again_and_again(url, folder, people, kills, seed):
    dice = random.Random(seed)
    in_flight = 0
    with TelegramServer(pace=unhurried()) as server:
        prepare(url, folder, server, people)
        in_every_way(server, dice, people)
        for _kill in range(kills):
            before = states(url)
            marked = {int(chat) for chat, state in before.items() if state == "sent"}
            once = {chat: count for chat, count in arrivals(server).items() if chat in marked}
            with Serving(url, folder, server, "delivery") as process:
                target = len(server.called("sendMessage")) + dice.randint(1, max(2, people // (kills + 1)))
                server.wait(lambda target=target: len(server.called("sendMessage")) >= target, 60)
                process.kill()
            assert {chat: count for chat, count in arrivals(server).items() if chat in marked} == once
            after = states(url)
            in_flight += sum(count > 0 and after[str(chat)] != "sent" for chat, count in arrivals(server).items())
        with Serving(url, folder, server, "delivery") as process:
            wait_for(lambda: settled(url, people), people / 25 + 90)
            assert process.stop() == 0
        counted = arrivals(server)
        floods = [call for call in server.called("sendMessage") if call.outcome == "429"]
        assert len(counted) == people
        assert sum(counted.values()) - people <= in_flight + doubled_by_the_line(server)
        assert len(floods) <= 2 * kills


def test_killed_at_random_points_nothing_is_lost_and_what_is_marked_is_never_sent_again(sqlite_url, tmp_path):
    killed_again_and_again(sqlite_url, tmp_path, people=60, kills=2, seed=1)


@pytest.mark.soak
@pytest.mark.timeout(1200)
@pytest.mark.parametrize("seed", range(4))
def test_killed_twenty_times_in_a_mailing_to_two_thousand(database_url, tmp_path, seed):
    killed_again_and_again(database_url, tmp_path, people=2000, kills=20, seed=seed)


@pytest.mark.soak
@pytest.mark.timeout(600)
@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_a_process_that_froze_past_its_lease_wakes_up_and_sends_nothing_again(database_url, tmp_path):
    """The process that sends is stopped in its tracks for a minute; the other goes on in its place.

    On SQLite one that is stopped in the middle of a write keeps everybody else from writing: several machines need
    PostgreSQL anyway.
    """
    people = 900
    with TelegramServer(pace=unhurried()) as server:
        prepare(database_url, tmp_path, server, people)
        with Serving(database_url, tmp_path, server, "delivery") as first:
            server.wait(lambda: len(arrivals(server)) >= 100, 60)
            with Serving(database_url, tmp_path, server, "delivery") as second:
                first.freeze()
                frozen_at = len(arrivals(server))
                server.wait(lambda: len(arrivals(server)) >= frozen_at + 200, 90)
                time.sleep(30)
                first.thaw()
                wait_for(lambda: settled(database_url, people), 120)
                assert first.stop() == 0
                assert second.stop() == 0
        counted = arrivals(server)
        assert len(counted) == people
        assert sum(counted.values()) - people <= 5, "only what was on the wire when it froze may come twice"
        assert not [call for call in server.called("sendMessage") if call.outcome == "429"]
