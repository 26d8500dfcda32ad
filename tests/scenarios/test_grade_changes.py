"""Grades between rounds, told as they happen: a late accident with its hearing, a repair, a disputed deduction."""

from core.db import open_session
from membership.queries import grading, unit_by_number
from tests.faults.pictures import differing, picture
from tests.houses import deliver
from tests.membership.graded import graded

YES = {"_confirm": "yes"}


def held(house, number=1):
    """Every grade of a unit, oldest first: (shown, from, until)."""
    with open_session(house.engine, 1) as session:
        found = grading.grades_of(session, unit_by_number(session, number))
        return [(one.shown, one.valid_from.isoformat(), one.valid_until.isoformat()) for one in found]


def heard_of_an_accident(house, office):
    """The fact, the proposal, and the notice to the member with everything it must say."""
    office.clerk.do("fact add M-1 death 2026-09-20 事故调查报告〔2026〕7号 认定负有责任")
    proposed = office.clerk.do("adjustment propose M-1")
    assert (proposed.data["before"], proposed.data["after"], proposed.data["state"]) == ("AAA", "C", "proposed")
    assert proposed.data["causes"] == [["new", "Q-0001"]]
    assert "事故调查报告〔2026〕7号" in proposed.text
    early = office.deputy.do("adjustment decide D-1 事实清楚", fields=YES)
    assert early.error == "adjustment_unheard"
    told = office.clerk.do("adjustment tell D-1", fields=YES)
    assert told.data["due"] == "2026-10-21"
    [notice] = [m for chat, m in deliver(house) if chat == "联络1" and "拟降低等级告知书" in m.text]
    for said in ("AAA", "C", "生产安全责任死亡事故", "事故调查报告〔2026〕7号", "2026-10-21", "10 个工作日", "2026.1"):
        assert said in notice.text
    assert "钱办" not in notice.text


def test_a_late_accident_leads_to_a_hearing_and_only_then_to_a_lower_grade(house):
    office = graded(house)
    heard_of_an_accident(house, office)

    before = picture(house)
    assert office.deputy.do("adjustment decide D-1 事实清楚", fields=YES).error == "adjustment_early"
    assert office.contacts[1].do("adjustment answer D-1 不是我单位").error == "adjustment_unknown"
    assert differing(before, picture(house)) <= {"audit_entry", "audit_head"}

    house.clock.forward(days=3)
    answered = office.contacts[0].do("adjustment answer D-1 事故车辆为外包单位，附合同")
    assert answered.error is None
    assert any("已就 D-0001 提出意见" in m.text for chat, m in deliver(house) if chat == "钱办")
    assert office.clerk.do("adjustment decide D-1 合同不改变责任认定", fields=YES).error == "not_allowed"
    for day in ("2026-10-11", "2026-10-21"):
        house.clock.now = house.clock.now.replace(day=int(day[-2:]))
        assert office.deputy.do("adjustment decide D-1 急于决定", fields=YES).error == "adjustment_early"
    house.clock.forward(days=1)
    decided = office.deputy.do("adjustment decide D-1 合同不改变责任认定，维持", fields=YES)
    assert decided.data["grade"] == "C"
    assert held(house) == [("AAA", "2026-06-30", "2027-06-30"), ("C", "2026-10-22", "2027-06-30")]
    [result] = [m.text for chat, m in deliver(house) if chat == "联络1" and "决定" in m.text]
    assert "合同不改变责任认定" in result
    assert "异议" in result
    assert held(house, 2) == [("A", "2026-06-30", "2027-06-30")]


def test_without_an_answer_the_grade_falls_on_the_day_after_the_last_and_not_before(sqlite_house):
    office = graded(sqlite_house)
    office.clerk.do("fact add M-1 death 2026-09-20 事故调查报告")
    office.clerk.do("adjustment propose M-1")
    office.clerk.do("adjustment tell D-1", fields=YES)
    sqlite_house.clock.forward(days=13)
    assert sqlite_house.clock().date().isoformat() == "2026-10-21"
    assert office.deputy.do("adjustment decide D-1 逾期未申辩", fields=YES).error == "adjustment_early"
    sqlite_house.clock.forward(days=1)
    assert office.deputy.do("adjustment decide D-1 逾期未申辩", fields=YES).data["grade"] == "C"
    again = office.deputy.do("adjustment decide D-1 逾期未申辩", fields=YES)
    assert again.error == "adjustment_closed"
    assert [shown for shown, _from, _until in held(sqlite_house)] == ["AAA", "C"]


