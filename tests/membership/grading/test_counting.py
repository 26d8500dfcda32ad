"""Each rule of counting by itself, on the smallest scheme that shows it."""

from datetime import date
from decimal import Decimal

import pytest

from core.errors import BadInput, RuleViolated
from membership.rules.grading.change import Reason, what_would_change
from membership.rules.grading.explain import lines
from membership.rules.grading.facts import Fact, Refused
from membership.rules.grading.loading import load
from membership.rules.grading.results import Status
from membership.rules.grading.score import grade
from membership.rules.grading.terms import Stage

D = Decimal
DAY = date(2026, 10, 8)
HEAD = """
format = 1
[scheme]
id = "small"
version = "1"
title = "小样"
effective_from = 2026-01-01
source = { document = "示范" }
"""
LADDER = """
[[grades]]
id = "A"
[[grades]]
id = "B"
[[grades]]
id = "C"
[[bands]]
grade = "A"
from = 80
[[bands]]
grade = "B"
from = 60
below = 80
[[bands]]
grade = "C"
below = 60
"""


def scheme(body, score="start = 100", counting=""):
    return load(f"{HEAD}[score]\n{score}\n[counting]\n{counting}\n{LADDER}\n{body}")


def rule(name, kind="deduct", method="per_event", points=10, more=""):
    return (
        f'[[rules]]\nid = "{name}"\ntitle = "{name}"\nkind = "{kind}"\nmethod = "{method}"\npoints = {points}\n{more}\n'
    )


def indicator(name, most, more=""):
    return f'[[indicators]]\nid = "{name}"\ntitle = "{name}"\nmax = {most}\n{more}\n'


def on(month, day=1, year=2026):
    return date(year, month, day)


def score(made, *facts, day=DAY):
    return grade(made, facts, day).score


def codes(made, *facts):
    return [note[0] for step in grade(made, facts, DAY).steps for note in step.notes]


def test_a_repeat_doubles_once_or_grows_as_the_scheme_says():
    facts = [Fact("x", day=on(n)) for n in (1, 2, 3)]
    assert score(scheme(rule("x"), counting="repeat_times = 2"), *facts) == 50  # 10 + 20 + 20
    grown = scheme(rule("x"), counting="repeat_times = 2\nrepeat_progressive = true")
    assert score(grown, *facts) == 30  # 10 + 20 + 40
    assert score(scheme(rule("x", more="repeat_times = 1"), counting="repeat_times = 2"), *facts) == 70
    assert score(scheme(rule("x", more="repeat_times = 1.5")), *facts[:2]) == 75  # 10 + 15


def test_a_repeat_of_another_kind_is_no_repeat():
    made = scheme(rule("x") + rule("y"), counting="repeat_times = 2")
    assert score(made, Fact("x", day=on(1)), Fact("y", day=on(2))) == 80


def test_caps_cut_what_came_last():
    made = scheme(rule("x", "bonus", more="most_per_year = 15\nmost = 25"), "start = 50")
    facts = [Fact("x", day=on(n, year=year)) for year in (2025, 2026) for n in (1, 2)]
    assert score(made, *facts) == 75  # 15 in 2025, 10 of 15 in 2026
    assert codes(made, *facts) == ["most_per_year", "most_per_year", "most"]


def test_bonuses_together_have_a_cap_per_year_and_in_all():
    body = rule("x", "bonus", points=8) + rule("y", "bonus", points=8)
    facts = [Fact("x", day=on(1)), Fact("y", day=on(2)), Fact("x", day=on(1, year=2025))]
    assert score(scheme(body, "start = 50\nbonus_most = 20"), *facts) == 70
    assert score(scheme(body, "start = 50\nbonus_most_per_year = 10"), *facts) == 68
    assert score(scheme(body, "start = 50"), *facts) == 74


