"""Dues from the decision to the last fen, as a secretary keeps them; on both databases where these do the work."""

from datetime import date
from io import BytesIO

import pytest
from openpyxl import load_workbook
from sqlalchemy import func, select, update

from bot.messages import FileIn
from bot.timers import run_due
from core.db import open_session
from core.errors import AppError
from membership.models import DuesBatchRow, DuesCharge, DuesEntry, Unit
from membership.queries import dues, dues_month, unit_by_number
from membership.queries.standing import numbers_on
from membership.rules.dues import charging
from membership.usecases import pay_dues
from people import holdings
from people.models import Person
from tests.architecture.source import modules
from tests.faults.pictures import differing, picture
from tests.houses import CODES, Voice, furnish, tx_for

SET = "会费 标准 2026 「会员单位 3000、理事单位 5000」 第三届会员大会第二次会议决议 2025-12-20 2026-12-31"
YES = {"fields": {"_confirm": "yes"}}


def charged(house):
    """An office whose two members are charged for 2026."""
    office = furnish(house)
    office.clerk.do(SET)
    assert office.clerk.do("会费 计收 2026", **YES).data["count"] == 2
    return office


def test_a_raise_charges_each_present_member_once_however_often(house):
    office = furnish(house)
    office.clerk.do(f"member add 新月检测有限公司 {CODES[2]} 检测检验机构 副会长单位 杭州市 2021-05-01")
    office.clerk.do(f"member add 老友检测有限公司 {CODES[3]} 检测检验机构 会员单位 杭州市 2021-05-01")
    office.clerk.do("会员 状态 M-4 退会 来函")
    office.clerk.do(SET)
    before = picture(house)
    tried = office.clerk.do("会费 试算 2026")
    assert differing(before, picture(house)) == {"audit_entry", "audit_head"}
    made = office.clerk.do("会费 计收 2026", **YES)
    assert (made.data["count"], made.data["fen"]) == (2, 600_000)
    assert tried.data == made.data
    assert "会员单位：2 户，6,000.00 元" in tried.text
    assert made.data["unpriced"] == {"vice_president": 1}
    assert "副会长单位：没有通过的标准，1 户未计收" in made.text
    assert office.clerk.do("会费 计收 2026", **YES).data["count"] == 0
    assert [c["charge"] for c in office.clerk.do("会费 列表").data["charges"]] == ["F-0001", "F-0002"]
    assert office.clerk.do("会费 计收 2026 会员=M-4", **YES).error == "dues_has_left"
    assert office.clerk.do("会费 计收 2026 会员=M-1", **YES).error == "dues_charged"
    office.clerk.do(SET.replace("5000", "5000、副会长单位 2万"))
    later = office.clerk.do("会费 计收 2026", **YES)
    assert (later.data["count"], later.data["fen"]) == (1, 2_000_000)
    assert office.clerk.do("会费 标准表 2026").data[0][0] == "2026/2"


def test_nothing_is_charged_that_was_not_adopted(sqlite_house):
    office = furnish(sqlite_house)
    before = picture(sqlite_house)
    assert office.clerk.do("会费 计收 2026", **YES).error == "dues_not_set"
    assert office.clerk.do(SET.replace("2025-12-20", "2026-12-20")).error == "dues_not_adopted"
    assert office.clerk.do(SET.replace("2026-12-31", "2029-12-31")).error == "dues_due"
    assert office.clerk.do(SET.replace("会员单位 3000、", "贵宾 3000、")).error == "class_unknown"
    assert office.contacts[0].do(SET).error == "not_allowed"
    assert differing(before, picture(sqlite_house)) == set()


def test_a_late_charge_gets_a_due_day_of_its_own(sqlite_house):
    office = furnish(sqlite_house)
    office.clerk.do(SET.replace("2026-12-31", "2026-06-30"))
    refused = office.clerk.do("会费 计收 2026", **YES)
    assert refused.error == "dues_due_over"
    assert "2026-06-30" in refused.text
    made = office.clerk.do("会费 计收 2026 到期=2026-11-07", **YES)
    assert made.data["due"] == "2026-11-09"


