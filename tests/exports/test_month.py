"""The month's workbook: figures that add up, cells that are safe, three programs that can read it."""

import io
import shutil
import subprocess
from datetime import datetime, timedelta

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from exports import sheets, workbook
from exports.sheets import Column, Kind, Sheet
from tests.houses import START, deliver, furnish

WHEN = datetime(2026, 11, 2, 9, 0)  # noqa: DTZ001 - a workbook carries local times


def made(house):
    office = furnish(house)
    office.clerk.do("member add 新月检测 91330100MB2X4K7Q3P 检测检验机构 会员单位 杭州市 joined=2026-10-05")
    office.clerk.do("member status M-2 withdrawn 来函退会")
    office.clerk.do("announce draft 通知 =标题 全体 正文")
    office.clerk.do("announce submit A-1")
    office.deputy.do("approval approve P-2")
    deliver(house)
    return office, office.secretary.do("export month 2026-10")


def test_figures_add_up_and_are_the_same_again(house):
    office, reply = made(house)
    assert reply.data["figures"] == {"opening": 2, "joined": 1, "left": 1, "closing": 2}
    again = office.secretary.do("export month 2026-10")
    assert (again.data["sha256"], again.data["again"]) == (reply.data["sha256"], True)
    assert again.files[0].content == reply.files[0].content


def test_a_change_makes_a_revision_and_the_old_file_stays(sqlite_house):
    office, reply = made(sqlite_house)
    office.clerk.do("member add 后补 91330100MB2X4K7Q4T 检测检验机构 会员单位 杭州市 joined=2026-10-06")
    later = office.secretary.do("export month 2026-10")
    assert (later.data["revision"], later.data["figures"]["closing"]) == (2, 3)
    assert "更正" in later.files[0].name
    assert later.data["sha256"] != reply.data["sha256"]
    assert len(office.secretary.do("export list").data) == 2


def sheet_rows(reply, title):
    """The data of one sheet, without its two lines of headings."""
    page = openpyxl.load_workbook(io.BytesIO(reply.files[0].content))[title]
    return list(page.iter_rows(min_row=3, values_only=True))


def test_a_correction_says_what_it_replaces_and_what_it_changed(sqlite_house):
    office, first = made(sqlite_house)
    office.clerk.do("member edit M-1 region=宁波市")
    office.clerk.do("member add 后补 91330100MB2X4K7Q4T 检测检验机构 会员单位 杭州市 joined=2026-10-06")
    second = office.secretary.do("export month 2026-10")
    rows = sheet_rows(second, "更正对照")
    assert ("会员变动", "M-0001", "修改", "地区", "杭州市", "宁波市") in rows
    assert [row[:3] for row in rows if row[2] == "新增"] == [("会员变动", "M-0004", "新增")]
    cover = {row[1]: row[2] for row in sheet_rows(second, "封面") if row[1]}
    assert (cover["revision"], cover["supersedes"]) == (2, first.data["sha256"])
    assert "更正对照" not in openpyxl.load_workbook(io.BytesIO(first.files[0].content)).sheetnames
    assert [row[3] for row in office.secretary.do("export list").data] == ["现行", "已被第 2 版取代"]
    old = office.secretary.do("export get 2026-10 revision=1")
    assert (old.files[0].content, old.data["newest"]) == (first.files[0].content, 2)
    assert "取代" in old.text
    assert office.secretary.do("export get 2026-10").files[0].content == second.files[0].content
    assert office.secretary.do("export get 2026-09").error == "export_unknown"
    assert office.secretary.do("export get 2026-10 revision=9").error == "export_unknown"


def test_what_is_entered_after_its_month_was_reported_stands_in_the_next_as_a_correction(house):
    office, _reply = made(house)
    house.clock.forward(days=40)
    office.clerk.do("member add 后补 91330100MB2X4K7Q4T 检测检验机构 会员单位 杭州市 joined=2026-10-06")
    office.clerk.do("member status M-1 withdrawn 漏录的退会 on=2026-10-20")
    late = office.secretary.do("export month 2026-11")
    assert late.data["figures"] == {"opening": 2, "joined": 0, "left": 0, "closing": 2}
    rows = [row for row in sheet_rows(late, "补录更正") if row[0] != "合计"]
    assert [(row[0], row[2], row[6]) for row in rows] == [("M-0004", "入会", 1), ("M-0001", "正常 → 退会", -1)]
    assert "不一致" not in late.text
    again = office.secretary.do("export month 2026-10")
    assert (again.data["revision"], again.data["figures"]["closing"]) == (2, 2)
    rows = sheet_rows(office.secretary.do("export month 2026-11"), "补录更正")
    assert [(row[0], row[6]) for row in rows] == [("合计", 0)]


