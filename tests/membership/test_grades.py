"""Grades as they are seen: shown, explained, recomputed years later, simulated, pictured, and watched day by day."""

from dataclasses import replace
from datetime import UTC, date, datetime
from io import BytesIO

import pytest
from PIL import Image
from sqlalchemy import text

from bot.messages import FileIn
from bot.screener import screened
from core.access import Permission
from core.db import open_session
from core.errors import AppError
from membership.models import UnitGrade
from membership.queries import grading, unit_by_number
from membership.queries.adjustments import adjustment_by_number
from membership.rules import adjusting as rules
from membership.rules import benefits as benefit_rules
from membership.rules.adjusting import Direction, Standing, State
from membership.usecases import adjusting, adjustments, benefits, hearings, simulating
from tests.faults.pictures import differing, picture
from tests.houses import Voice, deliver, furnish, system, tx_for
from tests.membership.graded import document, give, graded, published, rounds, scores

YES = {"_confirm": "yes"}


def test_every_point_is_explained_with_clause_evidence_who_and_when(sqlite_house):
    office = graded(sqlite_house)
    told = office.contacts[0].do("grade explain M-1")
    assert told.error is None
    assert told.data["same"] is True
    assert (told.data["grade"], told.data["score"], told.data["version"]) == ("AAA", "92", "2026.1")
    scored = [step for step in told.data["steps"] if step["code"] == "scored"]
    assert len(scored) == 12
    assert "记录人：复核人员" in scored[0]["words"]
    assert "钱办" not in told.text
    assert "钱办" not in str(told.data)
    assert "person:" not in str(told.data)
    assert "记录人：钱办" in office.clerk.do("grade explain M-1").data["steps"][0]["words"]
    assert "评分表" in scored[0]["words"]
    assert told.data["changes"], "what would change it is said, too"
    more = office.contacts[0].press("下一页")
    assert "怎样会改变等级" in more.text
    assert office.contacts[0].do("我的等级").data["grade"] == "AAA"


def test_a_contact_sees_the_own_unit_only_and_learns_nothing_of_the_others(sqlite_house):
    office = graded(sqlite_house)
    for name in ("grade show", "grade explain", "grade profile"):
        theirs = office.contacts[0].do(f"{name} M-2")
        nobody = office.contacts[0].do(f"{name} M-99")
        assert (theirs.error, theirs.text) == (nobody.error, nobody.text)
        assert theirs.error == "member_unknown"


def test_years_later_and_after_the_scheme_and_the_facts_have_changed_it_is_recomputed_the_same(house):
    office = graded(house)
    first = office.clerk.do("grade explain M-1").data
    office.clerk.do("fact add M-1 death 2026-09-20 事故调查报告")
    with open_session(house.engine, 1) as session:
        published(session, document("2029.1", high=("from = 90", "from = 95"), next=("below = 90", "below = 95")))
    house.clock.now = datetime(2031, 3, 1, 2, tzinfo=UTC)
    later = office.clerk.do("grade explain M-1")
    for part in ("digest", "grade", "score", "steps", "version"):
        assert later.data[part] == first[part]
    assert later.data["same"] is True
    assert later.data["expired"] is True
    assert "已过有效期" in office.clerk.do("grade show M-1").text


def test_a_grade_that_does_not_come_out_the_same_is_named_loudly(sqlite_house):
    office = graded(sqlite_house)
    with open_session(sqlite_house.engine, 1) as session:
        session.execute(text("DROP TRIGGER unit_grade_no_update"))
        session.execute(text("UPDATE unit_grade SET grade = 'AA', shown = 'AA' WHERE grade = 'AAA'"))
    told = office.clerk.do("grade explain M-1")
    assert told.data["same"] is False
    assert "⚠" in told.text


def test_grades_are_only_ever_added(house):
    graded(house)
    for statement in ("UPDATE unit_grade SET grade = 'C'", "DELETE FROM unit_grade"):
        with pytest.raises(Exception, match="never changed"), open_session(house.engine, 1) as session:
            session.execute(text(statement))


def test_entries_of_facts_are_only_ever_added(house):
    office = graded(house)
    office.clerk.do("fact add M-1 death 2026-09-20 事故调查报告")
    for statement in ("UPDATE grading_fact SET item = 'fine'", "DELETE FROM grading_fact"):
        with pytest.raises(Exception, match="never changed"), open_session(house.engine, 1) as session:
            session.execute(text(statement))


