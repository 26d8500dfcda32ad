"""Delivery through the adapter: every kind of answer and of trouble is told apart."""

import logging

import pytest

from bot.messages import FileOut
from bot.platforms.base import Outgoing, Rejected, RetryLater, Sent, Unauthorised, Uncertain, Unreachable
from bot.platforms.telegram import TelegramPlatform
from tests.bot.platforms.telegram.office import FakeGate, adapter
from tests.loopback.telegram import TelegramServer
from tests.loopback.telegram_world import labels

pytestmark = pytest.mark.asyncio
HELLO = Outgoing("1001", "您好")


async def test_a_notice_arrives_with_its_buttons(server: TelegramServer, platform: TelegramPlatform) -> None:
    wang = server.person(1001)
    sent = await platform.send(Outgoing("1001", "通知：请签收", ((("已阅", "a" * 64),),)))
    (message,) = wang.seen()
    assert sent == Sent(str(message["message_id"]))
    assert labels(message) == {"已阅": "a" * 64}
    assert server.called("sendMessage")[0].parameters["link_preview_options"] == {"is_disabled": True}


async def test_what_people_typed_never_becomes_markup(server: TelegramServer, platform: TelegramPlatform) -> None:
    wang = server.person(1001)
    text = "*_[`<b>x</b> &lt; &amp;< [x](tg://user?id=1) ``` @victim_name @all <!channel> <@U1>"
    await platform.send(Outgoing("1001", text))
    (message,) = wang.seen()
    assert message["text"].replace("\u2060", "") == text
    assert "entities" not in message


async def test_a_short_text_is_the_caption_of_a_single_file(server: TelegramServer, platform: TelegramPlatform) -> None:
    wang = server.person(1001)
    await platform.send(Outgoing("1001", "十月报表", files=(FileOut("2026年10月 会员“报表”.xlsx", b"PK..."),)))
    (message,) = wang.seen()
    assert message["caption"] == "十月报表"
    assert message["document"]["file_name"] == "2026年10月 会员“报表”.xlsx"
    assert server.world.files[message["document"]["file_id"]][1] == b"PK..."


async def test_a_long_text_and_files_go_one_after_another(server: TelegramServer, platform: TelegramPlatform) -> None:
    wang = server.person(1001)
    files = (FileOut("一.txt", b"1"), FileOut("二.txt", b"2"))
    await platform.send(Outgoing("1001", "字" * 1025, ((("好", "t1"),),), files[:1]))
    await adapter_pause(server)
    assert [("text" in m, "document" in m) for m in wang.seen()] == [(True, False), (False, True)]
    assert labels(wang.seen()[0]) == {"好": "t1"}
    server.methods.pace.chats.clear()
    await platform.send(Outgoing("1001", "", (), files))
    assert [m["document"]["file_name"] for m in wang.seen()[2:]] == ["一.txt", "二.txt"]


async def adapter_pause(server: TelegramServer) -> None:
    """Let the server forget how fast it was."""
    server.methods.pace.chats.clear()


async def test_4097_characters_are_two_messages_and_the_last_has_the_buttons(
    server: TelegramServer, platform: TelegramPlatform
) -> None:
    wang = server.person(1001)
    await platform.send(Outgoing("1001", "字" * 4097, ((("已阅", "tok"),),)))
    first, second = wang.seen()
    assert first["text"].startswith("(1/2)\n")
    assert (first["text"] + second["text"]).replace("(1/2)\n", "").replace("(2/2)\n", "") == "字" * 4097
    assert labels(first) == {}
    assert labels(second) == {"已阅": "tok"}


async def test_the_rest_of_a_long_notice_follows_and_nothing_comes_twice(
    server: TelegramServer, platform: TelegramPlatform
) -> None:
    wang = server.person(1001)
    long = Outgoing("1001", "\n\n".join(["甲" * 3000, "乙" * 3000, "丙" * 3000]))
    server.fail("sendMessage", "flood", nth=2, retry_after=7)
    with pytest.raises(RetryLater) as stopped:
        await platform.send(long)
    assert stopped.value.after == 7
    await platform.send(long)
    assert [text[6:7] for text in wang.texts()] == ["甲", "乙", "丙"]
    await adapter_pause(server)
    await platform.send(long)
    assert [text[6:7] for text in wang.texts()] == ["甲", "乙", "丙"] * 2


@pytest.mark.parametrize(
    ("given", "after"), [(7, 7.0), (2.5, 2.5), (3600, 3600.0), (None, 5.0), ("soon", 5.0), (0, 5.0)]
)
async def test_429_says_when_to_come_again(
    server: TelegramServer, platform: TelegramPlatform, given: object, after: float
) -> None:
    server.person(1001)
    server.fail("sendMessage", "flood", retry_after=given)
    with pytest.raises(RetryLater) as refused:
        await platform.send(HELLO)
    assert (refused.value.reason, refused.value.after, refused.value.everywhere) == ("flood", after, False)
    await platform.send(HELLO)


async def test_three_chats_refused_at_once_pause_the_whole_platform(
    server: TelegramServer, platform: TelegramPlatform
) -> None:
    server.fail("sendMessage", "flood", times=3, retry_after=2)
    everywhere = []
    for chat in ("1001", "1002", "1003"):
        server.person(int(chat))
        with pytest.raises(RetryLater) as refused:
            await platform.send(Outgoing(chat, "x"))
        everywhere.append(refused.value.everywhere)
    assert everywhere == [False, False, True]


