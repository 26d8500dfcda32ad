"""Deciding about applications, one at a time or many together: pass a step, return for completion, decline."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial

from announcements.usecases import check_may_conclude
from core import holds
from core.access import Permission, usecase
from core.errors import AppError, Conflict
from core.i18n import _
from core.transaction import Tx
from meetings import queries as votes
from meetings.rules.motions import State as MotionState
from membership import notices, queries
from membership.models import Application
from membership.rules.admission import decisions, plan, states
from membership.rules.admission.plan import Step, StepKind
from membership.rules.admission.states import Act, State
from membership.usecases.admission.entering import admit
from membership.usecases.admission.telling import note, tell_applicant, tell_deciders

DEAD = (MotionState.WITHDRAWN, MotionState.CLOSED)


@dataclass(frozen=True)
class Outcome:
    """What became of one application of many: ``application`` is None when there is no such, ``error`` why not."""

    number: int
    application: Application | None = None
    error: AppError | None = None
    held: bool = False


def each(tx: Tx, numbers: Iterable[int], decide: Callable[[Application], bool]) -> list[Outcome]:
    """Decide about each of several applications; one that cannot be decided leaves no trace and does not stop the others."""
    return [_one(tx, number, decide) for number in dict.fromkeys(numbers)]


def _one(tx: Tx, number: int, decide: Callable[[Application], bool]) -> Outcome:
    recorded = len(tx.entries)
    found = None
    try:
        with tx.session.begin_nested():
            found = queries.application_by_number(tx.session, number)
            done = decide(found)
    except AppError as trouble:
        del tx.entries[recorded:]
        return Outcome(number, found, trouble)
    return Outcome(number, found, held=not done)


def open_one(tx: Tx, application: Application) -> tuple[Application, Step]:
    """An open application, locked, with its step, for somebody who may decide it.

    Raises Conflict when it is not open, NotAllowed for the applicant, for whoever lacks the right, and for whoever
    decided the step before where the steps are to be separate.
    """
    found = queries.application_by_number(tx.session, application.number, lock=True)
    states.check_open(State(found.state))
    step = decisions.step_named(plan.loaded(found.steps), found.step)
    decisions.check_decider(
        step,
        allowed=tx.actor.may(step.permission),
        person=tx.actor.person_id,
        applicant=found.person_id,
        before=queries.decider_before(tx.session, found),
    )
    return found, step


@usecase(Permission.MANAGE_MEMBERS)
def approve(tx: Tx, *, application: Application) -> bool:
    """Pass an application on to its next step; after the last one the unit is a member. Always True.

    A public notice must have run, with its objections decided; a vote decides for itself. Raises RuleViolated.
    """
    found, step = open_one(tx, application)
    decisions.check_by_hand(step)
    if step.kind is StepKind.NOTICE:
        _check_noticed(tx, found)
    tx.record("application:step:approve", found.subject, {"step": step.name})
    pass_step(tx, found, step)
    return True


def _check_noticed(tx: Tx, application: Application) -> None:
    if not application.notice:
        text = _("There has been no public notice yet: `application notice {reference}` writes it.")
        raise Conflict("notice_missing", text.format(reference=application.reference))
    check_may_conclude(tx, application.notice)


def pass_step(tx: Tx, application: Application, step: Step, reason: str = "") -> None:
    """The step is passed: on to the next one, or into the register."""
    event = note(tx, application, Act.APPROVED, reason)
    following = decisions.next_step(plan.loaded(application.steps), step.name)
    if following is None:
        admit(tx, application)
        return
    application.step, application.touched_at = following.name, tx.now
    tell_deciders(tx, application, following, event.id)
    words = partial(_passed, tx.association.name, application, step, following)
    tell_applicant(tx, application, event.id, words)


def _passed(association: str, application: Application, step: Step, following: Step) -> str:
    named = {"reference": application.reference, "name": application.name}
    return notices.passed(association=association, done=step.label, comes=following.label, **named)


@usecase(Permission.MANAGE_MEMBERS)
def send_back(tx: Tx, *, application: Application, reason: str) -> bool:
    """Return an application to be completed; its applicant is told why. Handed in again it begins anew.

    False when screening holds the reason: then nothing is done yet.
    """
    return _turn(tx, application, State.RETURNED, Act.RETURNED, reason)


@usecase(Permission.MANAGE_MEMBERS)
def decline(tx: Tx, *, application: Application, reason: str) -> bool:
    """Decline an application; its applicant is told why. False when screening holds the reason."""
    return _turn(tx, application, State.DECLINED, Act.DECLINED, reason)


def _turn(tx: Tx, application: Application, state: State, act: Act, raw: str) -> bool:
    reason = decisions.check_reason(raw)
    found, step = open_one(tx, application)
    _check_no_vote(tx, found)
    if not holds.check(tx, f"{found.subject}:{act}", reason).may_go:
        tx.record("application:step:hold", found.subject, {"step": step.name})
        return False
    found.state, found.touched_at, found.warned_at = state, tx.now, None
    found.decided_on = tx.today if state is State.DECLINED else None
    event = note(tx, found, act, reason)
    tell_applicant(tx, found, event.id, partial(turned, tx.association.name, found, act, step, reason))
    verb = "return" if act is Act.RETURNED else "decline"
    tx.record(f"application:step:{verb}", found.subject, {"step": step.name, "reason": reason})
    return True


def turned(association: str, application: Application, act: Act, step: Step, reason: str) -> str:
    """The letter about an application that was returned or declined."""
    named = {"association": association, "reference": application.reference, "name": application.name}
    if act is Act.RETURNED:
        return notices.returned(reason=reason, **named)
    return notices.declined(reason=reason, step=step.label, **named)


def live_motions(tx: Tx, application: Application) -> list[str]:
    """References of the motions about an application that can still be voted on."""
    if not application.ballot:
        return []
    return [one.reference for one in votes.about(tx.session, application.ballot) if one.state not in DEAD]


def _check_no_vote(tx: Tx, application: Application) -> None:
    """While a body votes on it nobody else decides. Raises Conflict."""
    live = live_motions(tx, application)
    if live:
        text = _("It is put to the vote ({motion}). Withdraw the motion first: `motion withdraw {motion}`.")
        raise Conflict("vote_under_way", text.format(motion=live[-1]))