def test_a_scheme_is_tried_on_everybody_and_nothing_is_written_but_that_somebody_looked(house):
    office = graded(house)
    with open_session(house.engine, 1) as session:
        new = document("2027.1", high=("from = 90", "from = 95"), next=("below = 90", "below = 95"))
        published(session, new, state="draft")
    before = picture(house)
    tried = office.clerk.do("grade simulate default@2027.1")
    assert differing(before, picture(house)) <= {"audit_entry", "audit_head"}
    assert tried.data["counts"] == {"up": 0, "down": 1, "same": 1, "new": 0, "other": 0}
    assert tried.data["moved"] == [["M-0001", "AAA", "AA"]]
    assert "降级 1 家" in tried.text
    [file] = tried.files
    assert Image.open(BytesIO(file.content)).format == "PNG"
    assert office.clerk.do("grade simulate default@2099.9").error == "scheme_unknown"


def test_the_daily_look_proposes_what_later_facts_change_and_tells_the_officers_once(house):
    office = graded(house)
    office.clerk.do("fact add M-1 death 2026-09-20 事故调查报告")
    office.clerk.do("fact add M-2 honour 2026-09-20 表彰决定 level=city")
    deliver(house)
    with system(house, 1, Permission.ADJUST_GRADES) as tx:
        assert adjustments.watch_grades(tx) == "2 looked at, 1 proposed, 0 lapsed, 0 troubled"
    assert [(row[0], row[3]) for row in office.clerk.do("adjustment list").data] == [("D-0001", "AAA → C")]
    assert {chat for chat, message in deliver(house) if "调整 列表" in message.text} == {"秦书", "卢副", "钱办"}
    with system(house, 1, Permission.ADJUST_GRADES) as tx:
        assert adjustments.watch_grades(tx) == "2 looked at, 0 proposed, 0 lapsed, 0 troubled"
    office.clerk.do("fact revoke Q-1 重新认定", fields=YES)
    with system(house, 1, Permission.ADJUST_GRADES) as tx:
        assert adjustments.watch_grades(tx) == "2 looked at, 0 proposed, 1 lapsed, 0 troubled"
    assert office.clerk.do("adjustment list --closed").data[0][4] == "已失效"


def test_a_fact_that_expires_is_a_cause_of_its_own(sqlite_house):
    office = furnish(sqlite_house)
    office.clerk.do("fact add M-1 serious_injury 2025-11-01 事故调查报告")
    with open_session(sqlite_house.engine, 1) as session:
        from membership.queries.facts import facts_for

        row, unit = published(session, document()), unit_by_number(session, 1)
        scheme = grading.loaded(row.document)
        kept = facts_for(session, [unit.id], scheme, date(2026, 6, 30))[unit.id]
        made = give(session, row, unit, [*scores(scheme, 92), *kept])
        assert made.grade == "A"
    assert office.clerk.do("adjustment propose M-1").error == "nothing_to_adjust"
    sqlite_house.clock.forward(days=40)
    proposed = office.clerk.do("adjustment propose M-1")
    assert (proposed.data["after"], proposed.data["causes"]) == ("AAA", [["expired", "Q-0001"]])


def test_a_member_without_chat_is_told_on_paper_and_that_is_noted(sqlite_house):
    office = graded(sqlite_house)
    office.clerk.do("contact end M-1 联络1")
    office.clerk.do("fact add M-1 death 2026-09-20 事故调查报告")
    office.clerk.do("adjustment propose M-1")
    assert office.clerk.do("adjustment tell D-1", fields=YES).error == "adjustment_no_contact"
    assert office.clerk.do("adjustment tell D-1 served=挂号信12345", fields=YES).error is None
    assert "挂号信12345" in office.clerk.do("adjustment show D-1").text


def test_whoever_decides_gets_the_files_that_the_member_sent(sqlite_house):
    office = graded(sqlite_house)
    proof = FileIn("合同.pdf", b"%PDF-1 contract")
    office.clerk.do("fact add M-1 death 2026-09-20 事故调查报告", files=(FileIn("报告.pdf", b"%PDF-1 report"),))
    assert office.clerk.do("fact show Q-1").files[0].content == b"%PDF-1 report"
    office.clerk.do("adjustment propose M-1")
    office.clerk.do("adjustment tell D-1", fields=YES)
    office.contacts[0].do("adjustment answer D-1 责任在外包单位", files=(proof,))
    [file] = office.deputy.do("adjustment show D-1").files
    assert (file.name, file.content) == (proof.name, proof.content)