def test_a_change_that_nobody_reported_breaks_the_reconciliation(sqlite_house):
    office, _reply = made(sqlite_house)
    sqlite_house.clock.forward(days=40)
    office.clerk.do("member edit M-3 joined=2026-11-02")
    assert "本月期初=上月报表期末" in office.secretary.do("export month 2026-11").text


def test_leaving_and_coming_back_are_counted_in_their_months(sqlite_house):
    office = furnish(sqlite_house)
    for day, line in ((1, "withdrawn 来函退会"), (30, "active 申请恢复"), (45, "suspended 欠费")):
        sqlite_house.clock.now = START + timedelta(days=day)
        assert office.clerk.do(f"member status M-1 {line}").error is None
    figures = [office.secretary.do(f"export month 2026-{month}").data["figures"] for month in (9, 10, 11)]
    assert [tuple(f.values()) for f in figures] == [(2, 0, 0, 2), (2, 0, 1, 1), (1, 1, 0, 2)]
    october = sheet_rows(office.secretary.do("export get 2026-10"), "会员变动")
    assert (october[0][8], october[0][7].isoformat()[:10]) == ("退会", "2026-10-09")


def test_a_month_reported_late_shows_the_register_as_it_stood_then(sqlite_house):
    office = furnish(sqlite_house)
    sqlite_house.clock.forward(days=40)
    office.clerk.do("member status M-1 withdrawn 来函退会")
    rows = sheet_rows(office.secretary.do("export month 2026-10"), "会员变动")
    assert [(row[0], row[7], row[8], row[13]) for row in rows[:2]] == [
        ("M-0001", None, "正常", 1),
        ("M-0002", None, "正常", 1),
    ]


def test_a_month_in_which_nothing_happened_is_a_zero_report(sqlite_house):
    office = furnish(sqlite_house)
    cover = {row[1]: row[2] for row in sheet_rows(office.secretary.do("export month 2026-09"), "封面") if row[1]}
    assert (cover["zero_report"], cover["closing"]) == ("是", 2)


def test_a_month_that_is_not_over_says_so(sqlite_house):
    office = furnish(sqlite_house)
    assert "尚未结束" in office.secretary.do("export month 2026-10").text
    assert "尚未结束" not in office.secretary.do("export month 2026-09").text


def test_equal_content_has_equal_bytes():
    rows = [("甲", 1), ("乙", None)]
    columns = (Column("列", "a"), Column("数", "b", Kind.NUMBER))
    first, second = (workbook.write([Sheet("表", "t", columns, rows)], WHEN, "标题") for _i in range(2))
    assert first == second


def test_pages_are_laid_out_for_paper(sqlite_house):
    _office, reply = made(sqlite_house)
    book = openpyxl.load_workbook(io.BytesIO(reply.files[0].content))
    for page in book:
        assert page.print_title_rows == "$1:$2"
        assert page.page_setup.paperSize == 9
        assert (page.page_setup.fitToWidth, page.page_setup.fitToHeight) == (1, 0)
        assert "2026-10 月报" in page.oddHeader.center.text
        assert page.print_area.endswith(f"${page.max_row}")
    assert book["会员变动"].page_setup.orientation == "landscape"
    assert book["封面"].page_setup.orientation == "portrait"
    assert any("签发人" in str(row[0].value) for row in book["封面"].iter_rows())


def test_long_texts_get_the_height_they_need():
    sheet = Sheet("表", "t", (Column("列", "a", width=20),), [("短",), ("长" * 60,), ("两\n行",)])
    page = openpyxl.load_workbook(io.BytesIO(workbook.write([sheet], WHEN))).active
    assert page.row_dimensions[3].height is None
    assert page.row_dimensions[4].height > 90
    assert page["A4"].alignment.wrap_text
    assert page.row_dimensions[5].height == 32


