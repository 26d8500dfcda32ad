"""What staff write in a Telegram group is screened once the group was told; nobody else's words are read or kept."""

from dataclasses import replace

import pytest
from sqlalchemy import select

from bot.dispatch import House
from bot.screener import screened
from core.audit import AuditEntry
from core.db import open_session
from core.holds import ScreenedText
from core.inbox import InboxUpdate
from tests.bot.platforms.telegram.town import Street, street
from tests.houses import Office, Voice, furnish
from tests.loopback.telegram import TelegramServer
from tests.papers import GRAVE

pytestmark = pytest.mark.asyncio
GROUP = -2002
YES = {"fields": {"_confirm": "yes"}}


@pytest.fixture
def office(sqlite_house: House) -> Office:
    return furnish(replace(sqlite_house, screener=screened))


async def quiet(town: Street) -> None:
    """Telegram has handed over everything, and what was stored has been dealt with."""

    def done() -> bool:
        with open_session(town.house.engine) as session:
            waiting = session.scalars(
                select(InboxUpdate.id).where(InboxUpdate.platform == "telegram", InboxUpdate.replied_at.is_(None))
            ).all()
        return not waiting and town.server.acknowledged >= max(u["update_id"] for u in town.server.world.every_update)

    await town.server.until(done, 20)


async def gathered(town: Street, office: Office) -> tuple:
    """The clerk and a member in a linked group."""
    qian, lin = town.server.person(1003, "钱办"), town.server.person(2001, "联络1")
    group = town.server.group(GROUP)
    await town.join(qian, office.deputy, "钱办")
    await town.join(lin, office.clerk, "联络1")
    code = office.clerk.do("group link 会员大群").data["code"]
    assert "会员大群" in await town.ask(qian, f"@{town.server.username} group link {code}", group)
    return qian, lin, group


def kept(house: House) -> str:
    """All raw updates and screened texts of the house."""
    with open_session(house.engine, 1) as session:
        raws = session.scalars(select(InboxUpdate.raw)).all()
        texts = session.scalars(select(ScreenedText.text)).all()
    return "\n".join([*raws, *texts])


async def test_a_finding_is_told_to_its_author_alone(server: TelegramServer, office: Office) -> None:
    async with street(server, office.house) as town:
        qian, lin, group = await gathered(town, office)
        assert office.clerk.do("group screening on 会员大群").error == "needs_confirmation"
        assert office.clerk.do("group screening on 会员大群", **YES).error is None
        await town.deliver()
        assert "自动筛查" in town.last(qian, group)
        before = len(server.written(group))
        lin.send("成员说的话：" + GRAVE, group)
        qian.send("大家辛苦了，明天见。", group)
        qian.send("重要：" + GRAVE, group)
        await quiet(town)
        await town.deliver()
    assert len(server.written(group)) == before
    assert "H-0001" in qian.texts()[-1]
    assert "会员大群" in qian.texts()[-1]
    assert not [text for text in lin.texts() if "H-0001" in text]
    words = kept(office.house)
    assert "重要：" in words
    assert "成员说的话" not in words
    assert "明天见" not in words
    shown = office.deputy.do("screen show H-1")
    assert shown.data["state"] == "told"
    assert office.deputy.do("screen release H-1 没有问题可以").error == "not_held"


async def test_an_edit_is_read_anew_and_a_forward_is_not(server: TelegramServer, office: Office) -> None:
    async with street(server, office.house) as town:
        qian, _lin, group = await gathered(town, office)
        office.clerk.do("group screening on 会员大群", **YES)
        await town.deliver()
        qian.forward("转发：" + GRAVE, group)
        qian.send("大家辛苦了。", group)
        qian.edit("改过：" + GRAVE, group)
        await quiet(town)
    words = kept(office.house)
    assert ("改过" in words, "转发" in words) == (True, False)


@pytest.mark.parametrize("state", ["never switched on", "not told yet", "switched off"])
async def test_nothing_is_read_before_the_group_was_told_or_afterwards(
    server: TelegramServer, office: Office, state: str
) -> None:
    async with street(server, office.house) as town:
        qian, _lin, group = await gathered(town, office)
        if state != "never switched on":
            office.clerk.do("group screening on 会员大群", **YES)
            assert office.clerk.do("group list").data[0][3] == "已开启，尚待告知群内"
        if state == "switched off":
            await town.deliver()
            assert office.clerk.do("group list").data[0][3] == "开"
            office.house.clock.forward(minutes=1)
            assert office.clerk.do("group screening off 会员大群", **YES).error is None
            await town.deliver()
            assert "不再" in town.last(qian, group)
        qian.send("重要：" + GRAVE, group)
        await quiet(town)
    assert "重要" not in kept(office.house)
    with open_session(office.house.engine, 1) as session:
        assert session.scalars(select(ScreenedText)).all() == []


async def test_who_is_no_longer_of_the_staff_is_not_read(server: TelegramServer, office: Office) -> None:
    async with street(server, office.house) as town:
        qian, _lin, group = await gathered(town, office)
        office.clerk.do("group screening on 会员大群", **YES)
        await town.deliver()
        assert office.deputy.do("role end 钱办 staff 轮岗").error is None
        qian.send("重要：" + GRAVE, group)
        await quiet(town)
    assert "重要" not in kept(office.house)


async def test_switching_is_for_staff_and_is_recorded(server: TelegramServer, office: Office) -> None:
    async with street(server, office.house) as town:
        await gathered(town, office)
        assert office.contacts[0].do("group screening on 会员大群").error == "not_allowed"
        assert office.clerk.do("group screening off 会员大群", **YES).error == "screening_so"
        assert office.clerk.do("群 筛查 开 会员大群", **YES).error is None
        assert office.clerk.do("群 筛查 开 会员大群", **YES).error == "screening_so"
    with open_session(office.house.engine, 1) as session:
        actions = select(AuditEntry.action).where(AuditEntry.action.startswith("group:screening"))
        assert session.scalars(actions).all() == ["group:screening:begin"]
    assert Voice(office.house, "钱办").do("group screening 也许 会员大群").error == "switch_form"
