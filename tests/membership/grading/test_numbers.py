"""Exact numbers, and what people type instead of them."""

from decimal import Decimal, FloatOperation, Inexact, localcontext
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import BadInput
from membership.rules.grading.numbers import EXACT, Mode, Rounding, plain, ratio, read_number, rounded, steps

D = Decimal


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("90", D(90)), ("87.50", D("87.50")), ("９０", D(90)), ("８７．５", D("87.5")), (" 90 ", D(90)), ("-1", D(-1)),
        ("－１", D(-1)), ("", None), ("   ", None), ("\u3000", None), ("9\u200b0", D(90)), ("0", D(0)), ("0.0", D(0)),
        ("89.9999999", D("89.9999999")),
    ],
)  # fmt: skip
def test_numbers_as_people_type_them(typed, number):
    assert read_number(typed) == number


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("NaN", "number_nan"), ("nan", "number_nan"), ("-inf", "number_nan"), ("九十", "number_words"),
        ("3万", "number_words"), ("90分", "number_unit"), ("90%", "number_unit"), ("１００分", "number_unit"),
        ("10,000", "number_form"), ("1_0", "number_form"), ("1e3", "number_form"), ("²", "number_form"),
        ("10²", "number_form"), ("٣", "number_form"), ("--1", "number_form"), ("+5", "number_form"), ("9" * 13, "number_digits"),
        ("1." + "0" * 11, "number_digits"), ("9" * 5000, "number_digits"), ("1.2.3", "number_form"), ("=1+1", "number_form"),
        (".5", "number_digits"), ("5.", "number_digits"), ("=HYPERLINK(1)", "number_form"), ("{x}", "number_form"),
    ],
)  # fmt: skip
def test_what_is_no_number_is_named(typed, code):
    with pytest.raises(BadInput) as refused:
        read_number(typed)
    assert refused.value.code == code
    assert refused.value.text


@pytest.mark.parametrize(
    ("value", "digits", "mode", "expected"),
    [
        ("87.55", 1, Mode.HALF_UP, "87.6"), ("87.549999999", 1, Mode.HALF_UP, "87.5"), ("-0.5", 0, Mode.HALF_UP, "-1"),
        ("2.5", 0, Mode.HALF_UP, "3"), ("2.9", 0, Mode.FLOOR, "2"), ("-2.1", 0, Mode.FLOOR, "-3"), ("2.1", 0, Mode.CEIL, "3"),
        ("89.9999999", 1, Mode.HALF_UP, "90.0"), ("89.9999999", 6, Mode.FLOOR, "89.999999"),
    ],
)  # fmt: skip
def test_rounding_is_the_stated_one(value, digits, mode, expected):
    assert str(rounded(D(value), Rounding(digits, mode))) == expected


@pytest.mark.parametrize(
    ("value", "step", "mode", "count"),
    [
        ("0.037", "0.01", Mode.FLOOR, 3), ("0.037", "0.01", Mode.CEIL, 4), ("0.037", "0.01", Mode.HALF_UP, 4),
        ("0.03", "0.01", Mode.FLOOR, 3), ("0.03", "0.01", Mode.CEIL, 3), ("0.0099", "0.01", Mode.FLOOR, 0),
        ("0", "0.01", Mode.CEIL, 0), ("0.015", "0.01", Mode.HALF_UP, 2), ("-1", "0.01", Mode.CEIL, 0), ("0.29", "0.01", Mode.FLOOR, 29),
    ],
)  # fmt: skip
def test_steps(value, step, mode, count):
    assert steps(D(value), D(step), mode) == count


numbers = st.decimals(min_value=-(10**9), max_value=10**9, places=6)
positive = st.decimals(min_value=D("0.000001"), max_value=10**9, places=6)


@given(numbers, positive, st.integers(0, 6), st.sampled_from(list(Mode)))
def test_a_ratio_is_the_exact_quotient_rounded_once(numerator, denominator, digits, mode):
    exact = Fraction(numerator) / Fraction(denominator) * 10**digits
    whole = exact.numerator // exact.denominator
    if mode is Mode.CEIL:
        whole = -((-exact.numerator) // exact.denominator)
    if mode is Mode.HALF_UP:
        size = abs(exact) + Fraction(1, 2)
        whole = size.numerator // size.denominator * (1 if exact >= 0 else -1)
    assert Fraction(ratio(numerator, denominator, Rounding(digits, mode))) == Fraction(whole, 10**digits)


@given(st.decimals(allow_nan=False, allow_infinity=False, places=8, min_value=-(10**11), max_value=10**11))
def test_a_number_survives_being_written_and_read(value):
    assert read_number(plain(value)) == value


@given(st.text(max_size=40))
def test_no_text_breaks_the_reading_of_numbers(text):
    try:
        found = read_number(text)
    except BadInput:
        return
    assert found is None or found.is_finite()


def test_a_float_cannot_slip_into_the_arithmetic():
    with localcontext(EXACT):
        with pytest.raises(FloatOperation):
            D(float(1))
        with pytest.raises(Inexact):
            D(1) / D(3)
