"""What people do in chats, all the way to the answer they see."""

import pytest

from bot.messages import Button, FileOut, Reply
from tests.bot.platforms.telegram.office import FakeGate, running
from tests.loopback.telegram import TelegramServer
from tests.loopback.telegram_world import labels

pytestmark = pytest.mark.asyncio


async def settled(server: TelegramServer, gate: FakeGate) -> None:
    """Every update that was made has been noted as replied."""
    await server.until(
        lambda: (
            server.acknowledged >= max(u["update_id"] for u in server.world.every_update)
            and set(gate.stored) <= gate.answered
        )
    )


async def test_a_typed_line_is_answered_once(server: TelegramServer, gate: FakeGate) -> None:
    wang = server.person(1001, "王")
    async with running(server, gate):
        wang.send("会员 列表")
        await settled(server, gate)
    (asked,) = gate.effects
    assert (asked.platform, asked.account, asked.chat, asked.private) == ("telegram", "1001", "1001", True)
    assert (asked.text, asked.language, asked.display_name) == ("会员 列表", "zh_CN", "王")
    assert wang.texts() == ["did 会员 列表"]


@pytest.mark.parametrize(
    ("typed", "text"),
    [
        ("/member_list x_y", "/member list x_y"),
        ("/member_list@guildhall_test_bot x", "/member list x"),
        ("/member_list@Guildhall_Test_Bot", "/member list"),
        ("／会员 列表", "/会员 列表"),
        ("/start AB12_CD", "/start AB12_CD"),
        ("@guildhall_test_bot member list", "member list"),
        ("  help  ", "help"),
        ("a/b", "a/b"),
        ("/", "/"),
        ("有\x00零", "有零"),
        ("/help\n第二行", "/help\n第二行"),
    ],
)
async def test_slashes_mentions_and_menu_names_become_words(
    server: TelegramServer, gate: FakeGate, typed: str, text: str
) -> None:
    wang = server.person(1001)
    async with running(server, gate):
        wang.send(typed)
        await settled(server, gate)
    assert gate.texts() == [text]


@pytest.mark.parametrize(
    ("code", "language"), [("zh-hans", "zh_CN"), ("zh", "zh_CN"), ("en", "en"), ("de", "en"), (None, None)]
)
async def test_the_language_of_the_client_is_passed_on(
    server: TelegramServer, gate: FakeGate, code: str | None, language: str | None
) -> None:
    async with running(server, gate):
        server.person(1001, language=code).send("x")
        await settled(server, gate)
    assert gate.effects[0].language == language


async def test_what_is_not_a_command_of_a_person_does_nothing(server: TelegramServer, gate: FakeGate) -> None:
    wang, robot = server.person(1001), server.person(1002, bot=True)
    group = server.group(-2002)
    channel = server.group(-3003, kind="channel")
    async with running(server, gate):
        # The first poll tells the server which kinds to queue; make it queue all of them.
        await server.until(lambda: server.called("getUpdates"))
        server.world.allowed = None
        wang.send("first")
        wang.edit("changed")
        wang.forward("grade set M-1 A")
        wang.send("via", via_bot={"id": 9, "is_bot": True, "first_name": "inline"})
        robot.send("help")
        wang.send("/help@another_bot", group)
        wang.send("hello all", group)
        wang.put({"text": "post"}, channel, kind="channel_post")
        wang.put({"new_chat_title": "x"}, group)
        wang.put({"pinned_message": {"message_id": 1, "date": 1, "chat": wang.private.as_json()}})
        server.world.add_update("my_chat_member", {"odd": True})
        server.world.add_update("message", {"message_id": "not a number", "chat": 7})
        await settled(server, gate)
    assert gate.texts() == ["first"]
    assert len(gate.stored) == 9, "what people write to each other in a group is not even stored"
    assert wang.texts() == ["did first"]


