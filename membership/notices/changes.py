"""The words about changes that members propose."""

from core.i18n import _


def proposed(*, reference: str, unit: str, facts: str) -> str:
    """A member proposes changes: to the staff."""
    text = _("{reference}: {unit} proposes changes: {facts}.")
    return text.format(reference=reference, unit=unit, facts=facts)


def decided(*, association: str, reference: str, unit: str, fact: str, new: str, reason: str) -> str:
    """One fact was decided: to the contact who proposed it. An empty reason: it was taken over."""
    named = {"association": association, "reference": reference, "unit": unit, "fact": fact, "new": new}
    if not reason:
        return _("{association}: {reference}, {unit}: {fact} is now “{new}”.").format(**named)
    text = _("{association}: {reference}, {unit}: {fact} “{new}” was not taken over. Reason: {reason}")
    return text.format(reason=reason, **named)


def show_change() -> str:
    """The button that shows the request."""
    return _("Show the changes")
