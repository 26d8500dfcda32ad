"""Writes about people, split by subject."""

from people.usecases.applicants import end_applying, receive_applicant, receive_by_web
from people.usecases.chats import (
    choose_association,
    invite,
    join,
    leave,
    link_console,
    mark_unreachable,
    move_chat,
    reachable_again,
)
from people.usecases.deliveries import report_ended, send_again, settle_unknown
from people.usecases.entries import add_person, choose_language, edit_person, remove_person
from people.usecases.erasure import ask_erasure, erase_again, lift_hold, place_hold
from people.usecases.groups import begin_group, link_group, screen_group, unlink_group
from people.usecases.named_audiences import delete_audience, save_audience
from people.usecases.representatives import end_representing, enter_contacts, let_represent, take_back
from people.usecases.roles import appoint_first, end_role, grant_role, remind_terms
from people.usecases.trials import forget_trials, take_trial

__all__ = [
    "add_person",
    "appoint_first",
    "ask_erasure",
    "begin_group",
    "choose_association",
    "choose_language",
    "delete_audience",
    "edit_person",
    "end_applying",
    "end_representing",
    "end_role",
    "enter_contacts",
    "erase_again",
    "forget_trials",
    "grant_role",
    "invite",
    "join",
    "leave",
    "let_represent",
    "lift_hold",
    "link_console",
    "link_group",
    "mark_unreachable",
    "move_chat",
    "place_hold",
    "reachable_again",
    "receive_applicant",
    "receive_by_web",
    "remind_terms",
    "remove_person",
    "report_ended",
    "save_audience",
    "screen_group",
    "send_again",
    "settle_unknown",
    "take_back",
    "take_trial",
    "unlink_group",
]
