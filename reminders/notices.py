"""The words of reminders, lists of them, the morning digest, and what staff are told of a rule."""

from collections.abc import Sequence

from core.i18n import _

LONGEST_LIST = 30
SNOOZE_DAYS = (1, 3, 7)


def legal_line() -> str:
    """What stands under a reminder that nobody can do without."""
    return _("This reminder is sent because a rule requires it; it cannot be put off beyond its date.")


def listed(name: str, lines: Sequence[str], association: str) -> str:
    """Everything a rule has to tell an office at once, as one message."""
    head = _("{association} · {name}: {count}").format(association=association, name=name, count=len(lines))
    shown = [f"· {line}" for line in lines[:LONGEST_LIST]]
    if len(lines) > LONGEST_LIST:
        shown.append(_("… and {count} more").format(count=len(lines) - LONGEST_LIST))
    return "\n".join([head, *shown])


def snooze_label(days: int) -> str:
    """The button that puts a reminder off."""
    return _("Again after {days} working day(s)").format(days=days)


def awaits(reference: str, name: str, asker: str) -> str:
    """An officer is asked to look at a rule before it is switched on."""
    text = _(
        "{asker} asks to switch on the reminder rule {reference} “{name}”. `reminder preview {reference}` shows it."
    )
    return text.format(asker=asker, reference=reference, name=name)


def show_request() -> str:
    """The button under it."""
    return _("Show the request for the rule")


def declined(reference: str, reason: str) -> str:
    """Whoever asked hears why a rule stays off."""
    return _("The reminder rule {reference} was not switched on: {reason}").format(reference=reference, reason=reason)


def digest(association: str, day: str, parts: Sequence[tuple[str, Sequence[str]]]) -> str:
    """The morning's picture for one person: a heading for each part, and its lines."""
    blocks = [_("{association} · what needs you on {day}").format(association=association, day=day)]
    for heading, lines in parts:
        blocks.append("\n".join([f"【{heading}】", *(f"· {line}" for line in lines)]))
    return "\n".join(blocks)
