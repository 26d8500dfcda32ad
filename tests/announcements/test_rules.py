"""Document numbers, kinds and their elements."""

from datetime import date

import pytest

from announcements.rules.document_number import DocumentNumber, check_code_word
from announcements.rules.kinds import Fault, Kind, check_elements, kind_named, rule_for, rule_of
from announcements.rules.privacy import numbers_of_people
from core.calendar import Period, Roll, Unit, published
from core.errors import AppError, BadInput, RuleViolated

DAY = date(2026, 10, 8)


@pytest.mark.parametrize(
    ("text", "canonical"),
    [
        ("中安健协〔2020〕11号", "中安健协〔2020〕11号"),
        ("建协[2018]18号", "建协〔2018〕18号"),
        ("中源协字〔2017〕第4号", "中源协〔2017〕4号"),
        ("中化装协字（2017）第011号", "中化装协〔2017〕11号"),
        ("南心协［2013］17号", "南心协〔2013〕17号"),
        ("甲安协【2026】０３号", "甲安协〔2026〕3号"),
        ("甲 安 协 〔2026〕 3 号", "甲安协〔2026〕3号"),
    ],
)
def test_numbers_are_read_leniently_and_written_in_one_way(text, canonical):
    assert str(DocumentNumber.parse(text)) == canonical
    assert str(DocumentNumber.parse(canonical)) == canonical


@pytest.mark.parametrize(
    "text", ["", "甲安协", "〔2026〕3号", "甲安协〔26〕3号", "甲安协〔2026〕号", "甲安协〔2026〕三号"]
)
def test_what_is_no_number_is_said(text):
    with pytest.raises(BadInput):
        DocumentNumber.parse(text)


@pytest.mark.parametrize("word", ["浙安协", "试安协", "中安健协", "建协", "江南安协", "省应急协会", "安监协"])
def test_an_associations_own_code_word_passes(word):
    assert check_code_word(word) == word


@pytest.mark.parametrize(
    "word", ["应急", "浙应急", "浙政发", "国办发", "杭安监管", "省政办", "市监", "X应急", "安委办", "国发"]
)
def test_code_words_of_government_bodies_are_refused(word):
    with pytest.raises(RuleViolated) as refused:
        check_code_word(word)
    assert refused.value.code == "code_word_reserved"


@pytest.mark.parametrize("word", ["", "协", "x" * 21, "甲-协"])
def test_odd_code_words_are_refused(word):
    with pytest.raises(AppError):
        check_code_word(word)


FULL = {
    "title": "关于拟评级名单的公示",
    "body": "名单见附件。",
    "basis": "评级办法第九条",
    "subjects": "甲、乙",
    "decision": "评为A级",
    "starts": date(2026, 10, 9),
    "ends": date(2026, 10, 15),
    "objection": "书面署名",
    "department": "秘书处",
    "phone": "0571-00000000",
    "address": "某路1号",
}


def faults(**changes):
    return check_elements(rule_for(Kind.PUBLIC_NOTICE, DAY), FULL | changes, DAY, published())


def test_a_complete_public_notice_has_no_fault():
    assert faults() == []


