"""Who may take which step of an application, and when one that was left lying expires. Pure."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, timedelta
from enum import StrEnum

from core.errors import BadInput, Conflict, NotAllowed, RuleViolated
from core.i18n import N_, _
from membership.rules.admission.plan import Paper, Plan, Step, StepKind
from membership.rules.categories import folded

LONGEST_REASON = 1000


class Lapse(StrEnum):
    """What is due for an application that was left lying."""

    WARN = "warn"
    EXPIRE = "expire"


def step_named(steps: Sequence[Step], name: str) -> Step:
    """The step at which an application stands."""
    return next(step for step in steps if step.name == name)


def next_step(steps: Sequence[Step], name: str) -> Step | None:
    """The step after this one; None after the last."""
    index = [step.name for step in steps].index(name)
    return steps[index + 1] if index + 1 < len(steps) else None


def check_decider(step: Step, *, allowed: bool, person: int | None, applicant: int, before: int | None) -> None:
    """Who may decide a step: somebody with its right, not the applicant, and not whoever decided the one before.

    ``before`` is the person who decided the step before this one, None where nobody did. Raises NotAllowed.
    """
    if not allowed:
        text = _("The step “{step}” is decided by others. Ask the secretary-general for the right role.")
        raise NotAllowed("step_not_yours", text.format(step=step.label))
    if person == applicant:
        raise NotAllowed("own_application", _("Nobody decides their own application. Another person has to."))
    if step.separate and before is not None and before == person:
        text = _("You decided the step before. The step “{step}” needs another person.")
        raise NotAllowed("second_person", text.format(step=step.label))


def check_by_hand(step: Step) -> None:
    """A vote decides for itself. Raises RuleViolated."""
    if step.kind is StepKind.VOTE:
        text = _("At “{step}” the vote decides: `application vote ‹number›` puts it, and its result is taken over.")
        raise RuleViolated("vote_decides", text.format(step=step.label))


def check_kind(step: Step, kind: StepKind) -> None:
    """A notice is written, a vote put, only at its own step. Raises Conflict."""
    if step.kind is not kind:
        raise Conflict("other_step", _("This application stands at another step: {step}.").format(step=step.label))


def check_same_step(steps: Collection[str]) -> None:
    """What is put to one notice or one vote stands at one step. Raises BadInput."""
    if len(steps) > 1:
        raise BadInput("several_steps", _("These applications stand at different steps. Take them apart."))


def check_reason(raw: str) -> str:
    """A reason that its reader can follow. Raises BadInput when there is none or it is too long."""
    reason = raw.strip()
    if not reason:
        raise BadInput("reason_missing", _("Give the reason; the applicant reads it."))
    if len(reason) > LONGEST_REASON:
        raise BadInput("reason_too_long", _("This reason is longer than 1000 characters."))
    return reason


def missing_papers(plan: Plan, category: str, sent: Collection[str]) -> list[Paper]:
    """The papers that have to come before an application can be handed in."""
    return [paper for paper in plan.papers_for(category) if paper.required and paper.name not in sent]


def check_complete(missing: Sequence[Paper]) -> None:
    """Everything has been sent. Raises RuleViolated that names what has not."""
    if missing:
        names = _(", ").join(paper.label for paper in missing)
        raise RuleViolated("papers_missing", _("Still missing: {names}. Send them first.").format(names=names))


def paper_named(papers: Sequence[Paper], words: str) -> Paper:
    """The paper of this name in either language. Raises BadInput that lists what there is."""
    word = folded(words)
    exact = [p for p in papers if word in (p.name, folded(p.zh), folded(p.en))]
    found = exact or [p for p in papers if word and (word in folded(p.zh) or word in folded(p.en))]
    if len(found) == 1:
        return found[0]
    known = _(", ").join(paper.label for paper in papers) or "-"
    text = _("“{name}” is none of the documents asked for: {known}")
    raise BadInput("paper_unknown", text.format(name=words[:40], known=known))


def lapse_on(plan: Plan, touched: date, warned: date | None) -> date:
    """The day on which an application that its applicant has left lying expires.

    Nobody is surprised by it: never sooner than the days of warning after the word was given.
    """
    regular = touched + timedelta(days=plan.expire_days)
    return regular if warned is None else max(regular, warned + timedelta(days=plan.warn_days))


def lapse(plan: Plan, touched: date, warned: date | None, today: date) -> Lapse | None:
    """What is due today for an application that lies with its applicant."""
    if warned is None:
        due = touched + timedelta(days=plan.expire_days - plan.warn_days)
        return Lapse.WARN if today >= due else None
    return Lapse.EXPIRE if today > lapse_on(plan, touched, warned) else None


PROFILE: Mapping[str, str] = {
    "name": N_("unit name"),
    "code": N_("credit code"),
    "category": N_("category"),
    "rank": N_("class"),
    "region": N_("region"),
    "engineers": N_("engineers"),
}
"""What an application says of the unit."""
