"""Grades looked at again: what a unit's inputs give by the scheme today, one unit or all of them."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.errors import AppError
from membership.models import GradingScheme, Unit, UnitGrade
from membership.queries import grading
from membership.queries.facts import facts_and_problems
from membership.queries.units import PRESENT
from membership.rules import adjusting as rules
from membership.rules.adjusting import Cause, Direction
from membership.rules.grading import stored
from membership.rules.grading.facts import HISTORY, Fact
from membership.rules.grading.results import Result
from membership.rules.grading.scheme import Scheme
from membership.rules.grading.score import Grader, grader


@dataclass(frozen=True)
class Outlook:
    """A grade as it is, and as it would be today. ``direction`` is None when nothing would change.

    ``then`` and ``now`` are the results; ``inputs`` what the new one was computed from.
    """

    grade: UnitGrade
    scheme: Scheme
    then: Result
    now: Result
    inputs: list[Fact]
    direction: Direction | None
    causes: tuple[Cause, ...] = ()
    trouble: str = ""


def outlook(session: Session, grade: UnitGrade, day: date) -> Outlook:
    """What a grade would be today. Raises RuleViolated when a fact of the register does not fit its scheme."""
    version = grading.scheme_by_id(session, grade.scheme_id)
    scheme = grading.loaded(version.document)
    facts, problems = facts_and_problems(session, [grade.unit_id], scheme, day)
    trouble = "\n".join(f"{reference}: {words}" for reference, words in problems)
    return _outlook(grader(scheme), grade, facts[grade.unit_id], day, trouble)


def effect(session: Session, unit: Unit, day: date) -> Outlook | None:
    """What the register as it stands would make of a unit's grade in force; None when nothing, or it has none."""
    grade = grading.grade_in_force(session, unit, day)
    if grade is None or grading.expired(grade, day):
        return None
    found = outlook(session, grade, day)
    return found if found.direction is not None else None


def outlooks(session: Session, grades: Collection[UnitGrade], day: date) -> Iterator[Outlook]:
    """The same for many grades with one statement for each scheme; what cannot be graded has its ``trouble``."""
    for scheme_id in sorted({grade.scheme_id for grade in grades}):
        scheme = grading.loaded(grading.scheme_by_id(session, scheme_id).document)
        mine = [grade for grade in grades if grade.scheme_id == scheme_id]
        facts, problems = facts_and_problems(session, [grade.unit_id for grade in mine], scheme, day)
        troubles = _of_units(session, problems)
        for grade in mine:
            yield _outlook(grader(scheme), grade, facts[grade.unit_id], day, troubles.get(grade.unit_id, ""))


def _of_units(session: Session, problems: Iterable[tuple[str, str]]) -> dict[int, str]:
    from membership.queries.facts import fact_by_number

    found: dict[int, str] = {}
    for reference, words in problems:
        unit_id = fact_by_number(session, int(reference.removeprefix(rules.REGISTERED))).unit_id
        found[unit_id] = "\n".join(part for part in (found.get(unit_id, ""), f"{reference}: {words}") if part)
    return found


def _outlook(prepared: Grader, grade: UnitGrade, registered: list[Fact], day: date, trouble: str) -> Outlook:
    kept = grading.inputs_of(grade)
    then = prepared.grade(kept, grade.day)
    inputs = rules.merged(kept, registered)
    if trouble:
        return Outlook(grade, prepared.scheme, then, then, kept, None, trouble=trouble)
    try:
        now = prepared.grade(inputs, day)
        direction = rules.direction_of(prepared.scheme, grade.grade, now.grade)
        if direction is not None:
            inputs = with_history(inputs, grade)
            now = prepared.grade(inputs, day)
    except AppError as failed:
        return Outlook(grade, prepared.scheme, then, then, kept, None, trouble=failed.text)
    if direction is None:
        return Outlook(grade, prepared.scheme, then, now, inputs, None)
    return Outlook(grade, prepared.scheme, then, now, inputs, direction, tuple(rules.causes(kept, inputs, then, now)))


def with_history(inputs: list[Fact], grade: UnitGrade) -> list[Fact]:
    """The inputs with the grade held until now among the former ones, as schemes that show it need it.

    Only where the grade changes: the same grade again is not a further year of it.
    """
    known = any(fact.item == HISTORY and fact.day == grade.valid_from for fact in inputs)
    return inputs if known else [*inputs, Fact(HISTORY, grade=grade.grade, day=grade.valid_from)]


def explained(session: Session, grade: UnitGrade) -> tuple[Scheme, list[Fact], Result]:
    """A grade computed again exactly as it was: its scheme version, its stored inputs, its day."""
    scheme = grading.loaded(grading.scheme_by_id(session, grade.scheme_id).document)
    facts = grading.inputs_of(grade)
    return scheme, facts, grader(scheme).grade(facts, grade.day)


@dataclass(frozen=True)
class Moved:
    """One member in a simulation: the grade in force, the simulated result, or why there is none."""

    unit: Unit
    before: str | None
    result: Result | None
    trouble: str = ""


def simulated(session: Session, version: GradingScheme, day: date) -> list[Moved]:
    """Every present member graded by a scheme: its latest scores as far as this scheme knows them, and the register's facts.

    Writes nothing. The order is that of the members' numbers.
    """
    scheme = grading.loaded(version.document)
    units = list(session.scalars(select(Unit).where(PRESENT).order_by(Unit.number)))
    grades = grading.grades_in_force(session, None, day)
    facts, problems = facts_and_problems(session, [unit.id for unit in units], scheme, day)
    troubles = _of_units(session, problems)
    return [_moved(grader(scheme), unit, grades.get(unit.id), facts, troubles, day) for unit in units]


def _moved(
    prepared: Grader,
    unit: Unit,
    grade: UnitGrade | None,
    facts: Mapping[int, list[Fact]],
    troubles: Mapping[int, str],
    day: date,
) -> Moved:
    before = grade.grade if grade is not None else None
    if unit.id in troubles:
        return Moved(unit, before, None, troubles[unit.id])
    kept = [] if grade is None else [fact for fact in grading.inputs_of(grade) if _known(prepared, fact)]
    try:
        return Moved(unit, before, prepared.grade(rules.merged(kept, facts[unit.id]), day))
    except AppError as failed:
        return Moved(unit, before, None, failed.text)


def _known(prepared: Grader, fact: Fact) -> bool:
    """Whether a scheme that a fact was not entered for can still take it."""
    if fact.item == HISTORY:
        return fact.grade in prepared.scheme.grade_ids
    indicator = prepared.indicators.get(fact.item)
    if indicator is not None:
        return fact.score is None or indicator.floor <= fact.score <= indicator.max
    return fact.item in prepared.plans or (fact.item == "total" and prepared.scoring.total_may_be_given)


def digest_of(version: GradingScheme, look: Outlook, day: date) -> tuple[str, str]:
    """The inputs of an outlook as they are stored, and the hash over them and the result."""
    inputs = stored.listed(look.inputs)
    return inputs, stored.digest(version.sha256, day, inputs, stored.Kept.of(look.now))