async def test_in_a_group_only_what_is_for_us_counts(server: TelegramServer, gate: FakeGate) -> None:
    wang, group = server.person(1001), server.group(-2002)
    async with running(server, gate):
        wang.send("/help", group)
        await settled(server, gate)
        (answer,) = server.written(group)
        wang.send("甲公司", group, reply_to_message=answer)
        await settled(server, gate)
    assert [(i.text, i.chat, i.private) for i in gate.effects] == [
        ("/help", "-2002", False),
        ("甲公司", "-2002", False),
    ]
    assert answer["reply_parameters"]["allow_sending_without_reply"] is True


async def test_a_topic_is_answered_in_the_topic(server: TelegramServer, gate: FakeGate) -> None:
    wang, group = server.person(1001), server.group(-2002)
    async with running(server, gate):
        wang.send("/help", group, message_thread_id=77, is_topic_message=True)
        await settled(server, gate)
    assert server.called("sendMessage")[0].parameters["message_thread_id"] == "77"


async def test_a_personal_reply_leaves_the_group(server: TelegramServer, gate: FakeGate) -> None:
    gate.work = lambda _incoming: Reply("秘密案号 7", personal=True)
    wang, group = server.person(1001), server.group(-2002)
    async with running(server, gate):
        wang.send("/case", group)
        await settled(server, gate)
        wang.block()
        wang.send("/case", group)
        await settled(server, gate)
    assert wang.texts() == ["秘密案号 7"]
    told = [message["text"] for message in server.written(group)]
    assert told == [
        "已通过私聊答复您。",
        "此内容仅供您本人查看，但目前无法向您发送私信。请先与我开启私聊，再重新发送指令。",
    ]


async def test_a_press_brings_the_token_and_clears_the_keyboard(server: TelegramServer, gate: FakeGate) -> None:
    token = "0123456789abcdef" * 2
    gate.work = lambda incoming: Reply(
        f"pressed {incoming.button}" if incoming.button else "选择",
        buttons=() if incoming.button else ((Button("甲", "=a", token), Button("乙", "=b", token[::-1])),),
    )
    wang = server.person(1001)
    async with running(server, gate):
        wang.send("choose")
        await settled(server, gate)
        wang.press("甲")
        await settled(server, gate)
    assert (gate.effects[1].button, gate.effects[1].text) == (token, "")
    assert labels(wang.seen()[0]) == {}
    assert wang.texts() == ["选择", f"pressed {token}"]
    assert len(server.methods.answered) == 1


@pytest.mark.parametrize(
    ("reply", "token", "buttons", "chat", "stays"),
    [
        (Reply("好"), "abc.0", 1, 1001, False),
        (Reply("好"), "abc.0", 2, 1001, True),
        (Reply("不行", error="rule_violated"), "abc", 2, 1001, False),
        (Reply("坏了", error="defect", failed=True), "abc", 1, 1001, True),
        (Reply("不是您的", error="button_expired"), "abc", 1, -2002, True),
        (Reply("好"), "abc", 1, -2002, False),
    ],
)
async def test_which_keyboards_stay(
    server: TelegramServer, gate: FakeGate, reply: Reply, token: str, buttons: int, chat: int, stays: bool
) -> None:
    wang, group = server.person(1001), server.group(-2002)
    place = group if chat < 0 else wang.private
    rows = [[{"text": str(i), "callback_data": f"{token}"}] for i in range(buttons)]
    message = server.world.new_message(
        place, server.world.bot, {"text": "通知", "reply_markup": {"inline_keyboard": rows}}
    )
    gate.work = lambda _incoming: reply
    async with running(server, gate):
        wang.press("0", message)
        await settled(server, gate)
    assert bool(labels(message)) is stays


