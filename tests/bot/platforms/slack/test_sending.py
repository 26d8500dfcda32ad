"""Delivery through the adapter: every kind of answer and of trouble is told apart."""

import logging

import pytest

from bot.messages import FileOut
from bot.platforms.base import Outgoing, Rejected, RetryLater, Sent, Unauthorised, Uncertain, Unreachable
from bot.platforms.slack import Entry, SlackPlatform, connect
from tests.bot.platforms.gate import FakeGate
from tests.bot.platforms.slack.office import adapter
from tests.loopback.slack import SlackServer
from tests.loopback.slack_people import Actor
from tests.loopback.slack_rules import controls
from tests.loopback.slack_world import labels, words

pytestmark = pytest.mark.asyncio


def reached(server: SlackServer, number: int = 1) -> Actor:
    """Somebody with an open chat."""
    wang = server.person("王", number)
    assert wang.im.id == f"D{number:04}"
    return wang


HELLO = Outgoing("D0001", "您好")


async def test_a_notice_arrives_with_its_buttons(server: SlackServer, platform: SlackPlatform) -> None:
    wang = reached(server)
    sent = await platform.send(Outgoing("D0001", "通知：请签收", ((("已阅", "a" * 64),),)))
    (message,) = wang.seen()
    assert sent == Sent(message["ts"])
    assert labels(message)["已阅"]["value"] == "a" * 64
    asked = message["asked"]
    assert (asked["unfurl_links"], asked["unfurl_media"], asked["link_names"]) == (False, False, False)


async def test_a_persons_id_will_do_for_their_chat(server: SlackServer, platform: SlackPlatform) -> None:
    wang = reached(server)
    await platform.send(Outgoing("U0001", "", (), (FileOut("一.txt", b"1"),)))
    await platform.send(Outgoing("U0001", "您好", (), (FileOut("二.txt", b"22"),)))
    assert [m.get("files", [{}])[0].get("name", m["text"]) for m in wang.seen()] == ["一.txt", "您好", "二.txt"]


async def test_what_people_typed_never_becomes_markup(server: SlackServer, platform: SlackPlatform) -> None:
    wang = reached(server)
    text = "*_[`<b>x</b> &lt; &amp;< [x](tg://user?id=1) ``` <!channel> <!here> <@U1> <#C1> <http://evil|bank> @all"
    await platform.send(Outgoing("D0001", text, ((("<!channel> & co", "t"),),)))
    (message,) = wang.seen()
    assert controls(message) == []
    assert words(message) == text
    assert list(labels(message)) == ["<!channel> & co"]


async def test_only_the_offices_own_pages_can_be_clicked(server: SlackServer, platform: SlackPlatform) -> None:
    wang = reached(server)
    own, alien = "https://office.example.org/s/1?a=1&b=2", "https://office.example.org.evil.example/x"
    await platform.send(Outgoing("D0001", f"请填写 {own}，或看 {alien} <@U1> https://office.example.org@evil.example"))
    (message,) = wang.seen()
    assert controls(message) == ["<https://office.example.org/s/1?a=1&amp;b=2>"]


async def test_a_long_notice_is_numbered_and_the_last_part_has_the_buttons(
    server: SlackServer, platform: SlackPlatform
) -> None:
    wang = reached(server)
    await platform.send(Outgoing("D0001", "字" * 20_000, ((("已阅", "tok"),),)))
    first, second = wang.seen()
    assert first["text"].startswith("(1/2)\n")
    assert (first["text"] + second["text"]).replace("(1/2)\n", "").replace("(2/2)\n", "") == "字" * 20_000
    assert labels(first) == {}
    assert list(labels(second)) == ["已阅"]


async def test_the_rest_of_a_long_notice_follows_and_nothing_comes_twice(
    server: SlackServer, platform: SlackPlatform
) -> None:
    wang = reached(server)
    long = Outgoing("D0001", "\n\n".join(["甲" * 11_000, "乙" * 11_000, "丙" * 11_000]), files=(FileOut("f", b"1"),))
    server.fail("chat.postMessage", "flood", nth=2, retry_after=7)
    with pytest.raises(RetryLater) as stopped:
        await platform.send(long)
    assert stopped.value.after == 7
    server.fail("files.completeUploadExternal", "status")
    with pytest.raises(RetryLater):
        await platform.send(long)
    await platform.send(long)
    assert [m["text"][6:7] for m in wang.seen()] == ["甲", "乙", "丙", ""]


