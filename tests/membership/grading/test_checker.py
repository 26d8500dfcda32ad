"""What the checker refuses, and where it points."""

from datetime import date
from pathlib import Path

import pytest

from core.errors import BadInput, RuleViolated
from core.i18n import LANGUAGES, speaking
from membership.rules.grading.checker import check_publishable, examine
from membership.rules.grading.checks.periods import check_versions
from membership.rules.grading.loading import load

HERE = Path(__file__).parent
SCHEMES = HERE.parents[2] / "membership" / "data" / "schemes"
SOUND = """
format = 1
[scheme]
id = "small"
version = "1"
title = "小样"
effective_from = 2026-01-01
source = { document = "示范" }
[score]
full = 100
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
[[groups]]
id = "all"
title = "全部"
max = 100
[[indicators]]
id = "one"
title = "第一项"
max = 60
group = "all"
[[indicators]]
id = "two"
title = "第二项"
max = 40
group = "all"
[[rules]]
id = "late"
title = "迟报"
kind = "deduct"
method = "per_event"
points = 5
indicator = "one"
"""


def found(text, day=None):
    return {(problem.code, problem.where) for problem in examine(text, day).problems}


def changed(*pairs):
    text = SOUND
    for before, after in pairs:
        assert before in text
        text = text.replace(before, after, 1)
    return text


def test_a_sound_scheme_has_no_finding():
    assert found(SOUND) == set()


@pytest.mark.parametrize("path", sorted(SCHEMES.glob("*.toml")), ids=lambda path: path.stem)
def test_every_shipped_scheme_may_be_used(path):
    report = examine(path.read_text("utf-8"))
    assert report.sound, report.problems
    check_publishable(report.problems)
    assert {problem.code for problem in report.problems} <= {"tier_open"}


def test_the_published_slips_of_the_credit_scheme_are_found():
    report = examine((HERE / "defective" / "g1_as_published.toml").read_text("utf-8"))
    named = {(problem.code, problem.where) for problem in report.problems if problem.is_error}
    assert named == {
        ("tier_not_monotonic", "rules[11].tiers[2].points"),  # 12 months of arrears −10, 6 to 12 months −50
        ("tier_overlap", "rules[15].tiers[4]"),  # fire fines of 30 000 to 50 000 twice
        ("level_twice", "rules[21].levels[3]"),  # provincial commendations three times
        ("level_twice", "rules[21].levels[4]"),
    }
    assert not report.sound
    with pytest.raises(RuleViolated) as refused:
        check_publishable(report.problems)
    assert refused.value.code == "scheme_refused"
    assert "rules[11].tiers[2].points" in refused.value.text


def test_the_published_bands_of_the_assessment_are_refused():
    report = examine((HERE / "defective" / "g6_as_published.toml").read_text("utf-8"))
    by_where = {problem.where: problem for problem in report.problems}
    assert by_where["bands[1].from"].code == "band_overlap"
    assert by_where["bands[1].from"].values["value"] == "950"
    gaps = {problem.values["value"] for problem in report.problems if problem.code == "band_gap"}
    assert gaps == {"900.5", "850.5", "800.5", "750.5"}
    whole = (
        (HERE / "defective" / "g6_as_published.toml")
        .read_text("utf-8")
        .replace("[score]", '[score]\ndigits = 0\nrounding = "half_up"')
    )
    assert {problem.code for problem in examine(whole).problems} == {"band_overlap"}  # with whole scores no gap is left


