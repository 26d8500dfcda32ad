"""The steps of an adjustment: the member is told and answers, it is decided, an objection is ruled on."""

from typing import Annotated

from bot.commands.adjustments import AdjustmentRef
from bot.commands.files import File
from bot.messages import Reply
from bot.parameters import NAMED, Parameter, Reason, read_yes, yes_or_no
from bot.registry import command
from core.access import Permission
from core.i18n import N_, _
from core.transaction import Tx
from membership.usecases import adjusting, hearings

Case = Annotated[str, Parameter(N_("your case"), lambda _tx, raw: raw.strip(), zh="意见", rest=True, multiline=True)]
Served = Annotated[
    str,
    Parameter(
        N_("how it was served"), lambda _tx, raw: raw.strip(), zh="送达方式", hint=N_("for a member without chat")
    ),
]
Upheld = Annotated[bool, Parameter(N_("upheld?"), read_yes, zh="成立", choices=yes_or_no)]


@command(
    "adjustment tell",
    zh="调整 告知",
    summary=N_("Tell a member of a proposed downgrade and of its right to answer"),
    permission=Permission.ADJUST_GRADES,
    sensitive=True,
    confirm=N_("Send the notice to the member? The time to answer begins today."),
)
def tell(tx: Tx, adjustment: AdjustmentRef, served: Annotated[Served, NAMED] = "") -> Reply:
    """Facts, basis, measure and rights go out at once."""
    due = hearings.tell_adjustment(tx, adjustment=adjustment, served=served)
    text = _("{reference}: the member has been told and may answer until {day}, that day included.")
    words = text.format(reference=adjustment.reference, day=due.words)
    return Reply(
        words, data={"adjustment": adjustment.reference, "due": due.due_on.isoformat(), "provisional": due.provisional}
    )


@command(
    "adjustment answer",
    zh="调整 申辩",
    summary=N_("State your case before a downgrade is decided; send a file with it as evidence"),
    permission=Permission.ANSWER,
)
def answer(tx: Tx, adjustment: AdjustmentRef, words: Case, file: File | None = None) -> Reply:
    """Several times, until it is decided."""
    kept = None if file is None else (file.name, file.content)
    hearings.answer_adjustment(tx, adjustment=adjustment, words=words, file=kept)
    text = _(
        "Received for {reference}. Whoever decides has to take it into account; you will hear the decision with reasons."
    )
    return Reply(text.format(reference=adjustment.reference), data={"adjustment": adjustment.reference})


@command(
    "adjustment object",
    zh="调整 异议",
    summary=N_("Object to a decision that lowered your grade"),
    permission=Permission.ANSWER,
)
def object_to(tx: Tx, adjustment: AdjustmentRef, words: Case, file: File | None = None) -> Reply:
    """Within its time; somebody who had no part in the decision rules."""
    kept = None if file is None else (file.name, file.content)
    hearings.object_to_adjustment(tx, adjustment=adjustment, words=words, file=kept)
    text = _(
        "Your objection to {reference} has been received. Somebody who had no part in the decision will rule on it."
    )
    return Reply(text.format(reference=adjustment.reference), data={"adjustment": adjustment.reference})


@command(
    "adjustment decide",
    zh="调整 决定",
    summary=N_("Decide that a grade changes as proposed, with reasons"),
    permission=Permission.DECIDE_GRADES,
    sensitive=True,
    confirm=N_("Give the new grade? The member is told with the reasons."),
)
def decide(tx: Tx, adjustment: AdjustmentRef, reason: Reason) -> Reply:
    """By somebody else than who proposed or told it; a downgrade only after the member was heard."""
    made = adjusting.confirm_adjustment(tx, adjustment=adjustment, reason=reason)
    text = _("{reference}: grade {grade} from {day}. The member is told.")
    words = text.format(reference=adjustment.reference, grade=made.shown, day=made.valid_from)
    return Reply(words, data={"adjustment": adjustment.reference, "grade": made.grade, "digest": made.digest})


@command(
    "adjustment drop",
    zh="调整 不予调整",
    summary=N_("Decide that a grade stays as it is, with reasons"),
    permission=Permission.DECIDE_GRADES,
    sensitive=True,
)
def drop(tx: Tx, adjustment: AdjustmentRef, reason: Reason) -> Reply:
    """The same facts do not lead to the same proposal again."""
    adjusting.drop_adjustment(tx, adjustment=adjustment, reason=reason)
    return Reply(_("{reference}: the grade stays.").format(reference=adjustment.reference))


@command(
    "adjustment rule",
    zh="调整 裁定",
    summary=N_("Rule on a member's objection to a decision"),
    permission=Permission.DECIDE_GRADES,
    sensitive=True,
)
def rule(tx: Tx, adjustment: AdjustmentRef, upheld: Upheld, reason: Reason) -> Reply:
    """To uphold it, put the facts right first: the grade follows from them."""
    said = adjusting.rule_on_objection(tx, adjustment=adjustment, upheld=upheld, reason=reason)
    text = _("{reference}: the objection was upheld.") if upheld else _("{reference}: the objection was not upheld.")
    return Reply(text.format(reference=adjustment.reference), data={"ruling": said.ruling})
