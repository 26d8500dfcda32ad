"""Entering facts that are graded: added, put right, corrected, repaired, revoked. Nothing is ever overwritten."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from core import attachments
from core.access import Permission, usecase
from core.errors import BadInput, RuleViolated
from core.i18n import _
from core.numbering import next_numbers
from core.transaction import Tx
from membership.models import GradingFact, Unit
from membership.queries import facts as queries
from membership.rules import fact_register as rules
from membership.rules.fact_register import Act
from membership.rules.grading.facts import HISTORY
from membership.rules.grading.numbers import plain
from membership.rules.grading.score import Grader
from membership.rules.grading.terms import Origin

KEPT = (
    "unit_id", "item", "value", "times", "day", "ended", "continuing", "corrected", "repaired", "level", "grade",
    "origin", "document", "same_fact", "attachment_id", "reason",
)  # fmt: skip
AMENDABLE = frozenset({"value", "times", "day", "level", "grade", "document", "same_fact", "reason", "continuing"})


@dataclass(frozen=True)
class Said:
    """What is said of a new fact. ``value`` is exact; ``times`` how often; ``file`` a kept file's name and content."""

    day: date | None = None
    document: str = ""
    value: Decimal | None = None
    times: int | None = None
    level: str = ""
    grade: str = ""
    ended: date | None = None
    continuing: bool = False
    corrected: date | None = None
    repaired: date | None = None
    same_fact: str = ""
    reason: str = ""
    file: tuple[str, bytes] | None = None


@usecase(Permission.KEEP_FACTS)
def add_fact(tx: Tx, *, unit: Unit, item: str, said: Said) -> GradingFact:
    """Enter a fact about a unit. Raises BadInput when a scheme in force could not take it."""
    number = next_numbers(tx.session, tx.association.id, "fact")[0]
    graders = queries.graders_for_facts(tx.session, tx.today)
    entry = _entry(tx, unit, item, said, number, graders)
    _check_new(tx, entry, graders)
    tx.session.add(entry)
    tx.session.flush()
    tx.record("fact:entry:add", entry.subject, {"unit": unit.reference, "item": item, "day": entry.day})
    return entry


def _entry(tx: Tx, unit: Unit, item: str, said: Said, number: int, graders: Sequence[Grader]) -> GradingFact:
    return GradingFact(
        number=number,
        revision=1,
        act=Act.ENTERED,
        unit_id=unit.id,
        item=item,
        value=None if said.value is None else plain(said.value),
        times=said.times,
        day=said.day,
        ended=said.ended,
        continuing=said.continuing,
        corrected=said.corrected,
        repaired=said.repaired,
        level=rules.check_length("level", said.level),
        grade=said.grade,
        origin=_origin(graders, item),
        document=rules.check_length("document", said.document),
        same_fact=rules.check_length("same_fact", said.same_fact),
        attachment_id=_kept(tx, said.file),
        reason=rules.check_length("reason", said.reason),
        **_signed(tx),
    )


def _signed(tx: Tx) -> dict[str, Any]:
    return {"entered_by": tx.actor.person_id, "entered_at": tx.now, "entered_on": tx.today}


def _kept(tx: Tx, file: tuple[str, bytes] | None) -> int | None:
    if file is None:
        return None
    return attachments.store(tx.session, file[0], file[1], "application/octet-stream", tx.now).id


def _origin(graders: Sequence[Grader], item: str) -> str:
    """Where facts of this rule come from, as the first scheme that knows it says."""
    found = (plan.rule.origin for one in graders if (plan := one.plan_of(item)) is not None)
    return Origin.REGISTER if item == HISTORY else next(found, Origin.OTHER)


def _check_new(tx: Tx, entry: GradingFact, graders: Sequence[Grader]) -> None:
    file = None if entry.attachment_id is None else "file"
    fact = queries.as_fact(entry, file, file)
    rules.check_fact(graders, fact, tx.today)


@usecase(Permission.KEEP_FACTS)
def amend_fact(tx: Tx, *, fact: GradingFact, changes: Mapping[str, Any], note: str) -> GradingFact:
    """Put a wrong entry right by a new one; ``note`` says why. Raises BadInput when nothing differs."""
    if changes.keys() - AMENDABLE:
        raise ValueError(f"{set(changes) - AMENDABLE} cannot be amended")
    return _next(tx, fact, Act.AMENDED, changes, note)


@usecase(Permission.KEEP_FACTS)
def correct_fact(tx: Tx, *, fact: GradingFact, day: date, note: str) -> GradingFact:
    """Note that the member has put the matter right (改正); a continuing act ends with it."""
    ended = {"ended": day} if fact.continuing and fact.ended is None else {}
    return _next(tx, fact, Act.CORRECTED, {"corrected": day, **ended}, note)


@usecase(Permission.KEEP_FACTS)
def repair_fact(tx: Tx, *, fact: GradingFact, day: date, note: str) -> GradingFact:
    """Note that credit was repaired (信用修复). Raises BadInput when no scheme in force knows a repair of it."""
    return _next(tx, fact, Act.REPAIRED, {"repaired": day}, note)


@usecase(Permission.KEEP_FACTS, sensitive=True)
def revoke_fact(tx: Tx, *, fact: GradingFact, note: str) -> GradingFact:
    """Take an entry back, with the reason: it counts no more, and stays readable."""
    return _next(tx, fact, Act.REVOKED, {}, note)


def _next(tx: Tx, fact: GradingFact, act: Act, changes: Mapping[str, Any], note: str) -> GradingFact:
    """The next entry of a fact: the same but for what changes. Two at once: the second meets the first."""
    rules.check_open(fact.act)
    former = {name: getattr(fact, name) for name in KEPT}
    differing = {name: value for name, value in changes.items() if former[name] != value}
    if not differing and act is not Act.REVOKED:
        raise BadInput("nothing_changed", _("This is what the entry says already. Nothing was changed."))
    entry = GradingFact(
        number=fact.number, revision=fact.revision + 1, act=act, **former | differing, note=note, **_signed(tx)
    )
    if act is not Act.REVOKED:
        _check_new(tx, entry, _still(tx, fact.item))
    tx.session.add(entry)
    tx.session.flush()
    said = {name: str(value) for name, value in differing.items()}
    tx.record(f"fact:entry:{act}", entry.subject, {"revision": entry.revision, "changes": said})
    return entry


def _still(tx: Tx, item: str) -> Sequence[Grader]:
    found = queries.graders_for_facts(tx.session, tx.today)
    if item != HISTORY and not any(one.plan_of(item) for one in found):
        raise RuleViolated(
            "fact_unknown_now", _("No scheme in force knows this fact any more. It can only be revoked.")
        )
    return found
