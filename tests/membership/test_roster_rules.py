"""Cells as people write them."""

from datetime import date, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.errors import BadInput, RuleViolated
from membership.rules import roster
from membership.rules.standing import STEPS, Status, check_step

HEAD = ["单位名称", "统一社会信用代码", "单位类别", "会籍", "入会日期", "联系人", "手机", "注安师人数", "资质有效期至"]
GOOD = [
    "新月检测有限公司",
    "91330100MB2X4K7Q3P",
    "检测检验机构",
    "会员单位",
    "2020-01-01",
    "季新",
    "13900000000",
    3,
    "2027-01-01",
]


def judged(**cells):
    row = list(GOOD)
    for heading, value in cells.items():
        row[HEAD.index(heading)] = value
    return roster.judge([HEAD, row])[0]


@pytest.mark.parametrize(
    ("value", "day", "problem"),
    [
        (date(2026, 10, 8), date(2026, 10, 8), None),
        (datetime(2026, 10, 8), date(2026, 10, 8), None),  # noqa: DTZ001
        (46303, date(2026, 10, 8), None),
        (46303.0, date(2026, 10, 8), None),
        (20261008.0, date(2026, 10, 8), None),
        ("2026-10-08", date(2026, 10, 8), None),
        ("2026年10月8日", date(2026, 10, 8), None),
        ("2026.10.8", date(2026, 10, 8), None),
        ("2026/10/08", date(2026, 10, 8), None),
        ("20261008", date(2026, 10, 8), None),
        ("２０２６－１０－０８", date(2026, 10, 8), None),
        (" 2026 年 10 月 8 日 ", date(2026, 10, 8), None),
        ("2026-10-08 00:00:00", date(2026, 10, 8), None),
        ("2026-02-29", None, "date_impossible"),
        ("2024-02-29", date(2024, 2, 29), None),
        ("2026-13-01", None, "date_impossible"),
        ("0000-00-00", None, "date_impossible"),
        ("9999-12-31", None, "date_range"),
        ("1900-01-01", None, "date_range"),
        ("去年", None, "date_form"),
        (True, None, "date_form"),
    ],
)
def test_days(value, day, problem):
    assert roster.read_day(value) == (day, problem)


@pytest.mark.parametrize(
    ("code", "problem"),
    [
        ("91330100MB2X4K7Q3P", None),
        ("", "code_missing"),
        ("91330100MB2X4K7Q3", "code_length"),
        ("91330100MB2X4K7Q3PP", "code_length"),
        ("91330100MB2X4K7Q3X", "code_check_digit"),
        ("91330100MB2X4K7QIP", "code_characters"),
        ("9133O100MB2X4K7Q3P", "code_characters"),
        ("330100000012345", "code_length"),
    ],
)
def test_codes(code, problem):
    assert roster.code_problem(code) == problem


@pytest.mark.parametrize(
    "written",
    [
        "91330100mb2x4k7q3p",
        "９１３３０１００ＭＢ２Ｘ４Ｋ７Ｑ３Ｐ",
        "913301 00MB2X4K\xa07Q3P",
        "91330100MB2X4K7Q3P\u200b",
        "\ufeff91330100MB2X4K7Q3P",
    ],
)
def test_codes_in_every_spelling(written):
    row = judged(统一社会信用代码=written)
    assert (row.code, row.outcome) == ("91330100MB2X4K7Q3P", "ok")


@pytest.mark.parametrize(
    ("phone", "digits", "problem"),
    [
        (13900000000.0, "13900000000", None),
        ("+86 139 0000 0000", "13900000000", None),
        ("0086-139-0000-0000", "13900000000", None),
        ("１３９００００００００", "13900000000", None),
        ("8613900000000", "13900000000", None),
        ("1390000000", "1390000000", "phone_length"),
        ("139000000000", "139000000000", "phone_length"),
        ("", "", None),
    ],
)
def test_phones(phone, digits, problem):
    row = judged(手机=phone)
    assert row.phone == digits
    assert row.problems == ([problem] if problem else [])


@pytest.mark.parametrize(
    ("written", "count", "problem"),
    [
        (3, 3, None), (3.0, 3, None), ("3", 3, None), ("22人", 22, None), ("２９", 29, None), ("", None, None), (0, 0, None),
        (-3, -3, "engineers_negative"), ("²", None, "engineers_form"), ("①", None, "engineers_form"), ("三", None, "engineers_form"), ("1_0", None, "engineers_form"),
        ("1e3", None, "engineers_form"), ("NaN", None, "engineers_form"), (3.5, None, "engineers_form"), ("9" * 5000, None, "engineers_form"),
    ],
)  # fmt: skip
def test_counts(written, count, problem):
    row = judged(注安师人数=written)
    assert row.engineers == count
    assert row.problems == ([problem] if problem else [])


def test_kinds_aliases_and_what_is_not_registered():
    assert judged(单位类别="安评机构").problems == ["kind_alias"]
    assert judged(单位类别="安评机构").outcome == "ok"
    assert judged(单位类别="其它类").problems == ["kind_unknown"]
    assert judged(单位类别="").problems == ["kind_missing"]
    assert judged(会籍="理事 ").rank == "council"
    assert judged(会籍="贵宾").problems == ["class_unknown"]


def test_names_stay_as_registered():
    assert judged(单位名称="  𠮷祥（集团）\n有限公司 ").name == "𠮷祥（集团） 有限公司"
    assert judged(单位名称="新\u200d世纪").name == "新世纪"


def test_headings_anywhere_with_breaks_and_synonyms():
    rows = [["会员名册"], [], ["序号", "企业名称", "统一社会\n信用代码", "类 别", "职务", "入会时间"], [1, *GOOD[:5]]]
    found = roster.judge(rows)
    assert [r.outcome for r in found] == ["ok"]
    assert found[0].row == 4


@pytest.mark.parametrize("rows", [[], [["单位名称"]], [["a", "b"], ["c", "d"]]])
def test_without_headings_the_file_is_refused(rows):
    with pytest.raises(BadInput) as refused:
        roster.judge(rows)
    assert refused.value.code == "header_missing"


def test_a_heading_twice_is_refused():
    with pytest.raises(BadInput) as refused:
        roster.judge([[*HEAD, "信用代码"], GOOD])
    assert refused.value.code == "header_twice"


def test_footers_blanks_duplicates_and_merged_regions():
    head = [*HEAD, "所属地区"]
    rows = [head, [*GOOD, "杭州市"], [*GOOD, None], [], ["合计：2家"], [], ["制表人：甲"]]
    found = roster.judge(rows, merged=[(1, 9, 2, 9)])
    assert [r.outcome for r in found] == ["ok", "error", "blank", "footer", "footer"]
    assert found[1].problems == ["duplicate_code"]
    assert [r.region for r in found[:2]] == ["杭州市", "杭州市"]


cells = st.one_of(st.none(), st.text(max_size=30), st.integers(), st.floats(allow_nan=True), st.booleans(), st.dates())


@settings(max_examples=150, deadline=None)
@given(st.lists(st.lists(cells, max_size=10), max_size=5))
def test_no_row_breaks_the_judge(rows):
    for row in roster.judge([HEAD, *rows]):
        assert row.outcome in ("ok", "error", "blank", "footer")
        assert all(problem in roster.PROBLEMS for problem in row.problems)


def test_every_step_of_standing():
    for former in Status:
        for status in Status:
            if status in STEPS[former]:
                check_step(former, status)
            else:
                with pytest.raises(RuleViolated):
                    check_step(former, status)
        assert former.member is False or Status.WITHDRAWN in STEPS[former]
