"""Adjusting a grade between rounds: what may happen when, by whom, and how long a member may answer. Pure.

提出 → 告知 → 陈述申辩 → 决定. A downgrade takes no effect before the member was told and its time to answer has passed,
whether it has answered or not; an upgrade waits for the next round unless the policy says otherwise.
"""

import tomllib
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

from core.calendar import Period, Roll, Unit
from core.errors import Conflict, NotAllowed, RuleViolated
from core.i18n import N_, _
from membership.rules.grading.facts import Fact
from membership.rules.grading.results import Result
from membership.rules.grading.scheme import Scheme

DATA = Path(__file__).resolve().parents[1] / "data" / "adjustments.toml"
REGISTERED = "Q-"
"""How the reference of a fact begins that stands in the register."""


class State(StrEnum):
    """Where an adjustment stands. ``waiting`` is an upgrade that waits for the next round."""

    PROPOSED = "proposed"
    WAITING = "waiting"
    TOLD = "told"
    CONFIRMED = "confirmed"
    DROPPED = "dropped"
    LAPSED = "lapsed"

    @property
    def label(self) -> str:
        """The state in the language of the moment."""
        return _(NAMES[self])


NAMES = {
    State.PROPOSED: N_("proposed"),
    State.WAITING: N_("waits for the next round"),
    State.TOLD: N_("member told, may answer"),
    State.CONFIRMED: N_("decided, in effect"),
    State.DROPPED: N_("decided: no change"),
    State.LAPSED: N_("lapsed"),
}
OPEN = (State.PROPOSED, State.WAITING, State.TOLD)


class Direction(StrEnum):
    """Whether the new grade is better or worse."""

    UP = "up"
    DOWN = "down"

    @property
    def label(self) -> str:
        """The direction in the language of the moment."""
        return _("upgrade") if self is Direction.UP else _("downgrade")


class Cause(NamedTuple):
    """Why a grade would change: a fact that is new, was changed, no longer stands, or has ceased to count."""

    kind: str
    ref: str


CAUSES = {
    "new": N_("new since the grading"),
    "changed": N_("changed since the grading"),
    "gone": N_("no longer stands"),
    "expired": N_("has ceased to count"),
    "score": N_("scores or time"),
}


@dataclass(frozen=True)
class Policy:
    """The version of the rules on adjustments that holds on a day."""

    answer: Period
    objection: Period
    upgrades_wait: bool
    window_months: int
    basis: str
    clause: str


@lru_cache(maxsize=1)
def _entries() -> tuple[dict[str, Any], ...]:
    return tuple(tomllib.loads(DATA.read_text("utf-8"))["policy"])


def policy_on(day: date, settings: Mapping[str, Any] | None = None) -> Policy:
    """The policy of a day; an association may have upgrades decided at once, and give more days for the answer."""
    return policy_of(_entries(), day, settings or {})


def policy_of(entries: Iterable[Mapping[str, Any]], day: date, settings: Mapping[str, Any]) -> Policy:
    """The latest of these versions that holds on a day. ``settings`` never shorten the time to answer."""
    valid = [e for e in entries if e["effective_from"] <= day <= e.get("effective_to", date.max)]
    if not valid:
        raise RuleViolated("policy_missing", _("No rules on adjusting grades hold on {day}.").format(day=day))
    entry = max(valid, key=lambda e: e["effective_from"])
    answer = _period(entry["answer"], most=settings.get("answer_days", 0))
    wait = settings.get("upgrades", entry["upgrades"]) == "at_review"
    return Policy(answer, _period(entry["object"]), wait, entry["window_months"], entry["basis"], entry["clause"])


def _period(entry: Mapping[str, Any], *, most: int = 0) -> Period:
    amount = max(entry["amount"], most)
    return Period(amount, Unit(entry["unit"]), entry["count_first_day"], Roll(entry["roll"]))


def direction_of(scheme: Scheme, before: str, after: str) -> Direction | None:
    """Whether ``after`` is better or worse than ``before``; None when it is the same or one of them is no grade to compare.

    The grade of an assessment that was ended is below the ladder.
    """
    ranks = {name: place for place, name in enumerate((*scheme.grade_ids, scheme.ended.id))}
    if before not in ranks or after not in ranks or before == after:
        return None
    return Direction.UP if ranks[after] < ranks[before] else Direction.DOWN


def merged(kept: Iterable[Fact], registered: Iterable[Fact]) -> list[Fact]:
    """What a grade rested on, with the facts of the register as they stand now in place of those of then."""
    return [*(fact for fact in kept if not fact.ref.startswith(REGISTERED)), *registered]


def causes(before: Sequence[Fact], after: Sequence[Fact], then: Result, now: Result) -> list[Cause]:
    """What differs between two gradings of one member, by the references of the register."""
    old = {fact.ref: fact for fact in before if fact.ref}
    new = {fact.ref: fact for fact in after if fact.ref}
    found = [Cause("new", ref) for ref in new.keys() - old.keys()]
    found += [Cause("changed", ref) for ref in new.keys() & old.keys() if new[ref] != old[ref]]
    found += [Cause("gone", ref) for ref in old.keys() - new.keys()]
    counted = {fact.ref for fact, _until in now.in_force}
    ended = {fact.ref for fact, _until in then.in_force if fact.ref and fact.ref not in counted}
    named = {cause.ref for cause in found}
    found += [Cause("expired", ref) for ref in ended & new.keys() - named]
    return sorted(found, key=lambda cause: (cause.ref, cause.kind)) or [Cause("score", "")]


