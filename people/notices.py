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


def awaits_decision(reference: str, summary: str, asker: str) -> str:
    """An officer is asked to decide."""
    text = _("{asker} asks for your decision. {reference}: {summary}")
    return text.format(asker=asker, reference=reference, summary=summary)


def show_request() -> str:
    """The button under it."""
    return _("Show")


def request_approved(*, reference: str, summary: str, by: str) -> str:
    """What you asked for was approved and has been carried out."""
    return _("{by} has approved {reference}: {summary}").format(by=by, reference=reference, summary=summary)


def request_declined(*, reference: str, summary: str, by: str, reason: str) -> str:
    """What you asked for was declined."""
    text = _("{by} has declined {reference}: {summary}\nReason: {reason}")
    return text.format(by=by, reference=reference, summary=summary, reason=reason)


def request_lapsed(*, reference: str, summary: str) -> str:
    """Nobody decided on what you asked for."""
    text = _(
        "Nobody decided on {reference} within seven days, so it has lapsed: {summary}\nIt can be changed and asked for anew."
    )
    return text.format(reference=reference, summary=summary)


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


def not_all_arrived(*, title: str, total: int, sent: int, failed: int, unknown: int, unreachable: int) -> str:
    """Delivery of what you sent has ended, and some did not get it."""
    text = _(
        "Delivery of “{title}” has ended: of {total} copies {sent} arrived, {failed} failed, {unknown} may or may not "
        "have arrived, {unreachable} people cannot be reached."
    )
    return text.format(title=title, total=total, sent=sent, failed=failed, unknown=unknown, unreachable=unreachable)


def look_closer() -> str:
    """The button under it."""
    return _("Look closer")


def group_screened(*, association: str) -> str:
    """To a group: what is read from now on, and what is not."""
    text = _(
        "From this message on, what staff of {association} write in this group is read by the screening for misuse of "
        "authority. Only the writer is told of what it finds, in private. What anybody else writes is neither read nor kept."
    )
    return text.format(association=association)


def group_not_screened(*, association: str) -> str:
    """To a group: nothing is read any more."""
    return _("What staff of {association} write in this group is not screened any more.").format(
        association=association
    )
