"""Writes about surveys: drafting, opening, answering, running, closing, and improving afterwards."""

from surveys.usecases.actions import add_action, finish_action
from surveys.usecases.answering import hand_in, hand_in_by_code, unknown_code
from surveys.usecases.closing import close, close_due, destroy_sheets
from surveys.usecases.drafting import add_question, create, drop_question, revise, upload_template
from surveys.usecases.opening import ask_opening
from surveys.usecases.running import extend, give_slips, refresh, remind, tend

__all__ = [
    "add_action",
    "add_question",
    "ask_opening",
    "close",
    "close_due",
    "create",
    "destroy_sheets",
    "drop_question",
    "extend",
    "finish_action",
    "give_slips",
    "hand_in",
    "hand_in_by_code",
    "refresh",
    "remind",
    "revise",
    "tend",
    "unknown_code",
    "upload_template",
]
