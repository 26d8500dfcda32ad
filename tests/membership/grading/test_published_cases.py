"""The other published schemes, each example worked by hand from the clauses."""

from datetime import date
from decimal import Decimal

import pytest

from membership.rules.grading.facts import Fact, Refused
from membership.rules.grading.results import Status
from membership.rules.grading.score import grade
from membership.rules.grading.terms import Stage

D = Decimal
DAY = date(2021, 6, 1)


def on(month, day=1, year=2021):
    return date(year, month, day)


G2 = [
    # 823 ÷ (1000 − 60) × 100 = 87.553… → 87.6
    ([Fact("total", score=D(823), not_applicable=D(60))], "87.6", "L2"),
    # one serious injury: at most level three; a death: no level
    ([Fact("total", score=D(823), not_applicable=D(60)), Fact("serious_injury", day=on(2))], "87.6", "L3"),
    ([Fact("total", score=D(823), not_applicable=D(60)), Fact("death", day=on(2))], "87.6", "none"),
    # 846 ÷ 940 = 90.0 exactly
    ([Fact("total", score=D(846), not_applicable=D(60))], "90.0", "L1"),
    ([Fact("total", score=D("845.9"), not_applicable=D(60))], "90.0", "L1"),  # 89.989… → 90.0
    ([Fact("total", score=D("845.5"), not_applicable=D(60))], "89.9", "L2"),  # 89.946…
    ([Fact("total", score=D(846), not_applicable=D(60)), Fact("minor_injuries", value=D(1), day=on(2))], "90.0", "L1"),
    ([Fact("total", score=D(846), not_applicable=D(60)), Fact("minor_injuries", value=D(2), day=on(2))], "90.0", "L2"),
    ([Fact("total", score=D(750))], "75.0", "L2"),
    ([Fact("total", score=D(749))], "74.9", "L3"),
    ([Fact("total", score=D("749.5"))], "75.0", "L2"),  # 74.95 → 75.0, halves go up
    ([Fact("total", score=D(599))], "59.9", "none"),
    ([Fact("total", score=D(1000))], "100.0", "L1"),
    # an accident of the year before is not of this year
    ([Fact("total", score=D(950)), Fact("death", day=date(2020, 12, 31))], "95.0", "L1"),
    # category by category: hazards 100 − 4 × 30 stops at 0, the rest is full: 900 ÷ 1000
    ([Fact("extra_hazards", day=on(2), times=4)], "90.0", "L1"),
    # one category of 60 does not apply, another scored 40 of 80: 900 ÷ 940 → 95.7
    ([Fact("health", not_applicable=D(60)), Fact("rules", score=D(40))], "95.7", "L1"),
    # scored 20 of 100, then 30 taken away: stops at 0, not at −10
    ([Fact("hazards", score=D(20)), Fact("extra_hazards", day=on(2))], "90.0", "L1"),
    # part of a category does not apply: 160 − 60 = 100 possible, all of it reached
    ([Fact("equipment", not_applicable=D(60))], "100.0", "L1"),
]


@pytest.mark.parametrize(("facts", "score", "expected"), G2)
def test_retail(scheme_named, facts, score, expected):
    result = grade(scheme_named("g2"), facts, DAY)
    assert (str(result.score), result.grade) == (score, expected)


def g3(other, *more):
    return [Fact("other", score=D(other)), *more]


G3 = [
    (g3(965), "1000", "L1"),
    (g3(865), "900", "L1"),
    (g3(864), "899", "L2"),
    (g3(665), "700", "L2"),
    (g3(664), "699", "L3"),
    (g3(565), "600", "L3"),
    (g3(564), "599", "none"),
    (g3(965, Fact("must_have_1", day=on(1))), "1000", "L2"),
    (g3(965, Fact("must_have_2", day=on(1))), "1000", "L3"),
    (g3(965, Fact("must_have_3", day=on(1))), None, "ended"),
    (g3(965, Fact("accident_larger", day=on(1))), None, "ended"),
    (g3(965, Fact("accident_larger", day=date(2020, 12, 31))), "1000", "L1"),
    (g3(965, Fact("policy_missing", day=on(1))), None, "ended"),  # 5★★★ not fully met
    (g3(965, Fact("policy", score=D(4))), None, "ended"),
    (g3(965, Fact("policy_unknown", day=on(1), times=3)), "997", "L1"),  # one point for each person
    (g3(965, Fact("policy_unknown", day=on(1), times=99)), "970", "L1"),  # not more than the item has
    (
        g3(965, Fact("responsibility_file", day=on(1)), Fact("responsibility_file", day=on(2))),
        "998",
        "L1",
    ),  # fixed: once
    ([Fact("total", score=D(950))], "950", "L1"),
]


@pytest.mark.parametrize(("facts", "score", "expected"), G3)
def test_transport(scheme_named, facts, score, expected):
    result = grade(scheme_named("g3"), facts, DAY)
    assert result.grade == expected
    if score is None:
        assert result.status is Status.ENDED
    else:
        assert result.score == D(score)


