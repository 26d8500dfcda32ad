"""The words that members and applicants receive, split by subject."""

from membership.notices.admission import (
    about_to_expire,
    admitted,
    declined,
    expired,
    filed,
    hand_in,
    motion_title,
    motion_wording,
    not_adopted,
    notice_decision,
    notice_title,
    passed,
    returned,
    show_it,
    withdrawn,
)
from membership.notices.changes import decided, proposed, show_change
from membership.notices.conduct import accept as accept_conduct
from membership.notices.conduct import chased as conduct_chased
from membership.notices.conduct import published as conduct_published
from membership.notices.conduct import read as read_conduct
from membership.notices.dues import request_declined
from membership.notices.standing import (
    class_ended,
    class_given,
    no_end,
    withdrawal_taken_back,
    withdrawal_told,
    withdrawn_reason,
)
from membership.notices.units import (
    status_changed,
)

__all__ = [
    "about_to_expire",
    "accept_conduct",
    "admitted",
    "class_ended",
    "class_given",
    "conduct_chased",
    "conduct_published",
    "decided",
    "declined",
    "expired",
    "filed",
    "hand_in",
    "motion_title",
    "motion_wording",
    "no_end",
    "not_adopted",
    "notice_decision",
    "notice_title",
    "passed",
    "proposed",
    "read_conduct",
    "request_declined",
    "returned",
    "show_change",
    "show_it",
    "status_changed",
    "withdrawal_taken_back",
    "withdrawal_told",
    "withdrawn",
    "withdrawn_reason",
]
