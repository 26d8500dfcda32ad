"""Conflicts of interest: declared by whoever has one, or by staff; ended by somebody else."""

from bot.commands.grading_parameters import Evaluator
from bot.commands.members import MemberRef
from bot.messages import Reply
from bot.parameters import Reason
from bot.registry import command
from core.access import Permission
from core.errors import BadInput
from core.i18n import N_, _
from core.transaction import Tx
from membership.usecases import assigning
from people.models import Person


def _one(people: list[Person]) -> Person:
    if len(people) != 1:
        raise BadInput("one_person", _("Name one person."))
    return people[0]


@command(
    "grading conflict",
    zh="评定 回避",
    summary=N_("Declare a conflict of interest with a member: somebody else scores it"),
    permission=Permission.EVALUATE,
)
def declare(tx: Tx, member: MemberRef, reason: Reason, evaluator: Evaluator | None = None) -> Reply:
    """One's own, or for staff that of the evaluator named. Acting for a member needs no declaration."""
    person = _one(evaluator) if evaluator else None
    assigning.declare_conflict(tx, unit=member, reason=reason, person=person)
    text = _("Noted: {name} does not score {unit}. What was not scored yet went back to the secretariat.")
    name = person.name if person is not None else tx.actor.name
    return Reply(text.format(name=name, unit=f"{member.reference} {member.name}"), data={"member": member.number})


@command(
    "grading conflict-end",
    zh="评定 解除回避",
    summary=N_("A declared conflict of interest is over"),
    permission=Permission.MANAGE_GRADING,
)
def end(tx: Tx, member: MemberRef, evaluator: Evaluator, reason: Reason) -> Reply:
    """By somebody else than the person concerned, with the reason."""
    person = _one(evaluator)
    assigning.end_conflict(tx, unit=member, person=person, reason=reason)
    text = _("{name} may score {unit} again.").format(name=person.name, unit=member.reference)
    return Reply(text, data={"member": member.number})