def test_three_readers_agree(sqlite_house, tmp_path):
    _office, reply = made(sqlite_house)
    content = reply.files[0].content
    book = openpyxl.load_workbook(io.BytesIO(content))
    assert book.sheetnames == [
        "封面",
        "会员变动",
        "公告公示",
        "入会申请",
        "行为规范",
        "权力滥用筛查",
        "受托事项台账",
        "会议",
        "表决",
        "绩效与满意度",
        "收费",
        "等级变动",
        "等级调整",
        "补录更正",
        "勾稽校验",
    ]
    page = book["会员变动"]
    assert [c.value for c in page[2]][:3] == ["member", "name", "code"]
    assert page["C3"].data_type == "s"
    assert page["G3"].is_date
    assert page["K3"].value == 1
    assert (page.freeze_panes, page.auto_filter.ref) == ("A3", "A2:N5")
    assert page.page_setup.fitToWidth == 1
    notice = book["公告公示"]["D3"]
    assert (notice.value, notice.data_type) == ("'=标题", "s")
    quick = CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_name("会员变动").to_python()
    assert [row[0] for row in quick[2:5]] == [page[f"A{i}"].value for i in (3, 4, 5)]


@pytest.mark.workbook
@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed")
def test_libreoffice_opens_it_and_finds_no_live_formula(sqlite_house, tmp_path):
    _office, reply = made(sqlite_house)
    path = tmp_path / "m.xlsx"
    path.write_bytes(reply.files[0].content)
    command = ["soffice", f"-env:UserInstallation=file://{tmp_path}/profile", "--headless", "--convert-to"]
    csv = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,false,false,false,-1"
    subprocess.run([*command, csv, "--outdir", str(tmp_path), str(path)], check=True, capture_output=True, timeout=110)
    made_files = sorted(tmp_path.glob("*.csv"))
    assert len(made_files) == len(openpyxl.load_workbook(path).sheetnames)
    for file in made_files:
        for line in file.read_text("utf-8").splitlines():
            for cell in line.split(","):
                assert not cell.strip('"').startswith(("=", "+", "@")), line
    assert "'=标题" in next(f for f in made_files if "公告" in f.name).read_text("utf-8")


HOSTILE = [
    "=1+1",
    "+1",
    "-1",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "\n=1",
    " =1",
    "=cmd|' /C calc'!A0",
    "a\x00b",
    "\ud800",
    "x\ufffey",
    "长" * 40_000,
    "#N/A",
    "00123",
    "",
]


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_text_is_inert(text):
    sheet = Sheet("甲", "a", (Column("列", "c"),), [(text,)])
    page = openpyxl.load_workbook(io.BytesIO(workbook.write([sheet], WHEN))).active
    cell = page["A3"]
    assert cell.data_type in ("s", "n")
    assert not str(cell.value or "").startswith(("=", "+", "-", "@", "\t", "\r", "\n"))


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.text(max_size=50), st.one_of(st.none(), st.integers(-(10**12), 10**12))), max_size=5))
def test_any_cells_survive_the_round_trip(rows):
    columns = (Column("甲", "a"), Column("乙", "b", Kind.NUMBER))
    content = workbook.write([Sheet("表", "t", columns, rows)], WHEN)
    page = openpyxl.load_workbook(io.BytesIO(content)).active
    for index, (_text, number) in enumerate(rows):
        assert page.cell(index + 3, 2).value == number
        assert page.cell(index + 3, 1).data_type != "f"


def test_the_content_hash_is_of_cells_not_of_time():
    one = [Sheet("表", "t", (Column("甲", "a"),), [("x",), (1,)])]
    assert sheets.content_hash(one) == sheets.content_hash(list(one))
    assert sheets.content_hash(one) != sheets.content_hash([Sheet("表", "t", (Column("甲", "a"),), [("x",), ("1",)])])


def test_a_month_that_has_not_begun_is_refused(sqlite_house):
    office = furnish(sqlite_house)
    assert office.secretary.do("export month 2026-11").error == "month_not_begun"
    assert office.secretary.do("export month 10月").data["period"] == "2026-10"


def test_proof_of_service(sqlite_house):
    office, _reply = made(sqlite_house)
    proof = office.clerk.do("announce proof A-1")
    page = openpyxl.load_workbook(io.BytesIO(proof.files[0].content)).active
    row = dict(zip((cell.value for cell in page[2]), (cell.value for cell in page[3]), strict=True))
    assert (row["name"], row["state"]) == ("联络1", "已送达")
    assert row["acknowledged_at"] is None
