"""Applications before the public and before the council: one notice or one motion for several units."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from announcements import queries as announced
from announcements import usecases as announcements
from announcements.rules.lifecycle import Phase
from announcements.usecases import notices as public
from core.access import Permission, usecase
from core.errors import Conflict
from core.i18n import _, speaking
from core.numbering import next_numbers
from core.transaction import Tx
from meetings import queries as votes
from meetings import usecases as meetings
from meetings.rules.bodies import body_named
from meetings.rules.counting import Outcome
from meetings.rules.motions import State as MotionState
from membership import notices, queries
from membership.models import Application
from membership.rules import categories
from membership.rules.admission import decisions, plan
from membership.rules.admission.plan import Step, StepKind
from membership.rules.admission.states import Act, State
from membership.usecases.admission.deciding import live_motions, open_one, pass_step, turned
from membership.usecases.admission.telling import note, tell_applicant

KIND = "admission"
FREE = (Phase.NONE, Phase.WITHDRAWN)
Noticed = public.Opened


@dataclass(frozen=True)
class Put:
    """A motion that was put; ``held`` when screening holds its words."""

    number: int
    reference: str
    title: str
    held: bool


@dataclass(frozen=True)
class Batch:
    """Applications at the same step that are put to one notice or one vote."""

    applications: Sequence[Application]
    step: Step
    about: str

    @property
    def lines(self) -> str:
        """The units, one a line: name and category."""
        return "\n".join(f"{one.name}（{categories.label(one.category)}）" for one in self.applications)


def _batch(tx: Tx, applications: Sequence[Application], kind: StepKind) -> Batch:
    opened = [open_one(tx, one) for one in applications]
    decisions.check_same_step({step.name for _one, step in opened})
    decisions.check_kind(opened[0][1], kind)
    number = next_numbers(tx.session, tx.association.id, KIND)[0]
    return Batch([one for one, _step in opened], opened[0][1], f"{KIND}:{number}")


@usecase(Permission.DRAFT_ANNOUNCEMENTS)
def open_notice(tx: Tx, *, applications: Sequence[Application], starts: str, typed: Mapping[str, str]) -> Noticed:
    """Write one public notice about applications and ask another officer to approve it; it runs as the way of admission says.

    ``typed``: where and how to object (``objection``, ``department``, ``phone``, ``address``). Raises Conflict when one of
    them stands at another step or has its notice already, RuleViolated when the notice lacks something.
    """
    batch = _batch(tx, applications, StepKind.NOTICE)
    for one in batch.applications:
        _check_no_notice(tx, one)
    with speaking(tx.association.language):
        title, decision = notices.notice_title(len(batch.applications)), notices.notice_decision()
        lines = batch.lines
    elements = {
        "basis": queries.admission_plan(tx.session, tx.today).basis,
        "subjects": lines,
        "decision": decision,
        "starts": starts,
        "ends": str(batch.step.work_days),
    }
    excluded = [one.person_id for one in batch.applications]
    opened = announcements.open_notice(
        tx, about=batch.about, title=title, typed=dict(typed) | elements, audience={}, excluded=excluded
    )
    for one in batch.applications:
        one.notice, one.touched_at = batch.about, tx.now
        note(tx, one, Act.NOTICED, opened.announcement.reference)
        tx.record("application:notice:open", one.subject, {"announcement": opened.announcement.reference})
    return opened


def _check_no_notice(tx: Tx, application: Application) -> None:
    if not application.notice:
        return
    state = announced.notice_state(tx.session, tx.association, application.notice, tx.now)
    if state.phase not in FREE:
        text = _("{reference} is in a public notice already: A-{number}, {phase}.")
        shown = {"number": f"{state.number:04d}", "phase": state.phase.label}
        raise Conflict("notice_exists", text.format(reference=application.reference, **shown))


@usecase(Permission.MANAGE_MEETINGS)
def put_to_vote(tx: Tx, *, applications: Sequence[Application], meeting: int | None = None) -> Put:
    """Put applications to the body of their step as one motion: to a meeting, or for written consent without one.

    ``meeting`` is its number. Whoever applied may not vote on it. Raises Conflict when one of them stands elsewhere or is being voted on.
    """
    batch = _batch(tx, applications, StepKind.VOTE)
    for one in batch.applications:
        _check_no_motion(tx, one)
    body = body_named(votes.bodies(tx.session, tx.today).values(), batch.step.body)
    with speaking(tx.association.language):
        names = "、".join(one.name for one in batch.applications[:2])
        names = names if len(batch.applications) <= 2 else _("{names} and others").format(names=names)
        title, wording = notices.motion_title(names), notices.motion_wording(batch.lines)
    motion = meetings.put(
        tx,
        title=title,
        wording=wording,
        meeting=votes.meeting_by_number(tx.session, meeting) if meeting is not None else None,
        body=None if meeting is not None else body,
        about=batch.about,
        concerns=[f"person:{one.person_id}" for one in batch.applications],
    )
    for one in batch.applications:
        one.ballot, one.touched_at = batch.about, tx.now
        note(tx, one, Act.BALLOTED, motion.reference)
        tx.record("application:vote:put", one.subject, {"motion": motion.reference})
    return Put(motion.number, motion.reference, motion.title, motion.state == MotionState.HELD)


def _check_no_motion(tx: Tx, application: Application) -> None:
    live = live_motions(tx, application)
    if live:
        text = _("{reference} is put to the vote already: {motion}.")
        raise Conflict("motion_exists", text.format(reference=application.reference, motion=live[-1]))


def decided(tx: Tx, motion: Any, result: Any) -> None:
    """A body has voted: those it admits go on, those it does not want are told; a void vote leaves them where they are."""
    outcome = Outcome(result.outcome)
    for one in queries.applications_about(tx.session, ballot=motion.about):
        if one.state != State.OPEN:
            continue
        step = decisions.step_named(plan.loaded(one.steps), one.step)
        if outcome.positive:
            tx.record("application:step:approve", one.subject, {"step": step.name, "motion": motion.reference})
            pass_step(tx, one, step, f"{motion.reference} {result.resolution or ''}".strip())
        elif outcome in (Outcome.REJECTED, Outcome.TIED):
            _not_admitted(tx, one, step, motion.reference)


def _not_admitted(tx: Tx, application: Application, step: Step, motion: str) -> None:
    application.state, application.decided_on = State.DECLINED, tx.today
    event = note(tx, application, Act.DECLINED, motion)
    name = tx.association.name

    def write() -> str:
        reason = notices.not_adopted(motion=motion)
        return turned(name, application, Act.DECLINED, step, reason)

    tell_applicant(tx, application, event.id, write)
    tx.record("application:step:decline", application.subject, {"step": step.name, "motion": motion})


meetings.LISTENERS[KIND] = decided
