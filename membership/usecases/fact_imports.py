"""Facts from a spreadsheet: read and judged without writing, then entered all or none."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from core import attachments
from core.access import Permission, usecase
from core.errors import AppError, BadInput, RuleViolated
from core.i18n import N_, _
from core.numbering import next_numbers
from core.transaction import Tx
from membership import reading
from membership.models import GradingFact, Unit
from membership.queries import facts as queries
from membership.queries import unit_by_number, unit_named
from membership.rules import fact_register as rules
from membership.rules.fact_register import Act
from membership.rules.grading import table
from membership.rules.grading.facts import HISTORY, Fact
from membership.rules.grading.numbers import plain
from membership.rules.grading.problems import Problem, errors_of, listed
from membership.rules.grading.score import Grader
from membership.rules.grading.terms import Origin

MOST = 2_000
"""More rows than this come in several files."""


@dataclass
class Judged:
    """What a kept file of facts would enter: facts with their units, how many are known already, and what is wrong."""

    file: int
    facts: list[tuple[Unit, Fact]] = field(default_factory=list)
    known: int = 0
    problems: list[Problem] = field(default_factory=list)


@usecase(Permission.KEEP_FACTS)
def judge_facts(tx: Tx, *, name: str, content: bytes) -> Judged:
    """Read a file by the headings of docs/grading-schemes.md and keep it; no fact is entered.

    Raises BadInput for an unreadable file.
    """
    stored = attachments.store(tx.session, name, content, "application/octet-stream", tx.now)
    judged = _judged(tx, name, content, stored.id)
    data = {"sha256": stored.sha256, "new": len(judged.facts), "problems": len(judged.problems)}
    tx.record("fact:file:judge", f"file:{stored.id}", data)
    return judged


def _judged(tx: Tx, name: str, content: bytes, file: int) -> Judged:
    graders = queries.graders_for_facts(tx.session, tx.today)
    rows = reading.read_sheet(content, name).sheets
    if not rows:
        raise BadInput("file_without_sheet", _("This file has no visible sheet."))
    found = table.read_rows(graders[0], rows[0].rows, tx.today)
    judged = Judged(file, problems=list(errors_of(found.problems)))
    for member, facts in found.members.items():
        _place(tx, graders, judged, member, facts)
    if len(judged.facts) > MOST:
        text = N_("This file holds more than 2 000 facts. Split it.")
        judged.problems.append(Problem("facts_many", name, text))
    return judged


def _place(tx: Tx, graders: Sequence[Grader], judged: Judged, member: str, facts: list[Fact]) -> None:
    """The facts of one member: known ones are counted, wrong ones named."""
    try:
        unit = _unit(tx, member)
    except AppError as trouble:
        judged.problems.append(_problem(member, trouble))
        return
    kept = {_same(queries.as_fact(one)) for one, _unit in queries.facts_kept(tx.session, unit)}
    for fact in facts:
        try:
            _check(graders, fact, tx.today)
        except AppError as trouble:
            judged.problems.append(_problem(f"{member}, {fact.item} {fact.day or ''}", trouble))
            continue
        if _same(fact) in kept:
            judged.known += 1
        else:
            judged.facts.append((unit, fact))


def _problem(where: str, trouble: AppError) -> Problem:
    return Problem(trouble.code, where[:80], trouble.text.replace("{", "{{").replace("}", "}}"))


def _unit(tx: Tx, member: str) -> Unit:
    digits = member.upper().removeprefix("M-")
    number = digits.isascii() and digits.isdigit() and len(digits) <= 9
    return unit_by_number(tx.session, int(digits)) if number else unit_named(tx.session, member)


def _check(graders: Sequence[Grader], fact: Fact, today: date) -> None:
    if fact.item != HISTORY:
        rules.item_named(graders, fact.item)
    for name, words in (("document", fact.evidence), ("same_fact", fact.same_fact), ("reason", fact.reason)):
        rules.check_length(name, words)
    rules.check_fact(graders, fact, today)


def _same(fact: Fact) -> tuple[object, ...]:
    """By what a fact that comes again is known."""
    return fact.item, fact.day, fact.value, fact.level, fact.grade, fact.evidence, fact.times


@usecase(Permission.KEEP_FACTS)
def enter_facts(tx: Tx, *, name: str, content: bytes) -> list[GradingFact]:
    """Enter every new fact of a file, or none. Raises BadInput while anything is wrong, RuleViolated for nothing new."""
    stored = attachments.store(tx.session, name, content, "application/octet-stream", tx.now)
    judged = _judged(tx, name, content, stored.id)
    if judged.problems:
        raise BadInput("facts_wrong", listed(judged.problems[:10]))
    if not judged.facts:
        raise RuleViolated("facts_known", _("Every fact of this file is in the register already."))
    numbers = next_numbers(tx.session, tx.association.id, "fact", len(judged.facts))
    graders = queries.graders_for_facts(tx.session, tx.today)
    made = [_entry(tx, graders, number, unit, fact) for number, (unit, fact) in zip(numbers, judged.facts, strict=True)]
    tx.session.add_all(made)
    tx.session.flush()
    data = {"entered": len(made), "first": numbers[0], "known": judged.known, "sha256": stored.sha256}
    tx.record("fact:file:enter", f"file:{stored.id}", data)
    return made


def _entry(tx: Tx, graders: Sequence[Grader], number: int, unit: Unit, fact: Fact) -> GradingFact:
    plans = (one.plan_of(fact.item) for one in graders)
    origin = next((plan.rule.origin for plan in plans if plan is not None), Origin.REGISTER)
    return GradingFact(
        number=number,
        act=Act.ENTERED,
        unit_id=unit.id,
        item=fact.item,
        value=None if fact.value is None else plain(fact.value),
        times=fact.times,
        day=fact.day,
        ended=fact.ended,
        continuing=fact.continuing,
        corrected=fact.corrected,
        repaired=fact.repaired,
        level=fact.level,
        grade=fact.grade,
        origin=origin,
        document=fact.evidence,
        same_fact=fact.same_fact,
        reason=fact.reason,
        entered_by=tx.actor.person_id,
        entered_at=tx.now,
        entered_on=tx.today,
    )
