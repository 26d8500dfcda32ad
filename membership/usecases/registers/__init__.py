"""Writes of professional registers, whatever is declared."""

from membership.usecases.registers.entries import Written, add_entry, edit_entry, end_entry, fetch_file
from membership.usecases.registers.importing import confirm_register_import, undo_register_import
from membership.usecases.registers.judging import Judged, Row, judge_register
from membership.usecases.registers.proposals import (
    confirm_proposal,
    decline_proposal,
    propose_change,
    propose_end,
    propose_entry,
)

__all__ = [
    "Judged",
    "Row",
    "Written",
    "add_entry",
    "confirm_proposal",
    "confirm_register_import",
    "decline_proposal",
    "edit_entry",
    "end_entry",
    "fetch_file",
    "judge_register",
    "propose_change",
    "propose_end",
    "propose_entry",
    "undo_register_import",
]
