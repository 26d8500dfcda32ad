"""What the results of a round are computed from: which scores count, former grades, and what is missing before the lock."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from core.errors import AppError
from membership.models import GradingRound, GradingScheme, RoundAssignment, RoundMember, RoundScore, Unit, UnitGrade
from membership.queries import rounds
from membership.queries.facts import facts_for
from membership.rules.grading import stored
from membership.rules.grading.facts import HISTORY, Fact
from membership.rules.grading.results import Status
from membership.rules.grading.scheme import Scheme
from membership.rules.grading.score import Grader, grader
from membership.rules.grading.terms import Stage
from membership.rules.scoring import asked

SCORES: Any = RoundScore.__table__
CHUNK = 500


def counted(round_id: int, scheme: Scheme) -> list[Any]:
    """The condition on scores that they go into the result."""
    mine = [SCORES.c.round_id == round_id, SCORES.c.superseded_at.is_(None)]
    deciding = scheme.counting.deciding
    return mine if deciding is None else [*mine, SCORES.c.stage == deciding.value]


def scored_facts(session: Session, round_: GradingRound, scheme: Scheme, units: Sequence[int]) -> dict[int, list[Fact]]:
    """Unit → the facts that its counting scores make; the key is there for every unit asked about."""
    found: dict[int, list[Fact]] = {unit: [] for unit in units}
    entries = select(SCORES.c.unit_id, SCORES.c.entry).where(*counted(round_.id, scheme), SCORES.c.unit_id.in_(units))
    for unit, entry in session.connection().execute(entries.order_by(SCORES.c.id)):
        found[unit] += stored.read(f"[{entry}]")
    return found


def former_grades(
    session: Session, version: GradingScheme, scheme: Scheme, units: Iterable[int]
) -> dict[int, list[Fact]]:
    """Grades held before by any version of the same scheme, for a scheme that looks at them."""
    if not scheme.consecutive and not any(grade.former for grade in scheme.grades):
        return {}
    known = (*scheme.grade_ids, scheme.missing.id, scheme.ended.id)
    query = (
        select(UnitGrade.unit_id, UnitGrade.grade, UnitGrade.valid_from)
        .join(GradingScheme, GradingScheme.id == UnitGrade.scheme_id)
        .where(GradingScheme.scheme == version.scheme, UnitGrade.grade.in_(known))
    )
    wanted = set(units)
    found: dict[int, dict[Any, Fact]] = defaultdict(dict)
    for unit, grade, begins in session.execute(query.order_by(UnitGrade.id)):
        if unit in wanted:
            found[unit][begins] = Fact(HISTORY, grade=grade, day=begins)
    return {unit: list(facts.values()) for unit, facts in found.items()}


@dataclass(frozen=True)
class Gaps:
    """What a lock would meet: units whose second review is not finished, and unit → what it lacks for a grade (ids)."""

    unreviewed: list[Unit]
    missing: list[tuple[Unit, tuple[str, ...]]]


def gaps_of(session: Session, round_: GradingRound, day: date) -> Gaps:
    """The gaps of a round if it were locked on this day. Nothing is changed.

    Only units with something unscored, or everybody where the scheme has must-have facts, are graded on trial.
    """
    scheme = rounds.scheme_of(session, round_)
    trial = grader(scheme)
    lacking = {
        unit: names
        for some in some_at_a_time(_doubtful(session, round_, scheme, everybody=bool(trial.required)))
        for unit, names in _lacking(session, round_, trial, some, day).items()
    }
    open_ = set(_unfinished(session, round_)) if asked(scheme) else set()
    units = {one.id: one for some in some_at_a_time(sorted({*lacking, *open_})) for one in _units(session, some)}
    by_number = sorted(units.values(), key=lambda one: one.number)
    return Gaps(
        [one for one in by_number if one.id in open_], [(u, lacking[u.id]) for u in by_number if u.id in lacking]
    )


def outside_facts(
    session: Session, round_: GradingRound, scheme: Scheme, units: Sequence[int], day: date
) -> dict[int, list[Fact]]:
    """Unit → what is graded beside the scores: what the register holds on a day, then the grades held before."""
    found = facts_for(session, units, scheme, day)
    for unit, facts in former_grades(session, rounds.version_of(session, round_), scheme, units).items():
        found[unit] = [*found.get(unit, []), *facts]
    return found


def some_at_a_time(units: Sequence[int]) -> Iterator[Sequence[int]]:
    """A few hundred units after the other."""
    return (units[begin : begin + CHUNK] for begin in range(0, len(units), CHUNK))


def _units(session: Session, ids: Sequence[int]) -> Iterable[Unit]:
    return session.scalars(select(Unit).where(Unit.id.in_(ids)))


def _doubtful(session: Session, round_: GradingRound, scheme: Scheme, *, everybody: bool) -> list[int]:
    """Units that do not have every indicator plainly scored at the stage that decides."""
    members = select(RoundMember.unit_id).where(RoundMember.round_id == round_.id)
    stage = scheme.counting.deciding or Stage.REVIEW
    complete = (
        select(SCORES.c.unit_id)
        .where(
            SCORES.c.round_id == round_.id, SCORES.c.stage == stage.value, SCORES.c.superseded_at.is_(None),
            SCORES.c.plain,
        )
        .group_by(SCORES.c.unit_id)
        .having(func.count() >= len(asked(scheme)))
    )  # fmt: skip
    query = members if everybody else members.where(RoundMember.unit_id.not_in(complete))
    return list(session.scalars(query.order_by(RoundMember.unit_id)))


def _unfinished(session: Session, round_: GradingRound) -> list[int]:
    assignment = RoundAssignment
    on = (
        (assignment.round_id == RoundMember.round_id)
        & (assignment.unit_id == RoundMember.unit_id)
        & (assignment.stage == Stage.REVIEW.value)
    )
    query = select(RoundMember.unit_id).outerjoin(assignment, on).where(RoundMember.round_id == round_.id)
    return list(session.scalars(query.where(or_(assignment.id.is_(None), assignment.finished.is_(False)))))


def _lacking(
    session: Session, round_: GradingRound, trial: Grader, units: Sequence[int], day: date
) -> dict[int, tuple[str, ...]]:
    """Unit → what it lacks, of those that would get no grade. One that cannot be graded at all is for the lock to name."""
    scheme = trial.scheme
    found = scored_facts(session, round_, scheme, units)
    for unit, facts in outside_facts(session, round_, scheme, units, day).items():
        found[unit] = [*facts, *found[unit]]
    lacking = {}
    for unit, facts in found.items():
        try:
            result = trial.grade(facts, day)
        except AppError:
            continue
        if result.status is Status.MISSING:
            lacking[unit] = tuple(dict.fromkeys(result.missing))
    return lacking
