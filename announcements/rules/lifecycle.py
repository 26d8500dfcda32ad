"""What may be done to an announcement, and when. Pure."""

from datetime import date, datetime
from enum import StrEnum

from core.errors import BadInput, Conflict, RuleViolated
from core.i18n import N_, _

LONGEST_TITLE = 200
LONGEST_BODY = 10_000


class State(StrEnum):
    """Where an announcement stands. A published one is corrected or withdrawn, never deleted."""

    DRAFT = "draft"
    HELD = "held"
    SUBMITTED = "submitted"
    SCHEDULED = "scheduled"
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
    State.SCHEDULED: N_("approved, waits for its hour"),
    State.PUBLISHED: N_("published"),
    State.WITHDRAWN: N_("withdrawn"),
}


class Delivery(StrEnum):
    """How it goes out: at decent hours, at once whatever the hour, or without telling anybody."""

    NORMAL = "normal"
    URGENT = "urgent"
    SILENT = "silent"

    @property
    def label(self) -> str:
        """The way in the language of the moment."""
        return _(DELIVERY_NAMES[self][1])


DELIVERY_NAMES = {
    Delivery.NORMAL: ("普通", N_("at decent hours")),
    Delivery.URGENT: ("紧急", N_("at once")),
    Delivery.SILENT: ("不通知", N_("without telling anybody")),
}


def delivery_named(words: str) -> Delivery:
    """The way of delivery of this name in either language. Raises BadInput."""
    for way, (zh, english) in DELIVERY_NAMES.items():
        if words.casefold() in (way.value, zh, english):
            return way
    known = "、".join(zh for zh, _english in DELIVERY_NAMES.values())
    raise BadInput(
        "delivery_unknown", _("“{name}” is no way of delivery. Use: {known}").format(name=words, known=known)
    )


class Phase(StrEnum):
    """Where a public notice stands between its first text and its result."""

    NONE = "none"
    PREPARED = "prepared"
    COMING = "coming"
    RUNNING = "running"
    DECIDING = "deciding"
    READY = "ready"
    CONCLUDED = "concluded"
    WITHDRAWN = "withdrawn"

    @property
    def label(self) -> str:
        """The phase in the language of the moment."""
        return _(PHASE_NAMES[self])


PHASE_NAMES = {
    Phase.NONE: N_("none"),
    Phase.PREPARED: N_("not published yet"),
    Phase.COMING: N_("published, the period has not begun"),
    Phase.RUNNING: N_("the period runs"),
    Phase.DECIDING: N_("the period has ended, objections are undecided"),
    Phase.READY: N_("the period has ended without open objections"),
    Phase.CONCLUDED: N_("the result is published"),
    Phase.WITHDRAWN: N_("withdrawn"),
}


def phase_of(
    state: State, starts: date | None, ends: datetime | None, *, today: date, now: datetime, undecided: int, done: bool
) -> Phase:
    """The phase of a notice. ``ends`` is the moment its last day is over, ``done`` whether its result is published."""
    if state is State.WITHDRAWN:
        return Phase.WITHDRAWN
    if state is not State.PUBLISHED or starts is None or ends is None:
        return Phase.PREPARED
    if done:
        return Phase.CONCLUDED
    if now < ends:
        return Phase.COMING if today < starts else Phase.RUNNING
    return Phase.DECIDING if undecided else Phase.READY


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


def check_editable(state: State, *, periodic: bool = False) -> None:
    """A withdrawn text stays as it is; while approval is pending the object may not change under the approver; and a
    text with a period stays what people were shown, during the period and after it.
    """
    if state is State.WITHDRAWN:
        raise RuleViolated("withdrawn", _("It has been withdrawn. Write a new announcement."))
    if state is State.SUBMITTED:
        raise RuleViolated(
            "awaiting_approval", _("It awaits approval. Take it back with `announce undo`, then change it.")
        )
    if state is State.SCHEDULED:
        raise RuleViolated(
            "scheduled", _("It is approved and waits for its hour. Stop it with `announce cancel`, then change it.")
        )
    if state is State.PUBLISHED and periodic:
        raise RuleViolated(
            "notice_fixed",
            _("A published notice with a period is not changed. `announce restart` runs it anew with new dates."),
        )


def check_submittable(state: State, *, changed: bool) -> None:
    """Only a draft, a text that screening held, or a published one that was changed since, goes to approval."""
    if state in (State.DRAFT, State.HELD) or (state is State.PUBLISHED and changed):
        return
    raise RuleViolated("not_a_draft", _("Only a draft can be submitted."))


def check_published(state: State) -> None:
    """Receipt, chasing and proof need a published text."""
    if state is not State.PUBLISHED:
        raise RuleViolated("not_published", _("It has not been published."))


def check_silence(delivery: Delivery, *, legal: bool) -> None:
    """What the law or the articles want people to know is not published in silence."""
    if delivery is Delivery.SILENT and legal:
        raise RuleViolated("legal_kind", _("People have to be told of this kind of announcement."))


def check_recallable(state: State, gone: int) -> None:
    """A mass message can be taken back until its first copy has left."""
    check_published(state)
    if gone:
        raise Conflict(
            "already_sent", _("It has begun to go out. Use `announce withdraw`, or correct it with `announce correct`.")
        )
