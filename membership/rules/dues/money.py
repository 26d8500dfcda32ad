"""Money as people write it and as it is kept: whole fen, never a float. Pure."""

import re
import unicodedata
from decimal import Decimal

from core.errors import BadInput
from core.i18n import _

LARGEST = 10_000_000_000_00
"""Fen. Ten thousand million yuan: beyond it a zero too many was typed."""
_FORM = re.compile(r"(?:[¥￥]|RMB|CNY|人民币)?([0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)(\.[0-9]+)?(万)?元?整?", re.IGNORECASE)


def read_yuan(raw: str) -> int:
    """``3,000.50 元``, ``¥3000``, ``2万`` → fen, exactly. Raises BadInput for anything else, below zero or finer than a fen."""
    odd = any(unicodedata.category(c) == "No" for c in raw)
    text = "".join(unicodedata.normalize("NFKC", raw).split())
    found = None if odd else _FORM.fullmatch(text)
    if found is None:
        form = _("“{value}” is no amount. Write it in yuan with digits, for example 3000 or 1,234.50.")
        raise BadInput("amount_form", form.format(value=raw.strip()[:40]))
    amount = Decimal(found[1].replace(",", "") + (found[2] or "")) * (1_000_000 if found[3] else 100)
    if amount != amount.to_integral_value():
        text = _("“{value}” is finer than one fen. Give at most two decimals.")
        raise BadInput("amount_too_fine", text.format(value=raw.strip()[:40]))
    if amount > LARGEST:
        raise BadInput("amount_range", _("“{value}” is too large an amount.").format(value=raw.strip()[:40]))
    return int(amount)


def check_positive(fen: int) -> int:
    """An amount that is more than nothing. Raises BadInput."""
    if fen <= 0:
        raise BadInput("amount_zero", _("The amount must be more than 0."))
    return fen


def plain_yuan(fen: int) -> str:
    """Fen as yuan with two decimals and thousands: ``-1,234.50``."""
    whole, rest = divmod(abs(fen), 100)
    return f"{'-' if fen < 0 else ''}{whole:,}.{rest:02d}"


def yuan(fen: int) -> str:
    """The same with the unit, in the language of the moment."""
    return _("{amount} yuan").format(amount=plain_yuan(fen))


def as_decimal(fen: int) -> Decimal:
    """Fen as yuan for a workbook's cell, exactly."""
    return Decimal(fen).scaleb(-2)
