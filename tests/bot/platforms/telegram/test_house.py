"""The whole office on Telegram: who may what, where; what ends when a person leaves; files; blocked chats."""

import asyncio
import json
import logging

import pytest
from sqlalchemy import func, select

from announcements.models import Announcement
from bot.dispatch import House
from core.audit import AuditEntry
from core.db import open_session
from core.inbox import InboxUpdate
from core.outbox import OutboxMessage
from people.models import ChatIdentity
from tests.bot.platforms.telegram.town import audit_rows, published, street
from tests.houses import Office, furnish
from tests.loopback.telegram import TelegramServer
from tests.loopback.telegram_world import labels

pytestmark = pytest.mark.asyncio
ROSTER = (
    "单位名称,统一社会信用代码,单位类别,会籍,入会日期\n新月检测有限公司,91330100MB2X4K7Q3P,检测检验机构,会员单位,2020-01-01\n"
).encode()


@pytest.fixture
def office(sqlite_house: House) -> Office:
    return furnish(sqlite_house)


async def test_a_notice_is_delivered_confirmed_once_and_by_nobody_else(
    server: TelegramServer, sqlite_house: House, office: Office
) -> None:
    lin, other = server.person(2001), server.person(2002)
    async with street(server, sqlite_house) as town:
        assert "您好" in await town.join(lin, office.clerk, "联络1")
        await town.join(other, office.clerk, "联络2")
        await published(town, office)
        notice = lin.seen()[-1]
        other.press_data(labels(notice)["确认收到"], other.seen()[-1])
        await town.settle()
        assert "不再有效" in town.last(other) or "失效" in town.last(other)
        lin.press("确认收到")
        await town.settle()
        lin.press_data(next(iter(labels(notice).values()), "x"), notice)
        await town.settle()
    data = office.clerk.do("announce status A-1").data
    assert (data["audience"], data["acknowledged"], data["sent"]) == (2, 1, 1)


@pytest.mark.parametrize(
    "line", ["/whoami", "/member_list", "会员 列表", "/approval_list", "/person_invite 联络1", "/my_data"]
)
async def test_in_a_group_private_commands_say_nothing_personal(
    server: TelegramServer, sqlite_house: House, office: Office, line: str
) -> None:
    qin, group = server.person(1001, "秦书"), server.group(-2002)
    async with street(server, sqlite_house) as town:
        await town.join(qin, office.deputy, "秦书")
        before = audit_rows(sqlite_house)
        text = line if line.startswith("/") else f"@{server.username} {line}"
        said = await town.ask(qin, text, group)
    assert said == "请在与我的私聊中发送此命令。"
    assert "秦书" not in "".join(m["text"] for m in server.written(group))
    refused = 1 if "invite" in line else 0
    assert audit_rows(sqlite_house) == before + refused, "a refused sensitive command is noted, no more"
    assert len(server.written(group)) == 1


async def test_strangers_in_a_group_get_no_word(server: TelegramServer, sqlite_house: House, office: Office) -> None:
    stranger, group = server.person(1009, "秘书长\u200b"), server.group(-2002)
    async with street(server, sqlite_house) as town:
        for line in ("/member_list", "/help", "/start ABCD-EFGH-JKLM", f"@{server.username} help"):
            await town.ask(stranger, line, group)
        assert "邀请码" in await town.ask(stranger, "/member_list")
    assert server.written(group) == []


async def test_rights_are_those_of_the_moment(server: TelegramServer, sqlite_house: House, office: Office) -> None:
    qian = server.person(1003, "钱办")
    async with street(server, sqlite_house) as town:
        await town.join(qian, office.deputy, "钱办")
        await town.ask(qian, "公告 起草 通知 开会 全体 请参加")
        draft = qian.seen()[-1]
        assert office.deputy.do("role end 钱办 staff 轮岗").error is None
        qian.press("送审", draft)
        await town.settle()
        assert "没有这项权限" in town.last(qian)
        assert "没有这项权限" in await town.ask(qian, "/member_list")
    with open_session(sqlite_house.engine, 1) as session:
        assert session.scalar(select(Announcement.state)) == "draft"


