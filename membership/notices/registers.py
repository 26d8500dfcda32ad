"""What people are told about their entries in registers."""

from core.i18n import _


def waiting(*, unit: str, register: str, what: str) -> str:
    """To staff: a member contact has proposed something."""
    text = _("{unit} proposes for “{register}”: {what}. `register waiting` shows what waits.")
    return text.format(unit=unit, register=register, what=what)


def confirmed(*, association: str, register: str, what: str, reference: str) -> str:
    """To the one who proposed it: it counts now."""
    text = _("{association} has confirmed what you proposed for “{register}”: {what} ({reference}).")
    return text.format(association=association, register=register, what=what, reference=reference)


def declined(*, association: str, register: str, what: str, reason: str) -> str:
    """To the one who proposed it: it does not count, and why."""
    text = _("{association} has not taken over what you proposed for “{register}”: {what}. Reason: {reason}")
    return text.format(association=association, register=register, what=what, reason=reason)


def kind_of(action: str) -> str:
    """What is proposed, in a word."""
    return {"add": _("a new entry"), "edit": _("a change"), "end": _("an end")}[action]
