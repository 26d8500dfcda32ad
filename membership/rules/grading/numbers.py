"""Exact numbers: how they are read, rounded, divided and written. No float passes through here. Pure.

Every calculation of the engine runs in the context ``EXACT``, which raises instead of rounding silently; the only places
that round are :func:`rounded` and :func:`ratio`, and both are told how.
"""

import re
from dataclasses import dataclass
from decimal import (
    ROUND_CEILING,
    ROUND_FLOOR,
    ROUND_HALF_UP,
    Context,
    Decimal,
    DivisionByZero,
    FloatOperation,
    Inexact,
    InvalidOperation,
    Overflow,
)
from enum import StrEnum

from core.errors import BadInput
from core.i18n import _

EXACT = Context(prec=300, traps=[Inexact, InvalidOperation, DivisionByZero, Overflow, FloatOperation])
ZERO, ONE, MINUS_ONE = Decimal(0), Decimal(1), Decimal(-1)
NUMBER = re.compile(r"-?[0-9]{1,12}(?:\.[0-9]{1,10})?")
WHOLE_DIGITS, DECIMALS = 12, 10
CHINESE = frozenset("零〇一二三四五六七八九十百千万亿两半壹贰叁肆伍陆柒捌玖拾佰仟点負负")
_ROUNDING = Context(prec=300, traps=[InvalidOperation, Overflow])
_FULL_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: 0x20, 0x2212: 0x2D}
_INVISIBLE = dict.fromkeys((0x200B, 0x200C, 0x200D, 0x2060, 0xFEFF, 0x00AD))


class Mode(StrEnum):
    """How a number between two steps is brought to one of them."""

    FLOOR = "floor"
    CEIL = "ceil"
    HALF_UP = "half_up"


_DECIMAL_MODE = {Mode.FLOOR: ROUND_FLOOR, Mode.CEIL: ROUND_CEILING, Mode.HALF_UP: ROUND_HALF_UP}


@dataclass(frozen=True, slots=True)
class Rounding:
    """To how many decimals, and which way."""

    digits: int
    mode: Mode


def rounded(value: Decimal, rounding: Rounding) -> Decimal:
    """The value with exactly that many decimals; half_up takes halves away from zero."""
    return value.quantize(ONE.scaleb(-rounding.digits), rounding=_DECIMAL_MODE[rounding.mode], context=_ROUNDING)


def ratio(numerator: Decimal, denominator: Decimal, rounding: Rounding) -> Decimal:
    """A quotient, rounded once and exactly: no intermediate quotient is ever cut off.

    ``denominator`` is positive.
    """
    whole, rest = EXACT.divmod(numerator.scaleb(rounding.digits, EXACT), denominator)
    if rest:
        negative = rest < 0
        if rounding.mode is Mode.HALF_UP:
            if EXACT.add(abs(rest), abs(rest)) >= denominator:
                whole = EXACT.add(whole, MINUS_ONE if negative else ONE)
        elif (rounding.mode is Mode.FLOOR) is negative:
            whole = EXACT.add(whole, MINUS_ONE if negative else ONE)
    return whole.scaleb(-rounding.digits, EXACT)


def steps(amount: Decimal, step: Decimal, mode: Mode) -> Decimal:
    """How many steps an amount makes; below zero it makes none."""
    if amount <= 0:
        return ZERO
    return ratio(amount, step, Rounding(0, mode))


def plain(value: Decimal) -> str:
    """The number as people write it: no exponent, no trailing zeros."""
    text = format(value, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def half_width(text: str) -> str:
    """Full-width forms as ASCII, without invisible marks and outer spaces.

    Only the full-width block is mapped: full NFKC would turn ``10²`` into ``102``.
    """
    return text.translate(_INVISIBLE).translate(_FULL_WIDTH).strip()


def read_number(raw: str) -> Decimal | None:
    """The number that was typed; None when the cell is blank, which means missing and never zero.

    Raises BadInput that names what is wrong: a unit behind it, Chinese numerals, NaN, separators, too many digits.
    """
    text = half_width(raw)
    if not text:
        return None
    if NUMBER.fullmatch(text):
        return Decimal(text)
    raise _refused(raw.strip()[:40], text)


def _refused(shown: str, text: str) -> BadInput:
    bare = re.match(r"-?[0-9]+(?:\.[0-9]+)?(?=\D)", text)
    if any(c in CHINESE for c in text):
        return BadInput("number_words", _("“{value}” is written in words. Use digits, like 90.").format(value=shown))
    if text.casefold().lstrip("+-") in ("nan", "inf", "infinity", "none", "null"):
        return BadInput(
            "number_nan", _("“{value}” is no number. Leave it blank when it is missing.").format(value=shown)
        )
    if re.fullmatch(r"-?[0-9]*(?:\.[0-9]*)?", text):
        words = _("“{value}” has too many digits: at most 12 before and 10 after the point.")
        return BadInput("number_digits", words.format(value=shown))
    if bare and not re.search(r"[0-9_,，²³]", text[bare.end() :]):
        words = _("“{value}” has something behind the number. Write only {number}.")
        return BadInput("number_unit", words.format(value=shown, number=bare.group()))
    words = _("“{value}” is no number. Use digits and a point, like 90 or 87.5.")
    return BadInput("number_form", words.format(value=shown))


def within_size(value: Decimal) -> bool:
    """Whether a number of a scheme document is finite and of a size that the engine takes."""
    if not value.is_finite():
        return False
    exponent = value.as_tuple().exponent
    return isinstance(exponent, int) and -DECIMALS <= exponent <= WHOLE_DIGITS and value.adjusted() < WHOLE_DIGITS
