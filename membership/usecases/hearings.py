"""The right to be heard before a grade goes down: the notice to the member, its answer, its objection afterwards."""

from functools import partial
from typing import Any

from core import attachments, deadlines, holds
from core.access import Permission, usecase
from core.errors import BadInput, NotFound, RuleViolated
from core.i18n import N_, _, in_every_language
from core.outbox import Message, Priority
from core.transaction import Tx
from membership.models import AdjustmentAnswer, GradeAdjustment
from membership.notices import adjustments as notices
from membership.queries import adjustments as queries
from membership.queries import grading
from membership.queries.adjustments import ANSWER, OBJECT
from membership.rules import adjusting as rules
from membership.rules.adjusting import State
from membership.rules.grading import stored
from membership.rules.grading.adjusted import fact_lines
from membership.usecases.adjustments import button, current_grade, officers, tell_contacts
from people.audiences import recipients

LONGEST = 4_000
ANSWER_BUTTON, SHOW_BUTTON = N_("State my case"), N_("Show")


@usecase(Permission.ADJUST_GRADES, sensitive=True)
def tell_adjustment(tx: Tx, *, adjustment: GradeAdjustment, served: str = "") -> deadlines.Deadline:
    """Tell the member of a proposed downgrade: facts, basis, measure, its rights. The time to answer begins.

    ``served`` says how it was told where nobody acts for it in chat. Raises RuleViolated when nobody can be reached.
    """
    rules.check_may_tell(queries.standing_of(tx.session, adjustment, tx.association, tx.today))
    rules.check_decider(tx.actor.person_id, (), queries.tied_to(tx.session, adjustment.unit_id))
    grade = current_grade(tx, adjustment)
    if not served and not queries.reachable_contacts(tx.session, adjustment.unit_id):
        text = _("Nobody acts for this member in chat. Tell it on paper and note how: served=挂号信12345.")
        raise RuleViolated("adjustment_no_contact", text)
    _screen_reasons(tx, adjustment)
    settled = queries.policy_here(tx.association, tx.today)
    due = deadlines.set_deadline(tx, adjustment.subject, ANSWER, tx.today, settled.answer)
    adjustment.state, adjustment.told_by, adjustment.told_at = State.TOLD, tx.actor.person_id, tx.now
    adjustment.served = served[:200]
    write = partial(_told_words, tx, adjustment, grade.shown, due, settled)
    texts = in_every_language(write)
    state = button(ANSWER_BUTTON, f"adjustment answer {adjustment.reference}")
    tell_contacts(tx, adjustment, "told", texts, buttons=[[state]], priority=Priority.LEGAL)
    data = {"due": due.due_on, "provisional": due.provisional, "served": served, "basis": settled.basis}
    tx.record("adjustment:member:tell", adjustment.subject, data)
    return due


def _screen_reasons(tx: Tx, one: GradeAdjustment) -> None:
    """The reasons that staff entered with the facts go out with the notice. Raises RuleViolated when they would be held."""
    told = {ref for _kind, ref in one.causes if ref}
    words = "\n".join(fact.reason for fact in stored.read(one.inputs) if fact.ref in told and fact.reason)
    if words:
        holds.insist(tx, f"{one.subject}:facts", words)


def _told_words(tx: Tx, one: GradeAdjustment, before: str, due: deadlines.Deadline, settled: rules.Policy) -> str:
    unit, _grade = queries.unit_and_grade(tx.session, one)
    version = grading.scheme_by_id(tx.session, one.scheme_id)
    scheme = grading.loaded(version.document)
    period = _("{count} working days").format(count=settled.answer.amount)
    return notices.told(
        reference=one.reference,
        unit=unit.name,
        before=before,
        after=one.shown,
        basis=_("{title}, version {version}; {clause}").format(
            title=scheme.title.text, version=scheme.version, clause=settled.clause
        ),
        facts=fact_lines(scheme, stored.read(one.inputs), one.day, [cause[1] for cause in one.causes]),
        due=due.words,
        period=period,
        association=tx.association.name,
    )


@usecase(Permission.ANSWER)
def answer_adjustment(
    tx: Tx, *, adjustment: GradeAdjustment, words: str, file: tuple[str, bytes] | None = None
) -> AdjustmentAnswer:
    """State the member's case, with evidence; several times, until it is decided. The officers are told.

    Raises NotFound for somebody who does not act for the unit.
    """
    check_acts_for(tx, adjustment)
    rules.check_may_answer(State(adjustment.state))
    return _say(tx, adjustment, ANSWER, words, file)


@usecase(Permission.ANSWER)
def object_to_adjustment(
    tx: Tx, *, adjustment: GradeAdjustment, words: str, file: tuple[str, bytes] | None = None
) -> AdjustmentAnswer:
    """Object to a decision within its time. Somebody who had no part in it rules."""
    check_acts_for(tx, adjustment)
    due = queries.due_of(tx.session, adjustment, OBJECT)
    rules.check_may_object(State(adjustment.state), tx.today, due.due_on if due else None)
    if any(one.ruling is None for one in queries.answers_to(tx.session, adjustment, OBJECT)):
        raise RuleViolated("objection_open", _("Your objection has been received and is not ruled on yet."))
    return _say(tx, adjustment, OBJECT, words, file)


def check_acts_for(tx: Tx, one: GradeAdjustment) -> None:
    """Raises NotFound, as if there were no such adjustment, for somebody who does not act for its unit."""
    if tx.actor.person_id not in queries.acting_for(tx.session, one.unit_id):
        raise NotFound("adjustment_unknown", _("There is no such adjustment. `adjustment list` shows them."))


def _say(tx: Tx, one: GradeAdjustment, kind: str, words: str, file: tuple[str, bytes] | None) -> AdjustmentAnswer:
    if len(words) > LONGEST:
        raise BadInput("text_long", _("This is longer than {most} characters.").format(most=LONGEST))
    stored_file = None
    if file is not None:
        stored_file = attachments.store(tx.session, file[0], file[1], "application/octet-stream", tx.now)
    said = AdjustmentAnswer(
        adjustment_id=one.id, kind=kind, words=words, said_by=tx.actor.person_id or 0, said_at=tx.now,
        attachment_id=stored_file.id if stored_file else None,
    )  # fmt: skip
    tx.session.add(said)
    tx.session.flush()
    data: dict[str, Any] = {"kind": kind, "file": stored_file.sha256 if stored_file else None}
    tx.record("adjustment:member:answer", one.subject, data)
    unit, _grade = queries.unit_and_grade(tx.session, one)
    write = partial(notices.answered, reference=one.reference, unit=unit.name)
    show = button(SHOW_BUTTON, f"adjustment show {one.reference}")
    message = Message(f"{one.subject}:{kind}:{said.id}", one.subject, in_every_language(write), buttons=[[show]])
    tx.notify(message, recipients(officers(tx)))
    return said
