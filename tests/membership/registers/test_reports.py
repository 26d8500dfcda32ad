"""Reports on figures that were worked by hand: completeness, balances, who falls short, coverage. Exact."""

from datetime import date

import pytest

from core.i18n import speaking
from membership.rules.registers import catalogue, figures
from membership.rules.registers.reports import Line, Snapshot, Staff, report_of
from membership.rules.registers.reports.coverage import reached, still_needed
from membership.rules.registers.reports.engineers import judge, judged
from membership.rules.registers.reports.insurance import balance, owed
from membership.rules.registers.reports.training import least_hours, missing_parts

DAY = date(2026, 10, 8)


def lines(*rows, unit=1):
    return [Line(number, unit, f"单位{unit}", values) for number, values in enumerate(rows, 1)]


def made(name, own=(), **others):
    register = catalogue.registers()[name]
    with speaking("zh_CN"):
        return report_of(register).make(Snapshot(register, DAY, {name: own, **others}))


def move(kind, day, amount):
    return {"movement": kind, "day": day, "amount": amount, "voucher": day}


def test_a_fund_is_income_minus_use_and_its_lowest_day_is_found_whatever_the_order_of_entry():
    found = balance(
        lines(move("use", "2026-03-01", 700), move("income", "2026-02-01", 500), move("income", "2026-04-01", 900))
    )
    assert (found.income, found.used, found.balance) == (1400, 700, 700)
    assert (found.lowest, found.lowest_on) == (-200, date(2026, 3, 1))


def test_what_comes_in_and_goes_out_on_the_same_day_does_not_overdraw():
    found = balance(lines(move("use", "2026-03-01", 500), move("income", "2026-03-01", 500)))
    assert (found.balance, found.lowest_on) == (0, None)
    report = made("prevention_fund", lines(move("income", "2026-03-01", 10_01), move("use", "2026-03-02", 1)))
    assert report.rows == [("M-0001", "单位1", 1001, 1, 1000, 0, None, "否")]
    assert report.totals[2:5] == (1001, 1, 1000)


def insured(region, premium, insured=3):
    return {
        "period": "2026-01-01/2026-12-31",
        "region": region,
        "industry": "chemical",
        "insured": insured,
        "premium": premium,
    }


@pytest.mark.parametrize(("premium", "fund"), [(100, 20), (1, 0), (2, 0), (3, 1), (12_345_67, 246_913)])
def test_the_fund_by_a_local_rate_is_rounded_half_up_to_the_fen(premium, fund):
    assert owed(lines(insured("无锡市", premium))[0]) == fund


def test_a_region_without_a_rate_gets_no_figure_and_that_is_said():
    own = lines(insured("无锡市", 100_00), insured("宁波市", 900_00))
    report = made(
        "liability_insurance", own, prevention_fund=lines(move("income", "2026-05-01", 15_00)), prevention_service=()
    )
    assert report.rows == [("M-0001", "单位1", 6, 1000_00, 0, 0, 20_00, 15_00, 0, 15_00, 0)]
    assert any("宁波市" in note for note in report.notes)
    assert any("无锡市" in note and "核对" in note for note in report.notes)


def staff(engineers, industry=None, employees=None, safety=None, number=1):
    return Staff(number, f"单位{number}", engineers, industry, employees, safety, DAY if employees else None)


@pytest.mark.parametrize(
    ("one", "needed", "lacking"),
    [
        (staff(0, "coal_mine", 300, 40), 6, 6),
        (staff(6, "coal_mine", 300, 40), 6, 0),
        (staff(0, "coal_mine", 300, 41), 7, 7),
        (staff(0, "coal_mine", 300, 6), 1, 1),
        (staff(0, "coal_mine", 300, 0), 1, 1),
        (staff(0, "coal_mine", 299, 40), 1, 1),
        (staff(2, "construction", 299, 40), 0, 0),
        (staff(1, "other", 5000, 100), 0, 0),
        (staff(1), None, None),
    ],
)
def test_the_engineers_that_a_unit_needs_follow_industry_size_and_safety_staff(one, needed, lacking):
    found = judge(one, figures.staffing(DAY))
    assert (found.needed, found.lacking) == (needed, lacking)


def test_rules_count_from_the_day_on_which_they_came_into_force():
    assert [rule.id for rule in figures.staffing(date(2020, 1, 1))] == ["large_high_risk"]
    assert judge(staff(0, "smelting", 10, 1), figures.staffing(date(2020, 1, 1))).needed == 0
    assert figures.staffing(date(2000, 1, 1)) == []


