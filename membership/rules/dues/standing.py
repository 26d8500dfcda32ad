"""Where a charge stands, how long it has been owed, and how many years nobody has paid. Pure."""

from collections.abc import Collection
from datetime import date, timedelta
from enum import StrEnum

from core.errors import BadInput
from core.i18n import N_, _


class ChargeState(StrEnum):
    """Where a charge stands on a day."""

    OPEN = "open"
    PART = "part"
    PAID = "paid"
    OVER = "over"
    WAIVED = "waived"
    VOID = "void"

    @property
    def label(self) -> str:
        """The state in the language of the moment."""
        return _(STATE_NAMES[self])


STATE_NAMES = {
    ChargeState.OPEN: N_("unpaid"),
    ChargeState.PART: N_("partly paid"),
    ChargeState.PAID: N_("paid in full"),
    ChargeState.OVER: N_("paid too much"),
    ChargeState.WAIVED: N_("waived"),
    ChargeState.VOID: N_("cancelled"),
}


class View(StrEnum):
    """Which charges a list shows."""

    PAID = "paid"
    PART = "part"
    UNPAID = "unpaid"
    OVERDUE = "overdue"
    WAIVED = "waived"
    OVER = "over"
    VOID = "void"

    @property
    def label(self) -> str:
        """The view in the language of the moment."""
        return _(VIEWS[self][0])


VIEWS = {
    View.PAID: (N_("paid"), ("已缴", "缴清", "已交", "已缴清")),
    View.PART: (N_("partly paid"), ("部分", "部分缴纳", "部分已缴")),
    View.UNPAID: (N_("still owed"), ("未缴", "欠缴", "未缴清", "待缴", "应缴")),
    View.OVERDUE: (N_("overdue"), ("逾期", "逾期未缴")),
    View.WAIVED: (N_("waived"), ("减免", "免缴", "已减免")),
    View.OVER: (N_("paid too much"), ("多缴",)),
    View.VOID: (N_("cancelled"), ("作废", "已作废")),
}


def view_named(words: str) -> View:
    """The view of this name in either language. Raises BadInput that lists what there is."""
    word = "".join(words.split()).casefold()
    for view, (name, aliases) in VIEWS.items():
        if word in (view.value, name.replace(" ", ""), view.label.casefold(), *aliases):
            return view
    known = _(", ").join(view.label for view in View)
    text = _("“{name}” is no state of dues. Use: {known}")
    raise BadInput("dues_state", text.format(name=words[:40], known=known))


def state_of(*, amount: int, paid: int, waived: int, void: bool) -> ChargeState:
    """The state of a charge from its sums in fen."""
    if void:
        return ChargeState.VOID
    owed = amount - waived - paid
    if owed > 0:
        return ChargeState.PART if paid > 0 else ChargeState.OPEN
    if owed < 0:
        return ChargeState.OVER
    return ChargeState.WAIVED if waived else ChargeState.PAID


class Bucket(StrEnum):
    """How long something has been due, in calendar days after its due day."""

    CURRENT = "current"
    DAYS_90 = "days_90"
    DAYS_180 = "days_180"
    DAYS_365 = "days_365"
    OLDER = "older"

    @property
    def label(self) -> str:
        """The bucket in the language of the moment."""
        return _(BUCKETS[self][0])


BUCKETS = {
    Bucket.CURRENT: (N_("not yet due"), 0),
    Bucket.DAYS_90: (N_("1–90 days"), 90),
    Bucket.DAYS_180: (N_("91–180 days"), 180),
    Bucket.DAYS_365: (N_("181–365 days"), 365),
    Bucket.OLDER: (N_("more than a year"), None),
}
"""Bucket → name, and the most days after the due day."""


def days_overdue(due_on: date, today: date) -> int:
    """Days since the due day, 0 until it is over."""
    return max(0, (today - due_on).days)


def bucket_of(due_on: date, today: date) -> Bucket:
    """The bucket of something that is due on a day."""
    late = days_overdue(due_on, today)
    return next(bucket for bucket, (_name, most) in BUCKETS.items() if most is None or late <= most)


def thresholds(today: date) -> list[tuple[Bucket, date]]:
    """Bucket → the earliest due day that still belongs to it, the nearest first; what is earlier is the oldest bucket."""
    return [(bucket, today - timedelta(days=most)) for bucket, (_n, most) in BUCKETS.items() if most is not None]


def years_in_a_row(charged: Collection[int], unpaid: Collection[int]) -> int:
    """Consecutive charged years without full payment, counted back from the latest one: what articles of association count.

    A year in which nothing was charged neither counts nor breaks the row.
    """
    count = 0
    for year in sorted(charged, reverse=True):
        if year not in unpaid:
            break
        count += 1
    return count
