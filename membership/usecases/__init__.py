"""Writes about member units, split by subject."""

from membership.usecases.rosters import confirm_import, judge, judge_import, undo_import
from membership.usecases.units import add_contact, add_unit, change_status, edit_unit, end_contact, remind_expiries

__all__ = [
    "add_contact",
    "add_unit",
    "change_status",
    "confirm_import",
    "edit_unit",
    "end_contact",
    "judge",
    "judge_import",
    "remind_expiries",
    "undo_import",
]
