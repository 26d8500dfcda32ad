"""Terms for which units hold a class of membership. Pure."""

from datetime import date

from core.errors import BadInput, Conflict
from core.i18n import _
from membership.rules.classes import MemberClass

LONGEST_YEARS = 10
ORDINARY = (MemberClass.MEMBER, MemberClass.INDIVIDUAL)
"""Classes without an office: nothing ends."""


def check_term(rank: str, starts: date, until: date | None) -> None:
    """An office has a last day after its first; the ordinary classes have none. Raises BadInput."""
    if rank in ORDINARY:
        if until is not None:
            raise BadInput("class_without_term", _("This class has no term of office: leave the last day out."))
        return
    if until is None:
        raise BadInput("term_missing", _("Until when? A term of office needs its last day, for example 2030-12-31."))
    if until < starts:
        raise BadInput("term_reversed", _("The term ends before it starts."))
    if until.year - starts.year > LONGEST_YEARS:
        raise BadInput("term_too_long", _("A term of office is ten years at most."))


def check_alive(*, member: bool) -> None:
    """Only a member holds a class. Raises Conflict."""
    if not member:
        raise Conflict("no_member", _("This unit is no member (any more)."))


def after(former: str) -> str:
    """What a unit is when its term is over: a member, or an individual one if it was one."""
    return former if former in ORDINARY else MemberClass.MEMBER.value