def test_the_database_counts_months_as_the_rule_does(house):
    office = furnish(house)
    days = ["2026-01-31", "2026-10-08"]
    for index, joined in enumerate(days):
        office.clerk.do(f"member add 新月{index}检测有限公司 {CODES[2 + index]} 检测检验机构 理事单位 杭州市 {joined}")
    office.clerk.do(SET.replace("5000」", "1000.01」") + " --prorata")
    office.clerk.do("会费 计收 2026", **YES)
    for index, joined in enumerate(days):
        [charge] = office.clerk.do(f"会费 查看 M-{3 + index}").data["charges"]
        months = charging.months_owed(2026, date.fromisoformat(joined), prorata=True)
        assert charge["fen"] == charging.amount_owed(100_001, months)
        assert months in (12, 3)


def test_parts_too_much_refund_and_correction_leave_every_step_and_exact_sums(house):
    office = charged(house)
    clerk = office.clerk
    assert clerk.do("会费 缴费 F-1 1000.10 2026-10-01 收001").data["state"] == "part"
    assert clerk.do("会费 缴费 F-1 1 2026-10-01 收001").error == "receipt_used"
    assert clerk.do("会费 缴费 F-2 1 2026-10-01 收001").error == "receipt_used"
    refused = clerk.say("会费 缴费 F-1 2000 2026-10-02 收002")
    assert refused.error == "overpaid"
    assert "0.10 元" in refused.text
    taken = clerk.press("仍按此金额登记")
    assert (taken.data["state"], taken.data["outstanding"]) == ("over", -10)
    assert "多缴 0.10 元" in taken.text
    assert clerk.do("会费 退费 F-1 0.10 2026-10-03 退001 多收").data["state"] == "paid"
    assert clerk.do("会费 退费 F-1 3000.01 2026-10-03 退002 多收").error == "refund_too_much"
    wrong = clerk.do("会费 更正 F-1 收002 记错单位")
    assert (wrong.data["state"], wrong.data["paid"]) == ("part", 100_000)
    assert clerk.do("会费 更正 F-1 收002 再来").error == "entry_unknown"
    assert clerk.do("会费 缴费 F-2 2000 2026-10-02 收002").data["state"] == "part"
    card = clerk.do("会费 明细 F-1").text
    for said in ("缴费 1,000.10 元", "缴费 2,000.00 元", "退费 -0.10 元", "冲销 -2,000.00 元", "记错单位"):
        assert said in card
    with open_session(house.engine, 1) as session:
        assert session.scalar(select(func.count()).select_from(DuesEntry)) == 5
        assert dues_month.paid_twice_counted(session) == (300_000, 300_000)


def test_a_payment_whose_money_went_back_is_corrected_after_its_refund(sqlite_house):
    office = charged(sqlite_house)
    office.clerk.do("会费 缴费 F-1 3000 2026-10-01 S1")
    office.clerk.do("会费 退费 F-1 100 2026-10-02 T1 减收")
    before = picture(sqlite_house)
    refused = office.clerk.do("会费 更正 F-1 S1 记错")
    assert refused.error == "refund_stands"
    assert "100.00 元" in refused.text
    assert differing(before, picture(sqlite_house)) == set()
    assert office.clerk.do("会费 更正 F-1 T1 没有退").data["state"] == "paid"
    assert office.clerk.do("会费 更正 F-1 S1 记错").data["paid"] == 0


def test_a_refused_payment_leaves_nothing(sqlite_house):
    charged(sqlite_house)
    before = picture(sqlite_house)
    for amount, day, receipt, code in (
        (300_001, date(2026, 10, 1), "S1", "overpaid"),
        (0, date(2026, 10, 1), "S1", "amount_zero"),
        (1, date(2026, 10, 9), "S1", "date_future"),
        (1, date(2026, 10, 1), " ", "receipt_form"),
    ):
        with pytest.raises(AppError) as refused, tx_for(sqlite_house, "钱办") as tx:
            charge = dues.charge_by_number(tx.session, 1, lock=True)
            pay_dues(tx, charge=charge, amount=amount, on=day, receipt=receipt)
        assert refused.value.code == code
    assert differing(before, picture(sqlite_house)) == set()


