"""The second opinion raises a review, confirms or doubts, and never blocks by itself."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from benchmarks.screening import counted, rows
from core.i18n import speaking
from core.screening import Severity, Verdict, verdict_of
from disciplinary.rules.screening import opinion, screen
from disciplinary.rules.screening.polarity import with_polarity
from disciplinary.rules.screening.reading import read

SHARED = Path(__file__).resolve().parents[4] / "shared" / "data"
BLUNT = "凡在本市经营的企业必须加入本协会并缴纳会费。"
INSINUATED = "没来捧场的那几家，年底打分的时候自己心里要有个数。"


def sure(bias):
    """A model that says the same of every text, in thousandths of log-odds."""
    return replace(opinion.model(), bias=bias, grams={}, slots={})


def test_alone_it_only_asks_for_a_review_and_says_what_weighs():
    found = screen("今天天气很好，我们在公园散步。", second=sure(9000))
    assert {one.severity for one in found} == {Severity.MEDIUM}
    assert all("second-opinion" in one.rule for one in found)


def test_a_rule_that_it_doubts_without_a_nameable_reason_stands():
    assert verdict_of(screen(BLUNT, second=sure(9000))) is Verdict.BLOCK
    assert verdict_of(screen(BLUNT, second=sure(-9000))) is Verdict.BLOCK


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (BLUNT.rstrip("。") + "，这样写是否合规，请问怎么办？", "提问"),
        ("有会员来信说：" + BLUNT + "经查属误传，已辟谣。", "辟谣"),
        ("去年曾有通报：" + BLUNT, "过去"),
    ],
)
def test_a_rule_that_it_doubts_for_a_nameable_reason_is_a_hint_that_says_so(text, reason):
    with speaking("zh_CN"):
        found = [one for one in screen(text, second=sure(-9000)) if one.category == "M04"]
    assert verdict_of(screen(text, second=sure(-9000))) in {Verdict.HINT, Verdict.OK}
    assert all(reason in one.why and "只作提示" in one.why for one in found)


def test_an_order_stands_among_words_that_mark_lawful_texts():
    doubting = replace(sure(-2000), grams={"退还": -900, "企业": 400, "，退": -2000})
    assert verdict_of(screen(BLUNT + "多收的会费全部退还。", second=doubting)) is Verdict.BLOCK


def test_even_an_order_gives_way_when_hardly_any_doubt_is_left_and_the_words_that_tell_are_named():
    certain = replace(sure(-9000), grams={"退还": -900})
    with speaking("zh_CN"):
        found = screen(BLUNT + "多收的会费全部退还。", second=certain)
    assert verdict_of(found) is Verdict.HINT
    assert all("退还" in one.why for one in found)


def test_a_review_by_the_opinion_alone_names_its_strongest_words():
    heavy = replace(sure(9000), grams={"公园": 900, "散步": 500, "，我": 5000})
    with speaking("zh_CN"):
        found = screen("今天天气很好，我们在公园散步。", second=heavy)
    assert all("公园、散步" in one.why for one in found)


@pytest.mark.parametrize(
    "text",
    [
        "关于自愿报名参加安全培训的通知\n各会员单位：培训费每人1200元。未参加的单位不得进入下一年度推荐名单。",
        "本次培训自愿参加。未参加的单位不得进入下一年度推荐名单，培训费1200元。",
        "安全讲座（自愿）。不来的取消年度评优资格。",
        "入会自愿。不入会的不给办证。",
        "【自愿订阅】会刊每份360元。没有订阅的单位，评审时不予通过。",
        "自愿捐赠倡议书\n各理事单位：每家不少于两万元，没有捐的通报主管部门。",
        "自愿参加，但未参加单位取消年度评优资格。",
    ],
)
def test_a_compulsion_after_a_voluntary_offer_blocks_though_the_opinion_doubts_it(text):
    assert verdict_of(screen(text)) is Verdict.BLOCK
    assert verdict_of(screen(text, second=sure(-2500))) is Verdict.BLOCK


@pytest.mark.parametrize(
    "text", [BLUNT, "各会员：\n培训费每人800元。\n🚔 x\n应急局已同意，未参加的扣分。" * 5, "一", "a\n\nb"]
)
def test_weighing_all_groups_at_once_equals_weighing_them_one_by_one(text):
    reading, known = read(text), opinion.model()
    said = opinion.parts(reading.plain.text, reading.said)
    sums = opinion.weighed(known, said)
    shown = [*said, opinion.together(said)]
    assert sums.grams.tolist() == [sum(known.grams.get(group, 0) for group in one.grams) for one in shown]
    assert sums.slots.tolist() == [sum(known.slots.get(slot, 0) for slot in one.slots) for one in shown]
    assert sums.sizes.tolist() == [one.size for one in shown]
    assert sums.counts.tolist() == [len(one.slots) for one in shown]


@pytest.mark.parametrize(
    ("text", "quote"),
    [
        ("通知如下：凡在本市经营的企业必须加入本协会。请尽快办理。", "凡在本市经营的企业必须加入本协会"),
        ("天气转冷，未按要求参会的单位取消年度评优资格并通报，请周知。", "未按要求参会的单位取消年度评优资格并通报"),
    ],
)
def test_what_is_quoted_is_whole_clauses(text, quote):
    assert quote in {one.quote for one in screen(text)}


@pytest.mark.parametrize(
    ("text", "denied", "said"),
    [
        ("协会不收费，不得要求企业购买软件。", {"buy", "product"}, {"prohibit"}),
        ("不参加的扣分。", set(), {"demote", "lack_attend"}),
        ("参加情况不与任何检查挂钩，缴费另行通知。", {"inspect"}, {"fee"}),
    ],
)
def test_a_slot_under_a_denial_is_marked_but_not_what_a_condition_threatens(text, denied, said):
    found = read(text)
    slots = set().union(*with_polarity(found.plain.text, found.said))
    assert {f"~{slot}" for slot in denied} | said <= slots
    assert not denied & slots


def test_its_weights_are_whole_numbers():
    known = opinion.model()
    tables = [known.grams, known.slots, known.kind_bias, *known.kinds.values()]
    assert all(type(weight) is int for table in tables for weight in table.values())


@pytest.mark.parametrize(
    "text", ["第九条 企业每年应当组织一次演练，违者由应急管理部门责令改正。", "第三条 本办法自公布之日起施行。"]
)
def test_a_law_is_left_alone_unless_it_looks_all_too_like_misuse(text):
    assert verdict_of(screen(text, second=sure(1500))) is Verdict.OK
    found = screen(text, second=sure(3000))
    assert verdict_of(found) is Verdict.REVIEW
    assert all("second-opinion" in one.rule for one in found)


def test_a_rule_of_the_association_in_the_dress_of_a_law_is_reviewed():
    rule = "第三条 未取得协会颁发的“涉爆粉尘安全师”执业证的，不得在本省从事粉尘防爆设计、咨询，用人单位不得聘用。"
    assert verdict_of(screen(rule)) in {Verdict.BLOCK, Verdict.REVIEW}


def test_an_insinuation_is_reviewed():
    assert verdict_of(screen(INSINUATED)) in {Verdict.BLOCK, Verdict.REVIEW}


@pytest.mark.skipif(not rows("validation"), reason="the corpus is not there")
def test_on_unseen_texts_it_stays_useful():
    count = counted(rows("test") + rows("test2") + rows("test3"))
    assert count.precision >= 0.93
    assert count.recall >= 0.92


@pytest.mark.skipif(not (SHARED / "statutes_ok.jsonl").exists(), reason="the collected statutes are not there")
def test_laws_and_news_are_left_alone():
    lines = (SHARED / "statutes_ok.jsonl").read_text(encoding="utf-8").splitlines()
    texts = [json.loads(line)["text"] for line in lines]
    wrong = [text[:60] for text in texts if verdict_of(screen(text)) in {Verdict.BLOCK, Verdict.REVIEW}]
    assert len(wrong) <= 0.02 * len(texts), wrong