DEFECTS = [
    # bands
    ([("below = 80", "to = 80")], "band_overlap", "bands[1].from"),
    ([("below = 80", "below = 79.9")], "band_gap", "bands[1].from"),
    ([("from = 80", "above = 80")], "band_gap", "bands[1].above"),
    ([('grade = "C"\nbelow = 60', 'grade = "C"\nfrom = 10\nbelow = 60')], "band_gap", "bands[3].from"),
    ([("from = 80", "from = 80\nto = 99")], "band_gap", "bands[1].to"),
    ([('grade = "A"\nfrom', 'grade = "B"\nfrom'), ('grade = "B"\nfrom = 60', 'grade = "A"\nfrom = 60')], "band_order", "bands[1]"),
    ([("from = 80", "from = 101"), ("below = 80", "below = 101")], "grade_unreachable", "bands[1]"),
    ([('[[grades]]\nid = "C"', '[[grades]]\nid = "C"\n[[grades]]\nid = "D"')], "grade_without_band", "grades[4]"),
    ([("[score]", '[score]\ndigits = 0\nrounding = "half_up"'), ("from = 60\nbelow = 80", "above = 60\nbelow = 61"), ("from = 80", "from = 61"), ("below = 60", "to = 60")], "band_empty", "bands[2]"),
    # names
    ([('id = "two"', 'id = "one"')], "id_twice", "indicators[2].id"),
    ([('id = "late"', 'id = "one"')], "id_twice", "rules[1].id"),
    ([('id = "late"', 'id = "total"')], "id_twice", "rules[1].id"),
    ([('id = "B"', 'id = "A"')], "id_twice", "grades[2].id"),
    ([('indicator = "one"', 'indicator = "onne"')], "indicator_unknown", "rules[1].indicator"),
    ([('group = "all"', 'group = "al"')], "group_unknown", "indicators[1].group"),
    ([('grade = "C"', 'grade = "E"')], "grade_unknown", "bands[3].grade"),
    ([('title = "第二项"', 'title = "第 一 项"')], "item_twice", "indicators[2].title"),
    # points
    ([("max = 60", "max = 61")], "group_sum", "groups[1].max"),
    ([("full = 100", "full = 120")], "maxima_sum", "score.full"),
    ([("max = 60", "max = 60\nweight = 60")], "weight_missing", "indicators[2].weight"),
    ([("max = 60", "max = 60\nweight = 60"), ("max = 40", "max = 40\nweight = 39.9")], "weights_sum", "indicators"),
    ([("full = 100", "full = 100\nrescale = { to = 100 }")], "rounding_missing", "score.rescale.digits"),
    ([("max = 60", "max = 30\nweight = 61"), ("max = 40", "max = 40\nweight = 39")], "rounding_missing", "score.digits"),
    ([("points = 5", "points = 5\nstep = 2")], "field_unused", "rules[1].step"),
    ([("points = 5", "points = 5\nrepair = { points = 3, years = 1 }")], "field_unused", "rules[1].repair"),
    ([("points = 5", "points = 61")], "cap_beyond", "rules[1].points"),
    ([("points = 5", "points = 5\nmost = 70")], "cap_beyond", "rules[1].most"),
    ([("points = 5", "points = 5\nmost_per_fact = 9\nmost_per_year = 8")], "cap_beyond", "rules[1].most_per_fact"),
    ([("full = 100", "full = 100\ncap = 200")], "cap_beyond", "score.cap"),
    ([("full = 100", "full = 100\nbonus_most = 20")], "cap_beyond", "score.bonus_most"),
    ([("max = 60\n", "max = 60\nfloor = 60\n")], "floor_above", "indicators[1].floor"),
    # tiers and levels
    ([('method = "per_event"\npoints = 5', 'method = "tiered"\ntiers = [{ to = 10, points = 5 }, { above = 10, points = 4 }]')], "tier_not_monotonic", "rules[1].tiers[2].points"),
    ([('method = "per_event"\npoints = 5', 'method = "tiered"\ntiers = [{ to = 10, points = 4 }, { from = 10, points = 5 }]')], "tier_overlap", "rules[1].tiers[2]"),
    ([('method = "per_event"\npoints = 5', 'method = "tiered"\ntiers = [{ to = 10, points = 4 }, { from = 11, points = 5 }]')], "tier_gap", "rules[1].tiers[2]"),
    ([('method = "per_event"\npoints = 5', 'method = "tiered"\ntiers = [{ above = 10, points = 4 }]')], "tier_open", "rules[1].tiers[1]"),
    ([('method = "per_event"\npoints = 5', 'method = "by_level"\nlevels = [{ level = "x", points = 4 }]')], "level_unknown", "rules[1].levels[1].level"),
    ([('method = "per_event"\npoints = 5', 'method = "by_level"\nlevels = [{ level = "x", points = 4 }, { level = "y", points = 5 }]'), ("[[groups]]", '[[levels]]\nid = "x"\n[[levels]]\nid = "y"\n[[groups]]')], "level_not_monotonic", "rules[1].levels[2].points"),
    # time
    ([("effective_from = 2026-01-01", "effective_from = 2026-01-01\neffective_to = 2025-12-31")], "dates_order", "scheme.effective_to"),
    ([("[[groups]]", '[[validity]]\nkind = "deduct"\nto = 40\nyears = 1\n[[validity]]\nkind = "deduct"\nfrom = 41\nyears = 2\n[[groups]]')], "validity_gap", "validity"),
    ([("[[groups]]", '[[validity]]\nkind = "deduct"\nto = 40\nyears = 1\n[[groups]]')], "validity_gap", "validity"),
    ([("[[groups]]", '[[validity]]\nkind = "deduct"\nto = 40\nyears = 2\n[[validity]]\nkind = "deduct"\nabove = 40\nyears = 1\n[[groups]]')], "validity_not_monotonic", "validity[2]"),
    ([("[[groups]]", '[[validity]]\nkind = "bonus"\nyears = 1\n[[groups]]')], "validity_missing", "validity"),
    # direct grades, gates, must-haves, years
    ([('kind = "deduct"\nmethod = "per_event"\npoints = 5\nindicator = "one"', 'kind = "direct"\ngrade = "E"')], "grade_unknown", "rules[1].grade"),
    ([('kind = "deduct"\nmethod = "per_event"\npoints = 5\nindicator = "one"', 'kind = "direct"\ngrade = "D"'), ('[[grades]]\nid = "C"', '[[grades]]\nid = "C"\n[[grades]]\nid = "D"')], "grade_only_direct", "grades[4]"),
    ([('kind = "deduct"\nmethod = "per_event"\npoints = 5\nindicator = "one"', 'kind = "cap"\nat_most = "A"')], "limit_idle", "rules[1]"),
    ([("[[groups]]", '[[gates]]\nid = "g"\ntitle = "门槛"\nat_most = "B"\nunless = [{ indicator = "one", from = 61 }]\n[[groups]]')], "gate_impossible", "gates[1].unless[1]"),
    ([("[[groups]]", '[[gates]]\nid = "g"\ntitle = "门槛"\nat_most = "B"\nwhen = [{ indicator = "one", from = 0 }]\n[[groups]]')], "gate_always", "gates[1].when[1]"),
    ([("[[groups]]", '[[gates]]\nid = "g"\ntitle = "门槛"\nat_most = "A"\nwhen = [{ rule = "late" }]\n[[groups]]')], "gate_idle", "gates[1].at_most"),
    ([("[[groups]]", '[[gates]]\nid = "g"\ntitle = "门槛"\nat_most = "B"\nwhen = [{ rule = "lat" }]\n[[groups]]')], "rule_unknown", "gates[1].when[1]"),
    ([("max = 60", 'max = 60\nmust_have = "C"')], "must_have_idle", "indicators[1].must_have"),
    ([("[[groups]]", '[[consecutive]]\ngrade = "C"\nyears = 2\nbecomes = "C"\n[[groups]]')], "consecutive_idle", "consecutive[1].becomes"),
    # what may not decide a grade
    ([('title = "迟报"', 'title = "按时足额缴纳会费"')], "paid_dues", "rules[1]"),
    ([('title = "第二项"', 'title = "会 费 缴 纳 情 况"')], "paid_dues", "indicators[2]"),
    ([('title = "第二项"', 'title = "缴 费 及 时"')], "paid_dues", "indicators[2]"),
    ([('title = "第二项"', 'title = { zh = "履约", en = "Membership dues paid" }')], "paid_dues", "indicators[2]"),
    ([("max = 40", 'max = 40\norigin = "dues"')], "paid_dues", "indicators[2]"),
    ([('title = "迟报"', 'title = "赞助年会"')], "paid_dues", "rules[1]"),
    ([('title = "迟报"', 'title = "按时足额缴纳年费"')], "paid_dues", "rules[1]"),
    ([('title = "第二项"', 'title = "订购协会刊物"')], "paid_dues", "indicators[2]"),
    ([("max = 40", 'max = 40\nclause = "按当年会费缴纳情况评分"')], "paid_dues", "indicators[2]"),
    ([("max = 40", 'max = 40\norigin = "class"')], "class_as_merit", "indicators[2]"),
    ([('title = "第二项"', 'title = "担任理事单位"')], "class_in_title", "indicators[2]"),
]  # fmt: skip


