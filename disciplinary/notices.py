"""What people are told about held texts. Pure."""

from collections.abc import Sequence

from core.i18n import _
from core.screening import Finding


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


def overheard(*, reference: str, group: str, findings: Sequence[Finding]) -> str:
    """To somebody of the staff alone, about what they wrote in a group."""
    head = _(
        "What you just wrote in “{group}” may be misuse of authority. Only you are told; it is kept as {reference}."
    )
    lines = [head.format(group=group, reference=reference)]
    for finding in findings:
        lines.append(f"“{finding.quote}” — {finding.why}")
        lines.append(_("Suggestion: {words}").format(words=finding.suggestion))
    return "\n".join([*lines, _("You may delete it there, or put it right with a message of your own.")])