def test_reasons_that_screening_would_hold_do_not_go_out_with_the_notice(sqlite_house):
    office = graded(sqlite_house)
    grave = "未参加协会培训的一律不予办理年检"
    office.clerk.do(f"fact add M-1 death 2026-09-20 事故调查报告 {grave}")
    office.clerk.do("adjustment propose M-1")
    clerk = Voice(replace(sqlite_house, screener=screened), "钱办")
    before = picture(sqlite_house)
    assert clerk.do("adjustment tell D-1", fields=YES).error == "held_by_screening"
    assert differing(before, picture(sqlite_house)) <= {"audit_entry", "audit_head"}
    office.clerk.do("fact amend Q-1 改写理由 reason=调查认定负主要责任")
    assert clerk.do("adjustment propose M-1").data["adjustment"] == "D-0002"
    assert clerk.do("adjustment tell D-2", fields=YES).error is None


def test_a_proposal_is_hidden_from_the_member_until_it_is_told(sqlite_house):
    office = graded(sqlite_house)
    office.clerk.do("fact add M-1 death 2026-09-20 事故调查报告")
    office.clerk.do("adjustment propose M-1")
    member = office.contacts[0]
    assert member.do("adjustment show D-1").error == "adjustment_unknown"
    assert member.do("adjustment list").data == []
    assert "D-0001" not in member.do("my grade").text
    office.clerk.do("adjustment tell D-1", fields=YES)
    assert member.do("adjustment show D-1").error is None
    assert "D-0001" in member.do("my grade").text


def test_facts_that_the_member_was_not_told_of_stop_the_decision(sqlite_house):
    office = graded(sqlite_house)
    office.clerk.do("fact add M-1 death 2026-09-20 事故调查报告")
    office.clerk.do("adjustment propose M-1")
    office.clerk.do("adjustment tell D-1", fields=YES)
    office.contacts[0].do("adjustment answer D-1 请核实")
    office.clerk.do("fact add M-1 concealed 2026-09-21 瞒报调查报告")
    sqlite_house.clock.forward(days=14)
    before = picture(sqlite_house)
    assert office.deputy.do("adjustment decide D-1 已核实", fields=YES).error == "facts_changed"
    assert differing(before, picture(sqlite_house)) <= {"audit_entry", "audit_head"}


ADMINISTRATIVE = ["持本会AAA证书可免检", "优先 审批", "减少检查频次一半", "在招标中加5分投标加分", "轻微违法免予处罚"]


@pytest.mark.parametrize("words", ADMINISTRATIVE)
def test_a_benefit_that_only_an_authority_can_grant_is_refused(words):
    assert benefit_rules.administrative(words)
    with pytest.raises(AppError) as refused:
        benefit_rules.check_not_administrative(words)
    assert refused.value.code == "benefit_administrative"


def test_benefits_stand_in_the_members_own_card_from_their_day_to_their_last(sqlite_house):
    office = graded(sqlite_house)
    before = picture(sqlite_house)
    for line, code in (
        ("benefit add default AAA 凭等级免检", "benefit_administrative"),
        ("benefit add default S 培训优惠", "grade_unknown"),
        ("benefit add other AAA 培训优惠", "scheme_unknown"),
        ("benefit end 7 2026-12-31 修订", "benefit_unknown"),
    ):
        assert office.secretary.do(line).error == code
    assert differing(before, picture(sqlite_house)) == set()
    office.secretary.do("benefit add default AAA 培训费用减免两成")
    office.secretary.do("benefit add default AAA 年会免费席位 starts=2027-01-01")
    card = office.contacts[0].do("my grade").text
    assert "培训费用减免两成" in card
    assert "年会免费席位" not in card
    office.secretary.do("benefit end 1 2026-10-31 办法修订")
    sqlite_house.clock.forward(days=24)
    assert "培训费用减免两成" not in office.contacts[0].do("my grade").text


def test_pictures_are_drawn_and_medians_of_few_members_are_not_shown(sqlite_house):
    office = furnish(sqlite_house)
    rounds(sqlite_house)
    moved = office.clerk.do("grade movement G-1 G-2")
    assert moved.data["matrix"] == {"AAA>AA": 1, "A>AA": 1}
    spread = office.clerk.do("grade chart")
    assert spread.data == [["AA", 2]]
    profile = office.contacts[0].do("grade profile M-1")
    assert {line[1] for line in profile.data} == {85.0}
    assert {line[2] for line in profile.data} == {None}
    for reply in (moved, spread, profile):
        assert Image.open(BytesIO(reply.files[0].content)).width > 500


