"""The words that recipients of an announcement get."""

from core.i18n import _


def published(
    *, kind: str, document_number: str, version: int, title: str, body: str, association: str, day: str
) -> str:
    """The announcement as a letter: kind and number, title, text, who signs and when."""
    head = f"【{kind}】{document_number}" + (_(" (version {version})").format(version=version) if version > 1 else "")
    return f"{head}\n{title}\n\n{body}\n\n{association}\n{day}"


def chased(*, document_number: str, title: str, association: str) -> str:
    """A reminder to those who have not confirmed receipt."""
    text = _("Reminder from {association}: please confirm that you received {number} “{title}”.")
    return text.format(association=association, number=document_number, title=title)


def withdrawn(*, document_number: str, title: str, association: str, reason: str) -> str:
    """A published announcement no longer holds."""
    text = _("{association} has withdrawn {number} “{title}”. Reason: {reason}")
    return text.format(association=association, number=document_number, title=title, reason=reason)


def awaits_approval(*, reference: str, title: str, asker: str) -> str:
    """An officer is asked to decide."""
    return _("{asker} asks for your approval of {reference} “{title}”.").format(
        asker=asker, reference=reference, title=title
    )


def declined(*, reference: str, title: str, reason: str) -> str:
    """The author is told why it was not approved."""
    return _("{reference} “{title}” was declined: {reason}").format(reference=reference, title=title, reason=reason)


def received() -> str:
    """The button under every announcement."""
    return _("Confirm receipt")