def covered(told: Iterable[Fact], now: Iterable[Fact]) -> bool:
    """Whether everything that counts now is what the member was told; what it has mended since is no surprise to it."""
    known = {fact.ref: _bare(fact) for fact in told if fact.ref}
    return all(known.get(fact.ref) == _bare(fact) for fact in now if fact.ref)


def _bare(fact: Fact) -> Fact:
    return fact._replace(corrected=None, repaired=None, ended=None, continuing=False, by="", entered=None)


@dataclass(frozen=True)
class Standing:
    """An adjustment as the rules look at it. ``today`` is the association's day; ``due`` the last day to answer,
    ``answered`` the day on which the member last did.
    """

    state: State
    direction: Direction
    today: date
    due: date | None = None
    provisional: bool = False
    answered: date | None = None


def check_may_tell(standing: Standing) -> None:
    """A downgrade that was proposed may be told. Raises Conflict."""
    if standing.state is State.TOLD:
        raise Conflict("adjustment_told", _("The member has been told already."))
    if standing.state is not State.PROPOSED:
        raise Conflict("adjustment_closed", _("This adjustment is closed: {state}.").format(state=standing.state.label))
    if standing.direction is Direction.UP:
        raise RuleViolated(
            "upgrade_needs_no_hearing", _("An upgrade is decided without a hearing: `adjustment decide`.")
        )


def check_may_answer(state: State) -> None:
    """Whoever was told may answer until it is decided. Raises Conflict."""
    if state is State.PROPOSED:
        raise Conflict("adjustment_not_told", _("There is nothing to answer yet."))
    if state is not State.TOLD:
        raise Conflict("adjustment_closed", _("This adjustment is closed: {state}.").format(state=state.label))


def check_may_confirm(standing: Standing) -> None:
    """The new grade may be given now: told, and the whole time to answer has passed. Raises RuleViolated, Conflict.

    A member may say more until then, so an answer does not cut its time short; what it says after it, or on its last
    day, is weighed for a night at least.
    """
    if standing.state is State.WAITING:
        text = _("Upgrades wait for the next round. An officer may have them decided at once: `grade settings`.")
        raise RuleViolated("upgrade_waits", text)
    if standing.state not in OPEN:
        raise Conflict("adjustment_closed", _("This adjustment is closed: {state}.").format(state=standing.state.label))
    if standing.direction is Direction.UP:
        return
    if standing.state is not State.TOLD or standing.due is None:
        text = _("Tell the member first and let it answer: `adjustment tell`. Without that no grade goes down.")
        raise RuleViolated("adjustment_unheard", text)
    if standing.provisional:
        text = _(
            "The holidays of that year are not entered yet, so the time to answer has no certain end: `calendar publish`."
        )
        raise RuleViolated("adjustment_provisional", text)
    if standing.today <= standing.due:
        text = _("The member may answer until {day}, that day included. No grade goes down before that.")
        raise RuleViolated("adjustment_early", text.format(day=standing.due))
    if standing.answered == standing.today:
        text = _("The member has answered today. Weigh what it says; a downgrade is decided on another day.")
        raise RuleViolated("adjustment_just_answered", text)


def check_may_drop(state: State) -> None:
    """An open adjustment may be dropped. Raises Conflict."""
    if state not in OPEN:
        raise Conflict("adjustment_closed", _("This adjustment is closed: {state}.").format(state=state.label))


def check_decider(person: int | None, involved: Collection[int | None], tied: Collection[int]) -> None:
    """Somebody who neither proposed nor told it, and has no tie with the unit. Raises NotAllowed."""
    if person is None:
        raise NotAllowed("not_a_person", _("Only a person can decide this."))
    if person in involved:
        raise NotAllowed(
            "decider_involved", _("Another person has to decide this: you proposed it or told the member.")
        )
    if person in tied:
        raise NotAllowed("decider_tied", _("You have a tie with this member, so another person has to decide."))


def check_not_scored(person: int | None, scorers: Collection[int]) -> None:
    """That who decides on a grade did not give the scores it came from. Raises NotAllowed."""
    if person in scorers:
        text = _("You scored this member in the round its grade comes from, so another person has to decide.")
        raise NotAllowed("decider_scored", text)


def check_may_object(state: State, today: date, due: date | None) -> None:
    """A decision that has taken effect may be objected to within its time. Raises Conflict, RuleViolated."""
    if state is not State.CONFIRMED or due is None:
        raise Conflict("adjustment_undecided", _("There is no decision to object to."))
    if today > due:
        text = _("The time to object ended on {day}. The association's supervisors can still be asked.")
        raise RuleViolated("objection_late", text.format(day=due))