def test_grades_that_end_are_listed_with_those_that_have_ended(sqlite_house):
    office = graded(sqlite_house)
    assert office.clerk.do("grade expiring").data == []
    assert len(office.clerk.do("grade expiring 2027-06-30").data) == 2
    sqlite_house.clock.now = datetime(2027, 7, 1, 2, tzinfo=UTC)
    assert {row[4] for row in office.clerk.do("grade expiring").data} == {"已过期"}
    assert office.clerk.do("adjustment propose M-1").error == "no_grade"


def test_the_months_workbook_lists_what_changed_and_every_hearing(sqlite_house):
    from exports.grade_sheets import month_sheets

    office = graded(sqlite_house)
    office.clerk.do("fact add M-1 death 2026-09-20 事故调查报告")
    office.clerk.do("adjustment propose M-1")
    office.clerk.do("adjustment tell D-1", fields=YES)
    office.contacts[0].do("adjustment answer D-1 请核实")
    sqlite_house.clock.forward(days=14)
    office.deputy.do("adjustment decide D-1 已核实属实", fields=YES)
    with tx_for(sqlite_house, "秦书") as tx:
        moved, adjusted = month_sheets(tx, date(2026, 10, 1), date(2026, 10, 31))
    [row] = moved.rows
    assert (row[0], row[3], row[4], row[8]) == ("M-0001", "AAA", "C", "D-0001")
    [row] = adjusted.rows
    assert (row[0], row[3], row[6], row[10]) == ("D-0001", "降级", "Q-0001", 1)


def test_settings_never_shorten_the_time_to_answer(sqlite_house):
    office = furnish(sqlite_house)
    assert office.secretary.do("grade settings").data == {"upgrades_wait": True, "answer_days": 10}
    before = picture(sqlite_house)
    for line, code in (
        ("grade settings answer_days=9", "answer_days_range"),
        ("grade settings answer_days=61", "answer_days_range"),
        ("grade settings upgrades=马上", "upgrades_form"),
    ):
        assert office.secretary.do(line).error == code
    assert differing(before, picture(sqlite_house)) == set()
    assert office.secretary.do("等级 设置 升级方式=即时 申辩天数=15").data == {
        "upgrades_wait": False,
        "answer_days": 15,
    }


TODAY = date(2026, 10, 8)
MAY_CONFIRM = [
    (State.PROPOSED, Direction.DOWN, None, None, "adjustment_unheard"),
    (State.PROPOSED, Direction.UP, None, None, None),
    (State.WAITING, Direction.UP, None, None, "upgrade_waits"),
    (State.TOLD, Direction.DOWN, date(2026, 10, 8), None, "adjustment_early"),
    (State.TOLD, Direction.DOWN, date(2026, 10, 7), None, None),
    (State.TOLD, Direction.DOWN, date(2026, 10, 21), date(2026, 10, 7), "adjustment_early"),
    (State.TOLD, Direction.DOWN, date(2026, 10, 7), date(2026, 10, 7), None),
    (State.TOLD, Direction.DOWN, date(2026, 10, 7), TODAY, "adjustment_just_answered"),
    (State.CONFIRMED, Direction.DOWN, date(2026, 10, 7), date(2026, 10, 1), "adjustment_closed"),
    (State.DROPPED, Direction.UP, None, None, "adjustment_closed"),
]


def code_of(check, *arguments):
    try:
        check(*arguments)
    except AppError as refused:
        return refused.code
    return None


@pytest.mark.parametrize(("state", "direction", "due", "answered", "code"), MAY_CONFIRM)
def test_when_a_grade_may_change(state, direction, due, answered, code):
    assert code_of(rules.check_may_confirm, Standing(state, direction, TODAY, due, answered=answered)) == code


def test_an_end_that_rests_on_unpublished_holidays_is_not_relied_upon():
    standing = Standing(State.TOLD, Direction.DOWN, date(2030, 3, 1), date(2030, 2, 1), provisional=True)
    assert code_of(rules.check_may_confirm, standing) == "adjustment_provisional"


