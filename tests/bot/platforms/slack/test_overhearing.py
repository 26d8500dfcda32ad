"""The same in a Slack channel: staff are heard once the channel was told, others never."""

from dataclasses import replace

import pytest
from sqlalchemy import select

from bot.delivery import Delivery
from bot.dispatch import House
from bot.screener import screened
from core.db import open_session
from core.holds import ScreenedText
from core.inbox import InboxUpdate
from tests.bot.platforms.slack.office import running
from tests.bot.platforms.slack.test_office import joins
from tests.houses import furnish
from tests.loopback.slack import SlackServer
from tests.loopback.slack_rules import Pace
from tests.papers import GRAVE

YES = {"fields": {"_confirm": "yes"}}


def kept(house: House) -> str:
    with open_session(house.engine, 1) as session:
        return "\n".join([*session.scalars(select(InboxUpdate.raw)), *session.scalars(select(ScreenedText.text))])


@pytest.mark.parametrize("socket", [False, True], ids=["posts", "socket"])
async def test_staff_are_heard_once_the_channel_was_told(sqlite_house: House, socket: bool) -> None:
    office = furnish(replace(sqlite_house, screener=screened))
    with SlackServer(pace=Pace(burst=50)) as server:
        qian, lin, council = server.person("钱办"), server.person("联络1"), server.channel()
        async with running(server, office.house, socket=socket) as platform:
            await joins(server, qian, office)
            await joins(server, lin, office)
            qian.command("group link " + office.clerk.do("group link 理事群").data["code"], council)
            await server.until(lambda: office.clerk.do("group list").data)
            early = qian.say("太早：" + GRAVE, council)
            await server.until(early.done.is_set)
            assert office.clerk.do("group screening on 理事群", **YES).error is None
            await Delivery(office.house, {"slack": platform}).drain()
            told = len(council.messages)
            lin.say("成员：" + GRAVE, council)
            qian.say("明天见。", council)
            qian.say("重要：" + GRAVE, council)
            await server.until(lambda: office.deputy.do("screen show H-1").error is None)
            await Delivery(office.house, {"slack": platform}).drain()
            await server.until(lambda: any("H-0001" in text for text in qian.texts()))
    assert told == 1
    assert len(council.messages) == told
    words = kept(office.house)
    assert [one in words for one in ("重要", "太早", "成员", "明天见")] == [True, False, False, False]
