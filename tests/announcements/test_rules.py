"""Document numbers, kinds and their elements."""

from datetime import date

import pytest

from announcements.rules.document_number import DocumentNumber, check_code_word
from announcements.rules.kinds import Fault, Kind, check_elements, kind_named, personal_data, rule_for
from core.calendar import published
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
    "contact": "秘书处",
    "phone": "0571-00000000",
}


def faults(**changes):
    return check_elements(Kind.PUBLIC_NOTICE, FULL | changes, DAY, published())


def test_a_complete_public_notice_has_no_fault():
    assert faults() == []


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"basis": ""}, Fault("basis", "missing")),
        ({"phone": None}, Fault("phone", "missing")),
        ({"title": "关于名单的通知"}, Fault("title", "title_word")),
        ({"ends": date(2026, 10, 14)}, None),
        ({"ends": date(2026, 10, 13)}, Fault("ends", "too_short")),
        ({"starts": date(2026, 10, 7)}, Fault("starts", "before_publication")),
        ({"decided_on": date(2026, 10, 15)}, Fault("decided_on", "before_end")),
        ({"decided_on": date(2026, 10, 16)}, None),
        ({"body": "联系人手机13900000000"}, Fault("body", "mobile_number")),
        ({"body": "身份证33010019900101123X"}, Fault("body", "identity_number")),
    ],
)
def test_each_fault_is_named(changes, fault):
    assert faults(**changes) == ([] if fault is None else [fault])


def test_kinds_by_name_and_version():
    assert kind_named("公示") is Kind.PUBLIC_NOTICE
    assert kind_named("Notice") is Kind.NOTICE
    with pytest.raises(BadInput):
        kind_named("密令")
    assert rule_for(Kind.SOLICITATION, DAY).period.amount == 30
    assert rule_for(Kind.PUBLIC_NOTICE, DAY).legal
    assert personal_data("统一社会信用代码91330100MB2X4K7Q3P，座机0571-87000000") == []
