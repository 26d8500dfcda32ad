"""What may be done to a survey, and when. Pure."""

from datetime import date, datetime, timedelta
from enum import StrEnum

from core.calendar import Calendar
from core.errors import BadInput, RuleViolated
from core.i18n import N_, _

LONGEST_TITLE, LONGEST_INTRO = 120, 2_000
MOST_QUESTIONS, MOST_OPTIONS = 60, 20
LONGEST_RUN = timedelta(days=92)
KEEP_SHEETS = timedelta(days=365)
"""How long the sealed sheets are kept after the close; then only the published figures remain."""

REMIND_DAYS = (3, 1)
"""So many days before the close those who have not answered are reminded by themselves."""


class State(StrEnum):
    """Where a survey stands. What has been opened is closed one day, never deleted."""

    DRAFT = "draft"
    HELD = "held"
    SUBMITTED = "submitted"
    OPEN = "open"
    CLOSED = "closed"

    @property
    def label(self) -> str:
        """The state in the language of the moment."""
        return _(STATE_NAMES[self])


STATE_NAMES = {
    State.DRAFT: N_("draft"),
    State.HELD: N_("held by screening"),
    State.SUBMITTED: N_("awaiting approval"),
    State.OPEN: N_("running"),
    State.CLOSED: N_("closed"),
}


class Outcome(StrEnum):
    """What became of a sheet that somebody handed in."""

    RECEIVED = "received"
    CHANGED = "changed"
    SAME = "same"


def check_title(raw: str) -> str:
    """A heading of one line. Raises BadInput."""
    title = " ".join(raw.split())
    if not title:
        raise BadInput("title_missing", _("A title is needed."))
    if len(title) > LONGEST_TITLE:
        raise BadInput("title_too_long", _("This title is longer than 120 characters."))
    return title


def check_intro(raw: str) -> str:
    """The words before the questions; there need not be any. Raises BadInput over 2000 characters."""
    intro = raw.strip()
    if len(intro) > LONGEST_INTRO:
        raise BadInput("intro_too_long", _("These opening words are longer than 2000 characters."))
    return intro


def check_last_day(last: date, today: date) -> date:
    """A survey ends today or later, within 92 days. Raises BadInput."""
    if last < today:
        raise BadInput("close_past", _("The last day lies in the past."))
    if last - today > LONGEST_RUN:
        raise BadInput("close_far", _("A survey runs for at most 92 days."))
    return last


def check_draft(state: State) -> None:
    """Questions, title and audience change only before approval is asked for. Raises RuleViolated."""
    if state is State.SUBMITTED:
        raise RuleViolated("awaiting_approval", _("It awaits approval. Have it declined first, then change it."))
    if state in (State.OPEN, State.CLOSED):
        raise RuleViolated("survey_opened", _("This survey has been opened. Its questions no longer change."))


def check_openable(state: State, questions: int) -> None:
    """Only a draft with questions, or one that screening held, goes to approval. Raises RuleViolated."""
    if state not in (State.DRAFT, State.HELD):
        raise RuleViolated("not_a_draft", _("Only a draft can be submitted."))
    if not questions:
        raise RuleViolated("survey_empty", _("This survey asks nothing yet. Add a question: `survey question`."))


def check_running(state: State, closes_at: datetime | None, now: datetime) -> None:
    """Answers count until the very end of the last day in the association's zone, not a second longer.

    Raises RuleViolated, whether or not the timer has come round to closing it.
    """
    if state is State.CLOSED or (state is State.OPEN and closes_at is not None and now >= closes_at):
        raise RuleViolated("survey_closed", _("This survey is closed. Thank you; answers are no longer taken."))
    if state is not State.OPEN:
        raise RuleViolated("survey_not_open", _("This survey is not open."))


def check_open(state: State) -> None:
    """Reminding, extending and closing need a survey that runs. Raises RuleViolated."""
    if state is not State.OPEN:
        raise RuleViolated("survey_not_open", _("This survey is not open."))


def check_closed(state: State) -> None:
    """Results come out once, after the close: two reports of a running survey could be subtracted. Raises RuleViolated."""
    if state is not State.CLOSED:
        raise RuleViolated("survey_not_closed", _("Results come out when the survey has closed, not before."))


def check_extension(last: date, former: date, opened: date) -> date:
    """A later last day, still within 92 days of the opening. Raises BadInput."""
    if last <= former:
        raise BadInput("extension_earlier", _("The new last day has to be after {day}.").format(day=former.isoformat()))
    if last - opened > LONGEST_RUN:
        raise BadInput("close_far", _("A survey runs for at most 92 days."))
    return last


def is_reminder_day(last: date, today: date, calendar: Calendar) -> bool:
    """Whether those who have not answered are reminded on this day: three days and one day before the end, or on the
    working day before that.
    """
    return any(calendar.previous_workday(last - timedelta(days=days)) == today for days in REMIND_DAYS)


def check_no_slip(*, by_slip: bool, slips: int, identified: bool) -> None:
    """Who could not be reached when an anonymous survey opened answers by slip once slips were printed: nobody knows who
    has used one, so a second way would be a second vote. Raises RuleViolated.
    """
    if by_slip and slips and not identified:
        raise RuleViolated("answer_by_slip", _("The association gave you a slip with a code. Please answer with it."))
