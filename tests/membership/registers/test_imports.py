"""Spreadsheets of registers: every row gets its own outcome, nothing counts before it is confirmed, all can be undone."""

from io import BytesIO

from openpyxl import Workbook, load_workbook
from sqlalchemy import select

from bot.messages import FileIn
from core.db import open_session
from membership.models import RegisterEntry
from tests.houses import CODES, deliver, furnish
from tests.membership.registers.test_entries import ENGINEER, snapshot

HEAD = "会员编号,姓名,专业类别,级别,注册证号,注册有效期至"


def sheet(*lines, head=HEAD):
    return (FileIn("注安师.csv", "\n".join([head, *lines, ""]).encode()),)


def upload(voice, *lines, register="safety_engineer", head=HEAD):
    return voice.do(f"register import {register}", files=sheet(*lines, head=head))


def test_each_row_gets_its_own_outcome(house):
    office = furnish(house)
    office.clerk.do(ENGINEER)
    before = snapshot(house)
    reply = upload(
        office.clerk,
        "M-1,季工,化工,中级,ZC-1,2026-12-01",
        "M-0002,钱工,金属与非金属矿山,初级（助理）,ZC-2,2028年1月1日",
        ",,,,,",
        "M-2,吴工,消防,高级,ZC-3,2028-01-01",
        "M-9,吴工,煤矿,高级,ZC-4,2028-01-01",
        "M-2,吴工,煤矿,高级,ZC-2,2028-01-01",
        "M-2,,煤矿,高级,ZC-5,2028-13-01",
        "M-2,季工,化工,中级,zc-1,2026-12-01",
        "合计,,,,,4",
    )
    outcomes = [(row["row"], row["outcome"], row["problems"]) for row in reply.data["rows"]]
    assert outcomes == [
        (2, "update", []),
        (3, "insert", []),
        (5, "error", ["choice_unknown"]),
        (6, "error", ["member_unknown"]),
        (7, "error", ["duplicate_row"]),
        (8, "error", ["date_impossible"]),
        (9, "error", ["entry_known"]),
        (10, "footer", []),
    ]
    assert "级别：高级 → 中级" in reply.text
    changed = {name for name, rows in snapshot(house).items() if rows != before[name]}
    assert changed == {"register_import", "register_import_row", "attachment"}
    recap = load_workbook(BytesIO(reply.files[0].content))["导入结果"]
    assert [row[0].value for row in recap.iter_rows(min_row=3)] == [row for row, _o, _p in outcomes]


def test_confirming_brings_in_the_good_rows_and_undoing_takes_them_back(house):
    office = furnish(house)
    clerk = office.clerk
    clerk.do(ENGINEER)
    deliver(house)
    made = upload(
        clerk,
        "M-1,季工,化工,中级,ZC-1,2026-12-01",
        "M-2,钱工,煤矿,初级,ZC-2,2028-01-01",
        "M-2,x,消防,初级,ZC-3,2028-01-01",
    )
    assert [b.label for row in made.buttons for b in row] == ["导入 2 行"]
    assert clerk.do("登记 导入 确认 1").data == {"inserted": 1, "updated": 1}
    assert deliver(house) == [], "an import tells nobody"
    assert clerk.do("登记 导入 确认 1").error == "import_decided"
    assert clerk.do("register show E-1").data["values"]["level"] == "intermediate"
    assert clerk.do("register list safety_engineer 级别=初级").data["count"] == 1
    assert clerk.do("登记 导入 撤销 1", fields={"_confirm": "yes"}).data == {"ended": 1, "restored": 1}
    assert clerk.do("register show E-1").data["values"]["level"] == "senior"
    assert "撤销导入 1" in clerk.do("register show E-2").text
    assert clerk.do("register list safety_engineer").data["count"] == 1
    again = upload(clerk, "M-2,钱工,煤矿,初级,ZC-2,2028-01-01")
    assert again.data["counts"]["insert"] == 1, "what was taken back can come in again"


