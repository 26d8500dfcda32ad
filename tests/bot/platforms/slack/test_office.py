"""The whole road on Slack: people join, a notice goes out, is acknowledged, and the figures add up."""

import re

import pytest

from bot.delivery import Delivery
from bot.dispatch import House
from tests.bot.platforms.slack.office import running
from tests.houses import Office, Voice, furnish
from tests.loopback.slack import SlackServer
from tests.loopback.slack_people import Actor
from tests.loopback.slack_rules import Pace
from tests.loopback.slack_world import Json, labels, words

CODE = re.compile(r"[A-Z0-9]{4}(?:-[A-Z0-9]{4})+")


def invitation(office: Office, name: str) -> str:
    """A code for somebody, as the secretary-general gets it."""
    found = CODE.search(office.secretary.do(f"person invite {name}").text)
    assert found is not None
    return found.group()


async def answered(server: SlackServer, person: Actor, count: int) -> str:
    """The count-th message in somebody's chat."""
    await server.until(lambda: len(person.seen()) >= count)
    return person.texts()[count - 1]


async def joins(server: SlackServer, person: Actor, office: Office) -> str:
    """Somebody shows their code in the private chat; what they are told."""
    person.say(f"加入 {invitation(office, person.user.name)}")
    return await answered(server, person, 1)


async def told(server: SlackServer, person: Actor, line: str) -> str:
    """The answer to a command in the private chat."""
    before = len(person.seen())
    person.command(line)
    return await answered(server, person, before + 1)


async def published(server: SlackServer, qian: Actor, office: Office, delivery: Delivery) -> None:
    """Staff write a notice, another person lets it go, and it is delivered."""
    line = "announce draft 通知 “关于培训的通知” 地区=杭州市 请于十月二十日前报名。<!channel>"
    assert "A-0001" in await told(server, qian, line)
    await told(server, qian, "announce submit A-1")
    assert office.deputy.do("approval approve P-2").error is None
    await delivery.drain()


@pytest.mark.parametrize("socket", [False, True], ids=["posts", "socket"])
async def test_from_the_code_to_the_figures(house: House, socket: bool) -> None:
    office = furnish(house)
    with SlackServer(pace=Pace(burst=50)) as server:
        qian, contact, out = server.person("钱办"), server.person("联络1"), server.person("外人")
        council = server.channel()
        async with running(server, house, socket=socket) as platform:
            assert "钱办，您好" in await joins(server, qian, office)
            code = invitation(office, "联络1")
            contact.command(f"join {code}", council)
            assert "联络1，您好" in await answered(server, contact, 1)
            out.command(f"join {code}", council)
            assert "邀请码" in await answered(server, out, 1)
            await published(server, qian, office, Delivery(house, {"slack": platform}))
            notice = await server.until(lambda: next((m for m in contact.seen() if "培训" in words(m)), None))
            await acknowledged(server, office, contact, out, notice)
            shown = await told(server, qian, "announce status A-1")
    figures = office.clerk.do("announce status A-1").data
    assert (figures["audience"], figures["acknowledged"], figures["sent"]) == (1, 1, 0)
    assert "试安协〔2026〕1号" in shown
    assert council.messages == {}


async def acknowledged(server: SlackServer, office: Office, contact: Actor, out: Actor, notice: Json) -> None:
    """The member presses the button under the notice; for a stranger it does nothing."""
    assert "试安协〔2026〕1号" in words(notice)
    assert "<!channel>" not in str(notice["blocks"]) + notice["text"]
    button = next(token for label, token in labels(notice).items() if label in ("确认收到", "Confirm receipt"))
    out.press_element(button, {"ts": "1.1", "blocks": []})
    await answered(server, out, 2)
    assert office.clerk.do("announce status A-1").data["acknowledged"] == 0
    before = len(contact.seen())
    contact.press_element(button, notice)
    await answered(server, contact, before + 1)


async def test_a_blocked_person_is_marked_and_comes_back(sqlite_house: House) -> None:
    office = furnish(sqlite_house)
    with SlackServer(pace=Pace(burst=50)) as server:
        contact = server.person("联络9")
        office.clerk.do("contact add M-1 联络9")
        async with running(server, sqlite_house) as platform:
            await joins(server, contact, office)
            contact.user.deactivated = True
            office.clerk.do("announce draft 通知 标题 地区=杭州市 正文")
            office.clerk.do("announce submit A-1")
            office.deputy.do("approval approve P-2")
            await Delivery(sqlite_house, {"slack": platform}).drain()
            assert office.clerk.do("announce status A-1").data["unreachable"] == 1
            contact.user.deactivated = False
            contact.say("help")
            await answered(server, contact, 2)
    voice = Voice(sqlite_house, "联络9")
    assert voice.do("announce list").error is None


@pytest.mark.parametrize("words_typed", ["member list", "export month 2026-10", "person list", "audit show"])
async def test_what_is_for_private_chats_stays_out_of_channels(sqlite_house: House, words_typed: str) -> None:
    office = furnish(sqlite_house)
    with SlackServer() as server:
        qian, council = server.person("钱办"), server.channel()
        async with running(server, sqlite_house):
            await joins(server, qian, office)
            qian.command(words_typed, council)
            await server.until(qian.whispered)
    assert council.messages == {}
    assert "青禾" not in str(qian.user.whispers)
