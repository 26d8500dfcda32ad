"""What people do on Slack, all the way to the answer they see."""

import asyncio
import time

import pytest

from bot.messages import FileOut, Reply
from tests.bot.platforms.gate import FakeGate
from tests.bot.platforms.slack.office import running
from tests.loopback.slack import SlackServer
from tests.loopback.slack_world import Parcel

pytestmark = pytest.mark.asyncio
BOTH_WAYS = pytest.mark.parametrize("socket", [False, True], ids=["posts", "socket"])


async def settled(server: SlackServer, gate: FakeGate, *parcels: Parcel) -> None:
    """Everything has been acknowledged, and what was stored has been noted as replied."""
    await server.until(lambda: all(p.done.is_set() for p in [*server.world.parcels, *parcels]))
    await server.until(lambda: set(gate.stored) <= gate.answered)


@BOTH_WAYS
async def test_a_command_in_the_private_chat_is_answered_there(
    server: SlackServer, gate: FakeGate, socket: bool
) -> None:
    wang = server.person("王")
    async with running(server, gate, socket=socket):
        wang.command("会员 列表 “甲 & 乙” <c>")
        await settled(server, gate)
    (asked,) = gate.effects
    assert (asked.platform, asked.account, asked.chat, asked.private) == ("slack", wang.id, wang.im.id, True)
    assert (asked.text, asked.language, asked.display_name) == ("/会员 列表 “甲 & 乙” <c>", "zh_CN", "王")
    assert wang.texts() == ["did /会员 列表 “甲 & 乙” <c>"]
    assert wang.whispered() == []


@BOTH_WAYS
async def test_a_line_in_the_private_chat_is_answered_once(server: SlackServer, gate: FakeGate, socket: bool) -> None:
    wang = server.person("王", locale="en-GB")
    async with running(server, gate, socket=socket):
        wang.say("help me & <you>, see https://x.example/?a=1&b=2")
        await settled(server, gate)
    (asked,) = gate.effects
    assert (asked.text, asked.private, asked.language) == (
        "help me & <you>, see https://x.example/?a=1&b=2",
        True,
        "en",
    )
    assert len(wang.seen()) == 1


@BOTH_WAYS
async def test_a_command_in_a_channel_is_whispered_back(server: SlackServer, gate: FakeGate, socket: bool) -> None:
    wang, council = server.person("王"), server.channel()
    async with running(server, gate, socket=socket):
        wang.command("help", council)
        await settled(server, gate)
    assert (gate.effects[0].chat, gate.effects[0].private) == (council.id, False)
    assert wang.whispered() == ["did /help"]
    assert council.messages == {}
    assert wang.seen() == []


@pytest.mark.parametrize(
    ("typed", "text"),
    [
        ("", "/help"),
        ("   ", "/help"),
        ("/member list", "/member list"),
        ("&lt;b&gt; &amp;lt;", "/<b> &lt;"),
        ("<@U123|li> <#C9|general> <!here> <mailto:a@b.cn|a@b.cn>", "/@li #general @here a@b.cn"),
        ("<https://x.cn/?a=1&amp;b|x.cn> <!subteam^S1|@all-staff>", "/x.cn @all-staff"),
        ("有\x00零 \ud800".encode("utf-8", "surrogatepass").decode("utf-8", "replace"), "/有零 ���"),
        ("<", "/<"),
    ],
)
async def test_what_slack_made_of_the_words_is_undone(
    server: SlackServer, gate: FakeGate, typed: str, text: str
) -> None:
    wang = server.person("王")
    async with running(server, gate):
        wang.command("", escaped=typed)
        await settled(server, gate)
    assert gate.texts() == [text]


@BOTH_WAYS
async def test_what_is_not_a_command_of_a_person_does_nothing(
    server: SlackServer, gate: FakeGate, socket: bool
) -> None:
    wang, council = server.person("王"), server.channel()
    async with running(server, gate, socket=socket):
        wang.say("edited", subtype="message_changed", message={"text": "grade set M-1 A"})
        wang.say("gone", subtype="message_deleted")
        wang.say("from a bot", bot_id="B9")
        wang.say("from a bot", subtype="bot_message", bot_id="B9")
        wang.say("again", subtype="thread_broadcast")
        wang.say("changed", edited={"user": wang.id, "ts": "1"})
        wang.say("hello all", council)
        wang.say("")
        wang.say("odd", channel_type="mpim")
        wang.open_home("messages")
        server.world.event({"type": "reaction_added", "user": wang.id})
        server.world.event({"type": "message", "channel_type": "im", "channel": wang.im.id, "text": "no user"})
        wang.command("typed", command="/other")
        wang.say("first")
        await settled(server, gate)
    assert gate.texts() == ["first"]
    assert len(gate.stored) == 1
    assert server.carrier.refused == []


async def test_our_own_messages_do_not_come_back_as_commands(server: SlackServer, gate: FakeGate) -> None:
    gate.work = lambda incoming: Reply("help")
    wang = server.person("王")
    async with running(server, gate):
        wang.say("x")
        await settled(server, gate)
        await server.until(lambda: len(server.world.parcels) == 2)
        await settled(server, gate)
    assert gate.texts() == ["x"]
    assert wang.texts() == ["help"]


