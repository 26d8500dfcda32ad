"""What can be reminded of, told by every package that has dates."""

from announcements import reminding as announcements
from delegated_tasks import reminding as mandates
from exports import reminding as exports
from meetings import reminding as meetings
from membership import register_reminding as registers
from membership import reminding as membership
from reminders import registering as reminders
from surveys import reminding as surveys


def register() -> None:
    """Make all kinds and the parts of the digest known; in this order people see them."""
    for package in (membership, registers, announcements, surveys, meetings, mandates, exports, reminders):
        package.register()
