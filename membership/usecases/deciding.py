"""The decision on a round: by another officer who scored nobody, or by a resolution of the council."""

from typing import Any

from announcements import usecases as public
from core import approvals
from core.access import Permission, usecase
from core.errors import NotAllowed, RuleViolated
from core.i18n import _
from core.transaction import Tx
from meetings import queries as meetings
from meetings import usecases as votes
from meetings.rules.bodies import Body, Matter
from meetings.rules.counting import Outcome
from membership.models import GradingRound
from membership.notices import grading as notices
from membership.queries import rounds, scoring
from membership.rules.rounds import State, check_step, next_state
from membership.usecases.schemes import tell_officers

DECIDE = "grading.decide"


@usecase(Permission.MANAGE_GRADING)
def put_to_vote(tx: Tx, *, round_: GradingRound, body: Body) -> str:
    """Put the grades of a round to a body for written consent; returns the motion's reference.

    Evaluators may not vote on what they scored.
    """
    if not round_.council:
        raise RuleViolated(
            "no_vote_needed", _("This round was opened without a council's vote. `grading decide` decides it.")
        )
    _walk(tx, round_, State.OBJECTIONS)
    motion = votes.put(
        tx,
        body=body,
        matter=Matter.GRADING,
        about=round_.subject,
        title=_("Grades of “{title}”").format(title=round_.title),
        wording=notices.decision(
            scheme=rounds.version_of(tx.session, round_).title, spread=rounds.spread_of(tx.session, round_)
        ),
        drafters=scoring.reviewers_of(tx.session, round_),
    )
    tx.record("grading:decision:put", round_.subject, {"motion": motion.number})
    return motion.reference


def _walk(tx: Tx, round_: GradingRound, wanted: State) -> None:
    """Take a round to a state that follows, each step with its own checks. Raises RuleViolated for what is in the way."""
    standing = rounds.standing_of(tx.session, tx.association, round_, tx.now)
    if standing.state is wanted:
        return
    if standing.state is State.NOTICE and wanted in (State.OBJECTIONS, State.DECIDED):
        round_.state = next_state(standing, tx.today).value
        standing = rounds.standing_of(tx.session, tx.association, round_, tx.now)
        if standing.state is wanted:
            return
    check_step(standing, wanted, tx.today)
    round_.state = wanted.value


@usecase(Permission.MANAGE_GRADING, sensitive=True)
def decide(tx: Tx, *, round_: GradingRound, basis: str = "") -> approvals.Approval | None:
    """Decide the grades after the notice has ended and every objection is ruled on.

    By the council's resolution where the round asks for it, and then at once; else another officer, who scored nobody,
    has to agree: the request is returned. Raises RuleViolated for whatever is in the way.
    """
    round_ = rounds.round_by_number(tx.session, round_.number, lock=True)
    if not round_.council:
        _walk(tx, round_, State.OBJECTIONS)
        _check_ready(tx, round_)
        return _ask_decision(tx, round_, basis)
    _walk(tx, round_, State.OBJECTIONS)
    _decided(tx, round_, _resolution(tx, round_))
    return None


def _check_ready(tx: Tx, round_: GradingRound) -> None:
    check_step(rounds.standing_of(tx.session, tx.association, round_, tx.now), State.DECIDED, tx.today)
    public.check_may_conclude(tx, round_.subject)


def _resolution(tx: Tx, round_: GradingRound) -> str:
    """The number of the resolution that adopts the grades; the vote came after the notice. Raises RuleViolated."""
    found = meetings.decision_on(tx.session, round_.subject)
    if found is None or found[1].resolution is None or not Outcome(found[1].outcome).positive:
        raise RuleViolated(
            "no_resolution", _("The council has not adopted these grades. `grading vote` puts them to it.")
        )
    corrected = scoring.last_correction(tx.session, round_)
    if corrected is not None and corrected > found[0].put_at:
        raise RuleViolated("vote_outdated", _("Scores were corrected after this vote was put. Put it anew."))
    return str(found[1].resolution)


def _ask_decision(tx: Tx, round_: GradingRound, basis: str) -> approvals.Approval:
    spread = notices.spread_words(rounds.spread_of(tx.session, round_))
    summary = _("Decide the grades of {reference} “{title}”, {members} members: {spread}. {basis}")
    approval = approvals.request(
        tx,
        DECIDE,
        subject=round_.subject,
        arguments={"round": round_.number, "basis": basis.strip()},
        summary=summary.format(
            reference=round_.reference, title=round_.title, members=round_.members, spread=spread, basis=basis
        ).strip(),
    )
    tell_officers(tx, round_.subject, approval, round_.reference)
    return approval


def _version(tx: Tx, arguments: dict[str, Any]) -> str:
    round_ = rounds.round_by_number(tx.session, arguments["round"])
    return f"{round_.revision}:{round_.state}"


def _agreed(tx: Tx, arguments: dict[str, Any]) -> GradingRound:
    round_ = rounds.round_by_number(tx.session, arguments["round"], lock=True)
    if tx.actor.person_id in scoring.reviewers_of(tx.session, round_):
        raise NotAllowed("scorer_decides", _("You have scored members of this round. Somebody who has not decides it."))
    _decided(tx, round_, arguments["basis"])
    return round_


def _decided(tx: Tx, round_: GradingRound, basis: str) -> None:
    _check_ready(tx, round_)
    round_.state = State.DECIDED.value
    round_.decided_by, round_.decided_at, round_.decision = tx.actor.person_id, tx.now, basis
    round_.revision += 1
    spread = rounds.spread_of(tx.session, round_)
    tx.record("grading:round:decide", round_.subject, {"basis": basis, "spread": spread})


def _declined(tx: Tx, arguments: dict[str, Any], reason: str) -> None:
    round_ = rounds.round_by_number(tx.session, arguments["round"])
    tx.record("grading:round:decline", round_.subject, {"reason": reason})


approvals.APPROVABLE[DECIDE] = approvals.Approvable(
    version=_version, execute=_agreed, declined=_declined, permission=Permission.MANAGE_GRADING
)