def test_a_waiver_takes_a_second_person_and_falls_when_money_comes_first(house):
    office = charged(house)
    asked = office.clerk.do("会费 减免 F-1 受灾停产").data["approval"]
    assert office.clerk.do("会费 查看 M-1").data["owed"] == 300_000
    office.clerk.do("会费 缴费 F-1 1000 2026-10-01 S1")
    assert office.deputy.do(f"审批 同意 {asked}").error == "object_changed"
    again = office.clerk.do("会费 减免 F-1 受灾停产").data["approval"]
    assert office.deputy.do(f"审批 同意 {again}").error is None
    assert office.clerk.do("会费 列表 状态=减免").data["charges"][0]["waived"] == 200_000
    assert office.clerk.do("会费 减免 F-1 再减").error == "nothing_owed"
    own = office.secretary.do("会费 减免 F-2 试试").data["approval"]
    assert office.secretary.do(f"审批 同意 {own}").error == "second_person"
    office.clerk.do("contact add M-2 卢副 --new")
    with open_session(house.engine, 1) as session:
        assert session.scalar(select(func.sum(DuesCharge.waived))) == 200_000


def test_nobody_waives_the_dues_of_a_member_they_act_for(sqlite_house):
    office = charged(sqlite_house)
    people = office.secretary.do("person list").data
    number = next(row["id"] if isinstance(row, dict) else row[0] for row in people if "卢副" in str(row))
    office.clerk.do(f"contact add M-2 卢副 person={number}")
    asked = office.clerk.do("会费 减免 F-2 试试").data["approval"]
    assert office.deputy.do(f"审批 同意 {asked}").error == "own_unit"
    assert office.clerk.do("会费 查看 M-2").data["owed"] == 300_000


def test_a_charge_made_in_error_is_cancelled_by_two_and_can_be_made_anew(sqlite_house):
    office = charged(sqlite_house)
    office.clerk.do("会费 缴费 F-1 1 2026-10-01 S1")
    assert office.clerk.do("会费 作废 F-1 计错").error == "dues_paid"
    asked = office.clerk.do("会费 作废 F-2 会籍登记有误").data["approval"]
    office.clerk.do("会员 修改 M-2 会籍=理事")
    assert office.deputy.do(f"审批 同意 {asked}").error is None
    assert office.clerk.do("会费 列表").data["count"] == 1
    assert office.clerk.do("会费 列表 状态=作废").data["count"] == 1
    assert "会籍登记有误" in office.clerk.do("会费 明细 F-2").text
    assert office.clerk.do("会费 缴费 F-2 1 2026-10-01 S2").error == "dues_void"
    assert office.clerk.do("会费 计收 2026", **YES).data["fen"] == 500_000


def test_whoever_asked_is_told_that_it_was_declined(sqlite_house):
    from tests.houses import deliver

    office = charged(sqlite_house)
    asked = office.clerk.do("会费 减免 F-1 受灾停产").data["approval"]
    deliver(sqlite_house)
    office.deputy.do(f"审批 退回 {asked} 材料不全")
    told = [out.text for chat, out in deliver(sqlite_house) if chat == "钱办"]
    assert any("材料不全" in text and "F-0001" in text for text in told)


def test_ageing_adds_up_to_the_fen_in_chat_and_in_the_workbook(house):
    office = charged(house)
    office.clerk.do("会费 缴费 F-1 0.01 2026-10-01 S1")
    with open_session(house.engine, 1) as session:
        session.execute(update(DuesCharge).where(DuesCharge.number == 1).values(due_on=date(2025, 10, 7)))
    aged = office.clerk.do("会费 账龄")
    assert aged.table.rows[-1][1:] == ("3,000.00", "0.00", "0.00", "0.00", "2,999.99", "5,999.99")
    assert office.clerk.do("会费 列表 状态=逾期").data["owed"] == 299_999
    assert "逾期 366 天" in office.clerk.do("会费 查看 M-1").text
    made = office.clerk.do("会费 导出")
    book = load_workbook(BytesIO(made.files[0].content))
    assert [cell.value for cell in book["账龄"][4]][-1] == pytest.approx(5999.99, abs=0)
    assert book["会费明细"]["J3"].value == 2999.99


