"""Who a chat account belongs to: leaving, changing the account, two associations."""

import pytest

from bot.dispatch import House
from bot.founding import found
from tests.bot.platforms.telegram.town import published, street
from tests.houses import Office, furnish
from tests.loopback.telegram import TelegramServer
from tests.loopback.telegram_world import labels

pytestmark = pytest.mark.asyncio
SECOND_CODE = "513300005000123586"


@pytest.fixture
def office(sqlite_house: House) -> Office:
    return furnish(sqlite_house)


async def test_leaving_ends_rights_buttons_and_notices_at_once(
    server: TelegramServer, sqlite_house: House, office: Office
) -> None:
    lin = server.person(2001)
    async with street(server, sqlite_house) as town:
        await town.join(lin, office.clerk, "联络1")
        await published(town, office)
        notice = lin.seen()[-1]
        office.clerk.do("announce draft 通知 第二件 全体 后来的事")
        approval = office.clerk.do("announce submit A-2").data["approval"]
        office.deputy.do(f"approval approve P-{approval}")
        sqlite_house.clock.forward(seconds=1)  # type: ignore[attr-defined]
        await town.ask(lin, "解绑")
        lin.press("是")
        await town.settle()
        assert "解绑" in town.last(lin) or "解除" in town.last(lin)
        lin.press("确认收到", notice)
        await town.settle()
        assert "邀请码" in town.last(lin)
        await town.deliver()
    assert not any("后来的事" in text for text in lin.texts())
    assert office.clerk.do("announce status A-1").data["acknowledged"] == 0


async def test_a_new_account_takes_the_old_one_s_place(
    server: TelegramServer, sqlite_house: House, office: Office
) -> None:
    old, new = server.person(2001), server.person(2009)
    async with street(server, sqlite_house) as town:
        await town.join(old, office.clerk, "联络1")
        await published(town, office)
        notice = old.seen()[-1]
        sqlite_house.clock.forward(seconds=1)  # type: ignore[attr-defined]
        await town.join(new, office.clerk, "联络1")
        await town.deliver()
        assert "账号" in town.last(old)
        old.press("确认收到", notice)
        await town.settle()
        assert "邀请码" in town.last(old)
        assert "联络1" in await town.ask(new, "/whoami")
    assert office.clerk.do("announce status A-1").data["acknowledged"] == 0


async def test_one_account_in_two_associations(server: TelegramServer, sqlite_house: House, office: Office) -> None:
    lin = server.person(2001)
    code = found(sqlite_house, name="另一省安全生产协会", code=SECOND_CODE, code_word="另安协", admin="林双")
    async with street(server, sqlite_house) as town:
        await town.join(lin, office.clerk, "联络1")
        await published(town, office)
        notice = lin.seen()[-1]
        sqlite_house.clock.forward(seconds=1)  # type: ignore[attr-defined]
        assert "另一省" in await town.ask(lin, f"加入 {code}")
        assert "林双" in await town.ask(lin, "/whoami")
        lin.press("确认收到", notice)
        await town.settle()
        assert "已记下您收到" in town.last(lin)
        assert "林双" in await town.ask(lin, "/whoami")
        await town.ask(lin, "切换")
        assert sorted(labels(lin.seen()[-1])) == ["另一省安全生产协会", "试验省安全生产协会"]
        sqlite_house.clock.forward(seconds=1)  # type: ignore[attr-defined]
        lin.press("试验省安全生产协会")
        await town.settle()
        assert "试验省" in town.last(lin)
        assert "联络1" in await town.ask(lin, "/whoami")
        assert "试验省" in await town.ask(lin, "/switch 没有的协会")
    assert office.clerk.do("announce status A-1").data["acknowledged"] == 1
