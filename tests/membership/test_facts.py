"""The register of facts: checked by the schemes in force, changed by new entries only, handed to the engine as it stands."""

from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy import select

from bot.messages import FileIn
from core.db import open_session
from core.errors import AppError
from membership.models import GradingFact
from membership.queries import facts as queries
from membership.queries import unit_by_number
from membership.rules import fact_register as rules
from membership.rules.grading.facts import Fact
from membership.rules.grading.score import grader
from membership.usecases import fact_imports, facts
from membership.usecases.facts import Said
from tests.faults.pictures import differing, picture
from tests.houses import furnish, tx_for

DAY = date(2026, 3, 2)
LISTED = "fact add M-1 列入严重违法失信名单 2026-03-02 列入决定书〔2026〕3号 检查发现"


def scheme(session):
    return queries.schemes_for_facts(session, date(2026, 10, 8))[0]


def entries(house):
    with open_session(house.engine, 1) as session:
        return list(session.scalars(select(GradingFact).order_by(GradingFact.id)))


def handed(house, day=date(2026, 10, 8)):
    """Unit number → facts as a round gets them."""
    with open_session(house.engine, 1) as session:
        ids = {unit_by_number(session, number).id: number for number in (1, 2)}
        found = queries.facts_for(session, ids, scheme(session), day)
        return {ids[unit]: facts for unit, facts in found.items()}


def test_every_change_is_a_new_entry_and_the_last_one_counts(house):
    office = furnish(house)
    assert office.clerk.do(LISTED).data["fact"] == "Q-0001"
    office.clerk.do("fact amend Q-1 日期抄错 day=2026-03-01")
    office.clerk.do("fact repair Q-1 2026-09-01 已移出名单")
    kept = entries(house)
    assert [(one.revision, one.act, one.day.day, one.repaired) for one in kept] == [
        (1, "entered", 2, None),
        (2, "amended", 1, None),
        (3, "repaired", 1, date(2026, 9, 1)),
    ]
    [fact] = handed(house)[1]
    assert (fact.item, fact.day, fact.repaired) == ("dishonest_list", date(2026, 3, 1), date(2026, 9, 1))
    assert (fact.ref, fact.entered, fact.evidence) == ("Q-0001", date(2026, 10, 8), "列入决定书〔2026〕3号")
    assert handed(house)[2] == []


def test_a_revoked_fact_counts_no_more_and_stays_readable(house):
    office = furnish(house)
    office.clerk.do(LISTED)
    office.clerk.do("fact revoke Q-1 登错单位", fields={"_confirm": "yes"})
    assert handed(house) == {1: [], 2: []}
    shown = office.clerk.do("fact show Q-1").text
    assert "登错单位" in shown
    assert "检查发现" in shown
    assert "钱办" in shown
    assert office.clerk.do("fact list").data == []
    before = picture(house)
    assert office.clerk.do("fact correct Q-1 2026-09-01 已整改").error == "fact_revoked"
    assert differing(before, picture(house)) == set()


def test_a_later_fact_is_left_out_on_an_earlier_day(sqlite_house):
    furnish(sqlite_house).clerk.do(LISTED)
    assert handed(sqlite_house, date(2026, 3, 1))[1] == []
    assert len(handed(sqlite_house, DAY)[1]) == 1


def test_a_repair_that_a_scheme_does_not_know_is_left_out_and_what_it_does_not_know_is_not_handed(sqlite_house):
    furnish(sqlite_house)
    with open_session(sqlite_house.engine, 1) as session:
        prepared = grader(scheme(session))
    repaired = Fact("death", day=DAY, repaired=DAY, evidence="x")
    assert rules.fitted(prepared, repaired) == repaired._replace(repaired=None)
    assert rules.fitted(prepared, Fact("unheard_of", day=DAY)) is None
    assert rules.fitted(prepared, Fact("history", grade="Z", day=DAY)) is None
    with pytest.raises(AppError, match="数值"):
        rules.fitted(prepared, Fact("fine", day=DAY, evidence="x"))


