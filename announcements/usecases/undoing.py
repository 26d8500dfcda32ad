"""Taking back what is under way: a request for approval, an hour that has not come, copies that have not left."""

from announcements.models import Announcement
from announcements.rules.lifecycle import State
from announcements.usecases.approving import PUBLISH
from announcements.usecases.drafting import cancel
from announcements.usecases.publishing import recall
from core import approvals
from core.access import Permission, usecase
from core.transaction import Tx


@usecase(Permission.DRAFT_ANNOUNCEMENTS)
def undo(tx: Tx, *, announcement: Announcement) -> int:
    """Take back the last step that nobody outside has seen. Returns how many copies were stopped.

    A text that awaits approval is a draft again (a further version of a published one is only asked for no more), and so
    is one that waits for its hour. Raises Conflict when the first copy is on its way, RuleViolated for a draft.
    """
    if approvals.take_back(tx, PUBLISH, announcement.subject):
        if announcement.state == State.SUBMITTED:
            announcement.state = State.DRAFT
        tx.record("announcement:text:take-back", announcement.subject, {"state": announcement.state})
        return 0
    if announcement.state == State.SCHEDULED:
        cancel(tx, announcement=announcement)
        return 0
    return recall(tx, announcement=announcement)
