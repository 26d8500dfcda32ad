"""A member answers on Telegram and on Slack, through the real libraries: pressed, typed, handed in, and nothing kept."""

import json
from collections.abc import Iterator

import pytest

from bot.delivery import Delivery
from bot.messages import FileIn
from tests.bot.platforms.slack.office import running
from tests.bot.platforms.telegram.town import street
from tests.houses import furnish
from tests.loopback.slack import SlackServer
from tests.loopback.slack_rules import Pace
from tests.loopback.slack_world import labels, words
from tests.loopback.telegram import TelegramServer
from tests.surveys.test_identify import picture, visible
from tests.surveys.town import CANARY, nobody

SHORT = (
    'code = "short"\ntitle = "简短测评"\n'
    '[[question]]\nkind = "likert"\ntext = "满意吗"\n'
    '[[question]]\nkind = "multiple"\ntext = "用过什么"\nrequired = false\noptions = ["咨询", "培训"]\n'
    '[[question]]\nkind = "text"\ntext = "意见"\n'
)


@pytest.fixture
def telegram() -> Iterator[TelegramServer]:
    with TelegramServer() as server:
        yield server


def open_short(office):
    """A survey of three questions, opened to everybody."""
    office.clerk.do("问卷 上传模板", files=(FileIn("short.toml", SHORT.encode()),))
    office.clerk.do("问卷 新建 简短测评 全体 2026-10-20 short")
    request = office.clerk.do("问卷 发起 S-1").data["approval"]
    assert office.deputy.do(f"审批 同意 P-{request}").error is None


def one_sheet(house):
    """The sheet that came in."""
    from surveys import queries

    with nobody(house) as (tx, survey):
        box = queries.box_of(tx.session, house.keys, survey)
        return [sheet for sheet, _group, _person in queries.sheets_of(tx.session, box, survey)]


def trail(house, *words_):
    """Rows that still hold any of these words, the roster and the chat's own link aside."""
    known = {"chat_identity", "outbox_message", "person"}
    rows = ((name, visible(row)) for name, found in picture(house).items() if name not in known for row in found)
    return [(name, row) for name, row in rows if any(word in row for word in words_)]


async def test_on_telegram(sqlite_house, telegram):
    office = furnish(sqlite_house)
    lin = telegram.person(200_777_001)
    async with street(telegram, sqlite_house) as town:
        await town.join(lin, office.clerk, "联络1")
        open_short(office)
        await town.deliver()
        before = len(trail(sqlite_house, "200777001"))
        for press, shown in (
            ("开始填写", "第 1/3 题"),
            ("4 满意", "第 2/3 题"),
            ("☐ 培训", "已填：培训"),
            ("下一题", "第 3/3 题"),
        ):
            lin.press(press)
            await telegram.until(lambda shown=shown: shown in town.last(lin))
        lin.send(CANARY)
        await telegram.until(lambda: "还没有提交" in town.last(lin))
        lin.press("提交")
        await telegram.until(lambda: "答卷已收到" in town.last(lin))
        await town.settle()
    assert one_sheet(sqlite_house) == [{"q1": 4, "q2": ["o2"], "q3": CANARY}]
    assert trail(sqlite_house, CANARY, json.dumps(CANARY)[1:-1]) == []
    assert len(trail(sqlite_house, "200777001")) == before


async def test_on_slack(sqlite_house):
    office = furnish(sqlite_house)
    with SlackServer(pace=Pace(burst=50)) as server:
        contact = server.person("联络1")
        async with running(server, sqlite_house) as platform:
            contact.say(f"加入 {office.clerk.do('person invite 联络1').data['code']}")
            await server.until(lambda: len(contact.seen()) >= 1)
            open_short(office)
            await Delivery(sqlite_house, {"slack": platform}).drain()
            before = len(trail(sqlite_house, contact.id))
            await pressed(server, contact, "开始填写", "第 1/3 题")
            await pressed(server, contact, "5 很满意", "第 2/3 题")
            await pressed(server, contact, "跳过", "第 3/3 题")
            contact.say(CANARY)
            await server.until(lambda: any("还没有提交" in words(m) for m in contact.seen()))
            await pressed(server, contact, "提交", "答卷已收到")
    assert one_sheet(sqlite_house) == [{"q1": 5, "q3": CANARY}]
    assert trail(sqlite_house, CANARY, json.dumps(CANARY)[1:-1]) == []
    assert len(trail(sqlite_house, contact.id)) == before


async def pressed(server, contact, label, shown):
    """A button of the newest message that has it, and what comes of it."""
    message = await server.until(lambda: next((m for m in contact.seen()[::-1] if label in labels(m)), None))
    contact.press(label, message)
    await server.until(lambda: any(shown in words(m) for m in contact.seen()))
