"""Writes about reminders, split by subject."""

from reminders.usecases.digesting import send_digests, switch_digest
from reminders.usecases.editing import add_rule, edit_rule
from reminders.usecases.enabling import ask_enable, disable
from reminders.usecases.linking import link_calendar, unlink_calendar
from reminders.usecases.sending import run_now, send_due
from reminders.usecases.snoozing import snooze, snooze_for

__all__ = [
    "add_rule",
    "ask_enable",
    "disable",
    "edit_rule",
    "link_calendar",
    "run_now",
    "send_digests",
    "send_due",
    "snooze",
    "snooze_for",
    "switch_digest",
    "unlink_calendar",
]
