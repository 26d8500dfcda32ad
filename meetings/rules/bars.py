"""Who may not vote on a motion: people concerned, people who act for a concerned unit, drafters, and who stands aside. Pure."""

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum

from core.i18n import N_, _


class Bar(StrEnum):
    """Why a vote is not counted: the first reason that applies."""

    CONCERNED = "concerned"
    DRAFTER = "drafter"
    DRAFTERS_UNIT = "drafters_unit"
    DECLARED = "declared"
    ORDERED = "ordered"

    @property
    def label(self) -> str:
        """The reason in the language of the moment."""
        return _(REASONS[self])


REASONS = {
    Bar.CONCERNED: N_("concerned by the matter, or acts for a unit that is"),
    Bar.DRAFTER: N_("drafted the text"),
    Bar.DRAFTERS_UNIT: N_("acts for the unit of a drafter"),
    Bar.DECLARED: N_("stands aside"),
    Bar.ORDERED: N_("set aside by whoever presides or by the office"),
}


@dataclass(frozen=True)
class Ties:
    """What could bar somebody from a motion: what it concerns, who drafted it, and for which units the drafters act.

    ``concerns`` and the units are references such as ``unit:12`` and ``person:7``.
    """

    concerns: frozenset[str] = frozenset()
    drafters: frozenset[int] = frozenset()
    drafters_units: frozenset[str] = frozenset()
    kept_out: tuple[str, ...] = ()


def bar_of(person_id: int, units: Collection[str], ties: Ties) -> Bar | None:
    """Why this person, who acts for these units, may not vote, not even for somebody else; None when they may."""
    own = {f"person:{person_id}", *units}
    if own & ties.concerns:
        return Bar.CONCERNED
    if "drafter" in ties.kept_out and person_id in ties.drafters:
        return Bar.DRAFTER
    if "unit" in ties.kept_out and own & ties.drafters_units:
        return Bar.DRAFTERS_UNIT
    return None


def seat_bar(seat: str, holders: Collection[int], bars: dict[int, Bar | None], ties: Ties) -> Bar | None:
    """Why a seat has no vote: it is itself concerned, or everyone who holds it is barred."""
    if seat in ties.concerns:
        return Bar.CONCERNED
    if "unit" in ties.kept_out and seat in ties.drafters_units:
        return Bar.DRAFTERS_UNIT
    reasons = [bars.get(person) for person in sorted(holders)]
    return reasons[0] if reasons and all(reasons) else None
