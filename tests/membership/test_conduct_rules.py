"""The code of conduct as text: its clauses can be named, and its digest is that of exactly these words."""

import pytest

from core.errors import BadInput, NotFound
from membership.rules import changes, conduct
from membership.rules.conduct import Clause

TEXT = (
    "会员行为规范\n（序言）\n第一条 诚实守信：\n1. 不出具虚假报告；\n2. 不挂靠。\n第二条　公平竞争。\n第三条 接受监督。"
)


@pytest.mark.parametrize(
    ("text", "clauses"),
    [
        (TEXT, [("1", "诚实守信：\n1. 不出具虚假报告；\n2. 不挂靠。"), ("2", "公平竞争。"), ("3", "接受监督。")]),
        ("1. 甲\n2、乙\n3) 丙", [("1", "甲"), ("2", "乙"), ("3", "丙")]),
        ("1. 甲\n1. 甲的细则\n2. 乙", [("1", "甲\n1. 甲的细则"), ("2", "乙")]),
        ("第1条 甲\n第2条 乙", [("1", "甲"), ("2", "乙")]),
    ],
)
def test_clauses_are_found_however_they_are_numbered(text, clauses):
    assert conduct.clauses_of(text) == [Clause(*one) for one in clauses]


@pytest.mark.parametrize("number", range(1, 130))
def test_every_number_a_text_can_have_is_read_in_chinese(number):
    digits = "零一二三四五六七八九"
    hundreds, tens, ones = number // 100, number // 10 % 10, number % 10
    words = f"{digits[hundreds]}百" if hundreds else ""
    if tens:
        words += ("" if tens == 1 and not hundreds else digits[tens]) + "十"
    elif hundreds and ones:
        words += "零"
    words += digits[ones] if ones else ""
    assert conduct.number_of(words) == number
    assert conduct.number_of(str(number)) == number


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("没有编号的文字", "clauses_missing"),
        ("第一条 甲\n第三条 乙", "clauses_order"),
        ("第二条 甲", "clauses_order"),
        ("第一条 甲\n第一条 乙", "clauses_order"),
        ("第一条\n第二条 乙", "clause_empty"),
    ],
)
def test_a_text_whose_clauses_no_record_could_name_is_refused(text, code):
    with pytest.raises(BadInput) as refused:
        conduct.clauses_of(text)
    assert refused.value.code == code


@pytest.mark.parametrize(
    ("words", "found"), [("2", "公平竞争。"), ("第二条", "公平竞争。"), ("第 2 条", "公平竞争。"), ("三", "接受监督。")]
)
def test_a_clause_is_named_as_people_name_it(words, found):
    assert conduct.clause_numbered(conduct.clauses_of(TEXT), words).text == found


@pytest.mark.parametrize("words", ["4", "0", "第九条", "abc", ""])
def test_a_clause_that_is_not_there_is_not_found(words):
    with pytest.raises(NotFound):
        conduct.clause_numbered(conduct.clauses_of(TEXT), words)


def test_the_same_words_have_the_same_digest_and_others_another():
    same = conduct.cleaned(TEXT.replace("\n", "  \r\n") + "\n\n")
    assert same == TEXT
    assert conduct.digest(same) == conduct.digest(TEXT)
    assert conduct.digest(TEXT.replace("。", "！", 1)) != conduct.digest(TEXT)


@pytest.mark.parametrize("raw", ["", " \n\t", "长" * 50_001])
def test_nothing_and_too_much_are_refused(raw):
    with pytest.raises(BadInput):
        conduct.cleaned(raw)


@pytest.mark.parametrize("words", ["region", "地区", " Region "])
def test_a_proposed_fact_is_named_in_either_language(words):
    assert changes.fact_named(words, ["region", "name"]) == "region"


def test_a_fact_that_was_not_proposed_is_refused():
    with pytest.raises(BadInput):
        changes.fact_named("region", ["name"])