def test_of_a_set_only_the_best_counts_wherever_it_comes_from():
    body = rule("x", "bonus", points=3, more='best_of = "s"') + rule("y", "bonus", points=8, more='best_of = "s"')
    made = scheme(body, "start = 50")
    assert score(made, Fact("x", day=on(1)), Fact("y", day=on(2)), Fact("y", day=on(3))) == 58


def test_a_fixed_rule_counts_once_and_evidence_is_asked_for():
    assert score(scheme(rule("x", method="fixed")), Fact("x", day=on(1)), Fact("x", day=on(2))) == 90
    made = scheme(rule("x", more="evidence_required = true"))
    assert score(made, Fact("x", day=on(1))) == 100
    assert score(made, Fact("x", day=on(1), evidence="处罚决定书")) == 90


def test_an_indicator_stops_at_its_floor_and_a_bonus_at_its_maximum():
    body = indicator("i", 100, 'start = "full"\nfloor = 40') + rule("x", points=70, more='indicator = "i"')
    body += rule("y", "bonus", points=50, more='indicator = "i"')
    made = scheme(body, "start = 0")
    assert score(made, Fact("x", day=on(1))) == 40
    assert score(made, Fact("y", day=on(1))) == 100
    assert score(made, Fact("y", day=on(1)), Fact("x", day=on(2))) == 90  # deductions first, whatever the dates
    assert "stopped" in codes(made, Fact("x", day=on(1)))


def test_a_group_stops_at_its_floor_and_its_cap():
    body = '[[groups]]\nid = "g"\ntitle = "g"\nfloor = 5\ncap = 55\n' + indicator(
        "i", 50, 'start = "full"\ngroup = "g"'
    )
    body += rule("x", points=99, more='group = "g"') + rule("y", "bonus", points=9, more='group = "g"')
    made = scheme(body, "start = 0")
    assert score(made, Fact("x", day=on(1))) == 5
    assert score(made, Fact("y", day=on(1))) == 55


def test_weights_are_exact_where_floats_are_not():
    body = indicator("i", 30, "weight = 60") + indicator("j", 70, "weight = 40")
    made = scheme(body, 'digits = 2\nrounding = "half_up"')
    assert score(made, Fact("i", score=D(25)), Fact("j", score=D(35))) == 70  # 25/30 × 60 + 35/70 × 40 = 50 + 20
    assert score(made, Fact("i", score=D(29)), Fact("j", score=D(69))) == D("97.43")  # 58 + 39.42857…
    edge = [Fact("i", score=D("27.1")), Fact("j", score=D("45.15"))]  # 54.2 + 25.8 = 80 exactly
    assert grade(made, edge, DAY)[:3] == ("A", "A", D("80.00"))


def test_a_score_just_below_the_edge_is_below_it():
    made = scheme(indicator("i", 100), "full = 100")
    assert grade(made, [Fact("i", score=D("79.9999999"))], DAY).grade == "B"
    whole = scheme(indicator("i", 100), 'full = 100\ndigits = 1\nrounding = "half_up"')
    assert grade(whole, [Fact("i", score=D("79.9999999"))], DAY)[:3] == ("A", "A", D("80.0"))


def test_what_does_not_apply_leaves_the_weights_of_the_others():
    body = indicator("i", 100, "weight = 60") + indicator("j", 100, "weight = 40")
    made = scheme(body, 'full = 100\n[score.rescale]\nto = 100\ndigits = 2\nrounding = "half_up"')
    assert score(made, Fact("i", score=D(50)), Fact("j", not_applicable=D(100))) == 50
    assert score(made, Fact("i", score=D(100)), Fact("j", score=D(10), not_applicable=D(50))) == D("80.00")  # 64 of 80
    with pytest.raises(RuleViolated) as refused:
        score(made, Fact("i", not_applicable=D(100)), Fact("j", not_applicable=D(100)))
    assert refused.value.code == "nothing_applies"