REFUSED = [
    ("fact add M-1 没有的事 2026-03-02 文书", "item_unknown"),
    ("fact add M-1 安全教育培训 2026-03-02 文书", "fact_is_score"),
    ("fact add M-1 总分 2026-03-02 文书", "fact_is_score"),
    ("fact add M-1 fine 2026-03-02 处罚决定书", "value_missing"),
    ("fact add M-1 fine 2026-03-02 处罚决定书 value=一万", "number_words"),
    ("fact add M-1 fine 2026-03-02 处罚决定书 value=-5", "value_negative"),
    ("fact add M-1 honour 2026-03-02 表彰决定", "level_missing"),
    ("fact add M-1 death 2027-01-01 调查报告", "date_future"),
    ("fact add M-1 death 2026-03-02 调查报告 ended=2026-03-01", "date_order"),
    ("fact add M-1 death 2026-03-02 " + "长" * 201, "text_long"),
    ("fact add M-1 历史等级 2025-12-01 评级通报 grade=特级", "grade_unknown"),
    ("fact repair Q-9 2026-09-01 已修复", "fact_unknown"),
    ("fact show 第一条", "fact_form"),
    ("fact add M-1 complaint 2026-03-02 投诉 times=0", "count_low"),
]


@pytest.fixture(scope="module")
def unchanged(tmp_path_factory, shared_folder):
    """An office that no refused line may change."""
    from tests import databases
    from tests.houses import open_for_test

    folder = tmp_path_factory.mktemp("facts")
    with open_for_test(databases.sqlite(folder, shared_folder), folder) as house:
        office = furnish(house)
        office.clerk.do("fact add M-2 death 2026-03-02 调查报告")
        yield house, office, picture(house)


@pytest.mark.parametrize(("line", "code"), REFUSED)
def test_what_no_scheme_could_take_is_refused_by_name_and_writes_nothing(unchanged, line, code):
    house, office, before = unchanged
    assert office.clerk.do(line).error == code
    assert differing(before, picture(house)) == set()


def test_changes_that_change_nothing_or_that_no_scheme_knows_are_refused(unchanged):
    house, office, before = unchanged
    for line, code in (
        ("fact amend Q-1 抄错 day=2026-03-02", "nothing_changed"),
        ("fact amend Q-1 抄错", "nothing_to_change"),
        ("fact repair Q-1 2026-09-01 已修复", "no_repair"),
        ("fact correct Q-1 2026-03-01 早于事实", "date_order"),
    ):
        assert office.clerk.do(line).error == code
    assert differing(before, picture(house)) == set()


MAKING = {
    "add": lambda tx, unit, fact: facts.add_fact(tx, unit=unit, item="death", said=Said(day=DAY, document="报告")),
    "amend": lambda tx, unit, fact: facts.amend_fact(tx, fact=fact, changes={"day": date(2026, 3, 3)}, note="错"),
    "correct": lambda tx, unit, fact: facts.correct_fact(tx, fact=fact, day=date(2026, 9, 1), note="改"),
    "repair": lambda tx, unit, fact: facts.repair_fact(tx, fact=fact, day=date(2026, 9, 1), note="修"),
    "revoke": lambda tx, unit, fact: facts.revoke_fact(tx, fact=fact, note="撤"),
    "judge": lambda tx, unit, fact: fact_imports.judge_facts(tx, name="a.csv", content=b"x"),
    "enter": lambda tx, unit, fact: fact_imports.enter_facts(tx, name="a.csv", content=b"x"),
}


@pytest.mark.parametrize("name", MAKING)
def test_a_member_contact_enters_and_changes_no_fact(unchanged, name):
    house, _office, before = unchanged
    with pytest.raises(AppError) as refused, tx_for(house, "联络1") as tx:
        unit, fact = unit_by_number(tx.session, 2), queries.fact_by_number(tx.session, 1)
        MAKING[name](tx, unit, fact)
    assert refused.value.code == "not_allowed"
    assert differing(before, picture(house)) == set()