def test_transport_scores_are_whole_numbers_and_an_unscored_member_is_missing(scheme_named):
    with pytest.raises(Refused) as refused:
        grade(scheme_named("g3"), g3("964.5"), DAY)
    assert refused.value.code == "score_digits"
    assert grade(scheme_named("g3"), [], DAY).status is Status.MISSING


RATES = ("accident_rate", "death_rate", "injury_rate", "violation_rate", "complaint_rate")


def g4(**given):
    facts = [Fact(rate, value=D(given.get(rate, "0")), day=on(2)) for rate in RATES]
    facts += [Fact("archive", score=D(50)), Fact("management_other", score=D(150))]
    return facts + [Fact(item, day=on(2), times=times) for item, times in given.items() if item not in RATES]


G4 = [
    (g4(), "1000", "AAA"),
    (g4(accident_rate="0.037"), "985", "AAA"),  # floor 3 × 5
    (g4(accident_rate="0.04"), "980", "AAA"),
    (g4(accident_rate="0.0399"), "985", "AAA"),
    (g4(accident_rate="1"), "950", "AAA"),  # the indicator has 50
    (g4(death_rate="0.06"), "850", "AAA"),  # 6 × 25 = 150, all of it
    (g4(death_rate="0.06", accident_rate="0.01"), "845", "AA"),
    (g4(complaint_rate="0.0149"), "980", "AAA"),  # two steps of 0.005
    (g4(complaint_rate="0.015"), "970", "AAA"),
    (g4(driver_uninsured=9), "920", "AAA"),  # 90, but the indicator has 80
    (g4(violation_rate="0.3", death_rate="1"), "650", "A"),  # −200, −150
    (g4(violation_rate="0.3", death_rate="1", injury_rate="1", complaint_rate="1"), "400", "B"),
]


@pytest.mark.parametrize(("facts", "score", "expected"), G4)
def test_gansu(scheme_named, facts, score, expected):
    result = grade(scheme_named("g4"), facts, DAY)
    assert (result.score, result.grade) == (D(score), expected)


def test_gansu_a_rate_that_nobody_reported_is_missing_and_not_zero(scheme_named):
    result = grade(scheme_named("g4"), g4()[1:], DAY)
    assert (result.status, result.missing, result.score) == (Status.MISSING, ("accident_rate",), None)


def test_gansu_the_third_stage_decides(scheme_named):
    scheme = scheme_named("g4")
    rates = [Fact(rate, value=D(0), day=on(2)) for rate in RATES]
    other = Fact("management_other", score=D(150))
    scored = [
        Fact("archive", score=D(points), stage=stage)
        for points, stage in ((50, Stage.SELF), (40, Stage.FIRST), (30, Stage.REVIEW))
    ]
    assert grade(scheme, [*rates, other, *scored], DAY).score == 980
    assert grade(scheme, [*rates, other, *scored[:2]], DAY).status is Status.MISSING
    first = [*rates, *scored, Fact("management_other", score=D(150), stage=Stage.FIRST)]
    assert grade(scheme, first, DAY, stage=Stage.FIRST).score == 990


def g5(base, good="0", bad=None):
    facts = [Fact("base", score=D(base)), Fact("good", value=D(good), day=on(2))]
    return facts + ([Fact("bad", value=D(bad), day=on(2))] if bad else [])


G5 = [
    (g5(80, 5), "85", "AAA"),
    (g5(80, "4.9"), "84.9", "AA"),
    (g5(80), "80", "AA"),
    (g5(80, 0, "0.1"), "79.9", "A"),
    (g5(70), "70", "A"),
    (g5("69.9"), "69.9", "B"),
    (g5(60), "60", "B"),
    (g5(59), "59", "B"),  # below 60, but nothing negative
    (g5(62, 0, 3), "59", "C"),  # below 60, with something negative
    (g5(63, 0, 3), "60", "B"),
    (g5(80, 60), "120", "AAA"),  # good information gives 40 at most
    (g5(80, 60, 40), "80", "AA"),
]


@pytest.mark.parametrize(("facts", "score", "expected"), G5)
def test_shandong(scheme_named, facts, score, expected):
    result = grade(scheme_named("g5"), facts, DAY)
    assert (result.score, result.grade) == (D(score), expected)


def test_shandong_who_should_be_assessed_and_is_not_is_missing(scheme_named):
    result = grade(scheme_named("g5"), [], DAY)
    assert (result.grade, result.status, result.score) == ("C-missing", Status.MISSING, None)


def test_shandong_old_negative_information_is_forgotten(scheme_named):
    facts = [Fact("base", score=D(59)), Fact("bad", value=D(1), day=date(2020, 5, 31))]
    assert grade(scheme_named("g5"), facts, DAY).grade == "B"
    assert grade(scheme_named("g5"), facts, date(2021, 5, 31)).grade == "C"


G6 = [
    ("1000", "5A"), ("950", "5A"), ("949.9", "4A"), ("901", "4A"), ("900.5", "3A"), ("900", "3A"), ("851", "3A"),
    ("850.5", "2A"), ("801", "2A"), ("800.99", "1A"), ("751", "1A"), ("750", "none"), ("0", "none"),
]  # fmt: skip


