"""Facts in a round, a council's vote, who rules on an objection, and what others see of grades."""

from datetime import date

from openpyxl import load_workbook
from sqlalchemy import select

from core.attachments import Attachment
from core.db import open_session
from membership.models import RoundMember, UnitGrade
from membership.queries import grading as queries
from tests.membership.rounding import DOCUMENT, Round

RULED = (
    DOCUMENT
    + """
[[rules]]
id = "fine"
title = "行政处罚"
kind = "deduct"
method = "per_event"
points = 5
validity = { years = 1 }
origin = "penalty"
clause = "第六条"
[[consecutive]]
grade = "B"
years = 2
becomes = "C"
"""
)


def published(play):
    """From the lock to grades in effect, without objections."""
    play.to_notice()
    play.house.clock.forward(days=8)
    asked = play.clerk.do("评定 审定 G-1")
    assert play.deputy.do(f"审批 同意 P-{asked.data['approval']}").error is None, asked.text
    assert play.confirmed(play.clerk, "评定 公布 G-1").error is None


def test_facts_of_the_register_are_frozen_at_the_lock_and_taken_anew_only_after_an_objection(house):
    play = Round(house, RULED)
    entered = play.clerk.do("事实 登记 M-1 fine 2026-05-06 罚字〔2026〕7号")
    assert entered.error is None, entered.text
    play.to_lock()
    rows = {row[0]: row[3:] for row in play.clerk.do("评定 结果 G-1").data}
    assert rows == {"M-0001": ["87.5", "B", "1"], "M-0002": ["74.5", "C", "2"]}
    assert play.confirmed(play.clerk, "事实 撤销 Q-1 登错单位").error is None
    play.to_notice()
    assert play.members[0].do("异议 提出 A-1 该处罚不是我单位").error is None
    assert play.deputy.do("异议 裁定 O-1 成立 登记错误").error is None
    done = play.clerk.do("评定 更正 G-1 M-1 O-1 事实 更新 登记已撤销")
    assert done.data == {"score": "92.5", "grade": "A", "rank": 1}, done.text
    with open_session(house.engine, 1) as session:
        assert session.get(RoundMember, 1).facts == ""


def test_a_council_decides_where_the_round_asks_for_it(sqlite_house):
    play = Round(sqlite_house)
    for name in ("联络1", "联络2", "钱办"):
        assert play.clerk.do(f"body seat 监事会 {name}").error is None
    play.open = lambda: play.clerk.do("评定 开启 plain 年度评定 全体 理事会表决=是")
    play.to_lock()
    assert play.clerk.do("评定 表决 G-1 监事会").error == "notice_missing"
    play.to_notice()
    play.house.clock.forward(days=8)
    assert play.clerk.do("评定 审定 G-1").error == "no_resolution"
    put = play.clerk.do("评定 表决 G-1 监事会")
    assert put.error is None, put.text
    motion = put.data["motion"]
    assert play.clerk.do(f"议案 表决 {motion} 至=2026-10-20").error is None
    for voice in (*play.members, play.clerk):
        assert voice.do(f"议案 投票 {motion} 同意").error is None
    assert play.clerk.do("评定 审定 G-1").error == "no_resolution"
    assert play.clerk.do(f"议案 计票 {motion}", fields={"_confirm": "yes"}).error is None
    decided = play.clerk.do("评定 审定 G-1")
    assert decided.error is None, decided.text
    assert play.confirmed(play.clerk, "评定 公布 G-1").data["grades"] == 2
    with open_session(sqlite_house.engine, 1) as session:
        assert "监事会决议〔2026〕1号" in str(queries_decision(session))


def queries_decision(session):
    """What the decision of the round rests on."""
    from membership.queries.rounds import round_by_number

    return round_by_number(session, 1).decision


def test_whoever_has_a_tie_with_the_objector_does_not_rule(sqlite_house):
    play = Round(sqlite_house)
    play.to_lock()
    play.to_notice()
    assert play.members[1].do("异议 提出 A-1 现场扣分不当").error is None
    assert play.clerk.do("contact add M-2 卢副 人员=2").error is None
    assert play.deputy.do("异议 裁定 O-1 成立 属实").error == "conflict_of_interest"
    assert play.secretary.do("异议 裁定 O-1 不成立 有照片为证").error is None


