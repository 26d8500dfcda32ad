"""How answers look: the home page, tables, and long work in one message that is edited."""

import time

import pytest

from bot.messages import Incoming, Progress, Reply, Table
from tests.bot.platforms.gate import FakeGate
from tests.bot.platforms.slack.office import running
from tests.bot.platforms.slack.test_receiving import settled
from tests.loopback.slack import SlackServer

pytestmark = pytest.mark.asyncio


async def test_the_home_page_shows_help_and_leaves_an_open_question_alone(server: SlackServer, gate: FakeGate) -> None:
    wang = server.person("王")
    async with running(server, gate):
        wang.open_home()
        await settled(server, gate)
    assert (gate.effects[0].text, gate.effects[0].interactive) == ("help", False)
    assert wang.user.home is not None
    assert wang.user.home["blocks"][0]["text"]["text"] == "did help"
    assert wang.seen() == []


async def test_a_table_is_shown_in_fixed_width(server: SlackServer, gate: FakeGate) -> None:
    gate.work = lambda _incoming: Reply("名单", Table(("编号", "名称"), (("M-1", "<!channel>甲```"),)))
    wang = server.person("王")
    async with running(server, gate):
        wang.say("list")
        await settled(server, gate)
    words, table = wang.seen()[0]["blocks"]
    assert words["text"] == {"type": "plain_text", "text": "名单", "emoji": False}
    assert table["text"]["type"] == "mrkdwn"
    assert table["text"]["text"].startswith("```\n编号  名称")
    assert "M-1   &lt;!channel&gt;甲ˋˋˋ\n```" in table["text"]["text"]


async def test_long_work_edits_one_message(server: SlackServer, gate: FakeGate) -> None:
    def slowly(_incoming: Incoming, progress: Progress | None) -> None:
        assert progress is not None
        for done in range(1, 6):
            progress(done * 64, 320)
            time.sleep(0.08)

    gate.with_progress = slowly
    wang = server.person("王")
    async with running(server, gate):
        wang.say("import")
        await settled(server, gate)
    assert wang.texts() == ["100 % · 320/320", "did import"]
    assert server.called("chat.postMessage")[0].parameters["text"].endswith("/320")
    assert 2 <= len(server.called("chat.update")) <= 8


async def test_progress_that_cannot_be_shown_disturbs_nothing(server: SlackServer, gate: FakeGate) -> None:
    def slowly(_incoming: Incoming, progress: Progress | None) -> None:
        assert progress is not None
        for done in range(4):
            progress(done, 4)
            time.sleep(0.06)

    gate.with_progress = slowly
    wang = server.person("王")
    server.fail("chat.postMessage", "flood", retry_after=30)
    async with running(server, gate):
        wang.say("import")
        await settled(server, gate)
    assert wang.texts() == ["did import"]