def test_the_exported_list_filled_in_can_be_sent_back_and_a_bad_line_stops_no_other(sqlite_house):
    office = charged(sqlite_house)
    book = load_workbook(BytesIO(office.clerk.do("会费 导出").files[0].content))
    sheet = book["会费明细"]
    for row, (amount, day, receipt) in ((3, (3000, date(2026, 10, 1), "S1")), (4, (9000, date(2026, 10, 1), "S2"))):
        for column, value in zip("NOP", (amount, day, receipt), strict=True):
            sheet[f"{column}{row}"] = value
    kept = BytesIO()
    book.save(kept)
    shown = office.clerk.say("会费 导入", files=(FileIn("会费.xlsx", kept.getvalue()),))
    assert shown.data["counts"] == {"error": 2, "good": 1}
    assert "超过尚欠金额" in shown.text
    assert Voice(sqlite_house, "秦书").do("会费 查看 M-1").data["owed"] == 300_000
    done = office.clerk.press("入账 1 笔")
    assert done.data["entered"] == 1
    assert office.clerk.do("会费 查看 M-1").data["owed"] == 0
    assert office.clerk.do("会费 导入 确认 B-1").error == "import_decided"


def test_a_line_whose_charge_was_paid_meanwhile_stays_out_and_is_named(house):
    office = charged(house)
    csv = "单位名称,金额,日期,收据号\n青禾检测有限公司,3000,2026-10-01,S1\n云岭安全评价有限公司,1000,2026-10-01,S2\n云岭安全评价有限公司,2000,2026-10-02,S3\n"
    office.clerk.do("会费 导入", files=(FileIn("流水.csv", csv.encode()),))
    office.clerk.do("会费 缴费 F-1 3000 2026-10-01 S9")
    done = office.clerk.do("会费 导入 确认 B-1")
    assert (done.data["entered"], done.data["left"]) == (2, [2])
    assert "第 2 行 青禾检测有限公司：超过尚欠金额" in done.text
    assert office.clerk.do("会费 列表 状态=已缴").data["paid"] == 600_000


def test_a_list_names_what_it_cannot_place_and_enters_nothing(sqlite_house):
    office = charged(sqlite_house)
    office.clerk.do(f"member add 青禾检测有限公司 {CODES[2]} 检测检验机构 会员单位 宁波市 2020-01-01")
    csv = (
        "会费编号,会员编号,单位名称,金额,日期,收据号,年度\n"
        "F-9,,,1,2026-10-01,S1,\n,M-99,,1,2026-10-01,S2,\n,,青禾检测有限公司,1,2026-10-01,S3,\n"
        ",,没有公司,1,2026-10-01,S4,\n,M-1,,1,2026-10-01,S5,2025\n,M-1,,1,2026-10-01,S6,\n,M-2,,1,2026-10-01,S6,\n"
    )
    shown = office.clerk.do("会费 导入", files=(FileIn("流水.csv", csv.encode()),))
    problems = [row["problems"] for row in shown.data["rows"]]
    assert problems == [
        ["charge_unknown"],
        ["member_unknown"],
        ["member_ambiguous"],
        ["member_unknown"],
        ["nothing_owed"],
        [],
        ["receipt_twice"],
    ]
    assert office.clerk.do("会费 列表").data["paid"] == 0
    refused = office.clerk.do("会费 导入", files=(FileIn("空.csv", "甲,乙\n1,2\n".encode()),))
    assert refused.error == "header_missing"


def test_a_member_sees_its_own_dues_and_nobody_else_s(sqlite_house):
    office = charged(sqlite_house)
    office.clerk.do("会费 缴费 F-1 500 2026-10-01 S1")
    mine = office.contacts[0].do("我的 会费")
    assert [c["charge"] for c in mine.data] == ["F-0001"]
    assert "收据号 S1" in mine.text
    assert "云岭" not in mine.text
    assert "不代表任何会员单位" in office.clerk.do("我的 会费").text
    assert office.contacts[0].do("会费 查看 M-2").error == "not_allowed"


