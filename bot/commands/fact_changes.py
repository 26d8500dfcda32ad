"""What becomes of an entered fact: the entry is put right, the matter corrected or repaired, the entry revoked."""

from typing import Annotated

from bot.commands.fact_parameters import Document, FactDay, FactRef, FormerGrade, Level, Note, SameFact, Times, Value
from bot.commands.facts import with_effect
from bot.messages import Reply
from bot.parameters import NAMED, Day, Reason
from bot.registry import command
from core.access import Permission
from core.errors import BadInput
from core.i18n import N_, _
from core.transaction import Tx
from membership.models import GradingFact
from membership.queries import facts as queries
from membership.rules.fact_register import Act
from membership.rules.grading.numbers import plain
from membership.usecases import facts as usecases


def _done(tx: Tx, made: GradingFact) -> Reply:
    text = _("{reference}: {act}. The entry before it stays readable.")
    words = text.format(reference=made.reference, act=Act(made.act).label)
    return with_effect(tx, queries.unit_of(tx.session, made), made, words)


@command(
    "fact amend",
    zh="事实 更正",
    summary=N_("Put a wrong entry of a fact right"),
    permission=Permission.KEEP_FACTS,
)
def amend(
    tx: Tx,
    fact: FactRef,
    note: Note,
    day: Annotated[FactDay, NAMED] | None = None,
    document: Annotated[Document, NAMED] | None = None,
    value: Annotated[Value, NAMED] | None = None,
    times: Annotated[Times, NAMED] | None = None,
    level: Annotated[Level, NAMED] | None = None,
    grade: Annotated[FormerGrade, NAMED] | None = None,
    same_fact: Annotated[SameFact, NAMED] | None = None,
    reason: Annotated[Reason, NAMED] | None = None,
) -> Reply:
    """A new entry with what was typed wrongly put right; the words say why."""
    typed = {"day": day, "document": document, "times": times, "level": level, "grade": grade, "same_fact": same_fact}
    typed["reason"] = reason
    changes = {name: changed for name, changed in typed.items() if changed is not None}
    if value is not None:
        changes["value"] = plain(value)
    if not changes:
        raise BadInput("nothing_to_change", _("Say what to change, for example day=2026-09-30."))
    return _done(tx, usecases.amend_fact(tx, fact=fact, changes=changes, note=note))


@command(
    "fact correct",
    zh="事实 改正",
    summary=N_("Note that a member has put the matter right, and since when"),
    permission=Permission.KEEP_FACTS,
)
def correct(tx: Tx, fact: FactRef, day: Day, note: Note) -> Reply:
    """The fact stays; a continuing act ends with the day."""
    return _done(tx, usecases.correct_fact(tx, fact=fact, day=day, note=note))


@command(
    "fact repair",
    zh="事实 修复",
    summary=N_("Note that credit was repaired, and since when"),
    permission=Permission.KEEP_FACTS,
)
def repair(tx: Tx, fact: FactRef, day: Day, note: Note) -> Reply:
    """What a repair does is for the scheme to say."""
    return _done(tx, usecases.repair_fact(tx, fact=fact, day=day, note=note))


@command(
    "fact revoke",
    zh="事实 撤销",
    summary=N_("Take an entry back: it counts no more and stays readable"),
    permission=Permission.KEEP_FACTS,
    sensitive=True,
    confirm=N_("Revoke this entry? It will count no more."),
)
def revoke(tx: Tx, fact: FactRef, note: Note) -> Reply:
    """The words say why."""
    return _done(tx, usecases.revoke_fact(tx, fact=fact, note=note))
