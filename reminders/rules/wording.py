"""The words of a reminder: a template with named fields, checked when it is written and filled when it is sent. Pure."""

from datetime import date
from string import Formatter

from core.errors import BadInput
from core.i18n import _

FIELDS = ("reference", "title", "due", "days", "left", "association")
LONGEST = 1000


def check(template: str) -> str:
    """The template when its fields are known. Raises BadInput that lists them."""
    known = ", ".join("{" + field + "}" for field in FIELDS)
    try:
        used = [(name, spec, how) for _text, name, spec, how in Formatter().parse(template) if name is not None]
    except ValueError:
        used = [("", "", None)]
    if any(name not in FIELDS or spec or how for name, spec, how in used):
        raise BadInput("template_fields", _("The text may use these fields: {known}").format(known=known))
    if not template.strip() or len(template) > LONGEST:
        raise BadInput("template_length", _("The text has between 1 and {most} characters.").format(most=LONGEST))
    return template.strip()


def filled(template: str, *, reference: str, title: str, due: date, today: date, association: str) -> str:
    """The words for one subject; ``days`` counts calendar days from today, without a sign, ``left`` says how it stands."""
    values = {"reference": reference, "title": title, "due": due.isoformat(), "association": association}
    return template.format(**values, days=abs((due - today).days), left=left(due, today))


def left(due: date, today: date) -> str:
    """How far a day is, whichever side of it today is: a reminder that was put off may come after it."""
    days = (due - today).days
    if days == 0:
        return _("which is today")
    return _("{days} days left").format(days=days) if days > 0 else _("{days} days ago").format(days=-days)