@pytest.mark.parametrize("name", [name for name in FULL if name not in ("body", "title")])
def test_each_element_of_a_public_notice_is_missed(name):
    assert faults(**{name: ""}) == [Fault(name, "missing")]


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"title": "关于名单的通知"}, Fault("title", "title_word", "公示")),
        ({"ends": date(2026, 10, 14)}, None),
        ({"ends": date(2026, 10, 13)}, Fault("ends", "too_short", "2026-10-14")),
        ({"ends": date(2026, 10, 8)}, Fault("ends", "before_start", "2026-10-09")),
        ({"starts": date(2026, 10, 8)}, None),
        ({"starts": date(2026, 10, 7)}, Fault("starts", "before_publication", "2026-10-08")),
        ({"decided_on": date(2026, 10, 15)}, Fault("decided_on", "before_end", "2026-10-15")),
        ({"decided_on": date(2026, 10, 16)}, None),
        ({"body": "联系人手机13900000000"}, Fault("body", "mobile_number", "…联系人手机139****00")),
        ({"phone": "13900000000", "body": "咨询电话139-0000-0000"}, None),
        ({"subjects": "王五33010019900101123X"}, Fault("subjects", "identity_number", "…王五330****3X")),
    ],
)
def test_each_fault_is_named_with_its_place(changes, fault):
    assert faults(**changes) == ([] if fault is None else [fault])


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("统一社会信用代码91330100MB2X4K7Q3P，座机0571-87000000", []),
        ("身份证 33010019900101123x", ["identity_number"]),
        ("老证330100900101123", ["identity_number"]),
        ("１３９００００００００", ["mobile_number"]),
        ("+86 139 0000 0000 和 0086-13900000001", ["mobile_number", "mobile_number"]),
        ("139****0000、330100********123X", []),
        ("订单号 20261008139000000001", []),
    ],
)
def test_numbers_of_people_in_a_text(text, codes):
    assert [found.code for found in numbers_of_people(text)] == codes


@pytest.mark.parametrize(
    ("starts", "period", "ends"),
    [
        (date(2026, 9, 30), Period(5, Unit.WORK_DAY), date(2026, 10, 13)),
        (date(2026, 2, 13), Period(3, Unit.WORK_DAY), date(2026, 2, 25)),
        (date(2026, 9, 1), Period(30, Unit.CALENDAR_DAY, roll=Roll.NEXT_WORK_DAY), date(2026, 10, 8)),
        (date(2026, 1, 31), Period(1, Unit.MONTH), date(2026, 2, 28)),
        (date(2022, 3, 15), Period(5, Unit.WORK_DAY, count_first_day=True), date(2022, 3, 21)),
    ],
)
def test_periods_as_the_law_and_practice_count_them(starts, period, ends):
    due = published().deadline(starts, period)
    assert (due.day, due.provisional) == (ends, False)


def test_the_shipped_kinds_count_like_that():
    notice, draft = rule_for(Kind.PUBLIC_NOTICE, DAY), rule_for(Kind.SOLICITATION, DAY)
    assert notice.end(date(2022, 3, 15), 5, published()).day == date(2022, 3, 21)
    assert draft.end(date(2026, 9, 1), 30, published()).day == date(2026, 10, 8)
    with pytest.raises(BadInput):
        rule_for(Kind.NOTICE, DAY).end(DAY, 5, published())


def test_a_period_into_a_year_without_holidays_is_provisional():
    assert rule_for(Kind.PUBLIC_NOTICE, DAY).end(date(2026, 12, 30), 5, published()).provisional


def test_kinds_by_name_and_version():
    assert kind_named("公示") is Kind.PUBLIC_NOTICE
    assert kind_named("Notice") is Kind.NOTICE
    assert kind_named("更正") is Kind.CORRECTION
    with pytest.raises(BadInput):
        kind_named("密令")
    assert {kind for kind in Kind if rule_for(kind, DAY).legal} == {
        *(Kind.PUBLIC_NOTICE, Kind.RESULT, Kind.CORRECTION, Kind.MEETING),
    }


def test_a_newer_version_of_a_rule_holds_from_its_day():
    def entry(since, amount, until=None):
        period = {"amount": amount, "unit": "work_day", "count_first_day": True, "roll": "none"}
        period |= {"basis": "办法", "number": f"{amount}号", "clause": ""}
        made = {"value": "public_notice", "effective_from": since, "elements": [], "period": period}
        return made | ({"effective_to": until} if until else {})

    entries = (entry(date(2000, 1, 1), 5, date(2026, 12, 31)), entry(date(2027, 1, 1), 7))
    days = {day: rule_of(Kind.PUBLIC_NOTICE, day, entries) for day in (date(2026, 12, 31), date(2027, 1, 1))}
    assert [rule.period.amount for rule in days.values()] == [5, 7]
    assert days[date(2027, 1, 1)].source == "办法 7号"