def test_a_disputed_deduction_is_revoked_and_the_proposal_lapses(house):
    office = graded(house, second=81)
    office.clerk.do("fact add M-2 fine 2026-09-01 处罚决定书〔2026〕31号 value=30000")
    assert office.clerk.do("adjustment propose M-2").data["after"] == "A"
    office.clerk.do("adjustment tell D-1", fields=YES)
    office.contacts[1].do("adjustment answer D-1 该处罚已被行政复议撤销")
    office.clerk.do("fact revoke Q-1 复议决定书〔2026〕2号撤销处罚", fields=YES)
    house.clock.forward(days=14)
    refused = office.deputy.do("adjustment decide D-1 仍然降级", fields=YES)
    assert refused.error == "facts_changed"
    office.deputy.do("adjustment drop D-1 处罚已撤销，申辩成立")
    assert held(house, 2) == [("AA", "2026-06-30", "2027-06-30")]
    [heard] = [m.text for chat, m in deliver(house) if chat == "联络2" and "仍为 AA" in m.text]
    assert "申辩成立" in heard


def test_a_repair_brings_an_upgrade_that_waits_for_the_round_unless_settled_otherwise(sqlite_house):
    office = graded(sqlite_house, first=95)
    office.clerk.do("fact add M-1 dishonest_list 2026-07-10 列入决定书〔2026〕3号")
    office.clerk.do("adjustment propose M-1")
    office.clerk.do("adjustment tell D-1", fields=YES)
    office.contacts[0].do("adjustment answer D-1 无异议，将整改")
    sqlite_house.clock.forward(days=14)
    office.deputy.do("adjustment decide D-1 会员无异议", fields=YES)
    assert held(sqlite_house)[-1][0] == "C"
    office.clerk.do("fact repair Q-1 2026-10-08 已移出名单")
    waiting = office.clerk.do("adjustment propose M-1")
    assert (waiting.data["after"], waiting.data["state"]) == ("A", "waiting")
    assert office.deputy.do("adjustment decide D-2 已修复", fields=YES).error == "upgrade_waits"
    office.deputy.do("adjustment drop D-2 改为即时办理")
    office.secretary.do("grade settings upgrades=at_once")
    assert office.clerk.do("adjustment propose M-1").error == "adjustment_dropped"
    office.clerk.do("fact amend Q-1 补充移出文号 document=列入决定书〔2026〕3号及移出决定")
    made = office.clerk.do("adjustment propose M-1")
    assert made.data["state"] == "proposed"
    office.deputy.do("adjustment decide D-3 已移出名单", fields=YES)
    assert [shown for shown, _from, _until in held(sqlite_house)] == ["AAA", "C", "A"]


def test_an_upheld_objection_gives_the_grade_back_and_nobody_rules_on_their_own_decision(sqlite_house):
    office = graded(sqlite_house)
    office.clerk.do("fact add M-1 death 2026-09-20 事故调查报告")
    office.clerk.do("adjustment propose M-1")
    office.clerk.do("adjustment tell D-1", fields=YES)
    office.contacts[0].do("adjustment answer D-1 请核实")
    sqlite_house.clock.forward(days=14)
    office.deputy.do("adjustment decide D-1 已核实属实", fields=YES)
    assert office.contacts[0].do("adjustment object D-1 责任认定已改变").error is None
    assert office.contacts[0].do("adjustment object D-1 再说一次").error == "objection_open"
    assert office.deputy.do("adjustment rule D-1 no 维持原决定").error == "decider_involved"
    assert office.secretary.do("adjustment rule D-1 yes 认定已改变").error == "facts_unchanged"
    office.clerk.do("fact revoke Q-1 重新认定无责任", fields=YES)
    assert office.secretary.do("adjustment rule D-1 yes 重新认定无责任").data["ruling"] == "upheld"
    assert [shown for shown, _from, _until in held(sqlite_house)] == ["AAA", "C", "AAA"]
    assert any("异议成立" in m.text for chat, m in deliver(sqlite_house) if chat == "联络1")
