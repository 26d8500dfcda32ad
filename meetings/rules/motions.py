"""Motions: states, voting time, words. Pure."""

from datetime import datetime
from enum import StrEnum

from core.errors import BadInput, Conflict, RuleViolated
from core.i18n import N_, _
from meetings.rules.shares import Share

LONGEST_TITLE, LONGEST_TEXT = 200, 10_000
LONGEST_WINDOW = 24 * 60


class State(StrEnum):
    """Where a motion stands. A closed one never changes."""

    HELD = "held"
    DRAFT = "draft"
    OPEN = "open"
    CLOSED = "closed"
    WITHDRAWN = "withdrawn"

    @property
    def label(self) -> str:
        """The state in the language of the moment."""
        return _(STATES[self])


STATES = {
    State.HELD: N_("held by screening"),
    State.DRAFT: N_("put, not voted on"),
    State.OPEN: N_("voting"),
    State.CLOSED: N_("vote counted"),
    State.WITHDRAWN: N_("withdrawn"),
}


def check_votable(state: State, closes_at: datetime | None, now: datetime) -> None:
    """Votes are taken from the opening until just before the closing moment. Raises Conflict, by name."""
    if state in (State.HELD, State.DRAFT):
        raise Conflict("vote_early", _("Voting on this motion has not begun."))
    if state is State.WITHDRAWN:
        raise Conflict("motion_withdrawn", _("This motion was withdrawn."))
    if state is State.CLOSED or (closes_at is not None and now >= closes_at):
        raise Conflict("vote_late", _("Voting on this motion is over. Your vote was not counted."))


def check_openable(state: State) -> None:
    """Only a motion that was put and not held is voted on, once. Raises RuleViolated or Conflict."""
    if state is State.HELD:
        raise RuleViolated(
            "held", _("Screening holds this text. Reword it, or have it released; then `motion edit` sends it on.")
        )
    if state is not State.DRAFT:
        raise Conflict("motion_state", _("The motion is {state}: this is not possible now.").format(state=state.label))


def check_recusable(state: State) -> None:
    """People stand aside before or during a vote. Raises Conflict."""
    if state not in (State.DRAFT, State.OPEN):
        raise Conflict("motion_state", _("The motion is {state}: this is not possible now.").format(state=state.label))


def check_closable(state: State, closes_at: datetime | None, now: datetime, *, waiting: int) -> None:
    """Voting ends when its time is up, or earlier once everyone has voted. Raises Conflict."""
    if state is not State.OPEN:
        raise Conflict("motion_state", _("The motion is {state}: this is not possible now.").format(state=state.label))
    if closes_at is not None and now < closes_at and waiting:
        text = _("The time to vote is not up, and {count} have not voted yet.")
        raise Conflict("vote_running", text.format(count=waiting))


def check_window(minutes: int) -> int:
    """How long a vote in a meeting runs, in minutes. Raises BadInput."""
    if not 1 <= minutes <= LONGEST_WINDOW:
        raise BadInput("window_form", _("Give 1 to 1440 minutes."))
    return minutes


def majority_words(majority: Share, base: int) -> str:
    """The threshold with its figures: what share of how many, which takes how many votes."""
    text = _("{share} of {base}: {needed} votes")
    return text.format(share=majority.words(), base=base, needed=majority.least(base))


def resolution_number(body: str, year: int, number: int) -> str:
    """How a resolution is cited: 理事会决议〔2026〕3号."""
    return f"{body}决议〔{year}〕{number}号"