@pytest.mark.parametrize(("pairs", "code", "where"), DEFECTS, ids=[f"{d[1]}-{n}" for n, d in enumerate(DEFECTS)])
def test_each_defect_is_named_with_its_place(pairs, code, where):
    assert (code, where) in found(changed(*pairs))


def test_paying_for_insurance_is_not_paying_dues():
    assert "paid_dues" not in {code for code, _where in found(changed(('title = "第二项"', 'title = "工伤保险缴费"')))}


def test_a_scheme_outside_its_time_is_said():
    text = changed(("effective_from = 2026-01-01", "effective_from = 2026-01-01\neffective_to = 2026-12-31"))
    assert found(text, date(2026, 6, 1)) == set()
    assert found(text, date(2027, 1, 1)) == {("expired", "scheme.effective_to")}
    assert found(text, date(2025, 12, 31)) == {("not_yet_effective", "scheme.effective_from")}
    former = load(text)
    later = load(changed(("2026-01-01", "2026-12-31")))
    assert [problem.code for problem in check_versions([former, later])] == ["versions_overlap"]
    assert list(check_versions([former, load(changed(("2026-01-01", "2027-01-01")))])) == []


CONDITIONAL = changed(
    (
        '[[bands]]\ngrade = "C"\nbelow = 60',
        '[[bands]]\ngrade = "B"\nbelow = 60\nwhen = [{ negative = "none" }]\n[[bands]]\ngrade = "C"\nbelow = 60\nwhen = [{ negative = "some" }]',
    )
)


