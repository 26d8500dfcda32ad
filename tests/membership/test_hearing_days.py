"""The days of a hearing: they run in full, those that may move are marked for the member too, and no scorer decides."""

from datetime import UTC, datetime

from core.db import open_session
from membership.models import GradingRound, RoundScore, UnitGrade
from tests.faults.pictures import differing, picture
from tests.houses import START, deliver
from tests.membership.graded import graded

YES = {"_confirm": "yes"}
MARK = "（暂定：该年放假安排尚未公布）"


def told(house, office=None):
    """A downgrade that the first member was told of."""
    office = office or graded(house)
    office.clerk.do("fact add M-1 death 2026-09-20 事故调查报告")
    office.clerk.do("adjustment propose M-1")
    office.clerk.do("adjustment tell D-1", fields=YES)
    return office


def letters(house):
    return [message.text for chat, message in deliver(house) if chat == "联络1"]


def test_days_in_a_year_without_holidays_are_marked_for_the_member_too(house):
    house.clock.now = datetime(2026, 12, 21, 2, tzinfo=UTC)
    office = told(house)
    [notice] = [text for text in letters(house) if "告知书" in text]
    assert f"2027-01-04{MARK}" in notice
    member = office.contacts[0]
    assert f"2027-01-04{MARK}" in member.do("调整 查看 D-1").text
    assert member.do("调整 列表").data[0][5] == f"2027-01-04{MARK}"
    member.do("调整 申辩 D-1 请核实")
    house.clock.forward(days=20)
    assert office.deputy.do("adjustment decide D-1 已核实", fields=YES).error == "adjustment_provisional"


def test_the_last_day_to_object_is_marked_too(sqlite_house):
    sqlite_house.clock.now = datetime(2026, 12, 14, 2, tzinfo=UTC)
    office = told(sqlite_house)
    letters(sqlite_house)
    sqlite_house.clock.forward(days=15)
    assert office.deputy.do("adjustment decide D-1 逾期未申辩", fields=YES).error is None
    [decision] = [text for text in letters(sqlite_house) if "决定" in text]
    assert f"2027-01-19{MARK}" in decision
    assert f"可在 2027-01-19{MARK} 前（含当日）提出异议" in office.contacts[0].do("调整 查看 D-1").text


def test_a_downgrade_waits_for_the_whole_time_and_another_day_than_that_of_the_answer(sqlite_house):
    office = told(sqlite_house)
    member = office.contacts[0]
    assert member.do("调整 申辩 D-1 责任在外包单位").error is None
    before = picture(sqlite_house)
    assert office.deputy.do("adjustment decide D-1 已研究", fields=YES).error == "adjustment_early"
    sqlite_house.clock.forward(days=14)
    assert differing(before, picture(sqlite_house)) <= {"audit_entry", "audit_head"}
    assert member.do("调整 申辩 D-1 补充一份合同").error is None
    assert office.deputy.do("adjustment decide D-1 已研究", fields=YES).error == "adjustment_just_answered"
    sqlite_house.clock.forward(days=1)
    assert office.deputy.do("adjustment decide D-1 已研究", fields=YES).error is None


def test_who_scored_the_member_does_not_decide_on_its_grade(house):
    office = graded(house)
    with open_session(house.engine, 1) as session:
        scored_by(session, session.query(UnitGrade).filter(UnitGrade.unit_id == 1).one(), person_of(session, "卢副"))
    told(house, office)
    house.clock.forward(days=15)
    before = picture(house)
    assert office.deputy.do("adjustment decide D-1 属实", fields=YES).error == "decider_scored"
    assert office.deputy.do("adjustment drop D-1 不予调整").error == "decider_scored"
    assert differing(before, picture(house)) <= {"audit_entry", "audit_head"}
    assert office.secretary.do("adjustment decide D-1 属实", fields=YES).error is None


def person_of(session, name):
    """The id of a person."""
    from people.models import Person

    return session.query(Person).filter(Person.name == name).one().id


def scored_by(session, grade, person):
    """A newer grade of the same unit, from a round in which this person scored it."""
    made = GradingRound(
        number=1, title="第1次评级", scheme_id=grade.scheme_id, state="published", population={}, members=2,
        day=grade.day, notice_days=5, valid_months=12, opened_by=1, opened_at=START,
    )  # fmt: skip
    session.add(made)
    session.flush()
    session.add(
        RoundScore(
            round_id=made.id, unit_id=grade.unit_id, indicator="site", stage="first", score="60", verdict="full",
            points=60_000_000, plain=True, reason="", evidence=[], entry="{}", scored_by=person, scored_at=START,
        )
    )  # fmt: skip
    copy = {name: getattr(grade, name) for name in (
        "unit_id", "scheme_id", "day", "grade", "shown", "score", "status", "valid_from", "valid_until", "inputs",
        "digest", "made_by", "made_at",
    )}  # fmt: skip
    session.add(UnitGrade(**copy, round_id=made.id, adjustment_id=None))