def test_audiences_are_chosen_by_dues(sqlite_house):
    office = charged(sqlite_house)
    office.clerk.do("会费 缴费 F-1 3000 2026-10-01 S1")
    sqlite_house.clock.forward(days=100)
    count = {w: office.clerk.do(f"announce draft 通知 标题 会费={w} 正文").text for w in ("已缴", "逾期", "未缴")}
    sqlite_house.clock.forward(days=-100)
    assert all("1" in text for text in count.values())
    assert office.clerk.do("announce draft 通知 标题 会费=有钱 正文").error == "dues_state"


def test_a_provisional_due_day_moves_on_when_the_holidays_come(sqlite_house):
    office = furnish(sqlite_house)
    office.clerk.do(SET.replace("2026-12-31", "2027-10-01"))
    made = office.clerk.do("会费 计收 2026", **YES)
    assert made.data["due"] == "2027-10-01"
    assert "暂定" in made.text
    days = "、".join(f"2027-10-0{day}" for day in range(1, 8))
    office.secretary.do(f"calendar publish 2027 {days}")
    sqlite_house.clock.forward(days=1)
    run_due(sqlite_house)
    [charge, _other] = office.clerk.do("会费 列表").data["charges"]
    assert charge["due"] == "2027-10-08"


def test_years_without_payment_are_counted_for_all_units_at_once(house):
    office = furnish(house)
    for year in (2024, 2025, 2026):
        office.clerk.do(f"会费 标准 {year} 「会员单位 3000」 会员大会决议 2023-12-20 2026-10-09")
        office.clerk.do(f"会费 计收 {year} 到期=2026-10-09", **YES) if year > 2025 else None
    office.clerk.do("会费 标准 2025 「会员单位 3000」 会员大会决议 2023-12-20 2026-10-09")
    office.clerk.do("会费 计收 2025", **YES)
    with open_session(house.engine, 1) as session:
        assert dues.overdue_years(session, date(2026, 10, 9)) == {}
        assert dues.overdue_years(session, date(2026, 10, 10)) == {1: 2, 2: 2}
    office.clerk.do("会费 缴费 F-1 3000 2026-10-01 S1")
    with open_session(house.engine, 1) as session:
        unit = unit_by_number(session, 1)
        assert dues.overdue_years(session, date(2026, 10, 10)) == {2: 2}
        assert dues.overdue_years(session, date(2026, 10, 10), [unit.id]) == {}
        assert numbers_on(session, date(2026, 10, 10)) == {2: {"dues_overdue_years": 2}}


def test_a_class_is_that_of_the_day_for_which_dues_are_charged(house):
    office = furnish(house)
    for unit in ("M-1", "M-2"):
        assert office.clerk.do(f"class set {unit} council until=2027-10-07 reason=换届").error is None
    house.clock.forward(days=3)
    assert office.clerk.do("class set M-2 vice_president until=2027-10-07 reason=增选").error is None
    office.clerk.do(SET.replace("5000」", "5000、副会长单位 2万」"))
    for since, classes in (
        ("2026-10-07", {"member": 2}),
        ("2026-10-09", {"council": 2}),
        ("2026-10-11", {"council": 1, "vice_president": 1}),
    ):
        made = office.clerk.do(f"会费 试算 2026 自={since}")
        rates = {"member": 300_000, "council": 500_000, "vice_president": 2_000_000}
        assert made.data["fen"] == sum(rates[rank] * count for rank, count in classes.items()), since
    office.clerk.do("会费 计收 2026 自=2026-10-07", **YES)
    assert {c["class"] for c in office.clerk.do("会费 列表").data["charges"]} == {"member"}