@pytest.mark.parametrize(
    ("kind", "detail", "error", "reason", "arrived"),
    [
        ("status", {"code": 500}, RetryLater, "server_trouble", 0),
        ("status", {"code": 502}, RetryLater, "server_trouble", 0),
        ("not_ok", {"error_code": 500}, RetryLater, "server_trouble", 0),
        ("status", {"code": 403}, Unreachable, "forbidden", 0),
        ("status", {"code": 413}, Rejected, "file_too_big", 0),
        ("not_ok", {}, Rejected, "bad_request", 0),
        ("not_ok", {"error_code": 429, "parameters": {"retry_after": 3}}, RetryLater, "flood", 0),
        (
            "not_ok",
            {"error_code": 403, "description": "Forbidden: bot was blocked by the user"},
            Unreachable,
            "blocked",
            0,
        ),
        ("cut", {}, Uncertain, "connection_lost", 0),
        ("lost_reply", {}, Uncertain, "connection_lost", 1),
        ("truncated", {}, Uncertain, "unreadable_answer", 1),
    ],
)
async def test_every_failure_has_its_outcome(
    server: TelegramServer,
    platform: TelegramPlatform,
    kind: str,
    detail: dict[str, object],
    error: type[Exception],
    reason: str,
    arrived: int,
) -> None:
    wang = server.person(1001)
    server.fail("sendMessage", kind, **detail)
    with pytest.raises(error) as failed:
        await platform.send(HELLO)
    assert type(failed.value) is error
    assert failed.value.reason == reason
    assert len(wang.seen()) == arrived


async def test_an_answer_that_does_not_come_leaves_it_open(server: TelegramServer, gate: FakeGate) -> None:
    wang = server.person(1001)
    server.fail("sendMessage", "slow", seconds=1.0)
    hasty = adapter(server, gate, read_timeout=0.2)
    with pytest.raises(Uncertain, match="timed_out"):
        await hasty.send(HELLO)
    await hasty.close()
    assert len(wang.seen()) == 1


async def test_no_connection_means_certainly_not_sent(gate: FakeGate) -> None:
    with TelegramServer() as gone:
        url = gone.url
    unreachable = TelegramServer()
    unreachable.url = url
    platform = adapter(unreachable, gate)
    with pytest.raises(RetryLater, match="not_connected"):
        await platform.send(HELLO)
    await platform.close()
    unreachable._loop.close()


@pytest.mark.parametrize("state", ["blocked", "not_opened", "unknown", "kicked"])
async def test_nobody_there(server: TelegramServer, platform: TelegramPlatform, state: str) -> None:
    chat = "1001"
    if state == "blocked":
        server.person(1001).block()
    elif state == "not_opened":
        server.person(1001, opened=False)
    elif state == "kicked":
        server.group(-2002).kicked = True
        chat = "-2002"
    with pytest.raises(Unreachable):
        await platform.send(Outgoing(chat, "x"))


async def test_a_migrated_group_is_followed(server: TelegramServer, platform: TelegramPlatform) -> None:
    moved = server.migrate(server.group(-2002), -1002002)
    sent = await platform.send(Outgoing("-2002", "x", group=True))
    assert sent.moved_to == "-1002002"
    assert sent.message_id == str(server.written(moved)[0]["message_id"])


@pytest.mark.parametrize(
    ("outgoing", "reason"),
    [
        (Outgoing("1001", "x", ((("好", "字" * 22),),)), "button_data"),
        (Outgoing("1001", " \n"), "empty"),
    ],
)
async def test_what_can_never_go_is_rejected_here(
    server: TelegramServer, platform: TelegramPlatform, outgoing: Outgoing, reason: str
) -> None:
    server.person(1001)
    with pytest.raises(Rejected, match=reason):
        await platform.send(outgoing)
    assert server.calls == []


async def test_many_buttons_are_cut_to_what_a_keyboard_holds(
    server: TelegramServer, platform: TelegramPlatform
) -> None:
    wang = server.person(1001)
    row = tuple((f"{i} " + "很长的按钮名称" * 12, f"t{i}") for i in range(120))
    await platform.send(Outgoing("1001", "x", (row,)))
    rows = wang.seen()[0]["reply_markup"]["inline_keyboard"]
    assert [len(r) for r in rows] == [8] * 12 + [4]
    assert all(len(button["text"]) <= 64 for r in rows for button in r)


async def test_a_revoked_token_is_told_apart_and_never_shown(
    server: TelegramServer, platform: TelegramPlatform, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    server.person(1001)
    await platform.send(HELLO)
    server.revoke()
    with pytest.raises(Unauthorised) as refused:
        await platform.send(HELLO)
    with pytest.raises(Unauthorised):
        await platform.identify()
    assert server.token not in caplog.text + repr(refused.value.__cause__)


async def test_who_we_are_and_the_menu_in_both_languages(server: TelegramServer, platform: TelegramPlatform) -> None:
    assert await platform.identify() == "@guildhall_test_bot"
    await platform.publish_menu([("member_list", "List members", "会员名册")] * 120)
    assert {key: menu[0]["description"] for key, menu in server.methods.menus.items()} == {
        "": "会员名册",
        "zh": "会员名册",
        "en": "List members",
    }
    with pytest.raises(Rejected):
        await platform.publish_menu([("会员", "x", "x")])
