"""What has not arrived: who is told, who decides, and what goes out again."""

import asyncio
from collections import deque

import pytest
from sqlalchemy import select, update

from bot import timers
from bot.delivery import Delivery
from bot.platforms.base import Rejected, Uncertain, Unreachable
from core.audit import AuditEntry
from core.db import open_session
from core.outbox import Message, OnUnknown, OutboxMessage, State
from people.audiences import recipients
from people.models import ChatIdentity, Person
from tests.bot.test_delivery import FakePlatform, published, status
from tests.houses import deliver, furnish, link, tx_for


def drain(house, *troubles):
    platform = FakePlatform(deque(troubles))
    asyncio.run(Delivery(house, {"console": platform}).drain())
    return [outgoing.chat for outgoing in platform.arrived]


def told(house, name):
    return [outgoing.text for chat, outgoing in deliver(house) if chat == name]


def failed_once(house, trouble=None):
    """A notice to two people of whom one did not get it; its author has been told."""
    office = published(house)
    drain(house, trouble or Rejected("too_long"))
    timers.run_due(house)
    return office


def test_the_sender_hears_once_that_some_did_not_get_it(house):
    office = failed_once(house)
    (text,) = told(house, "钱办")
    assert "共 2 份，已送达 1 份，失败 1 份" in text
    assert "标题" in text
    timers.run_due(house)
    assert told(house, "钱办") == []
    (line,) = office.clerk.do("outbox list").data
    assert (line["total"], line["sent"], line["failed"], line["waiting"]) == (2, 1, 1, 0)


def test_nobody_hears_of_what_arrived_or_is_still_on_its_way(sqlite_house):
    published(sqlite_house)
    timers.run_due(sqlite_house)
    drain(sqlite_house)
    timers.run_due(sqlite_house)
    assert told(sqlite_house, "钱办") == []


def test_only_those_who_have_not_got_it_get_it_again(house):
    office = failed_once(house)
    told(house, "钱办")
    number = office.clerk.do("outbox list").data[0]["number"]
    shown = office.clerk.do(f"outbox show {number}")
    assert [row[3] for row in shown.table.rows] == ["内容超出平台长度限制"]
    assert office.clerk.do(f"outbox retry {number}").data == {"copies": 1}
    assert len(drain(house)) == 1
    assert status(office) == {"sent": 2}
    timers.run_due(house)
    assert told(house, "钱办") == []
    assert office.clerk.do("outbox list").data == []
    assert office.clerk.do(f"outbox retry {number}").error == "nothing_to_send"


def test_a_second_failure_is_told_again(sqlite_house):
    office = failed_once(sqlite_house)
    assert len(told(sqlite_house, "钱办")) == 1
    office.clerk.do(f"outbox retry {office.clerk.do('outbox list').data[0]['number']}")
    drain(sqlite_house, Rejected("too_long"))
    sqlite_house.clock.forward(minutes=1)
    timers.run_due(sqlite_house)
    assert len(told(sqlite_house, "钱办")) == 1


def test_somebody_who_blocked_us_gets_it_where_they_can_be_reached_later(house):
    office = failed_once(house, Unreachable("blocked"))
    number = office.clerk.do("outbox list").data[0]["number"]
    assert office.clerk.do(f"outbox retry {number}").error == "nothing_to_send"
    with open_session(house.engine, 1) as session:
        gone = session.scalars(select(ChatIdentity).where(ChatIdentity.unreachable_since.is_not(None))).one()
        name = session.scalars(select(Person.name).where(Person.id == gone.person_id)).one()
        gone.ended_at = house.clock()
    link(house, name, account="新聊天")
    told(house, "钱办")
    assert office.clerk.do(f"outbox retry {number}").error is None
    assert drain(house) == ["新聊天"]


def legal_notice(house):
    """A notice to two people that must not be sent twice unasked, queued by the clerk."""
    office = furnish(house)
    with open_session(house.engine, 1) as session:
        session.execute(update(OutboxMessage).values(state="cancelled"))
    with tx_for(house, "钱办") as tx:
        words = {"zh_CN": "决定书送达通知", "en": "Service of a decision"}
        message = Message("decision:1", "decision:1", words, on_unknown=OnUnknown.ASK)
        assert tx.notify(message, recipients(Person.name.like("联络%"))) == 2
    return office


@pytest.mark.parametrize(("answer", "expected"), [("arrived", 0), ("resend", 1)])
def test_what_may_have_arrived_of_a_legal_notice_waits_for_a_leader(house, answer, expected):
    office = legal_notice(house)
    drain(house, Uncertain("timed_out"))
    house.clock.forward(hours=3)
    assert drain(house) == []
    timers.run_due(house)
    assert any("结果不明 1 份" in text for text in told(house, "钱办"))
    (line,) = office.clerk.do("outbox list").data
    assert line["unknown"] == 1
    assert office.clerk.do(f"outbox {answer} {line['number']}").error == "not_allowed"
    done = office.secretary.do(f"outbox {answer} {line['number']}", fields={"_confirm": "yes"})
    assert done.data == {"copies": 1}
    assert len(drain(house)) == expected
    assert office.clerk.do("outbox list").data == []
    shown = office.clerk.do(f"outbox show {line['number']}").data
    assert (shown["total"], shown["sent"], shown["unknown"]) == (2, 2, 0)
    again = office.secretary.do(f"outbox {answer} {line['number']}", fields={"_confirm": "yes"})
    assert again.error == "nothing_unknown"


def test_members_see_none_of_it_and_other_associations_neither(sqlite_house):
    office = failed_once(sqlite_house)
    number = office.clerk.do("outbox list").data[0]["number"]
    for line in ("outbox list", f"outbox show {number}", f"outbox retry {number}"):
        assert office.contacts[0].do(line).error == "not_allowed"
    assert office.clerk.do("outbox show 99999").error == "outbox_unknown"
    assert office.clerk.do("outbox show x").error == "outbox_form"
    with open_session(sqlite_house.engine, 1) as session:
        actions = set(session.scalars(select(AuditEntry.action)))
    assert not {"outbox:copy:resend", "outbox:copy:settle"} & actions


def test_a_long_list_of_those_without_it_is_shown_in_pages(sqlite_house):
    office = published(sqlite_house)
    with open_session(sqlite_house.engine, 1) as session:
        pending = OutboxMessage.state == State.PENDING
        content = session.scalar(select(OutboxMessage.content_id).where(pending))
        session.execute(update(OutboxMessage).where(pending).values(state=State.DEAD, error="server_trouble"))
        for i in range(23):
            row = {"content_id": content, "person_id": None, "platform": "console", "chat": f"g{i}"}
            rest = {"language": "zh_CN", "priority": 5, "token": f"t{i}", "dedupe_key": f"d{i}"}
            more = {"state": "dead", "due_at": sqlite_house.clock(), "error": "server_trouble"}
            session.add(OutboxMessage(association_id=1, **row, **rest, **more))
    number = office.clerk.do("outbox list").data[0]["number"]
    first = office.clerk.say(f"outbox show {number}")
    second = office.clerk.press("下一页")
    third = office.clerk.press("下一页")
    rows = [row for reply in (first, second, third) for row in reply.table.rows]
    assert len(rows) == len({row for row in rows if row[0] != "群组"}) + 23 == 25
    assert "下一页" not in [button.label for row in third.buttons for button in row]
