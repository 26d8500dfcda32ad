"""From sheets to figures: exact, and against an independent calculation."""

import random
import statistics
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from surveys.rules import results, storing
from surveys.rules.estimates import Estimate, estimate, moved, recommendation, share, t95
from surveys.rules.form import Dimension, Form, Kind, Option, Question

ZH = {"zh_CN": "题"}
FORM = Form(
    (
        Question("a1", Kind.LIKERT, ZH, "a"),
        Question("a2", Kind.LIKERT, ZH, "a"),
        Question("b1", Kind.LIKERT, ZH, "b", required=False),
        Question("nps", Kind.NPS, ZH),
        Question("pick", Kind.CHOICE, ZH, options=(Option("x", ZH), Option("y", ZH)), required=False),
        Question("many", Kind.MULTIPLE, ZH, options=(Option("x", ZH), Option("y", ZH)), required=False),
        Question("count", Kind.NUMBER, ZH, required=False),
        Question("text", Kind.TEXT, ZH, required=False),
    ),
    (Dimension("a", ZH), Dimension("b", ZH)),
)


def sheet(a1=4, a2=5, b1=None, nps=9, **more):
    answers = {"a1": a1, "a2": a2, "nps": nps, **more}
    return answers if b1 is None else answers | {"b1": b1}


def published(sheets, invited=100, groups=None):
    tally = results.count(FORM, zip(sheets, groups or [""] * len(sheets), strict=True))
    return results.publish(tally, invited)


def test_a_mean_and_its_interval_agree_with_the_textbook():
    values = [3, 4, 4, 5, 2, 5, 5, 4, 3, 5]
    found = estimate(10, sum(values), sum(v * v for v in values), 1, 10_000_000, low=1, high=5)
    margin = 2.262 * statistics.stdev(values) / 10**0.5
    assert found.mean == Decimal("4.00")
    assert float(found.low) == pytest.approx(4 - margin, abs=0.006)
    assert float(found.high) == pytest.approx(min(5, 4 + margin), abs=0.006)


def test_when_everybody_answered_there_is_no_chance_left():
    found = estimate(10, 40, 170, 1, 10, low=1, high=5)
    assert (found.mean, found.low, found.high) == (Decimal("4.00"), Decimal("4.00"), Decimal("4.00"))


def test_one_answer_says_nothing_about_spread():
    assert estimate(1, 4, 16, 1, 10, low=1, high=5) == Estimate(1, Decimal("4.00"))


@pytest.mark.parametrize(
    ("degrees", "value"),
    [
        (1, "12.706"),
        (9, "2.262"),
        (30, "2.042"),
        (35, "2.042"),
        (59, "2.021"),
        (120, "1.980"),
        (500, "1.980"),
        (5000, "1.960"),
    ],
)
def test_between_two_entries_of_the_table_the_larger_is_taken(degrees, value):
    assert t95(degrees) == Decimal(value)


@pytest.mark.parametrize(
    ("counts", "score"),
    [
        ({10: 5, 0: 5}, "0.00"),
        ({9: 10}, "100.00"),
        ({6: 10}, "-100.00"),
        ({7: 5, 8: 5}, "0.00"),
        ({10: 2, 7: 1}, "66.67"),
    ],
)
def test_the_recommendation_score(counts, score):
    assert recommendation(counts, 100).mean == Decimal(score)


@given(st.lists(st.tuples(*[st.integers(1, 5)] * 2, st.integers(0, 10)), min_size=5, max_size=60))
def test_figures_agree_with_an_independent_calculation(answers):
    found = published([sheet(a1=a, a2=b, nps=n) for a, b, n in answers], invited=1000)
    mean = sum(a + b for a, b, _n in answers) / (2 * len(answers))
    assert float(found.dimensions["a"].mean) == pytest.approx(mean, abs=0.00501)
    assert found.dimensions["a"].n == len(answers)
    assert found.questions[0].counts == {str(i): sum(a == i for a, _b, _n in answers) for i in range(1, 6)}
    nps = 100 * sum((n >= 9) - (n <= 6) for _a, _b, n in answers) / len(answers)
    assert float(found.nps.mean) == pytest.approx(nps, abs=0.00501)
    low, high = found.dimensions["a"].low, found.dimensions["a"].high
    assert 1 <= low <= found.dimensions["a"].mean <= high <= 5