async def test_a_roster_comes_in_by_its_caption_or_by_a_button(
    server: TelegramServer, sqlite_house: House, office: Office
) -> None:
    qian, lin = server.person(1003), server.person(2001)
    async with street(server, sqlite_house) as town:
        await town.join(qian, office.deputy, "钱办")
        await town.join(lin, office.clerk, "联络1")
        qian.send_document("名册.csv", ROSTER, "会员 导入")
        await town.settle()
        assert "新增 1" in town.last(qian) or "1" in town.last(qian)
        assert "document" in qian.seen()[-1]
        confirm = next(label for label in labels(qian.seen()[-1]))
        qian.send_document("名册.csv", ROSTER)
        await town.settle()
        assert list(labels(qian.seen()[-1])) == ["作为会员名册导入", "导入专业登记册", "筛查其中文字"]
        qian.press("作为会员名册导入")
        await town.settle()
        assert "document" in qian.seen()[-1]
        qian.press(confirm, qian.seen()[-1])
        await town.settle()
        assert "I-0002" in town.last(qian)
        lin.send_document("名册.csv", ROSTER)
        await town.settle()
        assert labels(lin.seen()[-1]) == {}
    assert office.clerk.do("member find 新月").error is None


async def test_a_person_who_blocks_us_is_marked_and_welcome_back(
    server: TelegramServer, sqlite_house: House, office: Office
) -> None:
    lin = server.person(2001)

    def trouble() -> list[str | None]:
        with open_session(sqlite_house.engine, 1) as session:
            return list(session.scalars(select(ChatIdentity.trouble).where(ChatIdentity.account == "2001")))

    async with street(server, sqlite_house) as town:
        await town.join(lin, office.clerk, "联络1")
        lin.block()
        await town.settle()
        assert trouble() == ["blocked_by_person"]
        lin.block(False)
        await town.settle()
        assert trouble() == [None]
        lin.private.blocked = True
        await published(town, office)
        assert trouble() == ["blocked"]
        lin.private.blocked = False
        await town.ask(lin, "/help")
        assert trouble() == [None]


async def test_what_comes_out_of_order_is_refused_and_changes_nothing(
    server: TelegramServer, sqlite_house: House, office: Office
) -> None:
    lu = server.person(1002)
    async with street(server, sqlite_house) as town:
        await town.join(lu, office.secretary, "卢副")
        before = audit_rows(sqlite_house)
        message = lu.seen()[-1]
        for number in range(3):
            lu.press_data(f"{number:032x}", message)
        lu.press_data("0" * 32 + ".0", message)
        await town.settle()
        for line in ("审批 同意 P-9", "公告 送审 A-9", "公告 确认 A-9", "导入 确认 I-9"):
            assert "没有" in await town.ask(lu, line), line
        refused = audit_rows(sqlite_house) - before
    with open_session(sqlite_house.engine, 1) as session:
        actions = session.scalars(select(AuditEntry.action).order_by(AuditEntry.seq.desc()).limit(refused)).all()
        assert set(actions) <= {"access:command:refuse"}


async def test_the_same_number_with_another_content_is_reported_and_not_done(
    server: TelegramServer, sqlite_house: House, office: Office, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.ERROR)
    assert sqlite_house.receive("telegram", "7", '{"update_id": 7, "a": 1}')
    assert not sqlite_house.receive("telegram", "7", '{"update_id": 7, "a": 1}')
    assert caplog.records == []
    assert not sqlite_house.receive("telegram", "7", '{"update_id": 7, "a": 2}')
    assert [record.message for record in caplog.records] == ["an update came again with another content"]
    with open_session(sqlite_house.engine) as session:
        assert session.scalars(select(InboxUpdate.raw).where(InboxUpdate.update_id == "7")).all() == [
            '{"update_id": 7, "a": 1}'
        ]
    assert office.house is sqlite_house


async def test_nothing_is_queued_twice_by_an_update_that_comes_five_times(
    server: TelegramServer, sqlite_house: House, office: Office
) -> None:
    qian = server.person(1003)
    async with street(server, sqlite_house) as town:
        await town.join(qian, office.deputy, "钱办")
        number = qian.send("公告 起草 通知 开会 全体 请参加")
        update = server.world.every_update[-1]
        await town.settle()
        raw = json.dumps(update)
        await asyncio.gather(*(town.platform.process(str(number), raw) for _i in range(5)))
    with open_session(sqlite_house.engine, 1) as session:
        assert session.scalar(select(func.count()).select_from(Announcement)) == 1
        assert (
            session.scalar(select(func.count()).select_from(OutboxMessage).where(OutboxMessage.platform == "telegram"))
            == 0
        )
