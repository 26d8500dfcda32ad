"""Deadlines move when a year's holidays are published, and say so."""

from datetime import date

from core import deadlines
from core.calendar import Period, Unit
from core.db import open_session
from tests.houses import furnish, tx_for


def test_a_provisional_deadline_is_counted_anew(house):
    office = furnish(house)
    with tx_for(house, "秦书") as tx:
        kept = deadlines.set_deadline(tx, "case:1", "answer", date(2026, 12, 30), Period(5, Unit.WORK_DAY))
        assert (kept.due_on, kept.provisional) == (date(2027, 1, 6), True)
        tx.record("case:deadline:set", "case:1")
    refused = office.secretary.do("calendar publish 2027 2026-01-01")
    assert refused.error == "calendar_year"
    reply = office.secretary.do("日历 发布 2027 2027-01-01,2027-01-04 workdays=2027-01-09")
    assert reply.data == {"moved": 1}
    assert "2027-01-06 → 2027-01-08" in reply.text
    with open_session(house.engine, 1) as session:
        found = session.query(deadlines.Deadline).one()
        assert (found.due_on, found.provisional) == (date(2027, 1, 8), False)
    assert office.clerk.do("calendar publish 2027 2027-01-01").error == "not_allowed"


def test_counting_in_chat(sqlite_house):
    office = furnish(sqlite_house)
    assert office.contacts[0].do("日历 期限 2026-09-30 5 工作日").data == {"day": "2026-10-13", "provisional": False}
    assert office.contacts[0].do("calendar deadline 2026-12-30 5 work_day").data["provisional"]
    assert office.contacts[0].do("calendar deadline 2026-12-30 99999 work_day").error == "period_range"
