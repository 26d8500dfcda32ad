"""A round of grading: the states it passes through, and who may do what in each of them. Pure.

自评 → 初评 → 复核 → 锁定 → 公示 → 异议处理 → 审定 → 公布. Nothing skips a state, nothing goes back, and no grade takes effect
before its public notice has ended and every objection is ruled on.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from core.calendar import Calendar, Due, Period, Unit
from core.errors import BadInput, NotAllowed, RuleViolated
from core.i18n import N_, _
from membership.rules.grading.terms import Stage

LEAST_NOTICE = 5
"""Working days of public notice that an association may not go below; it may set more."""


class State(StrEnum):
    """Where a round stands."""

    SELF = "self"
    FIRST = "first"
    REVIEW = "review"
    LOCKED = "locked"
    NOTICE = "notice"
    OBJECTIONS = "objections"
    DECIDED = "decided"
    PUBLISHED = "published"

    @property
    def label(self) -> str:
        """The state in the language of the moment."""
        return _(NAMES[self])


NAMES = {
    State.SELF: N_("self-assessment"),
    State.FIRST: N_("first review"),
    State.REVIEW: N_("second review"),
    State.LOCKED: N_("scores locked"),
    State.NOTICE: N_("public notice"),
    State.OBJECTIONS: N_("objections"),
    State.DECIDED: N_("decided"),
    State.PUBLISHED: N_("published, in effect"),
}
CANCELLED = "cancelled"
"""Kept where a state is kept: the round was broken off before its grades were decided."""
ORDER = tuple(State)
SCORED_IN = {Stage.SELF: State.SELF, Stage.FIRST: State.FIRST, Stage.REVIEW: State.REVIEW}


def state_of(kept: str) -> State:
    """The state as it was kept. Raises RuleViolated for a round that was cancelled."""
    if kept == CANCELLED:
        raise RuleViolated("round_cancelled", _("This round was cancelled."))
    return State(kept)


def label_of(kept: str) -> str:
    """A kept state in the language of the moment."""
    return _("cancelled") if kept == CANCELLED else State(kept).label


def check_cancellable(state: State) -> None:
    """That a round can be broken off: until its grades are decided. Raises RuleViolated."""
    if ORDER.index(state) >= ORDER.index(State.DECIDED):
        text = _("This round is decided. It cannot be cancelled any more; single grades change by adjustments.")
        raise RuleViolated("round_decided", text)


def check_stage_over(day: date, until: date, waiting: int) -> None:
    """That a stage may be closed: everybody is done, or its last day has passed. Raises RuleViolated."""
    if waiting and day <= until:
        text = _("{count} members are not finished at this stage, which runs until {day}.")
        raise RuleViolated("stage_running", text.format(count=waiting, day=until))


def check_correctable(state: State) -> None:
    """That a score is corrected after an objection: between the lock and the decision. Raises RuleViolated."""
    if state not in (State.NOTICE, State.OBJECTIONS):
        text = _("A score is corrected while objections are dealt with. The round stands at “{state}”.")
        raise RuleViolated("not_correctable", text.format(state=state.label))


def check_upheld(state: str, ours: bool) -> None:
    """That a correction rests on an objection to this round which was upheld. Raises RuleViolated."""
    if not ours:
        raise RuleViolated("objection_elsewhere", _("This objection is about something else."))
    if state not in ("upheld", "partly"):
        raise RuleViolated(
            "objection_not_upheld", _("Scores are corrected only after an objection was upheld, fully or in part.")
        )


def check_concerns(objector: str, ruling: str, name: str, reference: str) -> None:
    """That an upheld objection is about this member: raised by it, or named in the ruling. Raises RuleViolated."""
    if name not in objector and not any(word in ruling for word in (name, reference)):
        text = _(
            "This objection came from {objector}. It opens scores of {name} only when the ruling names {reference}."
        )
        raise RuleViolated("objection_of_another", text.format(objector=objector, name=name, reference=reference))


@dataclass(frozen=True)
class Standing:
    """A round as of a day. ``notice_ends`` is the last day of the public notice, counted with a calendar.

    ``provisional``: that day rests on a year whose holidays are not published yet.
    ``open_objections`` counts those not ruled on.
    """

    state: State
    notice_begins: date | None = None
    notice_ends: date | None = None
    provisional: bool = False
    open_objections: int = 0


def notice_end(calendar: Calendar, begins: date, workdays: int, *, count_first_day: bool = True) -> Due:
    """The last day of a public notice of so many working days. Raises BadInput when it would be too short."""
    check_notice_length(workdays)
    return calendar.deadline(begins, Period(workdays, Unit.WORK_DAY, count_first_day))


def check_notice_length(workdays: int) -> None:
    """At least five working days. Raises BadInput."""
    if workdays < LEAST_NOTICE:
        text = _("A public notice lasts at least {least} working days.")
        raise BadInput("notice_short", text.format(least=LEAST_NOTICE))


def next_state(standing: Standing, day: date) -> State:
    """The one state that follows. Raises RuleViolated with what is still in the way."""
    state = standing.state
    if state is State.PUBLISHED:
        raise RuleViolated("round_over", _("This round is published. Changes need a new round or an adjustment."))
    if state is State.LOCKED:
        _check_notice_set(standing)
    if state is State.NOTICE:
        check_notice_over(standing, day)
    if state is State.OBJECTIONS:
        check_objections_ruled(standing)
    if state is State.DECIDED:
        check_takes_effect(standing, day)
    return ORDER[ORDER.index(state) + 1]


def check_step(standing: Standing, wanted: State, day: date) -> None:
    """That a round may go to ``wanted`` now: only to the state that follows. Raises RuleViolated."""
    following = next_state(standing, day)
    if wanted is not following:
        text = _("After “{state}” comes “{next}”, not “{wanted}”.")
        words = text.format(state=standing.state.label, next=following.label, wanted=wanted.label)
        raise RuleViolated("round_step", words)


def _check_notice_set(standing: Standing) -> None:
    if standing.notice_begins is None or standing.notice_ends is None:
        raise RuleViolated(
            "notice_missing", _("Set the public notice first: from which day, for how many working days.")
        )


def check_notice_over(standing: Standing, day: date) -> None:
    """That the public notice has run its full time. Raises RuleViolated."""
    _check_notice_set(standing)
    if standing.notice_ends is not None and day <= standing.notice_ends:
        text = _("The public notice runs until {day}, that day included.")
        raise RuleViolated("notice_running", text.format(day=standing.notice_ends))
    if standing.provisional:
        text = _("The end of the notice, {day}, is provisional: enter that year's holidays first.")
        raise RuleViolated("notice_provisional", text.format(day=standing.notice_ends))


def check_objections_ruled(standing: Standing) -> None:
    """That every objection has a ruling. Raises RuleViolated."""
    if standing.open_objections:
        text = _("{count} objections are not ruled on yet.")
        raise RuleViolated("objections_open", text.format(count=standing.open_objections))


def check_takes_effect(standing: Standing, day: date) -> None:
    """That grades of this round may take effect. Raises RuleViolated.

    A grade takes effect only when decided, after the notice has ended and all objections are ruled on.
    """
    if ORDER.index(standing.state) < ORDER.index(State.DECIDED):
        raise RuleViolated("round_not_decided", _("No grade takes effect before the round is decided."))
    check_notice_over(standing, day)
    check_objections_ruled(standing)


def check_scoring(state: State, stage: Stage) -> None:
    """That scores of this stage are taken now: each in its own state, none after the lock. Raises RuleViolated."""
    if ORDER.index(state) >= ORDER.index(State.LOCKED):
        raise RuleViolated(
            "scores_locked", _("Scores are locked. What is wrong goes by an objection or an adjustment.")
        )
    if SCORED_IN[stage] is not state:
        text = _("The round stands at “{state}”: scores of another stage are not taken now.")
        raise RuleViolated("scoring_closed", text.format(state=state.label))


def check_scorer(
    person: str, member: str, stage: Stage, scored: Mapping[Stage, Collection[str]], ties: Collection[str]
) -> None:
    """That a person may score a member at a stage. Raises NotAllowed.

    ``scored``: who has scored this member at each stage; ``ties``: the members this person belongs to or has declared a
    conflict with. A member scores itself at the first stage only; the three stages are three people.
    """
    if stage is not Stage.SELF and member in ties:
        raise NotAllowed("conflict_of_interest", _("You have a tie with this member, so somebody else scores it."))
    if stage is Stage.SELF and member not in ties:
        raise NotAllowed("not_own_member", _("The self-assessment is the member's own."))
    if any(person in people for other, people in scored.items() if other is not stage):
        raise NotAllowed(
            "same_person", _("You have scored this member at another stage. A second person does this one.")
        )


def check_objecting(standing: Standing, day: date) -> None:
    """That an objection may be raised: while the notice runs, its last day included. Raises RuleViolated."""
    _check_notice_set(standing)
    begins, ends = standing.notice_begins, standing.notice_ends
    if standing.state is not State.NOTICE or begins is None or ends is None or not begins <= day <= ends:
        text = _("Objections are taken during the public notice, from {begin} to {end}.")
        raise RuleViolated("objection_late", text.format(begin=begins, end=ends))


def check_ruler(person: str, member: str, scorers: Collection[str], ties: Collection[str]) -> None:
    """That a person may rule on an objection: has not scored the member and has no tie with it. Raises NotAllowed."""
    if person in scorers:
        raise NotAllowed("scorer_rules", _("You have scored this member. Somebody who has not rules on the objection."))
    if member in ties:
        raise NotAllowed("conflict_of_interest", _("You have a tie with this member, so somebody else decides."))