def test_grades_choose_an_audience_a_population_and_fill_the_month_s_sheet(sqlite_house):
    play = Round(sqlite_house)
    play.to_lock()
    before = play.secretary.do("导出 月报 2026-10")
    assert "会员分级" not in load_workbook(content(before)).sheetnames
    published(play)
    clerk = play.clerk
    assert clerk.do("对象 预览 等级=A").data["people"] == 1
    assert clerk.do("对象 预览 等级=A,C").data["people"] == 2
    assert clerk.do("对象 预览 等级=未评").data["people"] == 0
    assert clerk.do("评定 预览 plain 复评 等级=C").data["members"] == 1
    month = play.secretary.do("导出 月报 2026-10")
    sheet = load_workbook(content(month))["会员分级"]
    rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    first = next(row for row in rows if row[0] == "M-0001")
    assert first[1] == "青禾检测有限公司"
    assert first[3] == "G-0001"
    assert first[5:10] == ["1", 92.5, "A", "无", "首次评定"]
    assert first[12] == 0
    assert [cell.date() for cell in (first[10], first[11], first[14])] == [
        date(2026, 10, 8), date(2026, 10, 13), date(2027, 10, 16),
    ]  # fmt: skip
    assert first[15] == "有效"


def content(reply):
    """The workbook of a reply."""
    from io import BytesIO

    return BytesIO(reply.files[0].content)


def test_an_expired_grade_is_not_in_force_and_stays_in_the_history(sqlite_house):
    play = Round(sqlite_house)
    play.to_lock()
    published(play)
    with open_session(sqlite_house.engine, 1) as session:
        grade = session.get(UnitGrade, 1)
        assert grade.valid_until == date(2027, 10, 16)
        assert queries.distribution(session, date(2027, 10, 16)) == {"A": 1, "C": 1}
        assert queries.distribution(session, date(2027, 10, 17)) == {}
        assert queries.distribution(session, date(2026, 10, 15)) == {}
        assert queries.expired(grade, date(2027, 10, 17))


def test_reminders_reach_who_has_not_handed_in_and_who_has_not_scored(sqlite_house):
    from membership.round_reminders import _assessments, _first
    from tests.houses import tx_for

    play = Round(sqlite_house)
    play.open()
    with tx_for(sqlite_house, "钱办") as tx:
        rows = tx.session.execute(_assessments(tx)).all()
        assert [(row.owner, row.title, str(row.due_on)) for row in rows] == [
            ("grading:1", "2026年度评定 · 青禾检测有限公司", "2026-10-21"),
            ("grading:1", "2026年度评定 · 云岭安全评价有限公司", "2026-10-21"),
        ]
        assert tx.session.execute(_first(tx)).all() == []
        tx.record("test:reminder:look", "test:1")
    play.assess()
    play.assign()
    play.clerk.do("评定 推进 G-1")
    play.reviewed(play.first, {1: ("58", "36")})
    with tx_for(sqlite_house, "钱办") as tx:
        assert tx.session.execute(_assessments(tx)).all() == []
        rows = tx.session.execute(_first(tx)).all()
        assert [(row.title, str(row.due_on)) for row in rows] == [("2026年度评定 · 云岭安全评价有限公司", "2026-11-04")]
        tx.record("test:reminder:look", "test:1")


def test_an_evaluator_who_leaves_gives_the_rest_of_the_queue_back_and_erasure_empties_what_is_theirs(sqlite_house):
    play = Round(sqlite_house)
    play.open()
    play.assess()
    play.assign()
    play.first.do("评定 回避 M-1 曾任该公司顾问")
    assert play.secretary.do("person remove 初一 离任", fields={"_confirm": "yes"}).error is None
    assert "已分配 0/2 家" in play.clerk.do("评定 查看 G-1").text


def test_two_hundred_members_are_listed_in_a_file_of_the_notice(sqlite_house):
    play = Round(sqlite_house)
    for number in range(3, 3 + 300):
        name = f"第{number}安全评价技术咨询服务有限责任公司（浙江省分公司）"
        with open_session(sqlite_house.engine, 1) as session:
            session.add(unit(number, name))
    play.open()
    play.assess()
    play.assign()
    play.house.clock.forward(days=14)
    assert play.clerk.do("评定 推进 G-1").error is None
    play.house.clock.forward(days=14)
    assert play.clerk.do("评定 推进 G-1").error is None
    play.house.clock.forward(days=14)
    locked = play.confirmed(play.clerk, "评定 锁定 G-1")
    assert locked.data["spread"] == {"missing": 302}
    asked = play.clerk.do("评定 公示 G-1 0571-88880000 杭州市文一路1号")
    assert asked.error is None, asked.text
    with open_session(sqlite_house.engine, 1) as session:
        kept = session.scalars(select(Attachment).where(Attachment.name.contains("G-0001"))).one()
        assert kept.name == "公示名单 G-0001.csv"
        lines = kept.content.decode("utf-8-sig").splitlines()
    assert lines[:2] == ["序号,单位,等级", "1,青禾检测有限公司,缺失"]
    assert len(lines) == 303


def unit(number, name):
    """A bare unit."""
    from membership.models import Unit

    return Unit(
        number=number, code=f"X{number:017d}", name=name, name_key=name, category="other", rank="member", region="杭州市",
        joined_on=date(2020, 1, 1), status="active",
    )  # fmt: skip