def test_a_fact_about_what_is_not_scored_is_still_told():
    body = indicator("i", 60) + indicator("j", 40) + rule("x", more='indicator = "j"')
    made = scheme(
        body, 'full = 100\ntotal_may_be_given = true\n[score.rescale]\nto = 100\ndigits = 2\nrounding = "half_up"'
    )
    out = [Fact("i", score=D(60)), Fact("j", not_applicable=D(40)), Fact("x", day=on(1))]
    assert score(made, *out) == 100
    assert codes(made, *out)[-1] == "not_scored"
    given = [Fact("total", score=D(77)), Fact("x", day=on(1))]
    assert score(made, *given) == 77
    assert codes(made, *given)[-1] == "in_total"


def test_without_rescaling_nothing_can_be_taken_out():
    with pytest.raises(Refused) as refused:
        score(scheme(indicator("i", 100)), Fact("i", not_applicable=D(100)))
    assert refused.value.code == "always_applies"


def test_missing_is_missing_and_never_zero():
    made = scheme(indicator("i", 50) + indicator("j", 50, "required = false"), "full = 100")
    result = grade(made, [Fact("j", score=D(50))], DAY)
    assert (result.grade, result.score, result.missing) == ("missing", None, ("i",))
    assert grade(made, [Fact("i", score=D(0))], DAY).score == 0
    assert grade(made, [Fact("i", score=None)], DAY).status is Status.MISSING


def test_a_score_without_the_evidence_that_is_required_is_missing():
    made = scheme(indicator("i", 100, "evidence_required = true"), "full = 100")
    assert grade(made, [Fact("i", score=D(90))], DAY).status is Status.MISSING
    assert grade(made, [Fact("i", score=D(90), evidence="台账")], DAY).grade == "A"


def test_the_latest_stage_and_the_latest_day_decide():
    made = scheme(indicator("i", 100), "full = 100")
    by_self, by_first = Fact("i", score=D(95), stage=Stage.SELF), Fact("i", score=D(70), stage=Stage.FIRST)
    assert score(made, by_self, by_first) == 70
    assert score(made, by_self) == 95
    assert score(made, Fact("i", score=D(60), day=on(1)), Fact("i", score=D(61), day=on(2))) == 61
    assert score(made, Fact("i", score=D(60), day=on(1)), Fact("i", score=D(61), day=on(12))) == 60  # not yet
    with pytest.raises(BadInput) as refused:
        score(made, Fact("i", score=D(60), day=on(1)), Fact("i", score=D(61), day=on(1)))
    assert refused.value.code == "scored_twice"


@pytest.mark.parametrize("points", ["-1", "100.1", "-0.0000001", "100.0000001"])
def test_a_score_outside_its_indicator_never_gets_in(points):
    with pytest.raises(Refused) as refused:
        score(scheme(indicator("i", 100), "full = 100"), Fact("i", score=D(points)))
    assert (refused.value.code, refused.value.column) == ("score_range", "score")


@pytest.mark.parametrize(
    ("fact", "code"),
    [
        (Fact("nothing"), "item_unknown"),
        (Fact("x", score=D(3)), "score_of_rule"),
        (Fact("x", times=0), "count_low"),
        (Fact("x", value=D(-1)), "value_negative"),
        (Fact("x", day=on(2), corrected=on(1)), "date_order"),
        (Fact("x", day=on(2), repaired=on(3)), "no_repair"),
        (Fact("history", grade="Z", day=on(1)), "grade_unknown"),
        (Fact("history", grade="A"), "date_missing"),
        (Fact("total", score=D(90)), "total_not_taken"),
    ],
)
def test_a_fact_that_cannot_be_is_named(fact, code):
    with pytest.raises(Refused) as refused:
        score(scheme(rule("x")), fact)
    assert refused.value.code == code
    assert refused.value.text


def test_what_runs_from_a_date_needs_one_and_a_repeat_is_a_row_of_its_own():
    made = scheme(rule("x", more="validity = { years = 1 }"))
    with pytest.raises(Refused) as refused:
        score(made, Fact("x"))
    assert (refused.value.code, refused.value.column) == ("date_missing", "date")
    with pytest.raises(Refused) as refused:
        score(scheme(rule("x"), counting="repeat_times = 2"), Fact("x", day=on(1), times=2))
    assert refused.value.code == "count_repeated"
    assert score(scheme(rule("x")), Fact("x", times=3)) == 70


