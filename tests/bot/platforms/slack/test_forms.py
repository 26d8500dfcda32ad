"""What is missing is asked for in one modal, wherever the command was typed; nothing that was typed is lost."""

import threading
import time

import pytest

from bot.dispatch import House
from bot.messages import Field, Form, Incoming, Reply
from bot.platforms.slack.forms import Place, modal
from tests.bot.platforms.gate import FakeGate
from tests.bot.platforms.slack.office import running
from tests.bot.platforms.slack.test_receiving import settled
from tests.houses import furnish, link
from tests.loopback.slack import SlackServer
from tests.loopback.slack_rules import check_view
from tests.loopback.slack_world import labels

FIELDS = (
    Field("name", "姓名"),
    Field("role", "角色", choices=(("staff", "工作人员"), ("deputy", "副秘书长")), value="staff"),
    Field("note", "备注 <b>", hint="例如 & 无", optional=True, multiline=True, value="旧"),
    Field("dry", "试运行", choices=(("yes", "是"), ("no", "否")), optional=True),
)
FORM = Form("token-1", "添加人员并赋予角色的很长的标题放不下一行所以要截断", FIELDS)


def asks(incoming: Incoming) -> Reply:
    """A house that asks once for everything, and again when the name is too short."""
    if incoming.text.lstrip("/") == "cancel":
        return Reply("已停止。")
    if incoming.button and len(incoming.fields.get("name", "")) > 1:
        return Reply("好：" + " ".join(f"{k}={v}" for k, v in incoming.fields.items()))
    trouble = "姓名太短。" if incoming.fields else ""
    form = Form("token-2" if incoming.button else "token-1", FORM.title, FIELDS, trouble)
    return Reply("姓名？", form=form, error="missing_parameter")


@pytest.mark.parametrize("socket", [False, True], ids=["posts", "socket"])
async def test_a_command_opens_one_modal_and_what_is_filled_in_comes_back(
    server: SlackServer, gate: FakeGate, socket: bool
) -> None:
    gate.work = asks
    wang = server.person("王")
    async with running(server, gate, socket=socket):
        wang.command("person add")
        await settled(server, gate)
        assert wang.seen() == []
        assert list(wang.fields()) == ["name", "role", "note", "dry"]
        assert len(wang.modal["title"]["text"]) <= 24
        wang.fill_in(name="季新 & <子>", dry="是")
        await settled(server, gate)
    assert wang.user.modal is None
    assert gate.effects[1].button == "token-1"
    assert gate.effects[1].fields == {"name": "季新 & <子>", "role": "staff", "note": "旧", "dry": "yes"}
    assert wang.texts() == ["好：name=季新 & <子> role=staff note=旧 dry=yes"]


@pytest.mark.parametrize("socket", [False, True], ids=["posts", "socket"])
async def test_trouble_is_shown_in_the_same_modal_and_nothing_is_typed_twice(
    server: SlackServer, gate: FakeGate, socket: bool
) -> None:
    gate.work = asks
    wang = server.person("王")
    async with running(server, gate, socket=socket):
        wang.command("person add")
        await settled(server, gate)
        wang.fill_in(name="季", note="")
        await settled(server, gate)
        assert wang.modal["blocks"][0]["text"]["text"] == "⚠ 姓名太短。"
        assert wang.fields()["name"]["element"]["initial_value"] == "季"
        wang.fill_in(name="季新")
        await settled(server, gate)
    assert [effect.button for effect in gate.effects] == [None, "token-1", "token-2"]
    assert wang.user.modal is None
    assert wang.texts() == ["好：name=季新 role=staff note=旧 dry="]


async def test_a_form_asked_for_in_a_channel_is_answered_there_for_one_persons_eyes(
    server: SlackServer, gate: FakeGate
) -> None:
    gate.work = asks
    wang, council = server.person("王"), server.channel()
    async with running(server, gate):
        wang.command("person add", council)
        await settled(server, gate)
        wang.fill_in(name="季新")
        await settled(server, gate)
    assert (gate.effects[1].chat, gate.effects[1].private) == (council.id, False)
    assert wang.whispered() == ["好：name=季新 role=staff note=旧 dry="]
    assert council.messages == {}


async def test_closing_the_modal_stops_the_command(server: SlackServer, gate: FakeGate) -> None:
    gate.work = asks
    wang = server.person("王")
    async with running(server, gate):
        wang.command("person add")
        await settled(server, gate)
        wang.close_modal()
        await settled(server, gate)
    assert gate.texts() == ["/person add", "/cancel"]
    assert wang.texts() == ["已停止。"]


async def test_a_typed_line_gets_the_question_and_a_button_that_opens_the_form(
    server: SlackServer, gate: FakeGate
) -> None:
    gate.work = asks
    wang = server.person("王")
    async with running(server, gate):
        wang.say("person add")
        await settled(server, gate)
        assert wang.texts() == ["姓名？"]
        wang.press("填写表单")
        await settled(server, gate)
        assert labels(wang.seen()[0]) == {}
        wang.fill_in(name="季新")
        await settled(server, gate)
    assert [effect.button for effect in gate.effects] == [None, "token-1", "token-2"]
    assert wang.texts()[1:] == ["好：name=季新 role=staff note=旧 dry="]