def test_the_month_shows_fees_with_their_basis_and_they_reconcile(house):
    office = charged(house)
    office.clerk.do("会费 缴费 F-1 3000.00 2026-10-01 S1")
    office.clerk.do("会费 退费 F-1 0.50 2026-10-02 T1 多收")
    office.deputy.do("审批 同意 " + office.clerk.do("会费 减免 F-2 受灾").data["approval"])
    made = office.clerk.do("export month 2026-10")
    assert "不一致" not in made.text
    book = load_workbook(BytesIO(made.files[0].content))
    names = [cell.value for cell in book["收费"][2]]
    line = dict(zip(names, (cell.value for cell in book["收费"][3]), strict=True))
    assert line["basis"] == "第三届会员大会第二次会议决议"
    assert (line["charged"], line["received"], line["refunded"], line["waived"]) == (6000, 3000, 0.5, 3000)
    assert line["closing"] == 0.5
    checks = {row[1].value: row[4].value for row in book["勾稽校验"].iter_rows(min_row=3)}
    assert (checks["dues_balance"], checks["dues_entries"]) == ("一致", "一致")
    with open_session(house.engine, 1) as session:
        session.execute(update(DuesCharge).where(DuesCharge.number == 1).values(paid=1))
    again = office.clerk.do("export month 2026-10")
    assert "流水合计" in again.text


def test_two_that_pay_at_once_do_not_lose_a_payment(house):
    """The second sees what the first has left: on PostgreSQL it waits for the row, on SQLite for the file."""
    charged(house)
    if house.engine.dialect.name == "sqlite":
        pytest.skip("one writer at a time by itself")
    with open_session(house.engine, 1) as first:
        held = dues.charge_by_number(first, 1, lock=True)
        held.paid += 100
        first.flush()
        with pytest.raises(Exception, match="lock"), open_session(house.engine, 1) as second:
            second.connection().exec_driver_sql("SET LOCAL lock_timeout = '200ms'")
            dues.charge_by_number(second, 1, lock=True)


def test_who_has_left_is_neither_charged_nor_reminded(sqlite_house):
    from membership.reminding import _dues

    office = charged(sqlite_house)
    office.clerk.do("会员 状态 M-2 退会 来函")
    with tx_for(sqlite_house, "钱办") as tx:
        open_ones = tx.session.execute(_dues(tx)).all()
        assert [row.owner for row in open_ones] == ["dues:1"]
        assert open_ones[0].due_on == date(2026, 12, 31)
        assert tx.session.scalar(select(func.count()).select_from(Unit)) == 2
    assert Voice(sqlite_house, "钱办").do("会费 查看 M-2").data["owed"] == 300_000


def test_a_payer_s_name_is_shown_to_them_and_erased_on_request(sqlite_house):
    office = charged(sqlite_house)
    office.clerk.do("person add 季新")
    csv = "会员编号,付款人,金额,日期,收据号\nM-1,季新,100,2026-10-01,S1\n"
    office.clerk.do("会费 导入", files=(FileIn("流水.csv", csv.encode()),))
    office.clerk.do("会费 导入 确认 B-1")
    told = holdings.HOLDINGS["payments"]
    with tx_for(sqlite_house, "秦书") as tx:
        person = tx.session.scalars(select(Person).where(Person.name == "季新")).one()
        assert told.facts(tx, person) == [{"row": 2, "name": "季新", "on": "2026-10-01", "receipt": "S1"}]
        assert told.erase(tx, person) == 1
        assert told.facts(tx, person) == []
        assert "季新" not in str(tx.session.scalars(select(DuesBatchRow)).one().data)
    assert office.clerk.do("会费 查看 M-1").data["owed"] == 290_000


def test_nothing_that_grades_can_read_dues():
    """Grades are not for sale: no module of grading, rounds, adjustments or benefits knows of dues."""
    named = ("grading", "round", "grade", "adjust", "benefit", "scoring", "simulat")
    judging = [m for name, m in modules().items() if any(part in name for part in named) and "dues" not in name]
    assert len(judging) > 20
    reads = [(m.name, line) for m in judging for name, line in m.imports() if ".dues" in name or name.endswith("Dues")]
    reads += [(m.name, "Dues table") for m in judging if "DuesCharge" in m.text or "DuesEntry" in m.text]
    assert reads == []
