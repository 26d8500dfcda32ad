"""What people are told about held texts. Pure."""

from core.i18n import _


def held(*, reference: str, author: str, needed: str, quote: str) -> str:
    """To those who may release it. The text itself stays in the office."""
    text = _(
        "{reference}: screening holds a text by {author}, because of “{quote}”. Needed: {needed}. "
        "`screen show {reference}` shows it."
    )
    return text.format(reference=reference, author=author, needed=needed, quote=quote)


def released(*, reference: str, subject: str) -> str:
    """To the author: the very same text may now be sent."""
    text = _("{reference} ({subject}) is released. Send the text again, unchanged, and it goes on.")
    return text.format(reference=reference, subject=subject)


def show_it() -> str:
    """The button under the news of a held text."""
    return _("Show it")


def send_now() -> str:
    """The button under the news of a release."""
    return _("Send it on now")
