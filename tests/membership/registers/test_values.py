"""Values of every type: read in each spelling in use, shown again, refused by name, never guessed."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import AppError, BadInput
from core.i18n import Named, speaking
from membership.rules.registers import catalogue, reading
from membership.rules.registers.declaration import Field, Item, Type

DAY = date(2026, 10, 8)
NAME = Named(zh="某项", en="thing")
ITEMS = (
    Item("new", Named(zh="新", en="new"), ("新式",)),
    Item("old", Named(zh="旧", en="old"), (), None, date(2016, 12, 31)),
    Item("coming", Named(zh="将来", en="coming"), (), date(2027, 1, 1)),
)


def field(kind, **more):
    return Field("thing", NAME, Type(kind), **more)


@pytest.mark.parametrize(
    ("kind", "raw", "value", "shown"),
    [
        ("text", "  甲\u200b  乙\n", "甲 乙", "甲 乙"),
        ("number", "１２.５０ 学时", "12.5", "12.5"),
        ("number", "0", "0", "0"),
        ("whole", "1,200人", 1200, "1200"),
        ("whole", "１２", 12, "12"),
        ("money", "12,345.6元", 1_234_560, "12,345.60 元"),
        ("money", "1.2万", 1_200_000, "12,000.00 元"),
        ("money", "￥0.01", 1, "0.01 元"),
        ("percent", "20%", 2000, "20.00%"),
        ("percent", "12.34", 1234, "12.34%"),
        ("date", "2026年10月8日", "2026-10-08", "2026-10-08"),
        ("date", "今天", "2026-10-08", "2026-10-08"),
        ("period", "2026", "2026-01-01/2026-12-31", "2026"),
        ("period", "2026年2月", "2026-02-01/2026-02-28", "2026-02"),
        ("period", "2026年第四季度", "2026-10-01/2026-12-31", "2026Q4"),
        ("period", "2026q1", "2026-01-01/2026-03-31", "2026Q1"),
        ("period", "2026-01-05 至 2026-02-03", "2026-01-05/2026-02-03", "2026-01-05~2026-02-03"),
        ("yes_no", "有", True, "是"),
        ("yes_no", "否", False, "否"),
        ("choice", "新式", "new", "新"),
        ("choices", "新、新式", ["new"], "新"),
        ("url", "https://例子.测试/a?b=1", "https://例子.测试/a?b=1", "https://例子.测试/a?b=1"),
        ("region", "杭州 市", "杭州 市", "杭州 市"),
        ("credit_code", "91330100 mb2x4k7q1h", "91330100MB2X4K7Q1H", "91330100MB2X4K7Q1H"),
    ],
)  # fmt: skip
def test_values_are_read_exactly_and_shown_again(kind, raw, value, shown):
    one = field(kind, items=ITEMS if kind.startswith("choice") else ())
    read = reading.read(one, raw, DAY)
    assert (read, type(read)) == (value, type(value))
    with speaking("zh_CN"):
        assert reading.show(one, read) == shown


@pytest.mark.parametrize(
    ("kind", "raw", "code"),
    [
        *(("whole", raw, "whole_form") for raw in ("九十", "90分", "12.5", "NaN", "1e3", "²", "①", "", "--1", "1,00")),
        ("whole", "-1", "value_range"),
        ("whole", "9" * 40, "whole_form"),
        *(("money", raw, "money_form") for raw in ("1.234", "一万", "$5", "inf", "1.2.3")),
        ("money", "-0.01", "value_range"),
        ("percent", "百分之二十", "percent_form"),
        ("date", "2026-02-29", "date_impossible"),
        ("date", "某日", "date_form"),
        *(("period", raw, "period_form") for raw in ("2026-13", "去年", "2026Q5", "2026-01-01")),
        ("period", "2026-02-01~2026-01-01", "period_reversed"),
        ("yes_no", "也许", "yes_no_form"),
        ("choice", "没有的", "choice_unknown"),
        ("choice", "旧", "choice_unknown"),
        ("choice", "将来", "choice_unknown"),
        ("choices", "、", "value_missing"),
        *(("url", raw, "url_form") for raw in ("example.cn", "ftp://a.cn", "https://", "javascript:alert(1)", "https://a b.cn", "https://u:p@a.cn", "http://[")),
        ("region", "x", "region_form"),
        ("credit_code", "91330100MB2X4K7Q1X", "code_check_digit"),
        ("text", "\u200b", "value_missing"),
        ("text", "长" * 201, "value_too_long"),
    ],
)  # fmt: skip
def test_what_is_no_value_is_refused_by_name(kind, raw, code):
    with pytest.raises(BadInput) as refused:
        reading.read(field(kind, items=ITEMS if kind.startswith("choice") else ()), raw, DAY)
    assert refused.value.code == code
    assert refused.value.text


def test_bounds_are_in_the_unit_that_is_stored():
    share = field("percent", least=1000, most=5000)
    assert reading.read(share, "50%", DAY) == 5000
    with pytest.raises(BadInput, match=r"10\.00%"):
        reading.read(share, "9.99%", DAY)


def test_an_item_is_offered_only_while_it_is_in_force():
    assert reading.item_named(field("choice", items=ITEMS), "旧", date(2016, 12, 31)).value == "old"
    assert reading.item_named(field("choice", items=ITEMS), "将来", date(2027, 1, 1)).value == "coming"


@pytest.mark.parametrize(
    ("typed", "category"),
    [
        ("煤矿", "coal_mine"), ("金属与非金属矿山", "other_mine"), ("危险物品", "chemical"), ("工程建设", "construction"),
        ("金属冶炼", "smelting"), ("交通运输", "road_transport"), ("机械制造", "other"), ("安全评价检测", "other"),
        ("职业健康", "other"), ("煤矿安全", "coal_mine"), ("道路运输安全", "road_transport"), ("chemical safety", "chemical"),
        ("其他安全（不包括消防安全）", "other"),
    ],
)  # fmt: skip
def test_the_nine_names_of_the_policy_are_aliases_of_the_seven_legal_categories(typed, category):
    one = catalogue.registers()["safety_engineer"].by_name["category"]
    assert len(one.items) == 7
    assert reading.read(one, typed, DAY) == category


def test_an_unknown_category_is_refused_with_those_that_there_are():
    one = catalogue.registers()["safety_engineer"].by_name["category"]
    with speaking("zh_CN"), pytest.raises(AppError) as refused:
        reading.read(one, "消防安全", DAY)
    assert "煤矿安全、金属非金属矿山安全、化工安全" in refused.value.text


@given(st.integers(0, 10**14))
def test_amounts_and_shares_survive_being_shown_and_read_again(value):
    for kind in ("money", "percent"):
        with speaking("zh_CN"):
            shown = reading.show(field(kind), value)
        assert reading.read(field(kind), shown, DAY) == value


@given(st.dates(date(1950, 1, 1), date(2099, 1, 1)), st.integers(0, 800))
def test_periods_survive_being_shown_and_read_again(first, days):
    stored = f"{first.isoformat()}/{(first + timedelta(days=days)).isoformat()}"
    assert reading.read(field("period"), reading.show(field("period"), stored), DAY) == stored


@given(st.text(max_size=40))
def test_whatever_is_typed_is_read_or_refused_by_name(raw):
    for kind in reading.READERS:
        assert outcome(field(kind, items=ITEMS if kind in (Type.CHOICE, Type.CHOICES) else ()), raw)


def outcome(one, raw):
    """The words of a refusal, or that a value was read that is stored exactly."""
    try:
        return not isinstance(reading.read(one, raw, DAY), float)
    except BadInput as refused:
        return refused.text