def test_who_lacks_most_comes_first_and_the_unknown_before_the_sufficient():
    found = judged(
        [
            staff(9, "other", 10, 1, 1),
            staff(1, number=2),
            staff(0, "coal_mine", 400, 20, 3),
            staff(0, "coal_mine", 400, 40, 4),
        ],
        DAY,
    )
    assert [one.staff.unit_number for one in found] == [4, 3, 2, 1]


def test_disclosure_lists_bodies_that_have_disclosed_nothing_at_all():
    said = {"item": "people", "project": "总体", "address": "https://a.cn", "published_on": "2026-01-01"}
    bodies = [Line(9, number, f"单位{number}", {}) for number in (1, 2)]
    report = made(
        "disclosure",
        lines(said, said | {"item": "fees", "file": 1, "address": ""}, said | {"item": "reports", "address": ""}),
        technical_service=bodies,
    )
    assert [(row[0], row[2], row[3], row[5]) for row in report.rows] == [("M-0001", 2, 6, "否"), ("M-0002", 0, 6, "否")]
    assert "技术服务报告" in report.rows[0][4]
    whole = made(
        "disclosure",
        lines(*(said | {"item": item.value} for item in catalogue.registers()["disclosure"].by_name["item"].items)),
        technical_service=(),
    )
    assert whole.rows[0][2:] == (6, 6, "", "是")


@pytest.mark.parametrize(
    ("adopted", "target", "done", "needed"),
    [(80, 100, True, 0), (79, 100, False, 1), (799_999, 1_000_000, False, 1), (4, 5, True, 0), (3, 4, False, 1), (0, 1, False, 1), (2, 3, False, 1)],
)  # fmt: skip
def test_the_goal_of_80_percent_is_compared_exactly(adopted, target, done, needed):
    assert (reached(adopted, target, 8000), still_needed(adopted, target, 8000)) == (done, needed)
    result = {"title": "甲", "field": "chemical", "adopted": adopted, "target": target}
    assert made("technology_result", lines(result)).rows[0][5:8] == (
        adopted * 10_000 // target,
        "是" if done else "否",
        needed,
    )


def programme(**more):
    return {
        "title": "甲",
        "period": "2026-03-01/2026-03-31",
        "trainees": "managers",
        "kind": "initial",
        "high_risk": True,
        "hours": "48",
    } | more


@pytest.mark.parametrize(
    ("given", "least"),
    [
        (programme(), 48), (programme(high_risk=False), 32), (programme(kind="refresher"), 16),
        (programme(kind="refresher", high_risk=False), 12), (programme(trainees="workers"), 72),
        (programme(trainees="workers", high_risk=False), 24), (programme(trainees="special"), None),
    ],
)  # fmt: skip
def test_least_hours_follow_trainees_kind_and_risk(given, least):
    rule = least_hours(given, figures.hours(DAY))
    assert (rule.least if rule else None) == least


def test_a_programme_shows_what_is_missing_and_how_many_hours_are_lacking():
    full = programme(needs_on="2026-02-01", syllabus="https://a.cn", assessed_on="2026-04-01", feedback_on="2026-04-02")
    assert missing_parts(full) == []
    report = made("training_programme", lines(full, programme(hours="47.5")))
    assert [(row[5], row[6], row[7]) for row in report.rows] == [
        (48, "", ""),
        (48, "0.5", "需求分析、培训大纲、质量评估、信息反馈"),
    ]
    assert report.notes[0] == "2 个培训项目中 1 个资料完整且学时达标。"


def test_the_general_report_counts_choices_and_validity_and_adds_amounts():
    own = [
        Line(1, 1, "甲", {"category": "chemical", "level": "senior", "duty": True}, date(2026, 10, 7)),
        Line(2, 1, "甲", {"category": "chemical", "level": "assistant"}, date(2026, 12, 7)),
        Line(3, 2, "乙", {"category": "other", "level": "senior"}, None),
    ]
    register = catalogue.registers()["expert"]
    assert report_of(register) is report_of(catalogue.registers()["technical_service"])
    engineer = catalogue.registers()["safety_engineer"]
    from membership.rules.registers.reports.general import validity

    with speaking("zh_CN"):
        found = {row[:2]: row[2] for row in validity(Snapshot(engineer, DAY, {"safety_engineer": own})).rows}
    assert (found["条目数", ""], found["有效", ""], found["已过期", ""], found["60 天内到期", ""]) == (3, 2, 1, 1)
    assert (found["专业类别", "化工安全"], found["级别", "高级"], found["从事安全生产管理工作", "是"]) == (2, 2, 1)
