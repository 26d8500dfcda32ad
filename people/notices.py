"""The words that persons receive about their own standing."""

from core.i18n import _


def role_granted(role: str, association: str) -> str:
    """You hold a new role."""
    return _("{association}: you now hold the role “{role}”. `help` shows what you can do.").format(
        association=association, role=role
    )


def role_ended(role: str, association: str) -> str:
    """A role of yours has ended."""
    return _("{association}: your role “{role}” has ended.").format(association=association, role=role)
