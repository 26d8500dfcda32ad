"""A server that does only what it must, or does it oddly: the office still answers, once."""

import asyncio
import time

import pytest

from bot.messages import Reply
from bot.platforms.base import Outgoing, Rejected, Unauthorised
from bot.platforms.telegram import Hook, TelegramPlatform
from bot.platforms.telegram.reading import read
from tests.bot.platforms.telegram.office import FakeGate, adapter, running
from tests.loopback.telegram import TelegramServer

pytestmark = pytest.mark.asyncio


async def settled(server: TelegramServer, gate: FakeGate) -> None:
    await server.until(lambda: {str(u["update_id"]) for u in server.world.every_update} <= gate.answered)


@pytest.mark.parametrize("words", ["Not Found", "Not Found: method not found"])
async def test_commands_are_answered_where_everything_optional_is_missing(
    server: TelegramServer, gate: FakeGate, words: str
) -> None:
    optional = ["setMyCommands", "deleteWebhook", "setWebhook", "answerCallbackQuery", "editMessageReplyMarkup"]
    server.lacking = dict.fromkeys(optional, words)
    wang = server.person(1001)
    async with running(server, gate) as platform:
        await platform._show_menu()
        wang.send("help")
        await settled(server, gate)
        wang.press_data("t1", wang.seen()[0])
        await settled(server, gate)
    assert [incoming.button or incoming.text for incoming in gate.effects] == ["help", "t1"]
    assert len(wang.texts()) == 2


@pytest.mark.parametrize(("words", "error"), [("Not Found: method not found", Rejected), ("Not Found", Unauthorised)])
async def test_a_missing_method_is_told_from_a_wrong_token(
    server: TelegramServer, platform: TelegramPlatform, words: str, error: type[Exception]
) -> None:
    server.person(1001)
    server.lacking = {"sendMessage": words}
    with pytest.raises(error):
        await platform.send(Outgoing("1001", "x"))


async def test_a_webhook_in_the_way_is_removed(server: TelegramServer, gate: FakeGate) -> None:
    wang = server.person(1001)
    server.methods.webhook = {"url": "https://elsewhere.example"}
    server.fail("deleteWebhook", "status", times=1, code=500)
    async with running(server, gate):
        wang.send("help")
        await settled(server, gate)
    assert wang.texts() == ["did help"]


async def test_a_server_that_never_waits_is_not_hammered(server: TelegramServer, gate: FakeGate) -> None:
    server.impatient = True
    wang = server.person(1001)
    server.methods.pace.burst = 50
    async with running(server, gate) as platform:
        platform._poller._retry = 0.1
        begin = time.monotonic()
        await asyncio.sleep(0.5)
        polls = len(server.called("getUpdates")) / (time.monotonic() - begin)
        wang.send("help")
        await settled(server, gate)
    assert polls < 15
    assert wang.texts() == ["did help"]


async def test_updates_in_any_order_are_each_done_once(server: TelegramServer, gate: FakeGate) -> None:
    wang = server.person(1001)
    server.methods.pace.burst = 50
    for word in ("one", "two", "three", "four"):
        wang.send(word)
    with server.world.lock:
        server.world.updates = [server.world.updates[i] for i in (2, 0, 3, 1)]
    async with running(server, gate):
        await settled(server, gate)
    assert gate.texts() == ["one", "two", "three", "four"]


async def test_an_accepted_notice_without_a_readable_message_has_arrived(
    server: TelegramServer, platform: TelegramPlatform
) -> None:
    wang = server.person(1001)
    server.fail("sendMessage", "bare")
    sent = await platform.send(Outgoing("1001", "通知"))
    assert sent.message_id == ""
    assert wang.texts() == ["通知"]


async def test_a_reply_whose_answer_never_comes_is_not_repeated_for_ever(
    server: TelegramServer, gate: FakeGate
) -> None:
    wang = server.person(1001)
    server.methods.pace.burst = 50
    server.fail("sendMessage", "lost_reply", times=99)
    async with running(server, gate):
        wang.send("help")
        await settled(server, gate)
    assert 1 < len(wang.texts()) <= 4


MINIMAL_MESSAGE = (
    '{"update_id": 5, "message": {"message_id": 1, "chat": {"id": 1001, "type": "private"},'
    ' "from": {"id": 1001}, "text": "help"}}'
)
MINIMAL_PRESS = (
    '{"update_id": 6, "callback_query": {"id": "q", "from": {"id": 1001}, "data": "tok",'
    ' "message": {"message_id": 1, "chat": {"id": 1001, "type": "private"}}}}'
)