async def test_a_personal_reply_leaves_the_channel(server: SlackServer, gate: FakeGate) -> None:
    gate.work = lambda _incoming: Reply("秘密案号 7", personal=True)
    wang, council = server.person("王"), server.channel()
    async with running(server, gate):
        wang.command("case", council)
        await settled(server, gate)
        wang.user.deactivated = True
        wang.command("case", council)
        await settled(server, gate)
    assert wang.texts() == ["秘密案号 7"]
    assert wang.whispered() == [
        "已通过私聊答复您。",
        "此内容仅供您本人查看，但目前无法向您发送私信。请先与我开启私聊，再重新发送指令。",
    ]
    assert "案号" not in str(council.messages) + str(wang.user.whispers)


async def test_a_long_reply_or_a_file_leaves_the_channel_too(server: SlackServer, gate: FakeGate) -> None:
    wang, council = server.person("王"), server.channel()
    server.methods.pace.burst = 50
    async with running(server, gate):
        gate.work = lambda _incoming: Reply("字" * 40_000)
        wang.command("long", council)
        await settled(server, gate)
        gate.work = lambda _incoming: Reply("报表", files=(FileOut("十月.xlsx", b"PK"),))
        wang.command("export", council)
        await settled(server, gate)
    assert wang.whispered() == ["已通过私聊答复您。"] * 2
    assert [bool(m.get("files")) for m in wang.seen()] == [False] * 5 + [True]
    assert council.messages == {}


async def test_a_chat_between_two_people_is_not_private_with_us(server: SlackServer, gate: FakeGate) -> None:
    wang, theirs = server.person("王"), server.direct()
    async with running(server, gate):
        wang.command("help", theirs)
        await settled(server, gate)
    assert (gate.effects[0].private, gate.effects[0].chat) == (False, theirs.id)
    assert wang.whispered() == ["did /help"]


async def test_when_slack_cannot_say_whose_chat_it_is_it_counts_as_not_private(
    server: SlackServer, gate: FakeGate
) -> None:
    wang = server.person("王")
    server.fail("conversations.open", "status", times=9)
    async with running(server, gate):
        wang.command("help")
        await settled(server, gate)
    assert gate.effects[0].private is False
    assert wang.whispered() == ["did /help"]


async def test_a_stranger_in_a_channel_alone_learns_how_to_join(server: SlackServer, gate: FakeGate) -> None:
    gate.work = lambda incoming: None if not incoming.private else Reply(f"joined by {incoming.text}")
    out, council = server.person("外人", locale="en-US"), server.channel()
    async with running(server, gate):
        out.command("member list", council)
        await settled(server, gate)
        out.command("join ABCD-EFGH", council)
        await settled(server, gate)
    assert out.whispered()[0].startswith("Welcome. To join, send: join")
    assert (gate.effects[1].chat, gate.effects[1].private) == (out.im.id, True)
    assert out.texts() == ["joined by /join ABCD-EFGH"]
    assert out.whispered()[1:] == ["I have answered you in our private chat."]
    assert council.messages == {}


async def test_a_code_typed_in_a_chat_between_two_people_is_spent_in_ours(server: SlackServer, gate: FakeGate) -> None:
    out, theirs = server.person("外人"), server.direct()
    async with running(server, gate):
        out.command("加入 ABCD-EFGH", theirs)
        await settled(server, gate)
    assert (gate.effects[0].chat, gate.effects[0].private) == (out.im.id, True)
    assert out.whispered() == ["已通过私聊答复您。"]


async def test_a_thread_is_answered_in_the_thread(server: SlackServer, gate: FakeGate) -> None:
    wang = server.person("王")
    async with running(server, gate):
        wang.say("help", thread_ts="1700000000.000100")
        await settled(server, gate)
    assert wang.seen()[0]["asked"]["thread_ts"] == "1700000000.000100"


async def test_one_person_in_order_and_people_side_by_side(server: SlackServer, gate: FakeGate) -> None:
    wang, li = server.person("王"), server.person("李")
    gate.with_progress = lambda incoming, _progress: time.sleep(0.3 if incoming.account == wang.id else 0)
    async with running(server, gate):
        for i in range(3):
            await server.until(wang.say(f"w{i}").done.is_set)
        for i in range(3):
            await server.until(li.say(f"l{i}").done.is_set)
        await settled(server, gate)
    texts = gate.texts()
    assert [t for t in texts if t.startswith("w")] == ["w0", "w1", "w2"]
    assert [t for t in texts if t.startswith("l")] == ["l0", "l1", "l2"]
    assert texts.index("l2") < texts.index("w2")


async def test_nothing_to_say_in_the_private_chat_says_nothing(server: SlackServer, gate: FakeGate) -> None:
    gate.work = lambda _incoming: None
    wang = server.person("王")
    async with running(server, gate):
        wang.say("x")
        await settled(server, gate)
    assert wang.seen() == []


async def test_a_slack_that_hides_the_language_keeps_nobody_waiting(server: SlackServer, gate: FakeGate) -> None:
    server.fail("users.info", "error", code="missing_scope")
    wang = server.person("王")
    async with running(server, gate):
        wang.say("x")
        await settled(server, gate)
        await asyncio.sleep(0)
        wang.say("y")
        await settled(server, gate)
    assert [incoming.language for incoming in gate.effects] == [None, None]
    assert len(server.called("users.info")) == 1
