"""What was acknowledged is done and answered, once, through crashes, cut lines and new connections."""

import asyncio
import time

import pytest

from bot.dispatch import House
from bot.messages import Button, Reply
from tests.bot.platforms.gate import FakeGate
from tests.bot.platforms.slack.office import adapter, running
from tests.bot.platforms.slack.test_receiving import settled
from tests.houses import furnish, link
from tests.loopback.slack import SlackServer

pytestmark = pytest.mark.asyncio


async def test_what_was_stored_before_a_crash_is_taken_up_once(server: SlackServer, sqlite_house: House) -> None:
    furnish(sqlite_house)
    qian = server.person("钱办")
    link(sqlite_house, "钱办", platform="slack", account=qian.id)
    line = "member add 新泽检测 91330100MB2X4K7Q3P 检测检验机构 会员单位 宁波市 2021-01-01"
    with server.holding():
        headers, body = server.carrier.posted(qian.command(line))
    killed = adapter(server, House(sqlite_house.engine, sqlite_house.screener, sqlite_house.keys, sqlite_house.clock))
    killed._door._hand_on = lambda *_arguments: None
    assert (await killed.webhook(headers, body))[0] == 200
    await killed.close()
    assert qian.seen() == []
    async with running(server, sqlite_house):
        await server.until(qian.seen)
        again = adapter(server, sqlite_house)
        assert (await again.webhook(headers, body))[0] == 200
        await again.close()
    async with running(server, sqlite_house):
        qian.say("member find 新泽")
        await server.until(lambda: len(qian.seen()) == 2)
    assert "M-0003" in qian.texts()[0]
    assert qian.texts()[1].startswith("共 1 家会员")


async def test_a_reply_that_was_not_brought_is_brought_after_a_restart_and_the_work_is_not_done_again(
    server: SlackServer, gate: FakeGate, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.platforms.slack.adapter.GRACE_SECONDS", 0.1)
    gate.work = lambda _incoming: Reply("完成", buttons=((Button("好", "=x", "t1"),),))
    wang = server.person("王")
    server.fail("chat.postMessage", "status", times=10_000)
    async with running(server, gate):
        wang.command("work")
        await server.until(lambda: server.called("chat.postMessage"))
    assert (len(gate.effects), gate.answered, wang.seen()) == (1, set(), [])
    server.desk.faults.clear()
    async with running(server, gate):
        await settled(server, gate)
    assert len(gate.effects) == 1
    assert wang.texts() == ["完成"]


async def test_a_channel_command_from_before_a_crash_is_still_whispered(server: SlackServer, gate: FakeGate) -> None:
    wang, council = server.person("王"), server.channel()
    async with running(server, gate):
        wang.command("help", council)
        await settled(server, gate)
        wang.command("later", council)
        await settled(server, gate)
    gate.answered.discard(list(gate.stored)[1])
    for known in server.world.response_urls.values():
        known["at"] -= 3600
    async with running(server, gate):
        await settled(server, gate)
    assert wang.whispered() == ["did /help", "did /later"]
    assert wang.texts() == ["did /later"]
    assert council.messages == {}


async def test_a_form_that_was_due_when_the_house_died_becomes_a_question(server: SlackServer, gate: FakeGate) -> None:
    gate.work = lambda _incoming: Reply("姓名？", error="missing_parameter")
    wang = server.person("王")
    with server.holding():
        headers, body = server.carrier.posted(wang.command("person add"))
    killed = adapter(server, gate)
    killed._door._hand_on = lambda *_arguments: None
    await killed.webhook(headers, body)
    await killed.close()
    async with running(server, gate):
        await settled(server, gate)
    assert wang.texts() == ["姓名？"]


@pytest.mark.parametrize("kind", ["status", "cut", "flood"])
async def test_a_reply_waits_for_slack_to_come_back(server: SlackServer, gate: FakeGate, kind: str) -> None:
    wang, council = server.person("王"), server.channel()
    server.fail("chat.postMessage", kind, times=2, retry_after=0.05)
    server.fail("respond", kind, times=1, retry_after=0.05)
    async with running(server, gate):
        wang.say("help")
        wang.command("help", council)
        await settled(server, gate)
    assert wang.texts() == ["did help"]
    assert wang.whispered() == ["did /help"]


@pytest.mark.parametrize("how", ["refresh", "close"])
async def test_a_socket_that_ends_is_opened_anew_and_nothing_is_lost(
    server: SlackServer, gate: FakeGate, how: str
) -> None:
    wang = server.person("王")
    server.carrier.ack_seconds = 1.0
    async with running(server, gate, socket=True):
        wang.say("one")
        await settled(server, gate)
        first = server.carrier.sockets[-1]
        server.refresh_sockets() if how == "refresh" else server.close_sockets()
        await server.until(lambda: server.carrier.sockets and server.carrier.sockets[-1] is not first)
        wang.say("two")
        await settled(server, gate)
    assert gate.texts() == ["one", "two"]


async def test_slack_being_away_at_the_start_is_waited_out(server: SlackServer, gate: FakeGate) -> None:
    wang = server.person("王")
    server.fail("auth.test", "status", times=2)
    server.fail("apps.connections.open", "status", times=2)
    async with running(server, gate, socket=True):
        wang.say("help")
        await settled(server, gate)
    assert wang.texts() == ["did help"]


async def test_a_stop_finishes_what_is_running(server: SlackServer, gate: FakeGate) -> None:
    gate.with_progress = lambda _incoming, _progress: time.sleep(0.3)
    wang = server.person("王")
    async with running(server, gate):
        parcel = wang.say("help")
        await server.until(parcel.done.is_set)
        await asyncio.sleep(0)
    assert wang.texts() == ["did help"]


async def test_a_house_that_cannot_be_asked_what_is_left_lets_nothing_in(server: SlackServer, gate: FakeGate) -> None:
    broken = [True]
    unfinished = gate.unfinished

    def left(platform: str) -> list[tuple[str, str]]:
        if broken.pop() if broken else False:
            raise OSError("no database")
        return unfinished(platform)

    gate.unfinished = left  # type: ignore[method-assign]
    wang = server.person("王")
    with server.holding():
        headers, body = server.carrier.posted(wang.command("help"))
    platform = adapter(server, gate)
    assert (await platform.webhook(headers, body))[0] == 503
    assert gate.stored == {}
    assert (await platform.webhook(headers, body))[0] == 200
    await server.until(wang.seen)
    await platform.close()


async def test_what_comes_while_the_leftovers_are_looked_up_is_answered_once_like_them(
    server: SlackServer, gate: FakeGate
) -> None:
    wang = server.person("王")
    with server.holding():
        headers, body = server.carrier.posted(wang.command("left over"))
    killed = adapter(server, gate)
    killed._door._hand_on = lambda *_arguments: None
    await killed.webhook(headers, body)
    await killed.close()
    unfinished = gate.unfinished

    def slowly(platform: str) -> list[tuple[str, str]]:
        time.sleep(0.2)
        return unfinished(platform)

    gate.unfinished = slowly  # type: ignore[method-assign]
    async with running(server, gate):
        wang.command("help")
        await settled(server, gate)
        await asyncio.sleep(0.3)
    assert wang.texts() == ["did /left over", "did /help"]