@pytest.mark.parametrize("trouble", ["expired_trigger_id", "exchanged_trigger_id", "internal_error"])
async def test_a_form_that_cannot_be_opened_becomes_a_question(
    server: SlackServer, gate: FakeGate, trouble: str
) -> None:
    gate.work = asks
    wang = server.person("王")
    server.fail("views.open", "error", code=trouble)
    async with running(server, gate):
        wang.command("person add")
        await settled(server, gate)
    assert wang.user.modal is None
    assert wang.texts() == ["姓名？"]
    assert list(labels(wang.seen()[0])) == ["填写表单"]


async def test_a_house_that_takes_too_long_answers_a_form_by_a_message(
    server: SlackServer, gate: FakeGate, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.platforms.slack.door.STORE_SECONDS", 0.3)
    free = threading.Event()
    gate.work = asks
    wang = server.person("王")
    async with running(server, gate):
        wang.command("person add")
        await settled(server, gate)
        gate.with_progress = lambda _incoming, _progress: free.wait(10) and None
        parcel = wang.fill_in(name="季")
        await server.until(parcel.done.is_set)
        assert wang.user.modal is None
        free.set()
        await settled(server, gate)
    assert wang.texts() == ["姓名？"]


async def test_the_window_closes_at_once_although_the_answer_has_to_wait(server: SlackServer, gate: FakeGate) -> None:
    gate.work = asks
    wang = server.person("王")
    async with running(server, gate) as platform:
        wang.command("person add")
        await settled(server, gate)
        platform.pacer.pause_chat(wang.im.id, time.monotonic() + 1.0)
        parcel = wang.fill_in(name="季新")
        await server.until(parcel.done.is_set)
        assert wang.user.modal is None
        assert wang.seen() == []
        await settled(server, gate)
    assert len(wang.seen()) == 1


async def test_a_form_is_sent_once_however_often_it_comes(server: SlackServer, gate: FakeGate) -> None:
    gate.work = asks
    wang = server.person("王")
    async with running(server, gate) as platform:
        wang.command("person add")
        await settled(server, gate)
        parcel = wang.fill_in(name="季新")
        await settled(server, gate)
        headers, body = server.carrier.posted(parcel)
        assert [(await platform.webhook(headers, body))[0] for _ in range(3)] == [200] * 3
        await settled(server, gate)
    assert len(gate.effects) == 2
    assert len(wang.seen()) == 1


@pytest.mark.parametrize(
    "field",
    [
        Field("x", "长" * 400, hint="提" * 400),
        Field("x", "", value="v" * 3000),
        Field("x", "多", choices=tuple((f"v{i}", f"选项{i}" * 40) for i in range(100))),
        Field("x", "太多", choices=tuple((f"v{i}", f"选项{i}") for i in range(101)), value="v7"),
        Field("x", "长值", choices=(("v" * 151, "甲"), ("b", "乙"))),
        Field("x", "<!channel> & <@U1>", hint="<http://evil|bank>", value="<!here>"),
    ],
)
def test_every_field_fits_into_slacks_limits(field: Field) -> None:
    view = modal(Form("t" * 32, "题", (field,)), Place("t", "C1", private=False, response_url="u" * 4000), {})
    check_view(view)
    assert "<" not in view["blocks"][0]["label"]["text"]


def test_a_value_that_no_input_holds_stays_with_the_office() -> None:
    form = Form("t", "题", (Field("body", "正文", value="字" * 3001), Field("name", "名")))
    assert [block["block_id"] for block in modal(form, Place("t", "D1", private=True), {})["blocks"]] == ["name"]


async def test_a_person_is_added_through_the_real_office(server: SlackServer, sqlite_house: House) -> None:
    office = furnish(sqlite_house)
    qian = server.person("钱办", locale="zh-CN")
    link(sqlite_house, "钱办", platform="slack", account=qian.id)
    async with running(server, sqlite_house):
        qian.command("member add")
        await server.until(lambda: qian.user.modal)
        assert list(qian.fields())[:2] == ["name", "code"]
        filled = {"name": "新泽检测有限公司", "code": "91330100MB2X4K7Q1A", "category": "检测检验机构"}
        names = qian.fields()
        qian.fill_in(**{k: v for k, v in filled.items() if k in names}, **_rest(names, filled))
        await server.until(lambda: len(qian.modal["blocks"]) > len(names))
        trouble = qian.modal["blocks"][0]["text"]["text"]
        assert trouble.startswith("⚠")
        assert qian.fields()["code"]["element"]["initial_value"] == "91330100MB2X4K7Q1A"
        qian.fill_in(code="91330100MB2X4K7Q3P")
        await server.until(qian.seen)
    assert "新泽检测有限公司" in qian.texts()[-1]
    assert "新泽检测有限公司" in str(office.clerk.do("member list").table)


def _rest(names: dict[str, dict[str, object]], filled: dict[str, str]) -> dict[str, str]:
    """Something for every other input that must be filled in: the first choice, or a likely word."""
    likely = {"region": "杭州市", "joined": "2021-03-01"}
    rest = {}
    for name, block in names.items():
        element = block["element"]
        if name in filled or block["optional"]:
            continue
        assert isinstance(element, dict)
        rest[name] = element["options"][0]["value"] if "options" in element else likely.get(name, "1")
    return rest