def test_a_dimension_is_the_mean_of_each_persons_own_mean():
    sheets = [sheet(a1=5, a2=5)] * 4 + [{"a1": 1, "nps": 5}]
    assert published(sheets).dimensions["a"].mean == Decimal("4.20")


def test_below_five_nothing_is_published_at_all():
    found = published([sheet()] * 4)
    assert (found.shown, found.dimensions, found.questions, found.nps) == (False, {}, (), None)
    assert found.sample.answered == 4


def test_a_question_that_few_answered_is_left_out():
    found = published([sheet(b1=1)] * 4 + [sheet()] * 20)
    assert "b" not in found.dimensions
    assert (found.questions[2].n, found.questions[2].counts) == (0, {})


def test_choices_numbers_and_texts_are_counted_and_texts_never_leave_the_sheets():
    sheets = [sheet(pick="x", many=["x", "y"], count="2.5", text=f"秘密{i}") for i in range(6)]
    found = {one.code: one for one in published(sheets).questions}
    assert found["pick"].counts == {"x": 6, "y": 0}
    assert found["many"].counts == {"x": 6, "y": 6}
    assert found["count"].mean.mean == Decimal("2.50")
    assert (found["text"].n, found["text"].counts) == (6, {})
    assert "秘密" not in str(storing.dump(published(sheets)))


def test_groups_are_shown_only_when_each_has_five():
    sheets = [sheet(a1=5, a2=5)] * 6 + [sheet(a1=1, a2=1)] * 5
    found = published(sheets, groups=["A"] * 6 + ["B"] * 5)
    assert [(group.name, group.n, group.means["a"]) for group in found.groups] == [
        ("A", 6, Decimal("5.00")),
        ("B", 5, Decimal("1.00")),
    ]
    assert published(sheets, groups=["A"] * 7 + ["B"] * 4).groups == ()


def test_a_mean_of_few_people_in_a_group_takes_another_with_it():
    """B's question was answered by 6, 7 and 3 people: the 3 must not follow from the total of 16."""
    sheets = [sheet(b1=5)] * 6 + [sheet(b1=3)] * 7 + [sheet(b1=1)] * 3 + [sheet()] * 3
    found = published(sheets, groups=["A"] * 6 + ["B"] * 7 + ["C"] * 6)
    means = {group.name: group.means["b"] for group in found.groups}
    assert means == {"A": None, "B": Decimal("3.00"), "C": None}


def test_a_result_is_stored_without_loss():
    random.seed(4)
    sheets = [sheet(a1=random.randint(1, 5), b1=random.randint(1, 5), pick="x", count="3") for _i in range(30)]
    found = published(sheets, groups=["A"] * 12 + ["B"] * 18)
    assert storing.load(storing.dump(found)) == found


@pytest.mark.parametrize(
    ("now", "before", "verdict"),
    [
        (("4.50", "4.40", "4.60"), ("4.00", "3.90", "4.10"), True),
        (("4.05", "3.90", "4.20"), ("4.00", "3.90", "4.10"), False),
        (("4.50", None, None), ("4.00", "3.90", "4.10"), None),
    ],
)
def test_a_change_is_told_from_chance(now, before, verdict):
    made = [Estimate(9, Decimal(m), lo and Decimal(lo), hi and Decimal(hi)) for m, lo, hi in (now, before)]
    assert moved(*made) is verdict


def test_nobody_invited_divides_by_nothing():
    assert share(0, 0) == Decimal(0)