def test_the_latest_policy_of_a_day_holds():
    period = {"amount": 10, "unit": "work_day", "count_first_day": False, "roll": "none"}
    same = {
        "answer": period,
        "object": period,
        "upgrades": "at_review",
        "window_months": 3,
        "basis": "b",
        "clause": "c",
    }
    entries = [
        same | {"effective_from": date(2020, 1, 1)},
        same | {"effective_from": date(2026, 1, 1), "answer": period | {"amount": 15}, "upgrades": "at_once"},
    ]
    assert rules.policy_of(entries, date(2025, 12, 31), {}).answer.amount == 10
    new = rules.policy_of(entries, date(2026, 1, 1), {"answer_days": 5})
    assert (new.answer.amount, new.upgrades_wait) == (15, False)
    assert code_of(rules.policy_of, entries, date(2019, 1, 1), {}) == "policy_missing"


def cases(tx):
    unit, one = unit_by_number(tx.session, 1), adjustment_by_number(tx.session, 1)
    version = grading.scheme_version(tx.session, "default", "2026.1")
    return {
        "settle": lambda: adjustments.settle_adjustments(tx, upgrades="at_once"),
        "watch": lambda: adjustments.watch_grades(tx),
        "propose": lambda: adjustments.propose_adjustment(tx, unit=unit),
        "tell": lambda: hearings.tell_adjustment(tx, adjustment=one),
        "confirm": lambda: adjusting.confirm_adjustment(tx, adjustment=one, reason="事实清楚"),
        "drop": lambda: adjusting.drop_adjustment(tx, adjustment=one, reason="事实不清"),
        "rule": lambda: adjusting.rule_on_objection(tx, adjustment=one, upheld=False, reason="维持决定"),
        "simulate": lambda: simulating.simulate_scheme(tx, version=version),
        "benefit": lambda: benefits.add_benefit(tx, scheme="default", grade="A", words="优惠", starts=TODAY),
        "end": lambda: benefits.end_benefit(tx, benefit=None, last=TODAY, reason="修订"),
    }


@pytest.fixture(scope="module")
def proposed(tmp_path_factory, shared_folder):
    """An office with one proposal that nobody without the right may touch."""
    from tests import databases
    from tests.houses import open_for_test

    folder = tmp_path_factory.mktemp("grades")
    with open_for_test(databases.sqlite(folder, shared_folder), folder) as house:
        office = graded(house)
        office.clerk.do("fact add M-1 death 2026-09-20 事故调查报告")
        office.clerk.do("adjustment propose M-1")
        yield house, picture(house)


NAMES = ("settle", "watch", "propose", "tell", "confirm", "drop", "rule", "simulate", "benefit", "end")


@pytest.mark.parametrize("name", NAMES)
def test_a_member_contact_may_do_none_of_it(proposed, name):
    house, before = proposed
    with pytest.raises(AppError) as refused, tx_for(house, "联络1") as tx:
        cases(tx)[name]()
    assert refused.value.code == "not_allowed"
    assert differing(before, picture(house)) == set()


@pytest.mark.parametrize("say", [hearings.answer_adjustment, hearings.object_to_adjustment])
def test_nobody_answers_for_another_unit(proposed, say):
    house, before = proposed
    with pytest.raises(AppError) as refused, tx_for(house, "联络2") as tx:
        say(tx, adjustment=adjustment_by_number(tx.session, 1), words="不是我单位")
    assert refused.value.code == "adjustment_unknown"
    assert differing(before, picture(house)) == set()


def test_the_reasons_of_a_decision_are_not_left_out(proposed):
    house, before = proposed
    with pytest.raises(AppError) as refused, tx_for(house, "卢副") as tx:
        adjusting.drop_adjustment(tx, adjustment=adjustment_by_number(tx.session, 1), reason="无")
    assert refused.value.code == "reason_short"
    assert differing(before, picture(house)) == set()


def test_a_person_with_a_tie_to_the_unit_does_not_decide(sqlite_house):
    office = graded(sqlite_house)
    office.clerk.do("fact add M-1 death 2026-09-20 事故调查报告")
    office.clerk.do("adjustment propose M-1")
    office.clerk.do("contact add M-1 卢副 person=卢副")
    assert office.deputy.do("adjustment drop D-1 不予调整的理由").error == "decider_tied"
    with open_session(sqlite_house.engine, 1) as session:
        assert session.query(UnitGrade).count() == 2
