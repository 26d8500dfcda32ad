"""How dues are typed: charges, amounts, years, receipts."""

from datetime import date
from typing import Annotated

from bot.parameters import Choice, Parameter, plain, read_day, read_number, read_yes, yes_or_no
from core.errors import BadInput
from core.i18n import N_, _
from core.transaction import Tx
from membership.models import DuesBatch, DuesCharge
from membership.queries import dues
from membership.rules.dues import charging, paying
from membership.rules.dues.money import check_positive, read_yuan
from membership.rules.dues.standing import View, view_named


def number_of(raw: str, letter: str, code: str, text: str) -> int:
    """``F-0012``, ``f12`` or ``12`` → 12. Raises BadInput."""
    digits = plain(raw).upper().removeprefix(letter).removeprefix("-")
    if not (digits.isascii() and digits.isdigit() and len(digits) <= 9):
        raise BadInput(code, text)
    return int(digits)


def _charge_number(raw: str) -> int:
    return number_of(raw, "F", "charge_form", _("Write a charge like F-0012. `dues list` shows them."))


def _read_charge(tx: Tx, raw: str) -> DuesCharge:
    return dues.charge_by_number(tx.session, _charge_number(raw))


def _read_locked(tx: Tx, raw: str) -> DuesCharge:
    return dues.charge_by_number(tx.session, _charge_number(raw), lock=True)


def _read_batch(tx: Tx, raw: str) -> DuesBatch:
    number = number_of(raw, "B", "dues_batch_form", _("Write a list of payments like B-0003."))
    return dues.dues_batch_by_number(tx.session, number, lock=True)


def _read_year(tx: Tx, raw: str) -> int:
    return charging.check_year(read_number(tx, plain(raw).removesuffix("年度").removesuffix("年")))


def _read_amount(_tx: Tx, raw: str) -> int:
    return check_positive(read_yuan(raw))


def _years(tx: Tx) -> list[Choice]:
    return [(str(year), str(year)) for year in range(tx.today.year - 1, tx.today.year + 2)]


def _views(_tx: Tx) -> list[Choice]:
    return [(view.value, view.label) for view in View]


def _read_view(_tx: Tx, raw: str) -> View:
    return view_named(plain(raw))


_CHARGE_HINT = N_("number such as F-0012")
ChargeRef = Annotated[DuesCharge, Parameter(N_("charge"), _read_charge, zh="会费", hint=_CHARGE_HINT)]
LockedCharge = Annotated[DuesCharge, Parameter(N_("charge"), _read_locked, zh="会费", hint=_CHARGE_HINT)]
BatchOfPayments = Annotated[DuesBatch, Parameter(N_("list of payments"), _read_batch, zh="缴费清单")]
DuesYear = Annotated[int, Parameter(N_("year"), _read_year, zh="年度", hint=N_("for example 2027"), choices=_years)]
Amount = Annotated[
    int, Parameter(N_("amount in yuan"), _read_amount, zh="金额", hint=N_("for example 3000 or 1,234.50"))
]
Rates = Annotated[
    dict[str, int],
    Parameter(
        N_("amounts by class"),
        lambda _tx, raw: charging.read_rates(raw),
        zh="标准",
        hint=N_("for example 会员单位 3000、理事单位 5000; 0 is no dues"),
        multiline=True,
    ),
]
Basis = Annotated[
    str,
    Parameter(
        N_("adopting decision"),
        lambda _tx, raw: charging.check_basis(raw),
        zh="依据",
        hint=N_("which meeting adopted it, for example 第三届会员大会第二次会议决议"),
    ),
]
Adopted = Annotated[
    date,
    Parameter(N_("adopted on"), read_day, zh="通过日期", hint=N_("the day of the decision, for example 2026-12-20")),
]
DueDay = Annotated[
    date, Parameter(N_("last day to pay"), read_day, zh="到期", hint=N_("the last day to pay, for example 2027-06-30"))
]
Received = Annotated[date, Parameter(N_("received on"), read_day, zh="日期", hint=N_("for example 2026-10-08"))]
Receipt = Annotated[
    str,
    Parameter(N_("receipt number"), lambda _tx, raw: paying.check_receipt(raw), zh="收据号", hint=N_("each only once")),
]
Over = Annotated[bool, Parameter(N_("take too much"), read_yes, zh="多缴", choices=yes_or_no, flag=True)]
Prorata = Annotated[bool, Parameter(N_("by months of membership"), read_yes, zh="按月", choices=yes_or_no, flag=True)]
ViewName = Annotated[View, Parameter(N_("state"), _read_view, zh="状态", choices=_views)]