def test_bands_with_conditions_are_checked_case_by_case():
    assert found(CONDITIONAL) == set()
    assert ("band_gap", "bands[2].from") in found(CONDITIONAL.replace('{ negative = "none" }', '{ negative = "some" }'))
    counted = CONDITIONAL.replace('{ negative = "none" }', '{ rule = "late", below = 2 }').replace(
        '{ negative = "some" }', '{ rule = "late", from = 2 }'
    )
    assert found(counted) == set()
    assert ("band_gap", "bands[2].from") in found(counted.replace('"late", from = 2', '"late", from = 3'))
    assert "band_overlap" in {code for code, _where in found(counted.replace('"late", from = 2', '"late", from = 1'))}


UNREADABLE = [
    ([("[score]", "[score")], "toml", "document"),
    ([("format = 1\n", "")], "key_missing", "format"),
    ([("format = 1", "format = 2")], "not_whole", "format"),
    ([('version = "1"\n', "")], "key_missing", "scheme.version"),
    ([("from = 80", 'from = "80"')], "not_number", "bands[1].from"),
    ([("from = 80", "from = nan")], "number_size", "bands[1].from"),
    ([("from = 80", "from = inf")], "number_size", "bands[1].from"),
    ([("from = 80", "from = 1e400")], "number_size", "bands[1].from"),
    ([("from = 80", "from = 80.00000000001")], "number_size", "bands[1].from"),
    ([("from = 80", "from = 99999999999999999999")], "number_size", "bands[1].from"),
    ([("from = 80", "from = true")], "not_number", "bands[1].from"),
    ([("from = 80", "form = 80")], "key_unknown", "bands[1].form"),
    ([("from = 80", "from = 80\nabove = 81")], "bounds_twice", "bands[1].above"),
    ([("from = 60\nbelow = 80", "from = 80\nbelow = 60")], "bounds_empty", "bands[2].below"),
    ([("points = 5", "points = -5")], "number_low", "rules[1].points"),
    ([("points = 5", "points = 0")], "number_zero", "rules[1].points"),
    ([("points = 5\n", "")], "key_missing", "rules[1].points"),
    ([('kind = "deduct"', 'kind = "deduckt"')], "not_known", "rules[1].kind"),
    ([('method = "per_event"\n', "")], "key_missing", "rules[1].method"),
    ([('method = "per_event"', 'method = "per_step"\nstep = 0.01')], "step_rounding_missing", "rules[1].step_rounding"),
    ([('method = "per_event"', 'method = "per_step"\nstep = 0\nstep_rounding = "floor"')], "number_zero", "rules[1].step"),
    ([("effective_from = 2026-01-01", 'effective_from = "soon"')], "not_date", "scheme.effective_from"),
    ([("effective_from = 2026-01-01", "effective_from = 2026-01-01T10:00:00")], "not_date", "scheme.effective_from"),
    ([("[score]", "[score]\ndigits = 1")], "rounding_missing", "score.rounding"),
    ([("[score]", '[score]\ndigits = 1.5\nrounding = "half_up"')], "not_whole", "score.digits"),
    ([("[score]", '[score]\ndigits = 1\nrounding = "bankers"')], "not_known", "score.rounding"),
    ([('title = "小样"', "title = 3")], "not_text", "scheme.title"),
    ([("points = 5", "points = 5\nvalidity = { years = 1, months = 2 }")], "lasts_unclear", "rules[1].validity.years"),
    ([("points = 5", "points = 5\nvalidity = {}")], "lasts_unclear", "rules[1].validity.years"),
    ([("[[groups]]", '[[gates]]\nid = "g"\ntitle = "x"\nat_most = "B"\n[[groups]]')], "gate_empty", "gates[1].when"),
    ([("[[groups]]", '[[gates]]\nid = "g"\ntitle = "x"\nat_most = "B"\nwhen = [{ from = 3 }]\n[[groups]]')], "condition_unclear", "gates[1].when[1].indicator"),
    ([("[[groups]]", '[[gates]]\nid = "g"\ntitle = "x"\nat_most = "B"\nwhen = [3]\n[[groups]]')], "not_table", "gates[1].when[1]"),
    ([('source = { document = "示范" }', "source = 3")], "not_table", "scheme.source"),
]  # fmt: skip


