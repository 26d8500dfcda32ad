"""Scores and evidence: a member's own assessment, the evaluators' queue. A new score supersedes, nothing is overwritten."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from core import attachments
from core.access import Permission, usecase
from core.errors import Conflict, NotAllowed, NotFound, RuleViolated
from core.i18n import _
from core.transaction import Tx
from membership.models import GradingRound, RoundAssignment, RoundEvidence, RoundMember, RoundScore, Unit
from membership.queries import rounds, scoring
from membership.rules import round_terms
from membership.rules import scoring as rules
from membership.rules.grading import stored
from membership.rules.grading.numbers import plain
from membership.rules.grading.scheme import Indicator
from membership.rules.grading.terms import Stage
from membership.rules.rounds import SCORED_IN, State, check_scorer, check_scoring, state_of
from membership.rules.scoring import Given

MOST_FILES = 20


@usecase(Permission.ANSWER, sensitive=True)
def assess(
    tx: Tx, *, round_: GradingRound, unit: Unit, indicator: Indicator, given: Given, reason: str = ""
) -> RoundScore:
    """A contact scores one indicator of the own unit (自评). Raises NotAllowed for somebody else's, RuleViolated once the
    stage is over.
    """
    round_ = rounds.round_by_number(tx.session, round_.number, share=True)
    check_scoring(state_of(round_.state), Stage.SELF)
    rounds.member_of(tx.session, round_, unit)
    _check_own(tx, unit)
    entry = Entry(round_, unit, indicator, Stage.SELF, given, rules.check_reason(given, Stage.SELF, reason))
    return enter(tx, entry)


def _check_own(tx: Tx, unit: Unit) -> None:
    ties = [unit.reference] if scoring.acts_for(tx.session, tx.actor.person_id or 0, unit) else []
    check_scorer(tx.actor.reference, unit.reference, Stage.SELF, {}, ties)


def check_assessing(tx: Tx, *, round_: GradingRound, unit: Unit) -> None:
    """That this person may look at the unit's own assessment: it is graded in the round, and they act for it."""
    rounds.member_of(tx.session, round_, unit)
    _check_own(tx, unit)


@dataclass(frozen=True)
class Entry:
    """One score about to be entered. ``objection``: the one it corrects after the lock."""

    round: GradingRound
    unit: Unit
    indicator: Indicator
    stage: Stage
    given: Given
    reason: str
    objection: int | None = None


def enter(tx: Tx, entry: Entry) -> RoundScore:
    """Keep a score that has passed every check, in the place of the one that stood."""
    round_, indicator, stage, given = entry.round, entry.indicator, entry.stage, entry.given
    evidence = _as_kept(scoring.evidence_of(tx.session, round_, entry.unit, indicator.id))
    rules.check_evidence(indicator, given, evidence, stage)
    former = scoring.current_scores(tx.session, round_, entry.unit).get((stage, indicator.id))
    if former is not None:
        former.superseded_at = tx.now
        tx.session.flush()
    made = _row(tx, entry, evidence)
    tx.session.add(made)
    tx.session.flush()
    data: dict[str, Any] = {"unit": entry.unit.reference, "indicator": indicator.id, "stage": stage.value}
    data |= {"score": made.score, "verdict": made.verdict, "former": former.score if former else None}
    tx.record("grading:score:enter", round_.subject, data | {"files": len(evidence)})
    return made


def _row(tx: Tx, entry: Entry, evidence: list[dict[str, Any]]) -> RoundScore:
    """What is kept of a score. A correction counts as of the day of the lock, like everything it stands beside."""
    given, indicator, round_ = entry.given, entry.indicator, entry.round
    day = tx.today if entry.objection is None else round_.day
    by, reason = tx.actor.reference, entry.reason
    fact = rules.fact_of(indicator, entry.stage, given, evidence=evidence, reason=reason, by=by, day=day)
    return RoundScore(
        round_id=round_.id,
        unit_id=entry.unit.id,
        indicator=indicator.id,
        stage=entry.stage.value,
        score=None if given.score is None else plain(given.score),
        points=rules.points_of(given.score),
        plain=rules.is_plain(indicator, given, evidence),
        verdict=given.verdict.value,
        reason=reason,
        evidence=evidence,
        entry=stored.written(fact),
        objection=entry.objection,
        scored_by=tx.actor.person_id or 0,
        scored_at=tx.now,
    )


