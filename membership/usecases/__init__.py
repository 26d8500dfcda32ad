"""Writes about member units, split by subject."""

from membership.usecases import admission, conduct
from membership.usecases.contacts import add_contact, end_contact
from membership.usecases.dues import preview_raise, raise_dues, set_dues, settle_due_days, tend_dues
from membership.usecases.dues_import import confirm_payments, judge_payments
from membership.usecases.dues_payments import ask_voiding, ask_waiver, correct_dues, pay_dues, refund_dues
from membership.usecases.duplicates import ask_merge, keep_apart, preview_merge
from membership.usecases.expelling import ask_expulsion
from membership.usecases.importing import confirm_import, undo_import
from membership.usecases.proposals import (
    propose,
    read_contact,
    refuse,
    take_back,
    take_over,
)
from membership.usecases.qualifications import remove_qualification, set_qualification
from membership.usecases.rosters import changes_as_data, judge, judge_import
from membership.usecases.rule_texts import (
    ask_rules,
)
from membership.usecases.standing import (
    ask_override,
    leave_membership,
    reckon,
    stay,
)
from membership.usecases.terms import (
    set_class,
    tend_terms,
)
from membership.usecases.units import add_unit, change_status, edit_unit

__all__ = [
    "add_contact",
    "add_unit",
    "admission",
    "ask_expulsion",
    "ask_merge",
    "ask_override",
    "ask_rules",
    "ask_voiding",
    "ask_waiver",
    "change_status",
    "changes_as_data",
    "conduct",
    "confirm_import",
    "confirm_payments",
    "correct_dues",
    "edit_unit",
    "end_contact",
    "judge",
    "judge_import",
    "judge_payments",
    "keep_apart",
    "leave_membership",
    "pay_dues",
    "preview_merge",
    "preview_raise",
    "propose",
    "raise_dues",
    "read_contact",
    "reckon",
    "refund_dues",
    "refuse",
    "remove_qualification",
    "set_class",
    "set_dues",
    "set_qualification",
    "settle_due_days",
    "stay",
    "take_back",
    "take_over",
    "tend_dues",
    "tend_terms",
    "undo_import",
]
