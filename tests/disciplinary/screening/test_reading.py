"""What hides words is undone, and every place leads back to the original text."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from disciplinary.rules.screening import readings, screen
from disciplinary.rules.screening.files import data_text
from disciplinary.rules.screening.plain import plain
from disciplinary.rules.screening.respell import respelt
from disciplinary.rules.screening.segments import quotes, sentences

DEMAND = "凡在本市从事危化品经营的企业必须加入本协会并缴纳会费。"
PIECES = st.sampled_from(
    ["未加入本协会的企业", "不予办理许可证延期", "各单位务必参加", "会务费1980元/人", "，", "。", "\n", "自愿", "🚔", "\u200b", " ",
     "péi xùn", "培訓費", "①", "“不入会就不办证”", "x", "ﬁ", "👨‍👩‍👧", "会fei", "罚 款", "否则"]
)  # fmt: skip


@pytest.mark.parametrize(
    ("hidden", "meant"),
    [
        ("不 入 会 就 不 给 办 证", "不入会就不给办证"),
        ("罚\u200b款", "罚款"),
        ("培訓費", "培训费"),
        ("péi xùn 费", "培训费"),
        ("péixùn费", "培训费"),
        ("没交会fei", "没交会费"),
        ("不给办zheng", "不给办证"),
        ("伐款", "罚款"),
        ("评渗费", "评审费"),
        ("指🐔定🐔单位", "指定单位"),
        ("参 評 f e i", "参评费"),
        ("弓虽制入hui", "强制入会"),
        ("入-会", "入会"),
        ("不\n入\n会\n就", "不入会就"),
        ("找yjj盖zhang", "找应急局盖章"),
        ("ＡＢＣ１２３", "abc123"),
    ],
)
def test_hidden_words_are_read(hidden, meant):
    assert respelt(plain(hidden)).text == meant


@pytest.mark.parametrize(
    "honest",
    [
        "设备按规定",
        "联合查处",
        "手机查询",
        "手续可以",
        "优惠费率",
        "理事会废止",
        "组织法",
        "提交前",
        "一张价目表",
        "此处发放",
        "制定标准",
        "必需的范围",
        "大会原则",
        "应及时报告",
        "检察机关",
        "支付现金",
        "app下载",
        "the meeting at nine",
    ],
)
def test_honest_words_stay_what_they_are(honest):
    assert respelt(plain(honest)).text.replace(" ", "") == honest.replace(" ", "")


@given(st.text(max_size=200))
@settings(max_examples=150, deadline=None)
def test_every_character_of_the_plain_text_knows_where_it_came_from(text):
    found = respelt(plain(text))
    assert len(found.starts) == len(found.ends) == len(found.text)
    assert all(0 <= start < end <= len(text) for start, end in zip(found.starts, found.ends, strict=True))
    assert found.starts == sorted(found.starts)


@given(st.lists(PIECES, max_size=25).map("".join))
@settings(max_examples=150, deadline=None)
def test_a_finding_quotes_the_original_text(text):
    for finding in screen(text):
        assert 0 <= finding.start < finding.end <= len(text)
        assert finding.quote == text[finding.start : finding.end]


@given(st.lists(st.sampled_from(["\u200b", " ", "\u2060", "🙂"]), min_size=len(DEMAND), max_size=len(DEMAND)))
@settings(max_examples=60, deadline=None)
def test_signs_between_the_characters_hide_nothing(signs):
    scattered = "".join(a + b for a, b in zip(DEMAND, signs, strict=True))
    assert {finding.category for finding in screen(scattered)} >= {"M04"}


def test_the_same_text_gives_the_same_findings():
    assert screen(DEMAND) == screen(DEMAND)


def test_the_readings_that_are_shipped_are_made_from_the_key_words():
    assert readings.made() == data_text("readings.yaml")


def test_a_full_stop_in_a_quotation_ends_no_sentence_around_it():
    text = "有人说“不交费就不验收。赶紧交”，请举报。"
    assert [text[part.start : part.end] for part in sentences(text, quotes(text))] == [text]


def test_an_empty_text_has_no_findings():
    assert screen("") == screen(" \n\u200b") == ()