def test_what_changed_meanwhile_stops_the_whole_import_or_its_undoing(house):
    office = furnish(house)
    clerk = office.clerk
    clerk.do(ENGINEER)
    for number, (line, meanwhile) in enumerate(
        (
            ("M-1,季工,化工,中级,ZC-1,2026-12-01", "register edit E-1 level=初级"),
            ("M-2,钱工,煤矿,初级,ZC-2,2028-01-01", "register add safety_engineer M-2 钱工 煤矿 初级 ZC-2 2028-01-01"),
            ("M-2,周工,煤矿,初级,ZC-8,2028-01-01", "member status M-2 withdrawn 退会"),
        ),
        1,
    ):
        upload(clerk, line)
        clerk.do(meanwhile)
        before = snapshot(house)
        assert clerk.do(f"register import confirm {number}").error == "register_changed", line
        assert snapshot(house) == before
    upload(clerk, "M-1,郑工,煤矿,高级,ZC-7,2028-01-01")
    clerk.do("register import confirm 4")
    clerk.do("register edit E-3 level=初级")
    before = snapshot(house)
    assert clerk.do("register import undo 4", fields={"_confirm": "yes"}).error == "import_in_use"
    assert snapshot(house) == before


def test_units_are_named_by_number_code_or_name_and_blanks_leave_what_is_there(sqlite_house):
    clerk = furnish(sqlite_house).clerk
    clerk.do(ENGINEER + " 从事安全生产管理工作=是")
    head = "单位名称,统一社会信用代码,姓名,专业类别,级别,注册证号,注册有效期至,从事安全生产管理工作"
    reply = upload(
        clerk,
        f"青禾检测有限公司,{CODES[0]},季工,化工,高级,ZC-1,2029-01-01,",
        f",{CODES[1]},钱工,煤矿,高级,ZC-2,2028-01-01,无",
        f"云岭安全评价有限公司,{CODES[0]},吴工,煤矿,高级,ZC-3,2028-01-01,是",
        head=head,
    )
    assert [row["outcome"] for row in reply.data["rows"]] == ["update", "insert", "error"]
    clerk.do("register import confirm 1")
    assert clerk.do("register show E-1").data["values"] == {
        "name": "季工", "category": "chemical", "level": "senior", "number": "ZC-1", "valid_until": "2029-01-01", "duty": True,
    }  # fmt: skip
    assert clerk.do("register show E-2").data["values"]["duty"] is False


def test_the_template_is_understood_when_it_is_filled_in(sqlite_house):
    clerk = furnish(sqlite_house).clerk
    book = load_workbook(BytesIO(clerk.do("登记 模板 安责险业务").files[0].content))
    page = book["安责险业务"]
    assert [cell.value for cell in page[1]][:4] == ["会员编号", "单位名称", "单位信用代码", "统计期间"]
    assert [cell.value for cell in page[2]][:4] == ["member", "member_name", "member_code", "period"]
    page.append(["M-1", None, None, "2026年3季度", "无锡市", "化工", 3, 12345.67])
    target = BytesIO()
    book.save(target)
    reply = clerk.do("register import liability_insurance", files=(FileIn("a.xlsx", target.getvalue()),))
    assert reply.data["counts"]["insert"] == 1, reply.text
    clerk.do("register import confirm 1")
    with open_session(sqlite_house.engine, 1) as session:
        [data] = session.scalars(select(RegisterEntry.data))
    assert data["premium"] == 1_234_567
    assert data["period"] == "2026-07-01/2026-09-30"


def test_a_file_without_headings_or_with_doubled_ones_is_refused(sqlite_house):
    clerk = furnish(sqlite_house).clerk
    before = snapshot(sqlite_house)
    assert upload(clerk, "1,2", head="甲,乙").error == "header_missing"
    assert upload(clerk, "M-1,甲,乙", head="会员编号,姓名,姓名").error == "header_twice"
    assert clerk.do("register import safety_engineer").error == "missing_parameter"
    assert clerk.do("register import safety_engineer", files=(FileIn("a.xlsx", b"no"),)).error == "file_unreadable"
    assert snapshot(sqlite_house) == before


def test_a_formula_without_result_keeps_its_row_out(sqlite_house):
    clerk = furnish(sqlite_house).clerk
    book = Workbook()
    page = book.active
    page.append(HEAD.split(","))
    page.append(["M-1", "季工", "煤矿", "高级", "=A1&A2", "2028-01-01"])
    target = BytesIO()
    book.save(target)
    reply = clerk.do("register import safety_engineer", files=(FileIn("a.xlsx", target.getvalue()),))
    assert [row["problems"] for row in reply.data["rows"]] == [["formula"]]