@pytest.mark.parametrize(
    ("given", "after"), [(7, 7.0), (2.5, 2.5), (3600, 3600.0), (None, 5.0), ("soon", 5.0), (0, 5.0)]
)
async def test_429_says_when_to_come_again(
    server: SlackServer, platform: SlackPlatform, given: object, after: float
) -> None:
    reached(server)
    server.fail("chat.postMessage", "flood", retry_after=given)
    with pytest.raises(RetryLater) as refused:
        await platform.send(HELLO)
    assert (refused.value.reason, refused.value.after, refused.value.everywhere) == ("flood", after, False)
    await platform.send(HELLO)


async def test_slacks_own_pace_is_one_message_a_second_in_a_channel(
    server: SlackServer, platform: SlackPlatform
) -> None:
    reached(server)
    for _ in range(3):
        await platform.send(HELLO)
    with pytest.raises(RetryLater, match="flood"):
        await platform.send(HELLO)


async def test_three_chats_refused_at_once_pause_the_whole_platform(
    server: SlackServer, platform: SlackPlatform
) -> None:
    server.fail("chat.postMessage", "flood", times=3, retry_after=2)
    everywhere = []
    for number in (1, 2, 3):
        wang = reached(server, number)
        with pytest.raises(RetryLater) as refused:
            await platform.send(Outgoing(wang.im.id, "x"))
        everywhere.append(refused.value.everywhere)
    assert everywhere == [False, False, True]


async def test_an_answer_that_does_not_come_leaves_it_open(server: SlackServer, gate: FakeGate) -> None:
    wang = reached(server)
    server.fail("chat.postMessage", "slow", seconds=1.0)
    hasty = adapter(server, gate, timeout=0.2)
    with pytest.raises(Uncertain, match="timed_out"):
        await hasty.send(HELLO)
    await hasty.close()
    assert len(wang.seen()) == 1


async def test_no_connection_means_certainly_not_sent(gate: FakeGate) -> None:
    with SlackServer() as gone:
        api = gone.api
    platform = connect("xoxb-x", gate, Entry(), api=api)
    with pytest.raises(RetryLater, match="not_connected"):
        await platform.send(HELLO)
    await platform.close()


@pytest.mark.parametrize("state", ["deactivated", "unknown", "archived", "not in", "a bot"])
async def test_nobody_there(server: SlackServer, platform: SlackPlatform, state: str) -> None:
    chat = "D0001"
    if state == "deactivated":
        reached(server).user.deactivated = True
    elif state == "archived":
        chat = server.channel(archived=True).id
    elif state == "not in":
        chat = server.channel(has_bot=False).id
    elif state == "a bot":
        chat = server.world.bot.id
    with pytest.raises(Unreachable):
        await platform.send(Outgoing(chat, "x"))


@pytest.mark.parametrize(
    ("outgoing", "reason"),
    [
        (Outgoing("D0001", "x", ((("好", "t" * 2001),),)), "button_data"),
        (Outgoing("D0001", " \n"), "empty"),
    ],
)
async def test_what_can_never_go_is_rejected_here(
    server: SlackServer, platform: SlackPlatform, outgoing: Outgoing, reason: str
) -> None:
    reached(server)
    with pytest.raises(Rejected, match=reason):
        await platform.send(outgoing)
    assert server.desk.calls == []


async def test_a_revoked_token_is_told_apart_and_never_shown(
    server: SlackServer, platform: SlackPlatform, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    reached(server)
    await platform.send(HELLO)
    server.desk.revoked = "token_revoked"
    with pytest.raises(Unauthorised) as refused:
        await platform.send(HELLO)
    with pytest.raises(Unauthorised):
        await platform.identify()
    assert server.desk.token not in caplog.text + repr(refused.value.__cause__)


async def test_who_we_are(platform: SlackPlatform) -> None:
    assert await platform.identify() == "@guildhall · 试验省安全生产协会"


async def test_an_operator_learns_what_is_missing(server: SlackServer, platform: SlackPlatform, gate: FakeGate) -> None:
    assert [good for _what, good, _words in await platform.examine()] == [True, True]
    server.desk.scopes = "chat:write,commands"
    (scopes, _receiving) = await platform.examine()
    assert scopes[1] is False
    assert "files:read, files:write, im:history, im:write, users:read" in scopes[2]
    socket = adapter(server, gate, socket=True)
    assert (await socket.examine())[1][1] is True
    server.fail("apps.connections.open", "error", code="not_allowed_token_type")
    assert "connections:write" in (await socket.examine())[1][2]
    await socket.close()
    for entry in (Entry(), Entry("secret")):
        bare = connect(server.desk.token, gate, entry, api=server.api)
        assert (await bare.examine())[1][1] is False
        await bare.close()
