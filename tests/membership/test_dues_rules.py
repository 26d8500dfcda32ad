"""The rules of dues: money, amounts by class, months, states, buckets, years in a row, lines of a bank list."""

from datetime import date
from decimal import Decimal

import pytest

from core.errors import AppError
from membership.rules.dues import bank, charging, paying, standing
from membership.rules.dues.money import as_decimal, plain_yuan, read_yuan
from membership.rules.dues.standing import Bucket, ChargeState
from membership.rules.standing import Status

TODAY = date(2026, 10, 8)


@pytest.mark.parametrize(
    ("typed", "fen"),
    [
        ("3000", 300_000),
        ("3,000.50", 300_050),
        ("￥1,234,567.89 元", 123_456_789),
        ("３０００元", 300_000),
        ("0.01", 1),
        ("0.1", 10),
        ("20万", 20_000_000),
        ("1.5万元", 1_500_000),
        ("3000元整", 300_000),
        ("0", 0),
    ],
)
def test_an_amount_is_read_to_the_fen(typed, fen):
    assert read_yuan(typed) == fen


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("-1", "amount_form"),
        ("NaN", "amount_form"),
        ("三千", "amount_form"),
        ("1e3", "amount_form"),
        ("1,23", "amount_form"),
        ("", "amount_form"),
        ("3000.005", "amount_too_fine"),
        ("①", "amount_form"),
        ("99999999999999", "amount_range"),
        ("1/2", "amount_form"),
    ],
)
def test_what_is_no_amount_is_named(typed, code):
    with pytest.raises(AppError) as refused:
        read_yuan(typed)
    assert refused.value.code == code


def test_an_amount_is_shown_without_a_float_in_between():
    assert (plain_yuan(123_456_789), plain_yuan(-5), plain_yuan(0)) == ("1,234,567.89", "-0.05", "0.00")
    assert as_decimal(10) == Decimal("0.10")
    assert sum(as_decimal(10) for _ in range(3)) == Decimal("0.30")


def test_amounts_by_class_are_read_in_usual_spellings():
    rates = charging.read_rates("会员单位 3,000、理事5000元；副会长单位=5万\n个人会员:0")
    assert rates == {"member": 300_000, "council": 500_000, "vice_president": 5_000_000, "individual": 0}


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("会员单位", "rates_form"),
        ("会员单位 3000、会员 4000", "rates_twice"),
        ("贵宾 3000", "class_unknown"),
        ("会员单位 -3", "amount_form"),
        ("、", "rates_missing"),
    ],
)
def test_a_part_that_cannot_be_read_is_named(typed, code):
    with pytest.raises(AppError) as refused:
        charging.read_rates(typed)
    assert refused.value.code == code


@pytest.mark.parametrize(
    ("joined", "prorata", "months", "fen"),
    [
        (date(2020, 3, 1), True, 12, 100_000),
        (date(2026, 1, 31), True, 12, 100_000),
        (date(2026, 7, 1), True, 6, 50_000),
        (date(2026, 12, 31), True, 1, 8_333),
        (date(2026, 12, 31), False, 12, 100_000),
        (date(2027, 2, 1), True, 12, 100_000),
    ],
)
def test_months_count_from_the_month_of_joining_only_where_that_was_adopted(joined, prorata, months, fen):
    assert charging.months_owed(2026, joined, prorata=prorata) == months
    assert charging.amount_owed(100_000, months) == fen


@pytest.mark.parametrize("status", [s for s in Status if not s.member])
def test_who_has_left_is_never_charged(status):
    with pytest.raises(AppError) as refused:
        charging.check_chargeable(status, date(2020, 1, 1), date(2026, 5, 1), TODAY)
    assert refused.value.code == "dues_has_left"


@pytest.mark.parametrize(
    ("paid", "waived", "void", "state"),
    [
        (0, 0, False, ChargeState.OPEN),
        (1, 0, False, ChargeState.PART),
        (99, 0, False, ChargeState.PART),
        (100, 0, False, ChargeState.PAID),
        (101, 0, False, ChargeState.OVER),
        (40, 60, False, ChargeState.WAIVED),
        (0, 100, False, ChargeState.WAIVED),
        (39, 60, False, ChargeState.PART),
        (0, 0, True, ChargeState.VOID),
    ],
)
def test_the_state_of_a_charge(paid, waived, void, state):
    assert standing.state_of(amount=100, paid=paid, waived=waived, void=void) is state