def _as_kept(files: Sequence[RoundEvidence]) -> list[dict[str, Any]]:
    return [{"id": one.attachment_id, "name": one.name, "sha256": one.sha256} for one in files]


@usecase(Permission.EVALUATE, sensitive=True)
def score(
    tx: Tx, *, round_: GradingRound, unit: Unit, indicator: Indicator, given: Given, reason: str = ""
) -> tuple[RoundScore, RoundAssignment]:
    """An evaluator scores one indicator of a unit in the queue, at the stage that runs.

    Raises RuleViolated after the lock, NotAllowed for a unit of one's own or of somebody else's queue, and for whoever
    scored the unit at another stage; BadInput for a deduction without a reason.
    """
    round_ = rounds.round_by_number(tx.session, round_.number, share=True)
    stage = _stage_now(round_)
    rounds.member_of(tx.session, round_, unit)
    _check_evaluator(tx, round_, unit, stage)
    assignment = _my_assignment(tx, round_, unit, stage)
    made = enter(tx, Entry(round_, unit, indicator, stage, given, rules.check_reason(given, stage, reason)))
    _count(tx, assignment, made)
    return made, assignment


def _stage_now(round_: GradingRound) -> Stage:
    """The reviewing stage that runs. Raises RuleViolated at any other time."""
    state = state_of(round_.state)
    stage = Stage.REVIEW if state is State.REVIEW else Stage.FIRST
    check_scoring(state, stage)
    return stage


def _check_evaluator(tx: Tx, round_: GradingRound, unit: Unit, stage: Stage) -> None:
    me = tx.actor.person_id or 0
    years = round_terms.terms_on(tx.today).tie_years
    tied = unit.id in scoring.ties_of(tx.session, [me], tx.today, years)[me]
    scored = {
        other: [f"person:{person}" for person in people]
        for other, people in scoring.scorers_of(tx.session, round_, unit).items()
    }
    check_scorer(f"person:{me}", unit.reference, stage, scored, [unit.reference] if tied else [])


def _my_assignment(tx: Tx, round_: GradingRound, unit: Unit, stage: Stage) -> RoundAssignment:
    found = scoring.assignment_of(tx.session, round_, unit, stage)
    if found is None or found.person_id != tx.actor.person_id:
        text = _("{unit} is not in your queue at this stage. `grading queue` shows what is.")
        raise NotAllowed("not_assigned", text.format(unit=unit.name))
    return found


def _count(tx: Tx, assignment: RoundAssignment, made: RoundScore) -> None:
    """How many indicators of the unit are scored now, and whether that is all of them."""
    round_ = tx.session.get_one(GradingRound, made.round_id)
    unit = tx.session.get_one(Unit, made.unit_id)
    given = scoring.current_scores(tx.session, round_, unit)
    wanted = rules.asked(rounds.scheme_of(tx.session, round_))
    assignment.done = sum((Stage(assignment.stage), one.id) in given for one in wanted)
    assignment.finished = assignment.done >= len(wanted)
    assignment.deferred = [name for name in assignment.deferred if name != made.indicator]


@usecase(Permission.EVALUATE)
def defer(tx: Tx, *, round_: GradingRound, unit: Unit, indicator: Indicator) -> RoundAssignment:
    """Put an indicator off: the others of the unit come first, then the other units, then it comes again."""
    stage = _stage_now(round_)
    assignment = _my_assignment(tx, round_, unit, stage)
    given = scoring.current_scores(tx.session, round_, unit)
    left = {one.id for one in rules.asked(rounds.scheme_of(tx.session, round_)) if (stage, one.id) not in given}
    put_off = [name for name in (*assignment.deferred, indicator.id) if name in left]
    if left <= set(put_off):
        assignment.turn, put_off = assignment.turn + 1, []
    assignment.deferred = list(dict.fromkeys(put_off))
    tx.record("grading:score:defer", round_.subject, {"unit": unit.reference, "indicator": indicator.id})
    return assignment


