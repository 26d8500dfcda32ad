"""Public notices that belong to other packages: they open one, ask where it stands, and decide when it has ended.

``open_notice(tx, about="grading:2026-1", …)`` writes it and asks for its approval; ``queries.notice_state`` and
``queries.open_objections`` answer with the same ``about``; ``check_may_conclude`` refuses a decision that comes too early.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from announcements import queries
from announcements.models import Announcement
from announcements.rules.kinds import Kind
from announcements.rules.lifecycle import Phase, State
from announcements.usecases.approving import submit
from announcements.usecases.drafting import attach, draft, revise
from announcements.usecases.undoing import undo
from core.access import Permission, usecase
from core.approvals import Approval
from core.errors import RuleViolated
from core.i18n import _
from core.transaction import Tx


@dataclass(frozen=True)
class Opened:
    """A notice that was written; ``approval`` is None when screening holds it."""

    announcement: Announcement
    approval: Approval | None


@usecase(Permission.DRAFT_ANNOUNCEMENTS)
def open_notice(
    tx: Tx,
    *,
    about: str,
    title: str,
    typed: Mapping[str, str],
    audience: dict[str, list[str]],
    body: str = "",
    excluded: Sequence[int] = (),
    files: Sequence[tuple[str, bytes]] = (),
) -> Opened:
    """Write the public notice of a thing of another package and ask for its approval.

    ``typed`` are its elements (``basis``, ``subjects``, ``decision``, ``starts``, ``ends`` as a date or a number of days,
    ``objection``, ``department``, ``phone``, ``address``); ``excluded`` may not rule on objections; ``files`` (name, bytes)
    go along. Raises RuleViolated when something is missing, or while another notice about the same thing is under way.
    """
    state = queries.notice_state(tx.session, tx.association, about, tx.now)
    if state.phase not in (Phase.NONE, Phase.WITHDRAWN, Phase.CONCLUDED):
        text = _("There is a public notice about this already: A-{number}, {phase}.")
        raise RuleViolated("notice_exists", text.format(number=f"{state.number:04d}", phase=state.phase.label))
    made = draft(
        tx,
        kind=Kind.PUBLIC_NOTICE,
        title=title,
        body=body,
        audience=audience,
        typed=typed,
        about=about,
        excluded=excluded,
    )
    for name, content in files:
        attach(tx, announcement=made, name=name, content=content)
    return Opened(made, submit(tx, announcement=made))


@usecase(Permission.DRAFT_ANNOUNCEMENTS)
def redate_notice(tx: Tx, *, about: str, starts: date, ends: date) -> Opened:
    """Give a notice that is not published yet new dates and ask for its approval anew; what was asked for before is taken
    back. Raises RuleViolated when there is none that waits, and for dates the kind does not allow.
    """
    state = queries.notice_state(tx.session, tx.association, about, tx.now)
    if state.phase is not Phase.PREPARED:
        text = _("Only a notice that is not published yet gets new dates. This one: {phase}.")
        raise RuleViolated("notice_not_waiting", text.format(phase=state.phase.label))
    one = queries.announcement_by_number(tx.session, state.number, lock=True)
    if one.state in (State.SUBMITTED, State.SCHEDULED):
        undo(tx, announcement=one)
    revise(tx, announcement=one, typed={"starts": starts.isoformat(), "ends": ends.isoformat()})
    return Opened(one, submit(tx, announcement=one))


def check_may_conclude(tx: Tx, about: str) -> None:
    """Raises RuleViolated unless the public notice about this has ended and no objection to it is open."""
    state = queries.notice_state(tx.session, tx.association, about, tx.now)
    if not state.may_conclude:
        text = _("The public notice has not been completed: {phase} (undecided objections: {count}).")
        raise RuleViolated("notice_not_over", text.format(phase=state.phase.label, count=state.undecided))
