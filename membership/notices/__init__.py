"""The words that members and applicants receive, split by subject."""

from membership.notices.dues import request_declined
from membership.notices.units import (
    status_changed,
)

__all__ = [
    "request_declined",
    "status_changed",
]
