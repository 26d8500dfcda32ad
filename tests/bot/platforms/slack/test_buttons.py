"""Buttons under replies and notices: opaque, for the person they were shown to, and gone when they have done their work."""

import pytest

from bot.dispatch import House
from bot.messages import Button, Reply
from bot.platforms.base import Outgoing
from tests.bot.platforms.gate import FakeGate
from tests.bot.platforms.slack.office import running
from tests.bot.platforms.slack.test_receiving import settled
from tests.houses import furnish, link
from tests.loopback.slack import SlackServer
from tests.loopback.slack_world import labels

TOKEN = "0123456789abcdef" * 2


def choice(*names: str) -> tuple[tuple[Button, ...], ...]:
    return (tuple(Button(name, f"={name}", TOKEN + str(i)) for i, name in enumerate(names)),)


@pytest.mark.parametrize("socket", [False, True], ids=["posts", "socket"])
async def test_a_press_brings_the_token_and_clears_the_buttons(
    server: SlackServer, gate: FakeGate, socket: bool
) -> None:
    gate.work = lambda incoming: Reply("好") if incoming.button else Reply("选择", buttons=choice("甲", "乙"))
    wang = server.person("王")
    async with running(server, gate, socket=socket):
        wang.command("choose")
        await settled(server, gate)
        wang.press("甲")
        await settled(server, gate)
    assert (gate.effects[1].button, gate.effects[1].text, gate.effects[1].private) == (TOKEN + "0", "", True)
    assert labels(wang.seen()[0]) == {}
    assert wang.texts() == ["选择", "好"]


async def test_whispered_buttons_make_way_for_the_answer(server: SlackServer, gate: FakeGate) -> None:
    gate.work = lambda incoming: Reply("好") if incoming.button else Reply("选择", buttons=choice("甲"))
    wang, council = server.person("王"), server.channel()
    async with running(server, gate):
        wang.command("choose", council)
        await settled(server, gate)
        assert wang.whispered() == ["选择"]
        wang.press("甲")
        await settled(server, gate)
    assert (gate.effects[1].chat, gate.effects[1].private) == (council.id, False)
    assert wang.whispered() == ["好"]


@pytest.mark.parametrize(
    ("reply", "token", "buttons", "in_channel", "stays"),
    [
        (Reply("好"), "abc.0", 1, False, False),
        (Reply("好"), "abc.0", 2, False, True),
        (Reply("不行", error="rule_violated"), "abc", 2, False, False),
        (Reply("坏了", error="defect", failed=True), "abc", 1, False, True),
        (Reply("不是您的", error="button_expired"), "abc", 1, True, True),
        (Reply("好"), "abc", 1, True, False),
    ],
)
async def test_which_buttons_stay(
    server: SlackServer, gate: FakeGate, reply: Reply, token: str, buttons: int, in_channel: bool, stays: bool
) -> None:
    wang, council = server.person("王"), server.channel()
    place = council if in_channel else wang.im
    gate.work = lambda _incoming: reply
    async with running(server, gate) as platform:
        await platform.send(Outgoing(place.id, "通知", (tuple((str(i), token) for i in range(buttons)),)))
        (message,) = place.messages.values()
        wang.press("0", message, place)
        await settled(server, gate)
    assert bool(labels(message)) is stays
    assert (wang.texts() if not in_channel else wang.whispered())[-1] == reply.text


async def test_a_question_answered_in_words_loses_its_buttons(server: SlackServer, gate: FakeGate) -> None:
    question = Reply("等级？", buttons=choice("甲"), error="missing_parameter")
    gate.work = lambda incoming: question if incoming.text == "ask" else Reply("好")
    wang = server.person("王")
    async with running(server, gate):
        wang.say("ask")
        await settled(server, gate)
        assert list(labels(wang.seen()[0])) == ["甲"]
        wang.say("乙")
        await settled(server, gate)
    assert labels(wang.seen()[0]) == {}


async def test_a_changed_client_can_send_any_token(server: SlackServer, gate: FakeGate) -> None:
    wang = server.person("王")
    message = {"ts": "1.2", "blocks": []}
    async with running(server, gate):
        for value in ("", "字" * 21, "a\x00b", "x" * 2000):
            wang.press_element({"action_id": "press:0", "value": value}, message)
        wang.press_element({"action_id": "somebody else's", "value": "x"}, message)
        wang.press_element({"action_id": "press:0", "value": "x"}, message, actions=[{"action_id": "press:0"}])
        await settled(server, gate)
    assert [incoming.button for incoming in gate.effects] == ["字" * 21, "ab", "x" * 2000]


async def test_a_button_pressed_by_another_person_does_nothing(server: SlackServer, sqlite_house: House) -> None:
    furnish(sqlite_house)
    qian, lu, council = server.person("钱办"), server.person("卢副"), server.channel()
    link(sqlite_house, "钱办", platform="slack", account=qian.id)
    link(sqlite_house, "卢副", platform="slack", account=lu.id)
    async with running(server, sqlite_house):
        qian.say("member lst")
        await server.until(qian.seen)
        message = qian.seen()[0]
        stolen = labels(message)["会员 列表"]
        lu.press_element(stolen, {"ts": "1.1", "blocks": []})
        await server.until(lu.seen)
        out = server.person("外人")
        out.press_element(stolen, {"ts": "1.1", "blocks": []}, council)
        qian.press("会员 列表", message)
        await server.until(lambda: len(qian.seen()) == 2)
        qian.press_element(stolen, message)
        await server.until(lambda: len(qian.seen()) == 3)
    assert "按钮" in lu.texts()[0]
    assert not any("青禾" in words for words in out.whispered() + out.texts())
    assert "青禾检测有限公司" in str(qian.seen()[1]["blocks"])
    assert "按钮" in qian.texts()[2]
