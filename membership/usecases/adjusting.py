"""Deciding on adjustments of grades, and ruling on objections to the decisions. Grades are only ever added."""

from functools import partial

from core import deadlines, holds
from core.access import Permission, usecase
from core.errors import BadInput, Conflict, NotFound, RuleViolated
from core.i18n import N_, _, in_every_language
from core.outbox import Priority
from core.transaction import Tx
from membership.models import AdjustmentAnswer, GradeAdjustment, UnitGrade
from membership.notices import adjustments as notices
from membership.queries import adjustments as queries
from membership.queries import grading, recomputing
from membership.queries.adjustments import ANSWER, OBJECT
from membership.queries.recomputing import Outlook
from membership.rules import adjusting as rules
from membership.rules.adjusting import Direction, State
from membership.rules.grading import stored
from membership.rules.grading.adjusted import fact_lines
from membership.usecases.adjustments import button, current_grade, tell_contacts

OBJECT_BUTTON = N_("Raise an objection")
SHORTEST = 2
"""Characters of a reason that can be called one."""


@usecase(Permission.DECIDE_GRADES, sensitive=True)
def confirm_adjustment(tx: Tx, *, adjustment: GradeAdjustment, reason: str) -> UnitGrade:
    """Give the new grade, from today and until the former one would have ended; the member hears it with the reasons.

    Raises RuleViolated before the member's time to answer has passed, NotAllowed for who proposed or told it, scored the
    unit or has a tie with it,
    Conflict when the facts are no longer those that the member was told.
    """
    _check_involved(tx, adjustment)
    rules.check_may_confirm(queries.standing_of(tx.session, adjustment, tx.association, tx.today))
    _check_reason(tx, adjustment, reason)
    former = current_grade(tx, adjustment)
    look = recomputing.outlook(tx.session, former, tx.today)
    _check_still_so(adjustment, look)
    made = _given(tx, adjustment, look, former)
    due = None
    if adjustment.direction == Direction.DOWN:
        due = deadlines.set_deadline(
            tx, adjustment.subject, OBJECT, tx.today, queries.policy_here(tx.association, tx.today).objection
        )
    _close(tx, adjustment, State.CONFIRMED, reason)
    data = {"from": former.shown, "to": made.shown, "grade": made.id, "digest": made.digest}
    tx.record("adjustment:proposal:confirm", adjustment.subject, data)
    write = partial(_decided_words, tx, adjustment, former.shown, made.shown, look, reason, due)
    buttons = [[button(OBJECT_BUTTON, f"adjustment object {adjustment.reference}")]] if due is not None else []
    tell_contacts(tx, adjustment, "decided", in_every_language(write), buttons=buttons, priority=Priority.LEGAL)
    return made


def _check_involved(tx: Tx, one: GradeAdjustment) -> None:
    involved = (one.proposed_by, one.told_by) if one.direction == Direction.DOWN else (one.proposed_by,)
    rules.check_decider(tx.actor.person_id, [who for who in involved if who], queries.tied_to(tx.session, one.unit_id))
    rules.check_not_scored(tx.actor.person_id, queries.evaluators_of(tx.session, one))


def _check_reason(tx: Tx, adjustment: GradeAdjustment, reason: str) -> None:
    """The member is told it: it says something, and screening lets it go."""
    if len(reason.strip()) < SHORTEST:
        raise BadInput("reason_short", _("Give the reasons: the member is told them."))
    holds.insist(tx, f"{adjustment.subject}:reason", reason)


def _check_still_so(one: GradeAdjustment, look: Outlook) -> None:
    """The facts still bear it, and hold nothing that the member was not told. Raises Conflict."""
    if look.trouble:
        raise RuleViolated("facts_unfit", look.trouble)
    worse = rules.direction_of(look.scheme, one.grade, look.now.grade) is Direction.DOWN
    if look.direction != one.direction or worse or not rules.covered(stored.read(one.inputs), look.inputs):
        text = _("The facts have changed since this was proposed. Propose it anew: `adjustment propose`.")
        raise Conflict("facts_changed", text)


def _given(tx: Tx, one: GradeAdjustment, look: Outlook, former: UnitGrade) -> UnitGrade:
    """The new grade, as one more row."""
    version = grading.scheme_by_id(tx.session, former.scheme_id)
    inputs, digest = recomputing.digest_of(version, look, tx.today)
    kept = stored.Kept.of(look.now)
    made = UnitGrade(
        unit_id=one.unit_id,
        scheme_id=version.id,
        round_id=None,
        adjustment_id=one.id,
        day=tx.today,
        grade=kept.grade,
        shown=kept.shown,
        score=kept.score,
        status=kept.status,
        valid_from=tx.today,
        valid_until=former.valid_until,
        inputs=inputs,
        digest=digest,
        made_by=tx.actor.person_id,
        made_at=tx.now,
    )
    tx.session.add(made)
    tx.session.flush()
    return made