def test_in_a_conversation_the_missing_amount_is_asked_for_and_nothing_is_typed_twice(sqlite_house):
    clerk = furnish(sqlite_house).clerk
    for answer in ("事实 登记", "青禾", "安全生产行政罚款（元）", "2026-03-02"):
        clerk.say(answer)
    asked = clerk.say("行政处罚决定书 某应急罚〔2026〕9号")
    assert asked.error == "missing_parameter"
    assert clerk.say("30000").data["fact"] == "Q-0001"
    [fact] = handed(sqlite_house)[1]
    assert (fact.value, fact.day, fact.evidence) == (Decimal(30000), DAY, "行政处罚决定书 某应急罚〔2026〕9号")


def test_a_file_sent_with_the_line_is_the_evidence(sqlite_house):
    clerk = furnish(sqlite_house).clerk
    clerk.do("fact add M-1 death 2026-03-02 调查报告", files=(FileIn("报告.pdf", b"%PDF-1"),))
    [fact] = handed(sqlite_house)[1]
    assert fact.evidence.startswith("调查报告; 报告.pdf (sha256 ")


SHEET = (
    "会员,项目,日期,数值,证据\n"
    "M-1,安全生产行政罚款（元）,2026-03-02,30000,处罚决定书甲\n"
    "云岭安全评价有限公司,受到行业警告,2026-04-01,,警告决定书\n"
)


def test_a_sheet_of_facts_is_shown_first_and_entered_on_a_button(house):
    clerk = furnish(house).clerk
    shown = clerk.say("fact import", files=(FileIn("事实.csv", SHEET.encode()),))
    assert shown.data["new"] == 2
    assert entries(house) == []
    entered = clerk.press("登记 2 条事实")
    assert entered.data == {"entered": 2}
    assert {number: [fact.item for fact in facts] for number, facts in handed(house).items()} == {
        1: ["fine"],
        2: ["industry_warning"],
    }
    again = clerk.do("fact import --enter", files=(FileIn("事实.csv", SHEET.encode()),))
    assert again.error == "facts_known"
    assert len(entries(house)) == 2


def test_a_sheet_with_one_wrong_row_enters_nothing_and_names_the_row(sqlite_house):
    clerk = furnish(sqlite_house).clerk
    wrong = (
        SHEET
        + "M-9,受到行业警告,2026-04-01,,警告\nM-1,安全教育培训,2026-04-01,,评分表\nM-1,fine,2026-04-01,九万,决定书\n"
    )
    shown = clerk.say("fact import", files=(FileIn("事实.csv", wrong.encode()),))
    assert {problem["code"] for problem in shown.data["problems"]} == {
        "member_unknown",
        "fact_is_score",
        "number_words",
    }
    assert shown.buttons == ()
    refused = clerk.do("fact import --enter", files=(FileIn("事实.csv", wrong.encode()),))
    assert refused.error == "facts_wrong"
    assert entries(sqlite_house) == []


def test_a_kind_of_fact_that_each_scheme_takes_under_a_rule_of_its_own_is_entered_once(sqlite_house):
    from tests.membership.graded import document, published

    office = furnish(sqlite_house)
    taking = document(kind=('id = "death"\n', 'id = "death"\ntakes = ["fatal_accident"]\n'))
    other = taking.replace('id = "default"', 'id = "other"').replace('id = "death"', 'id = "deadly"')
    with open_session(sqlite_house.engine, 1) as session:
        published(session, taking)
        published(session, other)
    made = office.clerk.do("fact add M-1 fatal_accident 2026-03-02 事故调查报告")
    assert made.data["fact"] == "Q-0001"
    assert "生产安全责任死亡事故" in made.text
    with open_session(sqlite_house.engine, 1) as session:
        unit = unit_by_number(session, 1).id
        items = {one.id: queries.facts_for(session, [unit], one, date(2026, 10, 8))[unit][0].item
                 for one in queries.schemes_for_facts(session, date(2026, 10, 8))}  # fmt: skip
    assert items == {"default": "death", "other": "deadly"}


def test_two_rules_that_take_the_same_kind_are_refused_by_the_checker():
    from membership.rules.grading.checker import examine
    from tests.membership.graded import document

    twice = document(
        one=('id = "death"\n', 'id = "death"\ntakes = ["accident"]\n'),
        two=('id = "concealed"\n', 'id = "concealed"\ntakes = ["accident"]\n'),
    )
    assert [problem.code for problem in examine(twice).problems if problem.is_error] == ["id_twice"]
