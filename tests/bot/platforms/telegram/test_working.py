"""Long work, many at once, and what is shown of it."""

import asyncio
import time

import pytest

from bot.messages import Incoming, Progress, Reply, Table
from tests.bot.platforms.telegram.office import FakeGate, running
from tests.loopback.telegram import TelegramServer

pytestmark = pytest.mark.asyncio


async def settled(server: TelegramServer, gate: FakeGate) -> None:
    """Every update that was made has been noted as replied."""
    await server.until(lambda: {str(u["update_id"]) for u in server.world.every_update} <= gate.answered)


async def test_long_work_edits_one_message(server: TelegramServer, gate: FakeGate) -> None:
    def slowly(_incoming: Incoming, progress: Progress | None) -> None:
        assert progress is not None
        for done in range(1, 6):
            progress(done * 64, 320)
            time.sleep(0.08)

    gate.with_progress = slowly
    wang = server.person(1001)
    server.methods.pace.burst = 50
    async with running(server, gate):
        wang.send("import")
        await settled(server, gate)
    line, answer = wang.seen()
    assert line["text"] == "100 % · 320/320"
    assert answer["text"] == "did import"
    first = server.called("sendMessage")[0].parameters["text"]
    assert first.endswith("/320")
    assert 2 <= len(server.called("editMessageText")) <= 8


async def test_progress_that_cannot_be_shown_disturbs_nothing(server: TelegramServer, gate: FakeGate) -> None:
    def slowly(_incoming: Incoming, progress: Progress | None) -> None:
        assert progress is not None
        for done in range(4):
            progress(done, 4)
            time.sleep(0.06)

    gate.with_progress = slowly
    wang = server.person(1001)
    server.fail("sendMessage", "flood", retry_after=30)
    async with running(server, gate):
        wang.send("import")
        await settled(server, gate)
    assert wang.texts() == ["did import"]


async def test_short_work_shows_no_progress(server: TelegramServer, gate: FakeGate) -> None:
    gate.with_progress = lambda _incoming, progress: progress(1, 2) if progress else None
    wang = server.person(1001)
    async with running(server, gate):
        wang.send("import")
        await settled(server, gate)
    assert wang.texts() == ["did import"]


async def test_a_table_and_a_form_are_shown(server: TelegramServer, gate: FakeGate) -> None:
    gate.work = lambda _incoming: Reply("名单", Table(("编号", "名称"), (("M-1", "<b>甲</b>"),)))
    wang = server.person(1001)
    async with running(server, gate):
        wang.send("list")
        await settled(server, gate)
    (message,) = wang.seen()
    assert "M-1   <b>甲</b>" in message["text"]
    assert [entity["type"] for entity in message["entities"]] == ["pre"]


async def test_one_chat_in_order_and_chats_side_by_side(server: TelegramServer, gate: FakeGate) -> None:
    gate.with_progress = lambda incoming, _progress: time.sleep(0.3 if incoming.chat == "1001" else 0)
    wang, li = server.person(1001), server.person(1002)
    for i in range(3):
        wang.send(f"w{i}")
    for i in range(3):
        li.send(f"l{i}")
    async with running(server, gate):
        await settled(server, gate)
    texts = gate.texts()
    assert [t for t in texts if t.startswith("w")] == ["w0", "w1", "w2"]
    assert [t for t in texts if t.startswith("l")] == ["l0", "l1", "l2"]
    assert texts.index("l2") < texts.index("w1")


async def test_nothing_to_say_says_nothing(server: TelegramServer, gate: FakeGate) -> None:
    gate.work = lambda _incoming: None
    wang = server.person(1001)
    async with running(server, gate):
        wang.send("x")
        await settled(server, gate)
    assert wang.seen() == []


async def test_five_hundred_lines_at_once(server: TelegramServer, gate: FakeGate) -> None:
    gate.work = lambda _incoming: None
    people = [server.person(2000 + i) for i in range(50)]
    for i in range(10):
        for person in people:
            person.send(str(i))
    async with running(server, gate):
        await settled(server, gate)
    assert len(gate.effects) == 500
    for person in people:
        assert [i.text for i in gate.effects if i.chat == str(person.id)] == [str(i) for i in range(10)]
    await asyncio.sleep(0)