def _close(tx: Tx, one: GradeAdjustment, state: State, reason: str) -> None:
    one.state, one.decided_by, one.decided_at, one.decision = state, tx.actor.person_id, tx.now, reason
    deadlines.meet(tx, one.subject, ANSWER)
    tx.session.flush()


def _decided_words(
    tx: Tx,
    one: GradeAdjustment,
    before: str,
    after: str,
    look: Outlook,
    reason: str,
    due: deadlines.Deadline | None,
) -> str:
    unit, _grade = queries.unit_and_grade(tx.session, one)
    facts = fact_lines(look.scheme, look.inputs, tx.today, [cause[1] for cause in one.causes])
    return notices.decided(
        reference=one.reference, unit=unit.name, before=before, after=after, reason=reason, facts=facts,
        due=due.words if due else None,
    )  # fmt: skip


@usecase(Permission.DECIDE_GRADES, sensitive=True)
def drop_adjustment(tx: Tx, *, adjustment: GradeAdjustment, reason: str) -> None:
    """Decide that the grade stays. The same facts do not lead to the same proposal again; a member that was told hears it."""
    _check_involved(tx, adjustment)
    rules.check_may_drop(State(adjustment.state))
    _check_reason(tx, adjustment, reason)
    told = adjustment.state == State.TOLD
    _close(tx, adjustment, State.DROPPED, reason)
    tx.record("adjustment:proposal:drop", adjustment.subject, {"told": told})
    if told:
        unit, grade = queries.unit_and_grade(tx.session, adjustment)
        write = partial(
            notices.unchanged, reference=adjustment.reference, unit=unit.name, grade=grade.shown, reason=reason
        )
        tell_contacts(tx, adjustment, "dropped", in_every_language(write), priority=Priority.LEGAL)


@usecase(Permission.DECIDE_GRADES, sensitive=True)
def rule_on_objection(tx: Tx, *, adjustment: GradeAdjustment, upheld: bool, reason: str) -> AdjustmentAnswer:
    """Rule on a member's objection to a decision, by somebody who had no part in it.

    To uphold it, the facts are put right in the register first: the grade then follows from them, as one more row.
    Raises RuleViolated when they still bear the grade that is objected to.
    """
    said = _objection(tx, adjustment)
    involved = (adjustment.proposed_by, adjustment.told_by, adjustment.decided_by)
    rules.check_decider(tx.actor.person_id, involved, queries.tied_to(tx.session, adjustment.unit_id))
    rules.check_not_scored(tx.actor.person_id, queries.evaluators_of(tx.session, adjustment))
    _check_reason(tx, adjustment, reason)
    grade = _restored(tx, adjustment) if upheld else _grade_of(tx, adjustment)
    said.ruling, said.ruled_by = "upheld" if upheld else "rejected", tx.actor.person_id
    said.ruled_at, said.ruled_why = tx.now, reason
    data = {"ruling": said.ruling, "grade": grade.shown}
    tx.record("adjustment:objection:rule", adjustment.subject, data)
    unit, _former = queries.unit_and_grade(tx.session, adjustment)
    write = partial(
        notices.ruled, reference=adjustment.reference, unit=unit.name, upheld=upheld, reason=reason, grade=grade.shown
    )
    tell_contacts(tx, adjustment, f"ruled:{said.id}", in_every_language(write), priority=Priority.LEGAL)
    return said


def _objection(tx: Tx, one: GradeAdjustment) -> AdjustmentAnswer:
    waiting = [said for said in queries.answers_to(tx.session, one, OBJECT) if said.ruling is None]
    if not waiting:
        raise NotFound("objection_none", _("There is no objection to rule on."))
    return waiting[0]


def _grade_of(tx: Tx, one: GradeAdjustment) -> UnitGrade:
    """The grade in force of the unit, which must be the one that this adjustment gave. Raises Conflict."""
    unit, _former = queries.unit_and_grade(tx.session, one)
    latest = grading.grade_in_force(tx.session, unit, tx.today)
    if latest is None or latest.adjustment_id != one.id:
        raise Conflict(
            "adjustment_overtaken", _("The grade has been given anew or has expired since. Nothing was done.")
        )
    return latest


def _restored(tx: Tx, one: GradeAdjustment) -> UnitGrade:
    latest = _grade_of(tx, one)
    look = recomputing.outlook(tx.session, latest, tx.today)
    if look.trouble:
        raise RuleViolated("facts_unfit", look.trouble)
    if look.direction is not Direction.UP:
        text = _(
            "The facts in the register still bear this grade. Put them right first: `fact amend` or `fact revoke`."
        )
        raise RuleViolated("facts_unchanged", text)
    return _given(tx, one, look, latest)
