"""Facts as people keep them: in a sheet or a JSON document, every wrong cell named by row and column."""

from datetime import date, datetime
from decimal import Decimal

import pytest

from membership.rules.grading.facts import Fact
from membership.rules.grading.score import grader
from membership.rules.grading.table import read_entries, read_rows
from membership.rules.grading.terms import Stage

D = Decimal
DAY = date(2026, 10, 8)
HEAD = ["会员", "项目", "得分", "数值", "次数", "日期", "改正日期", "层级", "环节", "不适用", "证据"]


@pytest.fixture
def wendeng(scheme_named):
    return grader(scheme_named("g1"))


@pytest.fixture
def default(scheme_named):
    return grader(scheme_named("default"))


def row(**cells):
    return [cells.get(heading) for heading in HEAD]


def problems(found):
    return [(problem.code, problem.where) for problem in found.problems]


def test_a_sheet_by_chinese_titles(wendeng):
    rows = [
        [],
        HEAD,
        row(会员="甲公司", 项目="消防行政处罚：罚款（元）", 数值=20000.0, 日期=date(2026, 1, 2), 证据="罚决1号"),
        row(会员="甲公司", 项目="守合同重信用", 日期="2026年3月1日", 层级="国家级"),
        [None, " ", ""],
        row(会员="乙公司"),
        row(会员="丙公司", 项目="一般生产安全事故", 日期="２０２６－０３－０１", 改正日期=datetime(2026, 4, 1)),  # noqa: DTZ001
    ]
    found = read_rows(wendeng, rows, DAY)
    assert found.problems == []
    assert found.members == {
        "甲公司": [
            Fact("fire_fine", value=D(20000), day=date(2026, 1, 2), evidence="罚决1号"),
            Fact("contract_honour", day=date(2026, 3, 1), level="national"),
        ],
        "乙公司": [],
        "丙公司": [Fact("accident_general", day=date(2026, 3, 1), corrected=date(2026, 4, 1))],
    }


def test_machine_names_and_numbers_to_fifteen_digits(wendeng):
    rows = [
        ["member", "item", "value", "date"],
        ["M1", "fire_fine", 0.1 + 0.2, "2026-01-02"],
        [1.0, "fire_fine", 29999.99, "20260102"],
    ]
    found = read_rows(wendeng, rows, DAY)
    assert found.members["M1"][0].value == D("0.3")
    assert found.members["1"][0].value == D("29999.99")


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("-1", "score_range"), ("100.1", "score_range"), ("NaN", "number_nan"), ("九十", "number_words"), ("90分", "number_unit"),
        (-1.0, "score_range"), (100.1, "score_range"), (True, "number_form"), ("1e2", "number_form"), ("90.55", "score_digits"),
        ("99.99", "score_digits"), ("９０．５５", "score_digits"), ("#N/A", "number_form"), ("10\n", None), ("９０", None),
        ("", None), (0, None), ("0", None), (100, None), (99.9, None), (1e300, "number_digits"), (float("nan"), "number_nan"),
    ],
)  # fmt: skip
def test_scores_as_people_type_them(default, typed, code):
    rows = [HEAD, row(会员="甲", 项目="emergency", 得分=typed, 证据="x")]
    found = read_rows(default, rows, DAY)
    assert problems(found) == ([(code, "row 2, score")] if code else [])
    if code is None and typed == "":
        assert found.members["甲"][0].score is None  # blank is missing, not zero