async def test_updates_without_optional_fields_are_understood() -> None:
    typed, pressed = read(MINIMAL_MESSAGE, "bot"), read(MINIMAL_PRESS, "bot")
    assert typed is not None
    assert pressed is not None
    assert (typed.incoming.text, typed.incoming.account, typed.incoming.private) == ("help", "1001", True)
    assert (pressed.incoming.button, pressed.incoming.chat) == ("tok", "1001")


async def test_a_message_that_was_edited_before_it_was_fetched_is_done_once(
    server: TelegramServer, gate: FakeGate
) -> None:
    """It comes as a message, with the date of the edit; the edit itself, when it comes too, does nothing."""
    wang = server.person(1001)
    async with running(server, gate):
        await server.until(lambda: server.called("getUpdates"))
        server.world.allowed = None
        wang.send("help", edit_date=1_790_000_000)
        wang.edit("grade set M-1 A")
        await settled(server, gate)
    assert gate.texts() == ["help"]


async def test_blocking_and_letting_in_again_is_passed_on(server: TelegramServer, gate: FakeGate) -> None:
    gate.work = lambda _incoming: None
    wang, group = server.person(1001), server.group(-2002)
    async with running(server, gate):
        wang.block()
        wang.block(False)
        change = {"chat": group.as_json(), "from": wang.as_json(), "date": 1}
        state = {"user": server.world.bot, "status": "kicked"}
        server.world.add_update("my_chat_member", change | {"old_chat_member": state, "new_chat_member": state})
        await settled(server, gate)
    assert [(i.chat, i.reachable, i.text) for i in gate.effects] == [("1001", False, ""), ("1001", True, "")]
    assert wang.seen() == []


async def test_answers_and_notices_keep_one_pace(server: TelegramServer, gate: FakeGate) -> None:
    """A mass of notices goes at the platform's pace; an answer takes its turn among them."""
    wang = server.person(1001)
    async with running(server, gate) as platform:
        await server.until(lambda: server.called("getMe"))
        platform.pacer.pause_all(time.monotonic() + 0.4)
        begin = server.clock()
        wang.send("help")
        await settled(server, gate)
    (call,) = server.called("sendMessage")
    assert call.at - begin >= 0.35


async def test_a_flooded_answer_makes_notices_to_that_chat_wait(server: TelegramServer, gate: FakeGate) -> None:
    wang = server.person(1001)
    server.fail("sendMessage", "flood", retry_after=1)
    async with running(server, gate) as platform:
        wang.send("help")
        await server.until(lambda: server.called("sendMessage"))
        await server.until(lambda: platform.pacer.next_chat.get("1001", 0) > time.monotonic() + 0.2)
        assert platform.pacer.ready_at("1002", 0.0, group=False) == 0.0
        await settled(server, gate)
    assert wang.texts() == ["did help"]


async def test_a_number_no_update_can_have_is_refused(server: TelegramServer, gate: FakeGate) -> None:
    platform = adapter(server, gate, Hook("", "secret"))
    headers = {"X-Telegram-Bot-Api-Secret-Token": "secret"}
    for number in ("-1", "9223372036854775808", "1e3", "true", '"5"', "1" * 5000):
        status, _headers, _content = await platform.webhook(headers, b'{"update_id": %s}' % number.encode())
        assert status == 400
    assert gate.stored == {}
    await platform.close()


async def test_trouble_with_a_reply_never_stops_the_next_update(server: TelegramServer, gate: FakeGate) -> None:
    def work(incoming: object) -> Reply:
        if "poison" in str(incoming):
            raise RuntimeError("always")
        return Reply("好")

    gate.work = work
    wang = server.person(1001)
    async with running(server, gate):
        wang.send("poison")
        wang.send("help")
        await server.until(lambda: wang.texts() == ["好"])


async def test_an_operator_learns_how_updates_come_and_what_is_in_the_way(
    server: TelegramServer, gate: FakeGate
) -> None:
    asking, hooked = adapter(server, gate), adapter(server, gate, Hook("https://x.example/hooks/telegram", "s"))
    assert [good for _what, good, _words in await asking.examine()] == [True]
    assert [good for _what, good, _words in await hooked.examine()] == [False]
    server.methods.webhook = {"url": "https://x.example/hooks/telegram"}
    assert [good for _what, good, _words in await hooked.examine()] == [True]
    server.lacking = {"getWebhookInfo": "Not Found"}
    assert [good for _what, good, _words in await hooked.examine()] == [True]
    for platform in (asking, hooked):
        await platform.close()
