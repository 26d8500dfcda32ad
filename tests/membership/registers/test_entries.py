"""Entries through the whole road, on both databases: entered, found, changed, ended, refused without a trace."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta

import pytest
from sqlalchemy import func, select

from bot.messages import FileIn
from core.db import open_session
from core.errors import NotAllowed
from core.i18n import speaking
from exports import professional
from membership.models import RegisterEntry, RegisterFacet, RegisterVersion, Unit
from membership.queries import registers as queries
from membership.queries import staffing
from membership.rules.registers import catalogue
from membership.rules.registers.reports.engineers import staff_from
from membership.usecases import registers as usecases
from tests.architecture.test_contracts import picture
from tests.houses import Voice, furnish, tx_for

ENGINEER = "register add safety_engineer M-1 季工 危险物品 高级 ZC-1 2026-12-01"


def snapshot(house):
    with open_session(house.engine) as session:
        found = picture(session)
    return {name: rows for name, rows in found.items() if not name.startswith(("audit", "inbox", "number", "shown"))}


def test_a_secretary_is_asked_question_by_question(sqlite_house):
    clerk = furnish(sqlite_house).clerk
    assert "注册安全工程师" in [b.label for row in clerk.say("登记 添加").buttons for b in row]
    clerk.press("注册安全工程师")
    for answer in ("M-1", "季工"):
        clerk.say(answer)
    refused = clerk.say("消防")
    assert "煤矿安全" in refused.text
    clerk.press("化工安全")
    clerk.press("高级")
    clerk.say("ZC-1")
    done = clerk.say("2026年12月1日")
    assert done.data["values"] == {
        "name": "季工",
        "category": "chemical",
        "level": "senior",
        "number": "ZC-1",
        "valid_until": "2026-12-01",
    }
    asked = clerk.press("补填：从事安全生产管理工作")
    assert "从事安全生产管理工作" in asked.text
    assert clerk.press("是").data["values"]["duty"] is True


def test_an_entry_is_found_by_each_of_its_facts(house):
    clerk = furnish(house).clerk
    clerk.do(ENGINEER)
    clerk.do("register add safety_engineer M-2 钱工 煤矿 中级 ZC-2 2028-01-01 从事安全生产管理工作=否")
    for line, expected in (
        ("", ["E-0001", "E-0002"]),
        ("类别=煤矿", None),
        ("专业类别=煤矿安全", ["E-0002"]),
        ("category=危险物品 level=高级", ["E-0001"]),
        ("duty=no", ["E-0002"]),
        ("valid_until=2028-01-01", ["E-0002"]),
        ("number=zc-2", ["E-0002"]),
        ("到期=60", ["E-0001"]),
        ("关键词=季工", ["E-0001"]),
        ("关键词=云岭", ["E-0002"]),
        ("member=M-2", ["E-0002"]),
        ("level=初级", []),
        ("关键词=%", []),
    ):
        reply = clerk.do(f"登记 列表 注册安全工程师 {line}")
        assert (None if reply.error else [e["entry"] for e in reply.data["entries"]]) == expected, line


def test_one_search_looks_through_all_registers(sqlite_house):
    clerk = furnish(sqlite_house).clerk
    clerk.do(ENGINEER)
    clerk.do("register add technical_service M-2 安全评价 APJ-1 省厅 2026-11-01")
    clerk.do("register add prevention_fund M-2 提取 2026-09-01 100 PZ-1")
    for line, expected in (
        ("关键词=云岭", ["E-0003", "E-0002"]),
        ("到期=60", ["E-0001", "E-0002"]),
        ("到期=30 member=M-2", ["E-0002"]),
        ("关键词=apj", ["E-0002"]),
        ("--ended", []),
    ):
        assert [e["entry"] for e in clerk.do(f"登记 列表 {line}").data["entries"]] == expected, line


def test_changes_keep_what_was_said_before_and_an_end_keeps_all_of_it(house):
    office = furnish(house)
    clerk = office.clerk
    clerk.do(ENGINEER)
    assert "级别：高级 → 中级" in clerk.do("登记 修改 E-1 级别=中级 从事安全生产管理工作=是").text
    assert clerk.do("登记 修改 E-1 从事安全生产管理工作=").error == "value_missing"
    ended = clerk.do("登记 终止 E-1 调离")
    assert ended.data["ended_on"] == "2026-10-08"
    assert clerk.do("登记 列表 注册安全工程师").data["count"] == 0
    assert clerk.do("登记 列表 注册安全工程师 --ended").data["count"] == 1
    shown = clerk.do("登记 查看 E-1").text
    assert "修改 级别、从事安全生产管理工作" in shown
    assert "终止 调离" in shown
    with open_session(house.engine, 1) as session:
        versions = queries.history_of(session, queries.entry_by_number(session, 1))
        assert [(v.version, v.action, v.data["level"]) for v in versions] == [
            (1, "add", "senior"),
            (2, "edit", "intermediate"),
            (3, "end", "intermediate"),
        ]
        assert session.scalar(select(func.count()).select_from(RegisterFacet)) == 0
    assert clerk.do(ENGINEER).data["entry"] == "E-0002", "the key is free again"


REFUSED = [
        (ENGINEER, "entry_known"),
        (ENGINEER.replace("M-1", "M-2").replace("ZC-1", "ｚｃ-1"), "entry_known"),
        ("register add safety_engineer M-1 季工 消防 高级 ZC-3 2026-12-01", "choice_unknown"),
        ("register add safety_engineer M-1 季工 煤矿 甲级 ZC-3 2026-12-01", "choice_unknown"),
        ("register add safety_engineer M-1 季工 煤矿 高级 ZC-3 2026-02-30", "date_impossible"),
        ("register add safety_engineer M-1 季工", "missing_parameter"),
        ("register add 渔船 M-1", "register_unknown"),
        ("register add safety_engineer M-9 季工 煤矿 高级 ZC-3 2026-12-01", "member_unknown"),
        ("register add safety_engineer M-1 季工 煤矿 高级 ZC-3 2026-12-01 级=1", "too_many_words"),
        ("register add technical_service M-1 安全评价 A1 省厅 2028-01-01 历史资质等级=甲级", "too_many_words"),
        ("register add technical_service M-1 安全评价 A1 省厅 2028-01-01 发证日期=2029-01-01", "fields_disagree"),
        ("register add liability_insurance M-1 2026 宁波市 化工 十家 100", "whole_form"),
        ("register add expert M-1 季工 化工 是 person=没有这个人", "person_unknown"),
        ("register edit E-1", "nothing_to_change"),
        ("register edit E-1 level=高级", "nothing_changed"),
        ("register edit E-1 level=无", "choice_unknown"),
        ("register edit E-9 level=高级", "entry_unknown"),
        ("register edit 一号 level=高级", "entry_form"),
        ("register end E-1 调离 on=2027-01-01", "date_future"),
        ("register end E-1", "missing_parameter"),
        ("register file E-1", "file_unknown"),
        ("register confirm 1", "proposal_unknown"),
        ("register list safety_engineer level=甲级", "choice_unknown"),
        ("register import confirm 7", "import_unknown"),
    ]  # fmt: skip


def test_what_does_not_fit_is_refused_by_name_and_leaves_no_trace(sqlite_house):
    clerk = furnish(sqlite_house).clerk
    clerk.do(ENGINEER)
    before = snapshot(sqlite_house)
    codes = {line: clerk.do(line, fields={"_confirm": "yes"}).error for line, _code in REFUSED}
    assert codes == dict(REFUSED)
    assert snapshot(sqlite_house) == before


def test_a_unit_that_left_gets_no_new_entries(sqlite_house):
    clerk = furnish(sqlite_house).clerk
    clerk.do("member status M-1 withdrawn 退会")
    assert clerk.do(ENGINEER).error == "not_a_member"


def test_what_is_meant_for_other_units_is_taken_and_said(sqlite_house):
    reply = furnish(sqlite_house).clerk.do("register add prevention_fund M-1 使用 2026-09-01 1.5万 PZ-1")
    assert "面向保险机构" in reply.text
    assert "-15,000.00" in reply.text, "an overdrawn fund is said at once"


def test_a_file_is_kept_with_the_entry_and_given_back_as_it_was(sqlite_house):
    clerk = furnish(sqlite_house).clerk
    made = clerk.do(
        "register add technical_service M-1 检测检验 A1 省厅 2028-01-01", files=(FileIn("证书.pdf", b"%PDF-1"),)
    )
    assert "证书.pdf" in clerk.do("register show E-1").text
    assert clerk.do("register file E-1").files[0].content == b"%PDF-1"
    assert made.data["values"]["certificate"]


def test_the_past_class_is_history_that_only_a_change_can_note(sqlite_house):
    clerk = furnish(sqlite_house).clerk
    clerk.do("register add technical_service M-1 检测检验 A1 省厅 2028-01-01")
    assert clerk.do("register edit E-1 历史资质等级=甲级").error is None
    assert "历史资质等级：甲级" in clerk.do("register show E-1").text


def test_only_those_who_may_write_write(sqlite_house):
    office = furnish(sqlite_house)
    with tx_for(sqlite_house, "联络1") as tx:
        unit = tx.session.scalars(select(Unit)).first()
        with pytest.raises(NotAllowed):
            usecases.add_entry(tx, register=catalogue.registers()["expert"], unit=unit, values={})
        assert not tx.entries
    assert office.contacts[0].do(ENGINEER).error == "not_allowed"
    assert office.contacts[0].do("register show E-1").error == "not_allowed"


def test_the_audit_never_says_who_an_engineer_is(sqlite_house):
    office = furnish(sqlite_house)
    office.clerk.do(ENGINEER)
    office.clerk.do("register edit E-1 name=钱工")
    office.clerk.do(
        "register import safety_engineer",
        files=(
            FileIn(
                "a.csv",
                "会员编号,姓名,专业类别,级别,注册证号,注册有效期至\nM-1,季工,煤矿,高级,ZC-9,2028-01-01\n".encode(),
            ),
        ),
    )
    office.clerk.do("register import confirm 1")
    with open_session(sqlite_house.engine) as session:
        kept = "\n".join(picture(session)["audit_entry"])
    assert "季工" not in kept
    assert "钱工" not in kept


def test_who_lacks_engineers_is_one_statement_for_everybody(house):
    office = furnish(house)
    clerk = office.clerk
    clerk.do(ENGINEER)
    clerk.do("register add safety_engineer M-1 旧工 煤矿 高级 ZC-0 2026-10-07")
    clerk.do("register add safety_staffing M-1 2026-01-01 煤矿 900 90")
    clerk.do("register add safety_staffing M-1 2026-09-30 化工 400 41")
    clerk.do("register add safety_staffing M-2 2026-09-30 煤矿 299 10")
    with open_session(house.engine, 1) as session:
        found = {
            s.unit_number: (s.engineers, s.industry, s.employees, s.safety_staff)
            for s in staffing.staff(session, date(2026, 10, 8))
        }
    assert found == {1: (1, "chemical", 400, 41), 2: (0, "coal_mine", 299, 10)}
    with open_session(house.engine, 1) as session:
        own = {name: queries.lines(session, name) for name in ("safety_engineer", "safety_staffing")}
        assert staff_from(*own.values(), date(2026, 10, 8)) == staffing.staff(session, date(2026, 10, 8))
    rows = clerk.do("登记 报表 注册安全工程师").data["rows"]
    assert [(row[0], row[5], row[6], row[7]) for row in rows] == [("M-0001", 7, 1, 6), ("M-0002", 1, 0, 1)]
    clerk.do("member status M-2 withdrawn 退会")
    assert len(clerk.do("登记 报表 安全管理人员配备").data["rows"]) == 1


def test_grading_can_count_entries_in_force(house):
    clerk = furnish(house).clerk
    clerk.do(ENGINEER)
    clerk.do("register add safety_engineer M-1 旧工 煤矿 高级 ZC-0 2026-10-07")
    with open_session(house.engine, 1) as session:
        ids = {unit.number: unit.id for unit in session.scalars(select(Unit))}
        found = queries.facts_of_units(session, list(ids.values()), date(2026, 10, 8))
    assert found == {ids[1]: {"safety_engineer.entries": 2, "safety_engineer.valid": 1}}


def test_the_month_shows_what_stood_at_its_end_and_no_names(house):
    office = furnish(house)
    clerk = office.clerk
    clerk.do(ENGINEER)
    house.clock.forward(days=30)
    clerk.do("register edit E-1 level=初级")
    clerk.do("register add safety_engineer M-2 钱工 煤矿 中级 ZC-2 2026-11-01")
    for month, levels, overview in (
        (10, ["高级"], (1, 0, 1, 1, 0, 1)),
        (11, ["初级", "中级"], (1, 0, 2, 1, 1, 2)),
    ):
        with tx_for(house, "秦书") as tx:
            last = date(2026, month + 1, 1) - timedelta(days=1)
            first, sheet, figures = professional.month_sheets(tx, date(2026, month, 1), last)
        assert figures.name == "safety_engineer_report"
        assert [(row[0], row[6]) for row in figures.rows] == [("M-0001", 1)], "who only has an expired one has none"
        place = [column.name for column in sheet.columns].index("level")
        assert [row[place] for row in sheet.rows] == levels
        assert "name" not in [column.name for column in sheet.columns]
        assert next(row[2:] for row in first.rows if row[1] == "safety_engineer") == overview
    assert office.secretary.do("export month 2026-10").error is None


def test_entries_and_report_come_as_a_workbook_that_is_understood_again(sqlite_house):
    office = furnish(sqlite_house)
    clerk = office.clerk
    clerk.do(ENGINEER)
    clerk.do("register add liability_insurance M-1 2026Q3 无锡市 化工 3 12345.67")
    for register in ("safety_engineer", "liability_insurance"):
        made = clerk.do(f"register export {register}")
        again = clerk.do(f"register import {register}", files=(FileIn(made.files[0].name, made.files[0].content),))
        assert again.data["counts"] == {"insert": 0, "update": 0, "unchanged": 1, "error": 0, "footer": 0}, again.text


def test_people_are_chosen_by_what_their_unit_has_registered(house):
    office = furnish(house)
    clerk = office.clerk
    clerk.do(ENGINEER)
    for words, people in (
        ("登记=注册安全工程师", ["联络1"]),
        ("register=safety_engineer/level/高级", ["联络1"]),
        ("register=注册安全工程师/专业类别/煤矿", []),
        ("register=safety_engineer/到期/60", ["联络1"]),
        ("register=safety_engineer/expiring/10", []),
        ("-register=safety_engineer", ["联络2"]),
    ):
        made = clerk.do(f"announce draft 通知 标题 {words} 正文")
        assert made.error is None, made.text
        with tx_for(house, "秦书") as tx, speaking("zh_CN"):
            from people import audiences
            from people.models import Person

            audience = audiences.parse(words)
            found = tx.session.scalars(
                select(Person.name).where(audiences.members_of(audience, tx.today)).order_by(Person.name)
            )
            assert [name for name in found if name.startswith("联络")] == people, words
            assert audiences.describe(audience)


def test_an_audience_that_means_nothing_is_refused(sqlite_house):
    clerk = furnish(sqlite_house).clerk
    refused = {
        "register=渔船": "register_unknown",
        "register=safety_engineer/name/季工": "field_unknown",
        "register=safety_engineer/level": "register_filter",
        "register=safety_engineer/到期/很久": "days_range",
        "register=safety_engineer/level/甲级": "choice_unknown",
    }
    assert {words: clerk.do(f"announce draft 通知 标题 {words} 正文").error for words in refused} == refused


def test_what_another_association_registers_is_not_there(house):
    furnish(house).clerk.do(ENGINEER)
    from tests.houses import found

    found(house, name="邻省协会", code="51360000500012341U", admin="邻秘")
    neighbour = Voice(house, "邻秘", association="51360000500012341U")
    assert neighbour.do("register list safety_engineer").data["count"] == 0
    assert neighbour.do("register show E-1").error == "entry_unknown"
    neighbour.do("member add 邻检测有限公司 91330100MB2X4K7Q4T 检测检验机构 会员单位 九江市 2020-03-01")
    assert neighbour.do(ENGINEER).data["entry"] == "E-0001", "keys and numbers are each association's own"
    with open_session(house.engine) as session:
        rows = session.execute(
            select(RegisterEntry.association_id, RegisterVersion.association_id).join(
                RegisterVersion, RegisterVersion.entry_id == RegisterEntry.id
            ),
            execution_options={"unscoped": True},
        )
        assert all(a == b for a, b in rows)


def test_two_who_enter_the_same_at_once_make_one_entry(house):
    office = furnish(house)
    voices = [Voice(house, name) for name in ("钱办", "秦书", "卢副")]
    with ThreadPoolExecutor(len(voices)) as pool:
        errors = list(pool.map(lambda voice: voice.do(ENGINEER).error, voices))
    assert sorted(errors, key=str) == [None, "entry_known", "entry_known"]
    assert office.clerk.do("register list safety_engineer").data["count"] == 1
