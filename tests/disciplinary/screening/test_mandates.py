"""A claimed mandate against the register."""

from datetime import date

import pytest

from core.screening import Severity
from disciplinary.rules.screening import Mandate, screen

FULL = "受绥江市应急管理局委托（绥应急委〔2026〕14号，期限自2026年3月1日至2026年9月30日），我会承担台账整理工作，不向企业收取任何费用。"
MANDATE = Mandate("绥江市应急管理局", "绥应急委〔2026〕14号", date(2026, 3, 1), date(2026, 9, 30))
IN_TERM, AFTER = date(2026, 5, 6), date(2026, 10, 8)


def found(text, mandates, on):
    return {(one.category, one.severity) for one in screen(text, mandates=mandates, on=on)}


@pytest.mark.parametrize(
    ("mandates", "on", "expected"),
    [
        ([MANDATE], IN_TERM, set()),
        ([], IN_TERM, {("M10", Severity.MEDIUM)}),
        ([MANDATE], AFTER, {("M10", Severity.HIGH)}),
        ([MANDATE], date(2026, 2, 28), {("M10", Severity.HIGH)}),
        ([MANDATE], date(2026, 9, 30), set()),
        (None, IN_TERM, {("M01", Severity.LOW)}),
    ],
)
def test_a_complete_declaration_is_compared_with_the_register(mandates, on, expected):
    assert found(FULL, mandates, on) == expected


@pytest.mark.parametrize("number", ["绥应急委[2026]14号", "绥应急委（2026）14号", "绥应急委〔2026〕第14号"])
def test_a_number_is_recognised_in_every_common_form(number):
    assert found(FULL.replace("绥应急委〔2026〕14号", number), [MANDATE], IN_TERM) == set()


@pytest.mark.parametrize(
    "text",
    [
        "受主管部门委托，我会自本月起对电梯维保记录进行抽看，请予以配合。",
        "受市应急管理局委托，我会将对消防设施维护质量进行抽查。",
    ],
)
def test_an_incomplete_claim_is_reviewed_whatever_the_register_says(text):
    for mandates in (None, [], [MANDATE]):
        assert ("M01", Severity.MEDIUM) in found(text, mandates, IN_TERM)


def test_a_charge_under_a_mandate_is_found_even_when_the_mandate_is_live():
    text = FULL.replace("不向企业收取任何费用", "每家企业收取评审费3000元")
    assert "M06" in {category for category, _ in found(text, [MANDATE], IN_TERM)}


def test_a_fee_that_the_mandate_allows_is_no_finding():
    allowed = Mandate(MANDATE.principal, MANDATE.number, MANDATE.starts, MANDATE.ends, fee_allowed=True)
    text = FULL.replace("不向企业收取任何费用", "每家企业收取评审费3000元")
    assert "M06" not in {
        category for category, severity in found(text, [allowed], IN_TERM) if severity is not Severity.LOW
    }


def test_an_act_that_the_mandate_does_not_name_goes_beyond_it():
    bound = Mandate(MANDATE.principal, MANDATE.number, MANDATE.starts, MANDATE.ends, acts=("台账整理",))
    assert found(FULL, [bound], IN_TERM) == set()
    beyond = FULL.replace("承担台账整理工作", "开展现场检查")
    assert ("M10", Severity.MEDIUM) in found(beyond, [bound], IN_TERM)
