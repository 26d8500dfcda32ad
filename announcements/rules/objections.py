"""Objections to public notices and comments on drafts: when they come in time, who rules, how. Pure."""

import re
from collections.abc import Collection, Mapping
from datetime import datetime
from enum import StrEnum

from core.errors import BadInput, Conflict, NotAllowed, RuleViolated
from core.i18n import N_, _

LONGEST = 10_000


class ObjectionState(StrEnum):
    """Where an objection stands. Only ``open`` can still change; ``late`` is kept but not ruled on, ``moot`` has lost what it was
    about.
    """

    OPEN = "open"
    UPHELD = "upheld"
    PARTLY = "partly"
    REJECTED = "rejected"
    LATE = "late"
    TAKEN_BACK = "taken_back"
    MOOT = "moot"

    @property
    def label(self) -> str:
        """The state in the language of the moment."""
        return _(NAMES[self][1])


NAMES = {
    ObjectionState.OPEN: ("待处理", N_("undecided")),
    ObjectionState.UPHELD: ("成立", N_("upheld")),
    ObjectionState.PARTLY: ("部分成立", N_("upheld in part")),
    ObjectionState.REJECTED: ("不成立", N_("not upheld")),
    ObjectionState.LATE: ("逾期", N_("came too late")),
    ObjectionState.TAKEN_BACK: ("已撤回", N_("taken back")),
    ObjectionState.MOOT: ("公示已撤回", N_("not ruled on, the notice was withdrawn")),
}
RULINGS = (ObjectionState.UPHELD, ObjectionState.PARTLY, ObjectionState.REJECTED)
ALIASES = {"采纳": ObjectionState.UPHELD, "部分采纳": ObjectionState.PARTLY, "不采纳": ObjectionState.REJECTED}


def ruling_named(words: str) -> ObjectionState:
    """The ruling of this name in either language. Raises BadInput."""
    typed = words.casefold()
    if typed in ALIASES:
        return ALIASES[typed]
    for state in RULINGS:
        if typed in (state.value, *NAMES[state]):
            return state
    known = "、".join(NAMES[state][0] for state in RULINGS)
    raise BadInput("ruling_unknown", _("“{name}” is no ruling. Use: {known}").format(name=words[:40], known=known))


def check_words(raw: str) -> str:
    """What is objected, in words. Raises BadInput when it is empty or too long."""
    text = raw.strip()
    if len(text) < 2:
        raise BadInput("objection_empty", _("Say what you object to, with the facts."))
    if len(text) > LONGEST:
        raise BadInput("objection_too_long", _("This is longer than 10 000 characters. Send the rest as a file."))
    return text


def check_signed(person_id: int | None, unit: str) -> None:
    """Anonymous objections are not accepted: a person, and the unit they act for, have to be known."""
    if person_id is None or not unit:
        raise NotAllowed(
            "objection_unsigned",
            _("An objection needs a member behind it. You are not entered as a contact of one; ask the secretariat."),
        )


def state_on_arrival(now: datetime, over: datetime) -> ObjectionState:
    """In time until the last day of the period has ended, to the second."""
    return ObjectionState.OPEN if now < over else ObjectionState.LATE


def check_may_rule(actor: int | None, *, author: int, objector: int, excluded: Collection[int]) -> None:
    """Neither who wrote the notice, nor who objects, nor anybody excluded rules on an objection."""
    if actor in (author, objector) or actor in excluded:
        raise NotAllowed("second_person", _("Somebody else has to rule on this: you are involved in it."))


NONE_RAISED = re.compile(r"(无|没有|未收到|未接到|未提出|未有)[^，。；;\n]{0,8}?异议|no objection", re.IGNORECASE)


def says_none_raised(text: str) -> bool:
    """Whether a result says that nobody objected."""
    return NONE_RAISED.search(text) is not None


def counted_words(counts: Mapping[str, int]) -> str:
    """How many objections stand in each state, in words."""
    return _(", ").join(f"{ObjectionState(state).label} {count}" for state, count in sorted(counts.items()))


def check_open(state: ObjectionState) -> None:
    """Only an open objection is ruled on or taken back."""
    if state is ObjectionState.LATE:
        raise RuleViolated("objection_late", _("It came after the end of the period and is not ruled on."))
    if state is not ObjectionState.OPEN:
        raise Conflict("objection_decided", _("This objection has been decided already."))