@pytest.mark.parametrize(
    ("due", "bucket"),
    [
        (date(2026, 10, 9), Bucket.CURRENT),
        (date(2026, 10, 8), Bucket.CURRENT),
        (date(2026, 10, 7), Bucket.DAYS_90),
        (date(2026, 7, 10), Bucket.DAYS_90),
        (date(2026, 7, 9), Bucket.DAYS_180),
        (date(2026, 4, 11), Bucket.DAYS_180),
        (date(2026, 4, 10), Bucket.DAYS_365),
        (date(2025, 10, 8), Bucket.DAYS_365),
        (date(2025, 10, 7), Bucket.OLDER),
    ],
)
def test_buckets_end_on_their_last_day(due, bucket):
    assert standing.bucket_of(due, TODAY) is bucket
    by_threshold = next((b for b, day in standing.thresholds(TODAY) if due >= day), Bucket.OLDER)
    assert by_threshold is bucket


@pytest.mark.parametrize(
    ("charged", "unpaid", "years"),
    [
        ({2024, 2025, 2026}, {2024, 2025, 2026}, 3),
        ({2024, 2025, 2026}, {2025, 2026}, 2),
        ({2024, 2025, 2026}, {2024, 2025}, 0),
        ({2023, 2026}, {2023, 2026}, 2),
        (set(), set(), 0),
    ],
)
def test_years_in_a_row_are_counted_back_from_the_latest_charge(charged, unpaid, years):
    assert standing.years_in_a_row(charged, unpaid) == years


def test_a_payment_that_is_too_much_is_named_to_the_fen():
    with pytest.raises(AppError) as refused:
        paying.check_payment(300_050, 300_000, void=False, over=False)
    assert refused.value.code == "overpaid"
    assert "0.50" in refused.value.text
    paying.check_payment(300_050, 300_000, void=False, over=True)
    with pytest.raises(AppError):
        paying.check_payment(1, 100, void=True, over=True)


@pytest.mark.parametrize(("typed", "receipt"), [(" ａ 0012 ", "A0012"), ("No.７", "NO.7")])
def test_a_receipt_has_one_spelling(typed, receipt):
    assert paying.check_receipt(typed) == receipt


HEAD = ["会员编号", "付款人名称", "金额（元）", "交易日期", "收据号", "年度"]


def judged(*rows):
    table = [["某某协会收费流水"], HEAD, *rows]
    header = bank.find_header(table)
    assert header is not None
    return bank.judge(table, header, TODAY)


def test_lines_of_a_bank_list_are_judged_one_by_one():
    lines = judged(
        ["M-1", None, 3000, date(2026, 10, 1), "S1", 2026],
        ["", "青禾检测有限公司", "1,000.50", "2026年10月2日", "S2", None],
        [None] * 6,
        ["", "", 0.1, date(2026, 10, 1), "S3", None],
        ["M-2", "", -5, date(2026, 10, 1), "S4", None],
        ["M-2", "", 5, date(2026, 10, 9), "", "二六"],
        ["合计", None, 4000.5, None, None, None],
        ["M-3", "", "#N/A", date(2026, 10, 1), "S5", None],
        ["M-3", "", 30.1, date(2026, 10, 1), "S6", None],
    )
    assert [(line.row, line.outcome) for line in lines] == [
        (3, "good"),
        (4, "good"),
        (5, "blank"),
        (6, "error"),
        (7, "error"),
        (8, "error"),
        (9, "footer"),
        (10, "error"),
        (11, "good"),
    ]
    assert [lines[0].amount, lines[1].amount, lines[8].amount] == [300_000, 100_050, 3_010]
    assert lines[3].problems == ["who_missing"]
    assert lines[4].problems == ["amount_zero"]
    assert set(lines[5].problems) == {"receipt_form", "date_future", "year_form"}
    assert lines[7].problems == ["cell_error"]


def test_a_table_without_payments_has_no_heading():
    assert bank.find_header([["单位名称", "金额"], ["甲", 1]]) is None


def test_every_problem_of_a_line_has_words():
    for code in bank.PROBLEMS:
        assert bank.problem_words(code)
