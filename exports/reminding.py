"""What this package lets people be reminded of: the workbook of a month that has not been made."""

from datetime import date

from sqlalchemy import Date, literal, select, union_all

from core.calendar import add_months
from core.i18n import N_
from core.transaction import Tx
from exports.models import ExportFile
from reminders import kinds
from reminders.kinds import Due, Kind, columns

DUE_DAY = 10
"""The day of the next month by which a month's workbook is expected."""
MONTHS = 3


def _missing(tx: Tx) -> Due:
    """The last months, this one included, that have no workbook, as far back as the association has been here."""
    first = tx.today.replace(day=1)
    begun = tx.association.day(tx.association.created_at).replace(day=1)
    months = [month for month in (add_months(first, -back) for back in range(MONTHS)) if month >= begun]
    rows = union_all(*(_row(tx, month) for month in months)).subquery("months")
    made = select(ExportFile.id).where(
        ExportFile.association_id == rows.c.association_id,
        ExportFile.period == rows.c.title,
        ExportFile.kind == "month",
    )
    names = ("association_id", "subject", "owner", "title", "due_on")
    return columns(**{name: rows.c[name] for name in names}).where(~made.exists())


def _row(tx: Tx, month: date) -> Due:
    period, due = month.strftime("%Y-%m"), add_months(month, 1).replace(day=DUE_DAY)
    return columns(
        association_id=literal(tx.association.id),
        subject=literal(f"export:{period}"),
        owner=literal(f"export:{period}"),
        title=literal(period),
        due_on=literal(due, Date()),
    )


def register() -> None:
    """Make the kind known."""
    kinds.register(Kind("month-export", "月报", N_("month's workbook"), _missing))
