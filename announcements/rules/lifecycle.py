"""What may be done to an announcement, and when. Pure."""

from enum import StrEnum

from core.errors import BadInput, RuleViolated
from core.i18n import N_, _

LONGEST_TITLE = 200
LONGEST_BODY = 10_000


class State(StrEnum):
    """Where an announcement stands. A published one is corrected or withdrawn, never deleted."""

    DRAFT = "draft"
    HELD = "held"
    SUBMITTED = "submitted"
    PUBLISHED = "published"
    WITHDRAWN = "withdrawn"

    @property
    def label(self) -> str:
        """The state in the language of the moment."""
        return _(STATE_NAMES[self])


STATE_NAMES = {
    State.DRAFT: N_("draft"),
    State.HELD: N_("held by screening"),
    State.SUBMITTED: N_("awaiting approval"),
    State.PUBLISHED: N_("published"),
    State.WITHDRAWN: N_("withdrawn"),
}


def check_title(raw: str) -> str:
    """A heading of one line. Raises BadInput."""
    title = " ".join(raw.split())
    if not title:
        raise BadInput("title_missing", _("A title is needed."))
    if len(title) > LONGEST_TITLE:
        raise BadInput("title_too_long", _("This title is longer than 200 characters."))
    return title


def check_body(raw: str) -> str:
    """The text itself. Raises BadInput when it is empty or longer than 10 000 characters."""
    body = raw.strip()
    if not body:
        raise BadInput("body_missing", _("The text is empty."))
    if len(body) > LONGEST_BODY:
        raise BadInput("body_too_long", _("This text is longer than 10 000 characters. Attach the rest as a file."))
    return body


def check_editable(state: State) -> None:
    """A withdrawn text stays as it is; while approval is pending the object may not change under the approver."""
    if state is State.WITHDRAWN:
        raise RuleViolated("withdrawn", _("It has been withdrawn. Write a new announcement."))
    if state is State.SUBMITTED:
        raise RuleViolated("awaiting_approval", _("It awaits approval. Have it declined first, then change it."))


def check_submittable(state: State, *, changed: bool) -> None:
    """Only a draft, a text that screening held, or a published one that was changed since, goes to approval."""
    if state in (State.DRAFT, State.HELD) or (state is State.PUBLISHED and changed):
        return
    raise RuleViolated("not_a_draft", _("Only a draft can be submitted."))


def check_published(state: State) -> None:
    """Receipt, chasing and proof need a published text."""
    if state is not State.PUBLISHED:
        raise RuleViolated("not_published", _("It has not been published."))