def test_floor_cap_and_rounding_of_the_total():
    made = scheme(rule("x", points=60) + rule("y", "bonus", points=60), "start = 100\nfloor = 0\ncap = 120")
    assert score(made, Fact("x", day=on(1)), Fact("x", day=on(2))) == 0
    assert score(made, Fact("y", day=on(1))) == 120


def test_a_direct_grade_a_cap_and_a_gate_take_the_lowest():
    body = '[[rules]]\nid = "d"\ntitle = "d"\nkind = "direct"\ngrade = "B"\n[[rules]]\nid = "c"\ntitle = "c"\nkind = "cap"\nat_most = "B"\n'
    body += '[[gates]]\nid = "g"\ntitle = "g"\nat_most = "C"\nwhen = [{ rules = ["d", "c"], from = 2 }]\n'
    made = scheme(body)
    assert grade(made, [Fact("d", day=on(1))], DAY).grade == "B"
    assert grade(made, [Fact("c", day=on(1))], DAY).grade == "B"
    both = grade(made, [Fact("c", day=on(1)), Fact("d", day=on(1))], DAY)
    assert (both.grade, both.by_score, [limit.code for limit in both.limits]) == ("C", "A", ["direct", "cap", "gate"])


def test_a_must_have_keeps_the_grade_down():
    body = indicator("i", 10, 'must_have = "A"') + indicator("j", 90)
    made = scheme(body, "full = 100")
    assert grade(made, [Fact("i", score=D(10)), Fact("j", score=D(90))], DAY).grade == "A"
    assert grade(made, [Fact("i", score=D("9.9")), Fact("j", score=D(90))], DAY).grade == "B"


def test_what_would_change_a_grade():
    made = scheme(
        rule("x", points=25, more="validity = { years = 1 }")
        + '[[rules]]\nid = "d"\ntitle = "d"\nkind = "direct"\ngrade = "C"\nrepair = { points = 5, months = 6 }\nvalidity = { years = 3 }\n'
    )
    facts = [Fact("x", day=on(1, 15))]
    changes = {change.reason: change for change in what_would_change(made, facts, DAY)}
    assert (changes[Reason.UP].grade, changes[Reason.UP].points) == ("A", 5)
    assert (changes[Reason.DOWN].grade, changes[Reason.DOWN].points, changes[Reason.DOWN].excluded) == ("C", 15, True)
    assert (changes[Reason.EXPIRY].day, changes[Reason.EXPIRY].grade) == (on(1, 16, 2027), "A")
    held = {change.reason: change for change in what_would_change(made, [Fact("d", day=on(1, 15))], DAY)}
    assert (held[Reason.LIMIT].item, held[Reason.LIMIT].grade) == ("d", "A")
    assert (held[Reason.REPAIR].grade, held[Reason.REPAIR].points) == ("A", 95)
    assert Reason.UP not in held  # points alone would not help
    gone = what_would_change(scheme(indicator("i", 100), "full = 100"), [], DAY)
    assert [(change.reason, change.item) for change in gone] == [(Reason.MISSING, "i")]


def test_the_explanation_names_every_fact_its_clause_and_its_evidence():
    made = scheme(rule("x", more='clause = "第九条"\nvalidity = { years = 1 }'))
    facts = [
        Fact("x", day=on(1), evidence="罚决1号", reason="未整改", by="赵六"),
        Fact("x", day=on(1, year=2024), evidence="罚决2号"),
    ]
    said = "\n".join(lines(made, grade(made, facts, DAY)))
    for word in ("第九条", "罚决1号", "未整改", "赵六", "罚决2号", "2025-01-01", "100 → 90"):
        assert word in said
