"""Reads about dues over a period: what was owed before, charged, let go, received, sent back, and is owed after. In fen."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, case, func, select
from sqlalchemy.orm import Session, aliased

from membership.models import DuesCharge, DuesEntry, DuesRate, DuesSchedule
from membership.rules.dues.paying import EntryKind

Key = tuple[int, str]
"""Year and class."""


@dataclass(frozen=True)
class Flow:
    """The dues of one year and class over a period, in fen; ``received`` and ``refunded`` are both positive."""

    opening: int = 0
    charges: int = 0
    charged: int = 0
    voided: int = 0
    waived: int = 0
    received: int = 0
    refunded: int = 0

    @property
    def closing(self) -> int:
        """What is owed after the period; below zero is what was paid too much."""
        return self.opening + self.charged - self.voided - self.waived - self.received + self.refunded


def _within(value: Any, *conditions: ColumnElement[bool]) -> ColumnElement[int]:
    whole = conditions[0]
    for condition in conditions[1:]:
        whole = whole & condition
    return func.coalesce(func.sum(case((whole, value), else_=0)), 0)


_LEFT = DuesCharge.amount - DuesCharge.waived


def _charged(session: Session, begin: date, end: date) -> dict[Key, tuple[int, ...]]:
    raised, voided, waived = DuesCharge.raised_on, DuesCharge.voided_on, DuesCharge.waived_on
    owed_before = (
        _within(DuesCharge.amount, raised < begin)
        - _within(_LEFT, voided < begin)
        - _within(DuesCharge.waived, waived < begin)
    )
    query = select(
        DuesCharge.year,
        DuesCharge.rank,
        owed_before,
        _within(1, raised >= begin, raised <= end),
        _within(DuesCharge.amount, raised >= begin, raised <= end),
        _within(_LEFT, voided >= begin, voided <= end),
        _within(DuesCharge.waived, waived >= begin, waived <= end),
    ).group_by(DuesCharge.year, DuesCharge.rank)
    return {(row[0], row[1]): tuple(int(value) for value in row[2:]) for row in session.execute(query)}


def _entered(session: Session, begin: date, end: date) -> dict[Key, tuple[int, ...]]:
    """Before, received and refunded; a correction counts against what it takes back."""
    undone = aliased(DuesEntry)
    kind = func.coalesce(undone.kind, DuesEntry.kind)
    during = (DuesEntry.on >= begin) & (DuesEntry.on <= end)
    query = (
        select(
            DuesCharge.year,
            DuesCharge.rank,
            _within(DuesEntry.amount, DuesEntry.on < begin),
            _within(DuesEntry.amount, during, kind == EntryKind.PAYMENT.value),
            _within(-DuesEntry.amount, during, kind == EntryKind.REFUND.value),
        )
        .join(DuesCharge, DuesCharge.id == DuesEntry.charge_id)
        .outerjoin(undone, undone.id == DuesEntry.reverses_id)
        .group_by(DuesCharge.year, DuesCharge.rank)
    )
    return {(row[0], row[1]): tuple(int(value) for value in row[2:]) for row in session.execute(query)}


def flows(session: Session, begin: date, end: date) -> dict[Key, Flow]:
    """Year and class → what happened in a period, for all that was ever charged: two statements."""
    charged, entered = _charged(session, begin, end), _entered(session, begin, end)
    found = {}
    for key in sorted(charged.keys() | entered.keys(), reverse=True):
        before, count, raised, voided, waived = charged.get(key, (0, 0, 0, 0, 0))
        paid, received, refunded = entered.get(key, (0, 0, 0))
        found[key] = Flow(before - paid, count, raised, voided, waived, received, refunded)
    return found


def owed_on(session: Session, day: date) -> int:
    """What was owed at the end of a day, in fen, counted by itself: what the sums of ``flows`` are held against."""
    charged = session.scalar(
        select(
            _within(DuesCharge.amount, DuesCharge.raised_on <= day)
            - _within(_LEFT, DuesCharge.voided_on <= day)
            - _within(DuesCharge.waived, DuesCharge.waived_on <= day)
        )
    )
    entered = session.scalar(select(func.coalesce(func.sum(DuesEntry.amount), 0)).where(DuesEntry.on <= day))
    return int(charged or 0) - int(entered or 0)


def paid_twice_counted(session: Session) -> tuple[int, int]:
    """What the charges say was paid, and what the entries add up to: always the same."""
    charges = session.scalar(select(func.coalesce(func.sum(DuesCharge.paid), 0)))
    entries = session.scalar(select(func.coalesce(func.sum(DuesEntry.amount), 0)))
    return int(charges or 0), int(entries or 0)


def adopted(session: Session) -> dict[Key, tuple[int, str, date]]:
    """Year and class → fen for the year, decision and its day, of the version in force."""
    query = select(DuesSchedule, DuesRate).join(DuesRate, DuesRate.schedule_id == DuesSchedule.id)
    newest: dict[int, int] = {}
    found = {}
    for schedule, rate in session.execute(query.order_by(DuesSchedule.version.desc(), DuesRate.id)):
        if newest.setdefault(schedule.year, schedule.id) == schedule.id:
            found[schedule.year, rate.rank] = (rate.amount, schedule.basis, schedule.adopted_on)
    return found
