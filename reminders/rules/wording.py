"""The words of a reminder: a template with named fields, checked when it is written and filled when it is sent. Pure."""

from datetime import date
from string import Formatter

from core.errors import BadInput
from core.i18n import _

FIELDS = ("reference", "title", "due", "days", "association")
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
    """The words for one subject; ``days`` counts calendar days from today, without a sign."""
    days = abs((due - today).days)
    return template.format(reference=reference, title=title, due=due.isoformat(), days=days, association=association)
