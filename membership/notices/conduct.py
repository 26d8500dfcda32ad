"""The words about the code of conduct."""

from core.i18n import _


def published(*, association: str, title: str, version: int, text: str, accept_by: str) -> str:
    """A version of the code is in force: to the contacts of every present member."""
    head = _("{association}: “{title}”, version {version}. Please read it and accept it by {day}.")
    return head.format(association=association, title=title, version=version, day=accept_by) + "\n\n" + text


def chased(*, association: str, title: str, version: int, accept_by: str) -> str:
    """A reminder to those who have not accepted."""
    text = _(
        "{association}: your unit has not accepted “{title}”, version {version}, yet (by {day}). "
        "“conduct text” shows it, “conduct accept” accepts it."
    )
    return text.format(association=association, title=title, version=version, day=accept_by)


def accept() -> str:
    """The button that accepts."""
    return _("Accept for our unit")


def read() -> str:
    """The button that shows the text."""
    return _("Read the text")