@usecase(Permission.ANSWER)
def add_evidence(
    tx: Tx, *, round_: GradingRound, unit: Unit, indicator: Indicator, name: str, content: bytes
) -> RoundEvidence:
    """Keep a file for an indicator, by its hash: from the member during its own assessment, from its evaluator during the
    stage of review. Raises NotAllowed for anybody else.
    """
    round_ = rounds.round_by_number(tx.session, round_.number, share=True)
    rounds.member_of(tx.session, round_, unit)
    stage = _sender_stage(tx, round_, unit)
    known = scoring.evidence_of(tx.session, round_, unit, indicator.id)
    if len(known) >= MOST_FILES:
        raise RuleViolated("too_many_files", _("An indicator takes at most {most} files.").format(most=MOST_FILES))
    kept = attachments.store(tx.session, name, content, "application/octet-stream", tx.now)
    if any(one.attachment_id == kept.id for one in known):
        raise Conflict("file_known", _("This very file is there already."))
    made = RoundEvidence(
        round_id=round_.id,
        unit_id=unit.id,
        indicator=indicator.id,
        stage=stage.value,
        attachment_id=kept.id,
        name=kept.name,
        sha256=kept.sha256,
        sent_by=tx.actor.person_id or 0,
        sent_at=tx.now,
    )
    tx.session.add(made)
    tx.session.flush()
    _renew_own_score(tx, round_, unit, indicator, stage)
    data = {"unit": unit.reference, "indicator": indicator.id, "sha256": kept.sha256, "stage": stage.value}
    tx.record("grading:evidence:add", round_.subject, data)
    return made


def _sender_stage(tx: Tx, round_: GradingRound, unit: Unit) -> Stage:
    state = state_of(round_.state)
    if state is State.SELF:
        _check_own(tx, unit)
        return Stage.SELF
    stage = _stage_now(round_)
    _my_assignment(tx, round_, unit, stage)
    return stage


def _renew_own_score(tx: Tx, round_: GradingRound, unit: Unit, indicator: Indicator, stage: Stage) -> None:
    """A score that was given before its evidence came is entered anew, so that it rests on what is there now."""
    former = scoring.current_scores(tx.session, round_, unit).get((stage, indicator.id))
    if former is None:
        return
    given = rules.read_given(rounds.scheme_of(tx.session, round_), indicator, former.score or former.verdict)
    enter(tx, Entry(round_, unit, indicator, stage, given, former.reason))


@usecase(Permission.ANSWER)
def withdraw_evidence(tx: Tx, *, evidence: RoundEvidence) -> None:
    """Take a file back that one sent, while its stage runs; it stays kept, but counts no more."""
    round_ = tx.session.get_one(GradingRound, evidence.round_id)
    unit = tx.session.get_one(Unit, evidence.unit_id)
    if evidence.sent_by != tx.actor.person_id or evidence.withdrawn_at is not None:
        raise NotFound("evidence_unknown", _("There is no such file of yours."))
    if SCORED_IN[Stage(evidence.stage)] is not state_of(round_.state):
        raise RuleViolated("scoring_closed", _("The stage in which this file was sent is over."))
    evidence.withdrawn_at = tx.now
    tx.session.flush()
    scheme = rounds.scheme_of(tx.session, round_)
    indicator = next(one for one in scheme.indicators if one.id == evidence.indicator)
    _renew_own_score(tx, round_, unit, indicator, Stage(evidence.stage))
    tx.record("grading:evidence:withdraw", round_.subject, {"unit": unit.reference, "sha256": evidence.sha256})


@usecase(Permission.ANSWER)
def hand_in(tx: Tx, *, round_: GradingRound, unit: Unit) -> RoundMember:
    """The member's assessment is complete; until the stage ends it can still be changed. Raises RuleViolated for gaps."""
    round_ = rounds.round_by_number(tx.session, round_.number, share=True)
    check_scoring(state_of(round_.state), Stage.SELF)
    member = rounds.member_of(tx.session, round_, unit)
    _check_own(tx, unit)
    given = scoring.current_scores(tx.session, round_, unit)
    left = [one for one in rules.asked(rounds.scheme_of(tx.session, round_)) if (Stage.SELF, one.id) not in given]
    if left:
        names = _(", ").join(one.title.text for one in left)
        text = _("These are not assessed yet: {names}. Answer “missing” where there is nothing.")
        raise RuleViolated("assessment_incomplete", text.format(names=names))
    member.handed_in_at, member.handed_in_by = tx.now, tx.actor.person_id
    tx.record("grading:assessment:hand-in", round_.subject, {"unit": unit.reference})
    return member
