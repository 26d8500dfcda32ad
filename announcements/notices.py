"""The words that recipients of an announcement get."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from announcements.rules import elements
from core.i18n import _

SHOWN = (
    *("basis", "subjects", "decision", "day", "place", "starts", "ends"),
    *("objection", "department", "phone", "address"),
)
"""The order in which elements are read out."""


def published(
    *,
    kind: str,
    document_number: str,
    version: int,
    title: str,
    body: str,
    association: str,
    day: str,
    fields: Mapping[str, Any] | None = None,
    attached: Sequence[str] = (),
    again: str = "",
    legal: bool = False,
    tentative: bool = False,
) -> str:
    """The announcement as a letter: kind and number, title, text and elements, attachments, who signs and when."""
    head = f"【{kind}】{document_number}" + (_(" (version {version})").format(version=version) if version > 1 else "")
    parts = [f"{head}\n{title}"]
    if again:
        parts.append(
            _("The period begins anew; the former dates no longer hold. Reason: {reason}").format(reason=again)
        )
    parts += [part for part in (body, listed(fields or {}), provisional() if tentative else "") if part]
    if attached:
        parts.append(_("Attachments: {names}").format(names=_(", ").join(attached)))
    parts.append(f"{association}\n{day}")
    if legal:
        parts.append(_("This notice is required by law or by the articles; it cannot be unsubscribed from."))
    return "\n\n".join(parts)


def listed(fields: Mapping[str, Any]) -> str:
    """The elements beside title and text, one a line (the list of those concerned below its heading)."""
    lines = []
    for name in SHOWN:
        value = fields.get(name)
        if value:
            words = value.isoformat() if isinstance(value, date) else str(value)
            lines.append(f"{elements.label(name)}：" + ("\n" if "\n" in words else "") + words)
    return "\n".join(lines)


def chased(*, document_number: str, title: str, association: str) -> str:
    """A reminder to those who have not confirmed receipt."""
    text = _("Reminder from {association}: please confirm that you received {number} “{title}”.")
    return text.format(association=association, number=document_number, title=title)


def passed_on(*, document_number: str, title: str, association: str) -> str:
    """Another contact of a unit is asked, because the first has not confirmed."""
    text = _(
        "{association}: nobody of your unit has confirmed {number} “{title}” yet. Please read it and see that it is dealt with."
    )
    return text.format(association=association, number=document_number, title=title)


def withdrawn(*, document_number: str, title: str, association: str, reason: str) -> str:
    """A published announcement no longer holds."""
    text = _("{association} has withdrawn {number} “{title}”. Reason: {reason}")
    return text.format(association=association, number=document_number, title=title, reason=reason)


def not_published(*, reference: str, title: str, reason: str) -> str:
    """The author is told why an approved text did not go out at its hour."""
    text = _("{reference} “{title}” could not be published at its hour and is a draft again: {reason}")
    return text.format(reference=reference, title=title, reason=reason)


def period_over(*, reference: str, title: str, received: int, undecided: int) -> str:
    """The author is told that the period of a notice has ended, and what comes next."""
    text = _("The period of {reference} “{title}” has ended. Objections: {received}, undecided: {undecided}.")
    after = _("Rule on them first; then announce the result.") if undecided else _("The result can be announced now.")
    return text.format(reference=reference, title=title, received=received, undecided=undecided) + " " + after


def provisional() -> str:
    """Beside a last day that may still move."""
    return _("The last day is provisional: the holidays of that year are not published yet.")


def period_longer(*, reference: str, title: str, former: date, last: date) -> str:
    """Staff are told that a running notice ends later, because the holidays of a year have come."""
    text = _(
        "The holidays are published: counted in working days, {reference} “{title}” now runs until {last} instead of "
        "{former}. Tell its readers with a correction."
    )
    return text.format(reference=reference, title=title, former=former.isoformat(), last=last.isoformat())


def tell_readers() -> str:
    """The button that begins a correction."""
    return _("Write a correction")


def objection_received(reference: str, notice: str, due: str) -> str:
    """The objector's receipt."""
    text = _("Your objection {reference} to {notice} has been received. You get an answer by {day}.")
    return text.format(reference=reference, notice=notice, day=due)


def objection_waits(reference: str, notice: str, due: str) -> str:
    """The officers learn that an objection came; nothing of what it says."""
    text = _("Objection {reference} to {notice} has come in; it has to be answered by {day}.")
    return text.format(reference=reference, notice=notice, day=due)


def objection_ruled(*, reference: str, notice: str, ruling: str, reason: str, association: str, moment: str) -> str:
    """The answer to whoever objected."""
    text = _("{association} has decided on your objection {reference} to {notice}: {ruling}.\n{reason}\n{moment}")
    return text.format(
        association=association, reference=reference, notice=notice, ruling=ruling, reason=reason, moment=moment
    )


def objection_moot(*, reference: str, notice: str) -> str:
    """Whoever objected is told that there is nothing left to rule on."""
    text = _("{notice} has been withdrawn, so your objection {reference} is not ruled on any more.")
    return text.format(reference=reference, notice=notice)


def received() -> str:
    """The button under every announcement."""
    return _("Confirm receipt")


def object_here() -> str:
    """The button under a notice that can be objected to."""
    return _("Raise an objection")


def comment_here() -> str:
    """The button under a draft that is open for comment."""
    return _("Send a comment")


def no_more() -> str:
    """The button under a notice that people may do without."""
    return _("No more of this kind")