@pytest.mark.parametrize(
    ("cells", "problem"),
    [
        (dict(项目="fire_fine", 日期="2026-01-01"), ("value_missing", "row 2, value")),
        (dict(项目="fire_fine", 数值=60000, 日期="2026-01-01"), ("value_outside", "row 2, value")),
        (dict(项目="fire_fine", 数值=100), ("date_missing", "row 2, date")),
        (dict(项目="fire_fine", 数值=100, 日期="2026-02-30"), ("date_impossible", "row 2, date")),
        (dict(项目="fire_fine", 数值=100, 日期="去年"), ("date_form", "row 2, date")),
        (dict(项目="fire_fine", 数值=-5, 日期="2026-01-01"), ("value_negative", "row 2, value")),
        (dict(项目="complaint", 次数=1.5, 日期="2026-01-01"), ("count_low", "row 2, count")),
        (dict(项目="complaint", 次数="两", 日期="2026-01-01"), ("number_words", "row 2, count")),
        (dict(项目="complaint", 得分=5, 日期="2026-01-01"), ("score_of_rule", "row 2, score")),
        (dict(项目="complaint", 次数=2, 日期="2026-01-01"), ("count_repeated", "row 2, count")),
        (dict(项目="complaint", 日期="2026-02-01", 改正日期="2026-01-01"), ("date_order", "row 2, corrected")),
        (dict(项目="表彰", 日期="2026-01-01"), ("level_missing", "row 2, level")),
        (dict(项目="表彰", 日期="2026-01-01", 层级="宇宙级"), ("level_unknown", "row 2, level")),
        (dict(项目="没有的事项"), ("item_unknown", "row 2, item")),
        (dict(得分=5), ("item_missing", "row 2, item")),
        (dict(项目="complaint", 日期="2026-01-01", 环节="三评"), ("stage_unknown", "row 2, stage")),
        (dict(项目="complaint", 日期="2026-01-01", 证据="长" * 501), ("cell_long", "row 2, evidence")),
    ],
)
def test_a_wrong_cell_is_named_by_row_and_column(wendeng, cells, problem):
    found = read_rows(wendeng, [HEAD, row(会员="甲", **cells)], DAY)
    assert problems(found) == [problem]
    assert found.problems[0].message


def test_every_wrong_row_is_named_at_once(wendeng):
    rows = [HEAD, row(项目="complaint"), row(会员="甲", 项目="x"), row(会员="乙", 项目="fire_fine")]
    assert [where for _code, where in problems(read_rows(wendeng, rows, DAY))] == [
        "row 2, member",
        "row 3, item",
        "row 4, value",
    ]


@pytest.mark.parametrize(
    ("rows", "problem"),
    [
        ([], ("table_empty", "row 1")),
        ([["", None]], ("table_empty", "row 1")),
        ([HEAD], ("table_empty", "row 1")),
        ([["项目", "得分"], ["x", 1]], ("column_missing", "row 1")),
        ([["会员", "单位名称"]], ("column_twice", "row 1, column 2")),
        ([["会员", "得份"]], ("column_unknown", "row 1, column 2")),
    ],
)
def test_headings_are_checked_before_anything_is_read(wendeng, rows, problem):
    assert problem in problems(read_rows(wendeng, rows, DAY))


def test_what_does_not_apply_is_said_in_words_or_points(default):
    rows = [
        HEAD,
        row(会员="甲", 项目="health", 不适用="是"),
        row(会员="甲", 项目="services", 不适用=40, 得分=60, 环节="复核"),
        row(会员="甲", 项目="risks", 不适用="否", 得分=60),
    ]
    found = read_rows(default, rows, DAY)
    assert [fact.not_applicable for fact in found.members["甲"]] == [D(100), D(40), None]
    assert found.members["甲"][1].stage is Stage.REVIEW
    assert problems(read_rows(default, [HEAD, row(会员="甲", 项目="health", 不适用="也许")], DAY)) == [
        ("number_form", "row 2, not_applicable")
    ]
    assert problems(read_rows(default, [HEAD, row(会员="甲", 项目="health", 不适用=101)], DAY)) == [
        ("not_applicable_range", "row 2, not_applicable")
    ]


def test_json_entries(wendeng):
    entries = {
        "facts": [{"member": "甲", "item": "fire_fine", "value": D("29999.99"), "date": "2026-01-02"}, {"会员": "乙"}]
    }
    found = read_entries(wendeng, entries, DAY)
    assert found.members == {"甲": [Fact("fire_fine", value=D("29999.99"), day=date(2026, 1, 2))], "乙": []}
    bad = [
        {"member": "甲", "itm": "x"},
        3,
        {"member": "甲", "item": ["x"]},
        {"member": "甲", "item": "fire_fine", "value": "NaN", "date": "2026-01-01"},
    ]
    assert problems(read_entries(wendeng, bad, DAY)) == [
        ("column_unknown", "facts[1].itm"),
        ("not_a_fact", "facts[2]"),
        ("cell_form", "facts[3], item"),
        ("number_nan", "facts[4], value"),
    ]
    assert problems(read_entries(wendeng, {"x": 1}, DAY)) == [("not_a_list", "facts")]