@pytest.mark.parametrize(("score", "expected"), G6)
def test_assessment_of_associations(scheme_named, score, expected):
    assert grade(scheme_named("g6"), [Fact("assessed", score=D(score))], DAY).grade == expected
    assert grade(scheme_named("g6"), [Fact("total", score=D(score))], DAY).grade == expected


def test_assessment_adds_at_most_a_hundred_points(scheme_named):
    facts = [Fact("assessed", score=D(840)), *[Fact("extra", value=D(60), day=on(n)) for n in (1, 2)]]
    assert grade(scheme_named("g6"), facts, DAY)[:3] == ("4A", "4A", D(940))


def g7(other, three="10", cash="10", *marks):
    facts = [Fact(name, score=D(three)) for name in ("solvency", "operation", "profit")]
    return [*facts, Fact("cash", score=D(cash)), Fact("other", score=D(other)), *[Fact(m, day=on(1)) for m in marks]]


G7 = [
    (g7(60), "100", "AAA"),
    (g7(55, "10", "5"), "90", "AAA"),
    (g7(56, "10", "4.9"), "90.9", "AA"),  # cash below 5
    (g7(60, "9.9"), "99.7", "AA"),  # a financial indicator not full
    (g7("49.9"), "89.9", "AA"),
    (g7("39.9"), "79.9", "A"),
    (g7("29.9"), "69.9", "B"),
    (g7("19.9"), "59.9", "C"),
    (g7(60, "10", "10", "situation"), "100", "B"),
    (g7(30, "10", "10", "situation"), "70", "B"),
    (g7("19.9", "10", "10", "situation"), "59.9", "C"),
    (g7(60, "10", "10", "obsolete"), "100", "C"),
    (g7(60, "10", "10", "insolvent", "situation"), "100", "C"),
]


@pytest.mark.parametrize(("facts", "score", "expected"), G7)
def test_thresholds(scheme_named, facts, score, expected):
    result = grade(scheme_named("g7"), facts, DAY)
    assert (result.score, result.grade) == (D(score), expected)


def g8(*points):
    return [Fact("misconduct", value=D(value), day=on(2, n + 1)) for n, value in enumerate(points)]


POOR_BEFORE = Fact("history", grade="poor", day=date(2020, 12, 31))
G8 = [
    ([], "0", "good"),
    (g8("19.5"), "19.5", "good"),
    (g8("20"), "20", "poor"),
    (g8("15", "5"), "20", "poor"),
    (g8("39.9"), "39.9", "poor"),
    (g8("40"), "40", "bad"),
    (g8("20", "20"), "40", "bad"),
    ([*g8("20"), POOR_BEFORE], "20", "bad"),  # rather poor two years running
    ([*g8("5"), POOR_BEFORE], "5", "good"),
    ([*g8("20"), Fact("history", grade="poor", day=date(2019, 12, 31))], "20", "poor"),  # with a year between
    ([*g8("20"), Fact("history", grade="good", day=date(2020, 12, 31))], "20", "poor"),
    ([*g8("20"), Fact("misconduct", value=D(30), day=date(2020, 12, 31))], "20", "poor"),  # of another year
]


@pytest.mark.parametrize(("facts", "score", "expected"), G8)
def test_testing_staff(scheme_named, facts, score, expected):
    result = grade(scheme_named("g8"), facts, DAY)
    assert (result.score, result.grade) == (D(score), expected)


def g9(other, *more, attention=(2, 4, 4, 6), ideas=(1, 6)):
    facts = [Fact("other", score=D(other)), Fact("basic_conditions", day=on(1))]
    facts += [Fact(f"attention_{n}", score=D(points)) for n, points in enumerate(attention, 1)]
    return [*facts, *[Fact(f"ideas_{n}", score=D(points)) for n, points in enumerate(ideas, 1)], *more]


G9 = [
    (g9(64, Fact("ideas_3", score=D(3))), "100", "model"),
    (g9(64, Fact("ideas_3", score=D(2)), Fact("ideas_4", score=D(3)), Fact("ideas_5", score=D(3))), "100", "model"),
    (g9(64), "97", "model"),
    (g9(64, Fact("missing_2", day=on(1))), "94.5", "model"),  # an item missing takes its 2.5
    (g9(64, Fact("missing_1", day=on(1)), Fact("missing_2", day=on(1)), Fact("missing_2", day=on(2))), "92", "model"),
    (g9(64, Fact("innovation", day=on(1), times=3)), "98.5", "model"),
    (g9(64, Fact("innovation", day=on(1), times=9)), "99", "model"),  # at most 2
    (g9(47), "80", "model"),
    (g9("46.5"), "79.5", "not_model"),
    (g9("46.5", Fact("innovation", day=on(1))), "80", "model"),
    (g9(47)[:1] + g9(47)[2:], "80", "not_model"),  # 80 points without the basic conditions
]


@pytest.mark.parametrize(("facts", "score", "expected"), G9)
def test_safety_culture(scheme_named, facts, score, expected):
    result = grade(scheme_named("g9"), facts, DAY)
    assert (result.score, result.grade) == (D(score), expected)
