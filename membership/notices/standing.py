"""The words about standing, withdrawal and terms of classes."""

from core.i18n import _


def withdrawal_told(*, reference: str, name: str, day: str, reason: str) -> str:
    """A member has withdrawn or given notice of it: to the staff."""
    text = _("{reference} {name} withdraws from membership on {day}.")
    words = text.format(reference=reference, name=name, day=day)
    return words + ("\n" + _("Said about it: {reason}").format(reason=reason) if reason else "")


def withdrawal_taken_back(*, reference: str, name: str) -> str:
    """A member stays after all: to the staff."""
    return _("{reference} {name} stays: the withdrawal was taken back.").format(reference=reference, name=name)


def withdrawn_reason() -> str:
    """The reason of the step when a member leaves of its own accord."""
    return _("withdrew of its own accord")


def class_ended(*, association: str, name: str, rank: str, until: str) -> str:
    """A term of a class is over: to the contacts."""
    text = _("{association}: the term of {name} as {rank} ended on {until}; it is a member unit again.")
    return text.format(association=association, name=name, rank=rank, until=until)


def class_given(*, association: str, name: str, rank: str, since: str, until: str) -> str:
    """A term of a class begins: to the contacts."""
    text = _("{association}: {name} is {rank} from {since} until {until}.")
    return text.format(association=association, name=name, rank=rank, since=since, until=until)


def no_end() -> str:
    """A term without a last day."""
    return _("further notice")
