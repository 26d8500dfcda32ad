"""The words that members and applicants receive, split by subject."""

from membership.notices.units import (
    status_changed,
)

__all__ = [
    "status_changed",
]
