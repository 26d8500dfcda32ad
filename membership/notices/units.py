"""The words that a unit's contacts receive."""

from core.i18n import _


def status_changed(*, name: str, association: str, status: str, reason: str) -> str:
    """The unit's standing has changed."""
    text = _("{association}: the standing of {name} is now “{status}”. Reason: {reason}")
    return text.format(association=association, name=name, status=status, reason=reason)
