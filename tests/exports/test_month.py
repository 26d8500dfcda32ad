"""The month's workbook: figures that add up, cells that are safe, three programs that can read it."""

import io
import shutil
import subprocess
from datetime import datetime

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from exports import sheets, workbook
from exports.sheets import Column, Kind, Sheet
from tests.houses import deliver, furnish

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


def test_the_next_month_must_begin_where_this_one_ended(sqlite_house):
    office, _reply = made(sqlite_house)
    office.clerk.do("member add 后补 91330100MB2X4K7Q4T 检测检验机构 会员单位 杭州市 joined=2026-10-06")
    sqlite_house.clock.forward(days=40)
    late = office.secretary.do("export month 2026-11")
    assert "本月期初=上月报表期末" in late.text
    office.secretary.do("export month 2026-10")
    assert "不一致" not in office.secretary.do("export month 2026-11").text


def test_three_readers_agree(sqlite_house, tmp_path):
    _office, reply = made(sqlite_house)
    content = reply.files[0].content
    book = openpyxl.load_workbook(io.BytesIO(content))
    assert book.sheetnames == ["封面", "会员变动", "公告公示", "勾稽校验"]
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
    assert len(made_files) == 4
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
    assert [page["B3"].value, page["D3"].value] == ["联络1", "已送达"]
    assert page["G3"].value is None