async def test_a_question_answered_in_words_loses_its_keyboard(server: TelegramServer, gate: FakeGate) -> None:
    question = Reply("等级？", buttons=((Button("甲", "=A", "t1"),),), error="missing_parameter")
    gate.work = lambda incoming: question if incoming.text == "ask" else Reply("好")
    wang = server.person(1001)
    async with running(server, gate):
        wang.send("ask")
        await settled(server, gate)
        assert labels(wang.seen()[0]) == {"甲": "t1"}
        wang.send("乙")
        await settled(server, gate)
    assert labels(wang.seen()[0]) == {}


async def test_a_changed_client_can_send_any_token(server: TelegramServer, gate: FakeGate) -> None:
    wang = server.person(1001)
    message = server.world.new_message(wang.private, server.world.bot, {"text": "x"})
    async with running(server, gate):
        for data in ("", "字" * 21, "a\x00b", "x" * 500):
            wang.press_data(data, message)
        wang.press_data("lone \ud800", message)
        await settled(server, gate)
    assert [incoming.button for incoming in gate.effects] == ["字" * 21, "ab", "x" * 500, "lone \ufffd"]


async def test_a_file_comes_with_its_caption(server: TelegramServer, gate: FakeGate) -> None:
    gate.work = lambda incoming: Reply("收到", files=(FileOut("回执.txt", incoming.files[0].content[::-1]),))
    wang = server.person(1001)
    async with running(server, gate):
        wang.send_document("../名册\u202e2026.xlsx", b"abc", "/member_import")
        await settled(server, gate)
    (asked,) = gate.effects
    assert (asked.text, asked.files[0].name, asked.files[0].content) == ("/member import", "名册2026.xlsx", b"abc")
    (answer,) = wang.seen()
    assert answer["document"]["file_name"] == "回执.txt"
    assert server.world.files[answer["document"]["file_id"]][1] == b"cba"


async def test_a_photo_is_a_file_and_a_sticker_gets_an_answer(server: TelegramServer, gate: FakeGate) -> None:
    wang = server.person(1001)
    picture = server.world.keep_file("p", b"jpeg") | {"width": 9, "height": 9}
    async with running(server, gate):
        wang.put({"photo": [picture]})
        wang.put({"dice": {"emoji": "🎲", "value": 3}})
        await settled(server, gate)
    assert [bool(incoming.files) for incoming in gate.effects] == [True, False]
    assert gate.effects[0].files[0].name.endswith(".jpg")


async def test_a_file_over_20_mb_is_refused_kindly(server: TelegramServer, gate: FakeGate) -> None:
    wang = server.person(1001)
    async with running(server, gate):
        wang.send_document("大.zip", b"\0" * (20 * 1024 * 1024 + 1))
        await settled(server, gate)
        described = server.world.keep_file("大2.zip", b"\1" * (20 * 1024 * 1024 + 1))
        del described["file_size"]
        wang.put({"document": described})
        await settled(server, gate)
    assert gate.effects == []
    assert wang.texts() == ["该文件超过 20 MB，无法接收，请压缩或拆分后重新发送。"] * 2


@pytest.mark.parametrize("kind", ["cut", "status"])
async def test_a_broken_download_is_tried_again(server: TelegramServer, gate: FakeGate, kind: str) -> None:
    wang = server.person(1001)
    server.fail("file", kind, times=2)
    async with running(server, gate):
        wang.send_document("x.txt", b"abc")
        await settled(server, gate)
    assert gate.effects[0].files[0].content == b"abc"


async def test_a_file_that_cannot_be_had_is_asked_for_again(server: TelegramServer, gate: FakeGate) -> None:
    wang = server.person(1001)
    server.fail("file", "status", times=1, code=404)
    server.fail("getFile", "status", nth=2, times=5, code=500)
    async with running(server, gate):
        wang.send_document("x.txt", b"abc")
        await settled(server, gate)
        wang.send_document("y.txt", b"abc")
        await settled(server, gate)
    assert gate.effects == []
    assert wang.texts() == ["文件接收失败，请重新发送。"] * 2
