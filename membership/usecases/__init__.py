"""Writes about member units, split by subject."""

from membership.usecases.contacts import add_contact, end_contact
from membership.usecases.importing import confirm_import, undo_import
from membership.usecases.qualifications import remove_qualification, set_qualification
from membership.usecases.rosters import changes_as_data, judge, judge_import
from membership.usecases.units import add_unit, change_status, edit_unit

__all__ = [
    "add_contact",
    "add_unit",
    "change_status",
    "changes_as_data",
    "confirm_import",
    "edit_unit",
    "end_contact",
    "judge",
    "judge_import",
    "remove_qualification",
    "set_qualification",
    "undo_import",
]
