"""A published credit scheme of entities: every clause and every edge, worked by hand."""

from datetime import date
from decimal import Decimal

import pytest

from membership.rules.grading.facts import Fact
from membership.rules.grading.score import grade

D = Decimal
DAY = date(2021, 6, 1)


def on(month, day=1, year=2021):
    return date(year, month, day)


def fire(amount, day, **more):
    return Fact("fire_fine", value=D(amount), day=day, **more)


G1 = [
    # the page's own examples
    ("the starting score is the default grade", [], "1000", "A"),
    ("a fire fine of 20 000", [fire(20000, on(1))], "970", "A"),
    ("the same kind again within its validity weighs double", [fire(20000, on(1)), fire(20000, on(3))], "910", "B"),
    ("a general accident: the direct grade, whatever the score", [Fact("accident_general", day=on(2))], "1000", "C"),
    (
        "and bonuses while it is not corrected are only recorded",
        [Fact("accident_general", day=on(2)), Fact("contract_honour", day=on(3), level="national")],
        "1000",
        "C",
    ),
    # edges of the bands: 1049, 1050, 959, 960
    ("1050 is AAA", [Fact("contract_honour", day=on(1), level="province")], "1050", "AAA"),
    (
        "1049 is AA: 20 + 20 + 5 + 4",
        [
            Fact("contract_honour", day=on(1), level="city"),
            Fact("commendation", day=on(1), level="county"),
            Fact("commendation", day=on(2), level="county_dept"),
            Fact("donation", day=on(2), value=D(4000)),
        ],
        "1049",
        "AA",
    ),
    ("960 is A: −40", [Fact("counterfeit", day=on(1))], "960", "A"),
    (
        "959 is B: −40 −10 +9",
        [Fact("counterfeit", day=on(1)), Fact("complaint", day=on(1)), Fact("donation", day=on(1), value=D(9999))],
        "959",
        "B",
    ),
    ("850 is B: −100 −50", [Fact("violent_resistance", day=on(1)), Fact("subsidy_fraud", day=on(1))], "850", "B"),
    (
        "849 is C: −100 −60, +9",
        [
            Fact("violent_resistance", day=on(1)),
            Fact("confiscation", day=on(1), value=D(60000)),
            Fact("donation", day=on(1), value=D(9000)),
        ],
        "849",
        "C",
    ),
    # amounts: every edge of the fines
    ("a fine of 10 000 is in the first step", [fire(10000, on(1))], "980", "A"),
    ("10 000.01 is in the second", [fire("10000.01", on(1))], "970", "A"),
    ("29 999.99 is in the second", [fire("29999.99", on(1))], "970", "A"),
    ("30 000 is in the third", [fire(30000, on(1))], "950", "B"),
    ("50 000 is in the third", [fire(50000, on(1))], "950", "B"),
    ("confiscated 10 000", [Fact("confiscation", day=on(1), value=D(10000))], "970", "A"),
    ("confiscated 10 001", [Fact("confiscation", day=on(1), value=D(10001))], "960", "A"),
    ("confiscated 100 000.01", [Fact("confiscation", day=on(1), value=D("100000.01"))], "920", "B"),
    ("twelve months of arrears", [Fact("arrears", day=on(1), value=D(12))], "950", "B"),
    ("thirteen months weigh more, not less", [Fact("arrears", day=on(1), value=D(13))], "900", "B"),
    # donations: a point per full thousand, ten per donation, forty per year
    ("999 yuan give nothing", [Fact("donation", day=on(1), value=D(999))], "1000", "A"),
    ("1 999 yuan give one point", [Fact("donation", day=on(1), value=D(1999))], "1001", "A"),
    ("50 000 yuan give ten", [Fact("donation", day=on(1), value=D(50000))], "1010", "A"),
    ("five times ten give forty", [Fact("donation", day=on(1, n), value=D(10000)) for n in range(1, 6)], "1040", "AA"),
    (
        "each year has its own forty",
        [Fact("donation", day=on(1, n), value=D(10000)) for n in range(1, 6)]
        + [Fact("donation", day=on(12, n, 2020), value=D(10000)) for n in range(1, 3)],
        "1060",
        "AAA",
    ),
    # one act counts once
    (
        "one act that two items name: the heavier only",
        [fire(20000, on(1), same_fact="x"), Fact("fire_assessment_failed", day=on(1), same_fact="x")],
        "950",
        "B",
    ),
    (
        "one merit that two items name: the higher only",
        [
            Fact("commendation", day=on(1), level="national", same_fact="h"),
            Fact("contract_honour", day=on(1), level="city", same_fact="h"),
        ],
        "1100",
        "AAA",
    ),
    (
        "two acts that look alike count twice",
        [Fact("overcharging", day=on(1)), Fact("complaint", day=on(1))],
        "960",
        "A",
    ),
    # direct grades
    ("censured by the industry", [Fact("b_industry_censure", day=on(1))], "1000", "B"),
    ("excluded by the industry", [Fact("c_industry_exclusion", day=on(1))], "1000", "C"),
    ("the worst direct grade holds", [Fact("b_bribery", day=on(1)), Fact("d_accident_major", day=on(2))], "1000", "D"),
    (
        "a score below a direct grade holds",
        [Fact("b_bribery", day=on(1)), *[Fact("violent_resistance", day=on(n)) for n in (1, 2, 3)]],
        "500",
        "D",
    ),
    # repair: 80 points kept for two years instead of D
    ("a debtor", [Fact("d_debtor", day=on(1))], "1000", "D"),
    ("a debtor who has paid", [Fact("d_debtor", day=on(1), repaired=on(3))], "920", "B"),
    ("his representative, who has paid", [Fact("d_debtor_representative", day=on(1), repaired=on(3))], "940", "B"),
    ("a repair that is still to come", [Fact("d_debtor", day=on(1), repaired=on(9))], "1000", "D"),
    # correction, then bonuses: from the top of C, 849 + 100
    (
        "bonuses since the correction lift the direct grade",
        [Fact("accident_general", day=on(2), corrected=on(3)), Fact("contract_honour", day=on(4), level="national")],
        "1100",
        "B",
    ),
    (
        "bonuses from before the correction do not",
        [Fact("accident_general", day=on(2), corrected=on(5)), Fact("contract_honour", day=on(3), level="national")],
        "1100",
        "C",
    ),
    (
        "a continuing act counts as not corrected",
        [
            Fact("c_suspension", day=on(2), corrected=on(3), continuing=True),
            Fact("contract_honour", day=on(4), level="national"),
        ],
        "1000",
        "C",
    ),
    ("what is dated later does not count yet", [fire(20000, on(6, 2))], "1000", "A"),
]


