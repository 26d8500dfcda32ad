"""Surveys in workbooks and pictures: real numbers, nothing below five, the month's sheet, the same bytes again."""

from decimal import Decimal
from io import BytesIO

import pytest
from openpyxl import load_workbook

from exports import pictures
from exports.pictures import Bars, Stack
from tests.houses import Voice
from tests.surveys.town import answered, members, opened


def closed(house, *, first=6, last=13, **answers):
    office, voices = opened(house)
    answered(house, members(1, first), **answers)
    answered(house, members(first + 1, last))
    office.clerk.do("问卷 结束 S-1", fields={"_confirm": "yes"})
    return office, voices


def rows_of(content, sheet):
    page = load_workbook(BytesIO(content))[sheet]
    rows = [list(row) for row in page.iter_rows(values_only=True)]
    return [dict(zip(rows[1], row, strict=True)) for row in rows[2:] if row[0] is not None]


def test_the_report_as_a_workbook_holds_real_numbers(sqlite_house):
    office, _voices = closed(sqlite_house, overall=5, words="=1+1")
    content = office.clerk.do("问卷 导出 S-1").files[0].content
    book = load_workbook(BytesIO(content))
    assert book.sheetnames == ["概况", "维度得分", "各题分布", "分组", "意见原文", "整改"]
    overall = next(row for row in rows_of(content, "维度得分") if row["code"] == "overall")
    assert (overall["n"], overall["mean"]) == (13, 4.46)
    assert overall["low"] < overall["mean"] < overall["high"]
    groups = {row["group"]: (row["n"], row["overall"]) for row in rows_of(content, "分组") if row["n"]}
    assert groups == {"杭州市": (6, 5), "宁波市": (7, 4)}
    texts = [row["text"] for row in rows_of(content, "意见原文") if row["text"]]
    assert texts == ["'=1+1"] * 6
    assert not any(cell.data_type == "f" for sheet in book for row in sheet.iter_rows() for cell in row)
    steps = [row["count"] for row in rows_of(content, "各题分布") if row["count"] is not None][:5]
    assert sum(steps) == 13


def test_the_months_workbook_says_what_was_asked_and_answered(sqlite_house):
    office, _voices = closed(sqlite_house)
    office.clerk.do("问卷 整改 添加 S-1 钱办 2026-12-31 公开会费收支")
    content = office.clerk.do("export month 2026-10").files[0].content
    rows = rows_of(content, "绩效与满意度")
    assert [row["survey"] for row in rows[:3]] == ["S-0001", "S-0001 宁波市", "S-0001 杭州市"]
    assert (rows[0]["invited"], rows[0]["answered"], rows[0]["valid"]) == (15, 13, 13)
    assert (rows[0]["rate"], rows[0]["overall"], rows[0]["nps"]) == (86.67, 4, 100)
    assert (rows[0]["actions"], rows[0]["done"]) == (1, 0)
    assert [row["answered"] for row in rows[1:3]] == [7, 6]
    again = office.clerk.do("export month 2026-10")
    assert again.data["again"] is True
    assert office.clerk.do("export month 2026-09").error is None


def test_a_month_without_surveys_has_an_empty_sheet(sqlite_house):
    office, _voices = opened(sqlite_house)
    content = office.clerk.do("export month 2026-10").files[0].content
    assert [row for row in rows_of(content, "绩效与满意度") if row["title"]] == []


def test_a_survey_below_five_shows_its_sample_only(sqlite_house):
    office, _voices = closed(sqlite_house, first=1, last=4)
    row = rows_of(office.clerk.do("export month 2026-10").files[0].content, "绩效与满意度")[0]
    assert (row["answered"], row["valid"], row["overall"], row["nps"]) == (4, 0, None, None)
    assert load_workbook(BytesIO(office.clerk.do("问卷 导出 S-1").files[0].content)).sheetnames == ["概况", "整改"]


def test_slips_carry_an_address_and_no_name(sqlite_house):
    from dataclasses import replace

    public = replace(sqlite_house, public_url="https://guild.example")
    office, voices = opened(public, chats=False)
    content = Voice(public, office.clerk.name).do("问卷 纸条 S-1").files[0].content
    rows = [row for row in rows_of(content, "答卷码") if row["code"]]
    assert len({row["code"] for row in rows}) == 13
    assert all(row["address"] == "https://guild.example/s/" + row["code"].replace("-", "") for row in rows)
    assert not any(voice.name in str(row) for voice in voices for row in rows)


def test_slips_of_a_survey_with_names_say_whose_they_are(sqlite_house):
    office, _voices = opened(sqlite_house, chats=False, line="问卷 新建 登记 全体 2026-10-20 service_quality --记名")
    content = office.clerk.do("问卷 纸条 S-1").files[0].content
    assert {row["name"] for row in rows_of(content, "答卷码") if row["code"]} == set(members(1, 13))


STACKS = (Stack("1. 题", (1, 2, 3, 4, 5)), Stack("2. 题", (0, 0, 0, 0, 0)))
BARS = (Bars("3. 哪一项", (("甲", 3), ("乙", 0))),)


@pytest.mark.parametrize("font", ["Noto Sans CJK JP", None])
@pytest.mark.parametrize(("stacks", "bars"), [(STACKS, BARS), (STACKS, ()), ((), BARS)])
def test_a_picture_is_drawn_with_or_without_a_chinese_font(monkeypatch, font, stacks, bars):
    monkeypatch.setattr(pictures, "chinese_font", lambda: font if font in known() else None)
    if pictures.chinese_font() is None:
        stacks = tuple(Stack(f"Q{n}", one.counts) for n, one in enumerate(stacks, 1))
        bars = tuple(Bars("Q9", tuple((str(n), c) for n, (_l, c) in enumerate(one.counts))) for one in bars)
    steps = ["1", "2", "3", "4", "5"]
    made = pictures.draw("S-0001", steps, stacks, bars)
    assert made.startswith(b"\x89PNG")
    assert made == pictures.draw("S-0001", steps, stacks, bars)


def known():
    from matplotlib import font_manager

    return {font.name for font in font_manager.fontManager.ttflist}


def test_without_a_chinese_font_the_report_still_has_its_picture(sqlite_house, monkeypatch):
    monkeypatch.setattr(pictures, "chinese_font", lambda: None)
    office, _voices = closed(sqlite_house, used=["advice"])
    assert office.clerk.do("问卷 报告 S-1").files[0].content.startswith(b"\x89PNG")


def test_scores_are_kept_exactly(sqlite_house):
    office, _voices = closed(sqlite_house, overall=5)
    low, high = office.clerk.do("问卷 报告 S-1").data["dimensions"]["overall"][1:]
    assert Decimal(low) < Decimal("4.46") < Decimal(high)
