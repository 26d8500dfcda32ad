"""The second opinion raises a review, confirms or doubts, and never blocks by itself."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from benchmarks.screening import counted, rows
from core.screening import Severity, Verdict, verdict_of
from disciplinary.rules.screening import opinion, screen

SHARED = Path(__file__).resolve().parents[4] / "shared" / "data"
BLUNT = "凡在本市经营的企业必须加入本协会并缴纳会费。"
INSINUATED = "没来捧场的那几家，年底打分的时候自己心里要有个数。"


def sure(bias):
    """A model that says the same of every text."""
    return replace(opinion.model(), bias=bias, grams={}, rules={})


def test_alone_it_only_asks_for_a_review_and_says_what_weighs():
    found = screen("今天天气很好，我们在公园散步。", second=sure(9.0))
    assert {one.severity for one in found} == {Severity.MEDIUM}
    assert "second-opinion" in found[0].rule


def test_a_rule_that_it_doubts_is_a_hint():
    assert verdict_of(screen(BLUNT, second=sure(9.0))) is Verdict.BLOCK
    assert verdict_of(screen(BLUNT, second=sure(-9.0))) is Verdict.HINT


def test_an_insinuation_is_reviewed():
    assert verdict_of(screen(INSINUATED)) in {Verdict.BLOCK, Verdict.REVIEW}


@pytest.mark.skipif(not rows("validation"), reason="the corpus is not there")
def test_on_texts_that_it_was_not_trained_on_it_stays_useful():
    count = counted(rows("validation"))
    assert count.precision >= 0.85
    assert count.recall >= 0.88


@pytest.mark.skipif(not (SHARED / "statutes_ok.jsonl").exists(), reason="the collected statutes are not there")
def test_laws_and_news_are_left_alone():
    lines = (SHARED / "statutes_ok.jsonl").read_text(encoding="utf-8").splitlines()
    texts = [json.loads(line)["text"] for line in lines]
    wrong = [text[:60] for text in texts if verdict_of(screen(text)) in {Verdict.BLOCK, Verdict.REVIEW}]
    assert len(wrong) <= 0.02 * len(texts), wrong
