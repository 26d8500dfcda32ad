"""A person's calendar: as a file and at a secret address, by their role, without a word about anybody."""

import asyncio
from dataclasses import replace

import httpx
import pytest
from sqlalchemy import select

from core.db import open_session
from core.inbox import InboxUpdate
from portal.server import build
from reminders.models import CalendarLink
from tests.reminders.offices import at, office_with

PUBLIC = "https://office.example"


def unfolded(content):
    return content.replace("\r\n ", "").split("\r\n")


def events(content):
    return [line.removeprefix("SUMMARY:") for line in unfolded(content) if line.startswith("SUMMARY:")]


def ask(office, path, method="GET", **headers):
    """What the web side answers."""

    async def asked():
        transport = httpx.ASGITransport(app=build(office.house, []))
        async with httpx.AsyncClient(transport=transport, base_url=PUBLIC, headers=headers) as client:
            return await client.request(method, path)

    return asyncio.run(asked())


@pytest.fixture
def office(house):
    return office_with(replace(house, public_url=PUBLIC), "2026-11-20")


def linked(office, voice):
    """The path of a new address."""
    address = voice.do("日历 链接").text.split()[0]
    assert address.startswith(f"{PUBLIC}/calendar/")
    return address.removeprefix(PUBLIC)


def test_the_office_sees_everything_and_a_member_what_concerns_them(house):
    office = office_with(house, "2026-11-20")
    office.clerk.do("qualification set M-2 乙 2027-01-01")
    everything = office.clerk.do("calendar file").files[0].content.decode()
    assert events(everything) == ["月报导出 2026-10", "资质到期 M-0001", "资质到期 M-0002"]
    assert "DTSTART;VALUE=DATE:20261120" in unfolded(everything)
    own = office.contacts[0].do("日历 文件").files[0].content.decode()
    assert events(own) == ["资质到期 M-0001"]
    for name in ("联络", "青禾", "钱办"):
        assert name not in everything


def test_a_thing_keeps_its_uid_when_its_date_moves(sqlite_house):
    office = office_with(sqlite_house, "2026-11-20")

    def uid():
        content = office.contacts[0].do("calendar file").files[0].content.decode()
        return [line for line in unfolded(content) if line.startswith(("UID", "DTSTART"))]

    before = uid()
    office.clerk.do("qualification set M-1 资质1 2027-10-01")
    after = uid()
    assert before[0] == after[0]
    assert before[1] != after[1]


def test_the_address_serves_the_calendar_until_it_is_taken_back(office):
    path = linked(office, office.contacts[0])
    given = ask(office, path)
    assert given.status_code == 200
    assert given.headers["content-type"] == "text/calendar; charset=utf-8"
    assert given.headers["cache-control"] == "private, max-age=900"
    assert events(given.text) == ["资质到期 M-0001"]
    again = ask(office, path, **{"if-none-match": given.headers["etag"]})
    assert (again.status_code, again.text) == (304, "")
    assert ask(office, path, "POST").status_code == 405
    office.contacts[0].do("日历 取消链接")
    assert ask(office, path).status_code == 404


def test_a_new_address_ends_the_former_one_and_only_its_hash_is_kept(office):
    first = linked(office, office.clerk)
    second = linked(office, office.clerk)
    assert (ask(office, first).status_code, ask(office, second).status_code) == (404, 200)
    token = second.removeprefix("/calendar/").removesuffix(".ics")
    assert len(token) >= 43
    with open_session(office.house.engine, 1) as session:
        kept = session.scalars(select(CalendarLink.token_hash)).all()
        updates = session.scalars(select(InboxUpdate)).all()
    assert token not in kept
    assert token not in repr([(update.raw, update.reply) for update in updates])


def test_the_address_knows_the_rights_of_the_day(office):
    path = linked(office, office.clerk)
    assert len(events(ask(office, path).text)) == 2
    office.secretary.do("role end 钱办 staff 轮岗", fields={"_confirm": "yes"})
    assert ask(office, path).status_code == 404
    other = linked(office, office.contacts[0])
    office.secretary.do("person remove 联络1 离任", fields={"_confirm": "yes"})
    assert ask(office, other).status_code == 404


@pytest.mark.parametrize(
    "path", ["/calendar/x.ics", "/calendar/%00.ics", "/calendar/%ff%fe.ics", "/calendar/" + "a" * 5000 + ".ics"]
)
def test_what_is_no_address_is_not_found(sqlite_house, path):
    assert ask(office_with(sqlite_house), path).status_code == 404


def test_looking_writes_nothing_and_the_tag_stays_within_the_hour(office):
    from tests.architecture.test_contracts import picture

    path = linked(office, office.clerk)
    with open_session(office.house.engine) as session:
        before = picture(session)
    at(office.house, "2026-10-08", 11, 3)
    tag = ask(office, path).headers["etag"]
    at(office.house, "2026-10-08", 11, 48)
    assert ask(office, path).headers["etag"] == tag
    with open_session(office.house.engine) as session:
        assert picture(session) == before
