"""What every form on a page shares: fields with what is wrong about them, a summary above, and a second try when busy."""

from collections.abc import Callable, Sequence

from markupsafe import Markup
from sqlalchemy.exc import IntegrityError, OperationalError
from starlette.responses import Response

from core.i18n import _
from portal.pages import joined, notice, part

TRIES = 3


def field_set(name: str, label: str, note: str, why: str | None, field: Markup) -> Markup:
    """One question with its field; ``why`` is what is wrong with the answer."""
    return part(
        '<fieldset id="q-{name}" class="{state}" tabindex="-1">\n<legend>{label} <span class="soft">{note}</span></legend>\n'
        "{why}{field}\n</fieldset>",
        name=name,
        state="wrong" if why else "",
        label=label,
        note=note,
        why=part('<p class="why">{why}</p>\n', why=why) if why else "",
        field=field,
    )


def troubles_above(head: str, whole: str | None, lines: Sequence[Markup]) -> Markup:
    """The summary above a form that was not taken: what is wrong with the whole of it, then with its questions."""
    first = [part("<li>{why}</li>", why=whole)] if whole is not None else []
    return part(
        '<div class="trouble" role="alert"><p><strong>{head}</strong></p><ul>{lines}</ul></div>',
        head=head,
        lines=joined([*first, *lines]),
    )


def tried_again(attempt: Callable[[], Response]) -> Response:
    """Hand in, again when the database was busy: an attempt that failed has left nothing."""
    for _attempt in range(TRIES):
        try:
            return attempt()
        except (OperationalError, IntegrityError):
            continue
    text = _("The office is busy. Nothing was done; please try again shortly.")
    return notice(_("Please try again"), text, status=503)
