"""The words that persons receive about their own standing."""

from collections.abc import Callable
from datetime import date

from core.access import Role
from core.i18n import _


def role_granted(role: Role, association: str) -> str:
    """You hold a new role."""
    return _("{association}: you now hold the role “{role}”. `help` shows what you can do.").format(
        association=association, role=role.label
    )


def role_ended(role: Role, association: str) -> str:
    """A role of yours has ended."""
    return _("{association}: your role “{role}” has ended.").format(association=association, role=role.label)


def granted_alone(role: Role, name: str, by: str, association: str) -> str:
    """A role was given without a second officer; those who watch over the office are told."""
    text = _("{association}: {by} gave {name} the role “{role}”. There was no second officer to confirm it.")
    return text.format(association=association, by=by, name=name, role=role.label)


def term_ends(role: Role, name: str, ends: date, association: str) -> str:
    """A term is about to end."""
    text = _("{association}: the term of {name} as “{role}” ends on {day}. After that day the role is gone.")
    return text.format(association=association, name=name, role=role.label, day=ends.isoformat())


def term_ended(role: Role, name: str, ends: date, association: str) -> str:
    """A term has ended."""
    text = _("{association}: the term of {name} as “{role}” ended on {day}. The role is gone.")
    return text.format(association=association, name=name, role=role.label, day=ends.isoformat())


def leaderless(write: Callable[[], str]) -> str:
    """The same, with what follows from it when there is no other secretary-general."""
    return write() + "\n" + _("No other secretary-general is in office after that day. Appoint one in time.")


def chat_replaced(association: str) -> str:
    """Another chat account has taken the place of this one."""
    text = _(
        "{association}: another chat account was linked in place of this one. If that was not you, tell the secretariat at once."
    )
    return text.format(association=association)