@pytest.mark.parametrize(("pairs", "code", "where"), UNREADABLE, ids=[f"{d[1]}-{n}" for n, d in enumerate(UNREADABLE)])
def test_a_document_that_cannot_be_read_says_where(pairs, code, where):
    text = changed(*pairs)
    report = examine(text)
    assert report.scheme is None
    assert (code, where) in {(problem.code, problem.where) for problem in report.problems}
    with pytest.raises(BadInput) as refused:
        load(text)
    assert refused.value.code == "scheme_unreadable"


def test_a_document_too_large_or_too_deep_is_refused():
    assert {code for code, _where in found("x" * 1_000_001)} == {"scheme_too_large"}
    assert {code for code, _where in found("a = " + "[" * 100_000)} == {"toml"}
    assert {code for code, _where in found("rules = [" + "1," * 3_000 + "]")} == {"scheme_too_large"}


def test_a_misspelt_key_and_a_misspelt_reference_are_answered_with_the_nearest():
    [problem] = examine(changed(("from = 80", "frm = 80"))).problems
    assert problem.values["near"] == "from"
    [problem] = [
        p
        for p in examine(changed(('indicator = "one"', 'indicator = "onee"'))).problems
        if p.code == "indicator_unknown"
    ]
    assert problem.values["near"] == "one"


def test_every_finding_can_be_said_in_every_language():
    texts = [changed(*pairs) for pairs, _code, _where in (*DEFECTS, *UNREADABLE)]
    for problem in (problem for text in texts for problem in examine(text).problems):
        said = set()
        for language in LANGUAGES:
            with speaking(language):
                said.add(problem.message)
        assert len(said) == len(LANGUAGES), problem.template
