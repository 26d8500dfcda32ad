"""A notice over the turn of the year: provisional until the holidays come, then longer if need be, never shorter."""

from datetime import UTC, date, datetime

import pytest
from sqlalchemy import select

from announcements.models import Announcement
from core.audit import AuditEntry
from core.db import open_session
from tests.houses import deliver, furnish

DECEMBER = datetime(2026, 12, 24, 2, 0, tzinfo=UTC)
NOTICE = (
    "公示 起草 title=拟评定等级公示 basis=试安协〔2026〕3号 subjects=青禾检测有限公司 decision=评为A级 "
    "starts=2026-12-28 ends=5 audience=全体 objection=书面实名提出 department=秘书处 phone=0571-88880000 address=a@example.org"
)


@pytest.fixture
def office(sqlite_house):
    made = furnish(sqlite_house)
    sqlite_house.clock.now = DECEMBER
    return made


def last_day(office):
    with open_session(office.house.engine, 1) as session:
        return session.scalars(select(Announcement.runs_until)).one()


def published(office):
    drafted = office.clerk.do(NOTICE)
    assert "暂定" in drafted.text
    asked = office.clerk.do("announce submit A-1")
    assert "暂定" in asked.text
    assert office.deputy.do(f"approval approve {asked.data['approval']}").error is None
    deliver(office.house)


def test_it_runs_longer_when_days_off_fall_into_it_and_staff_are_told(office):
    published(office)
    before = last_day(office)
    assert "暂定" in office.clerk.do("announce status A-1").text
    off = "2027-01-01,2027-01-02,2027-01-03,2027-01-04"
    assert office.secretary.do(f"calendar publish 2027 {off}").error is None
    after = last_day(office)
    assert after > before
    news = [message for chat, message in deliver(office.house) if chat == "钱办" and "顺延" in message.text]
    assert after.isoformat() in news[0].text
    assert "暂定" not in office.clerk.do("announce status A-1").text
    with open_session(office.house.engine, 1) as session:
        actions = session.scalars(select(AuditEntry.action).where(AuditEntry.action == "announcement:period:extend"))
        assert len(actions.all()) == 1


def test_it_never_becomes_shorter(office):
    published(office)
    before = last_day(office)
    line = "calendar publish 2027 2027-02-01 workdays=2027-01-02,2027-01-03"
    assert office.secretary.do(line).error is None
    assert last_day(office) == before
    assert [message for _chat, message in deliver(office.house) if "顺延" in message.text] == []


def test_a_year_within_known_holidays_moves_nothing(office):
    published(office)
    before = last_day(office)
    assert office.secretary.do("calendar publish 2028 2028-01-01").error is None
    assert last_day(office) == before > date(2026, 12, 31)