@pytest.mark.parametrize(("facts", "score", "expected"), [case[1:] for case in G1], ids=[case[0] for case in G1])
def test_wendeng(scheme_named, facts, score, expected):
    result = grade(scheme_named("g1"), facts, DAY)
    assert (result.score, result.grade) == (D(score), expected)


G1_TIME = [
    # 减分 40 分者 1 年；50 分者 2 年；直接判 B 2 年、C 3 年、D 5 年；加分按层级 1、2、3、5 年。到期月的对应日当日仍有效。
    (Fact("counterfeit", day=on(3, 10)), date(2022, 3, 10), "960", date(2022, 3, 11), "1000"),
    (Fact("subsidy_fraud", day=on(3, 10)), date(2023, 3, 10), "950", date(2023, 3, 11), "1000"),
    (Fact("contract_honour", day=on(3, 10), level="industry"), date(2022, 3, 10), "1010", date(2022, 3, 11), "1000"),
    (Fact("contract_honour", day=on(3, 10), level="city"), date(2023, 3, 10), "1020", date(2023, 3, 11), "1000"),
    (Fact("contract_honour", day=on(3, 10), level="province"), date(2024, 3, 10), "1050", date(2024, 3, 11), "1000"),
    (Fact("contract_honour", day=on(3, 10), level="national"), date(2026, 3, 10), "1100", date(2026, 3, 11), "1000"),
    (Fact("commendation", day=on(3, 10), level="county"), date(2022, 3, 10), "1020", date(2022, 3, 11), "1000"),
    (Fact("counterfeit", day=date(2024, 2, 29)), date(2025, 2, 28), "960", date(2025, 3, 1), "1000"),
    # a continuing act counts from its end
    (Fact("counterfeit", day=on(1), ended=on(9, 30)), date(2022, 9, 30), "960", date(2022, 10, 1), "1000"),
    (Fact("d_debtor", day=on(1), repaired=on(3, 5)), date(2023, 3, 5), "920", date(2023, 3, 6), "1000"),
]


@pytest.mark.parametrize(("fact", "last", "score", "after", "then"), G1_TIME)
def test_wendeng_facts_count_until_their_last_day(scheme_named, fact, last, score, after, then):
    scheme = scheme_named("g1")
    assert grade(scheme, [fact], last).score == D(score)
    assert grade(scheme, [fact], after).score == D(then)


@pytest.mark.parametrize(
    ("item", "held", "years"), [("b_bribery", "B", 2), ("c_dishonest_list", "C", 3), ("d_licence_revoked", "D", 5)]
)
def test_wendeng_direct_grades_last_by_their_severity(scheme_named, item, held, years):
    scheme, fact = scheme_named("g1"), Fact(item, day=on(3, 10))
    assert grade(scheme, [fact], date(2021 + years, 3, 10)).grade == held
    assert grade(scheme, [fact], date(2021 + years, 3, 11)).grade == "A"


def test_wendeng_an_act_that_goes_on_never_expires(scheme_named):
    fact = Fact("c_suspension", day=on(3, 10), continuing=True)
    assert grade(scheme_named("g1"), [fact], date(2030, 1, 1)).grade == "C"


def test_wendeng_a_repeat_after_the_validity_does_not_double(scheme_named):
    facts = [fire(20000, on(1, 10)), fire(20000, date(2022, 1, 11))]
    assert grade(scheme_named("g1"), facts, date(2022, 2, 1)).score == 970
    facts = [fire(20000, on(1, 10)), fire(20000, date(2022, 1, 10))]
    assert (
        grade(scheme_named("g1"), facts, date(2022, 2, 1)).score == 940
    )  # the first expired, the second stays doubled


def test_wendeng_a_doubled_deduction_lasts_by_its_doubled_points(scheme_named):
    facts = [fire(20000, on(1, 10)), fire(20000, on(3, 10))]
    assert grade(scheme_named("g1"), facts, date(2023, 3, 10)).score == 940  # 60 > 40: two years
    assert grade(scheme_named("g1"), facts, date(2023, 3, 11)).score == 1000


@pytest.mark.parametrize(
    ("before", "shown"), [("AAA", "DA"), ("AA", "DA"), ("A", "DA"), ("B", "DB"), ("C", "DC"), (None, "DA")]
)
def test_wendeng_d_keeps_the_grade_held_before(scheme_named, before, shown):
    facts = [Fact("d_debtor", day=on(3))]
    if before:
        facts.append(Fact("history", grade=before, day=on(1)))
    result = grade(scheme_named("g1"), facts, DAY)
    assert (result.grade, result.shown) == ("D", shown)
