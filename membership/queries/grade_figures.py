"""Figures behind the pictures of grades: spread, movement between rounds, a member's profile."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from statistics import median

from sqlalchemy import and_, func, select
from sqlalchemy.orm import Session

from core.errors import NotFound
from core.i18n import _
from membership.models import GradingRound, Unit, UnitGrade
from membership.queries import grading
from membership.queries.grading import in_force_on
from membership.queries.units import PRESENT
from membership.rules.grading.explain import Reader
from membership.rules.grading.movements import NONE, Movement, Movements
from membership.rules.grading.score import Grader, grader
from membership.rules.grading.stored import read


def spread(session: Session, day: date, category: str | None = None) -> list[tuple[str, int]]:
    """(grade as shown, members) of those present, in the order of the ladder; an empty grade: none in force."""
    query = select(UnitGrade.shown, UnitGrade.scheme_id, func.count())
    query = query.select_from(Unit).outerjoin(UnitGrade, and_(UnitGrade.unit_id == Unit.id, in_force_on(day)))
    if category:
        query = query.where(Unit.category == category)
    rows = session.execute(query.where(PRESENT).group_by(UnitGrade.shown, UnitGrade.scheme_id)).all()
    counts: Counter[str] = Counter()
    for shown, _scheme, count in rows:
        counts[shown or NONE] += count
    if not any(counts[shown] for shown in counts if shown != NONE):
        return []
    places = _places(session, {scheme for _shown, scheme, _count in rows if scheme is not None})
    return sorted(counts.items(), key=lambda pair: (pair[0] == NONE, places.get(pair[0], len(places)), pair[0]))


def _places(session: Session, schemes: set[int]) -> dict[str, int]:
    """Grade → its place on the ladder, the best first."""
    places: dict[str, int] = {}
    for scheme_id in sorted(schemes):
        scheme = grading.loaded(grading.scheme_by_id(session, scheme_id).document)
        for grade in (*scheme.grade_ids, scheme.ended.id, scheme.missing.id):
            places.setdefault(grade, len(places))
    return places


def round_id(session: Session, number: int) -> int:
    """The row of the round with this number. Raises NotFound."""
    found = session.scalar(select(GradingRound.id).where(GradingRound.number == number))
    if found is None:
        raise NotFound("round_unknown", _("There is no such round."))
    return found


def between(session: Session, former: int, later: int) -> Movements:
    """Where members stood in two rounds; who was in one only has no grade in the other."""
    before, after = _given(session, former), _given(session, later)
    graded = select(UnitGrade.unit_id).where(UnitGrade.round_id.in_([former, later]))
    units = {unit.id: unit for unit in session.scalars(select(Unit).where(Unit.id.in_(graded)))}
    schemes = {grade.scheme_id for grade in (*before.values(), *after.values())}
    order = tuple(sorted(places := _places(session, schemes), key=places.__getitem__))
    found = [
        Movement(unit.reference, unit.name, _grade(before, unit.id), _grade(after, unit.id), ())
        for unit in sorted(units.values(), key=lambda unit: unit.number)
    ]
    return Movements(order, tuple(found))


def _given(session: Session, round_id: int) -> dict[int, UnitGrade]:
    """Unit id → the grade that a round gave; the latest, should an objection have led to another."""
    query = select(UnitGrade).where(UnitGrade.round_id == round_id).order_by(UnitGrade.id)
    return {grade.unit_id: grade for grade in session.scalars(query)}


def _grade(grades: Mapping[int, UnitGrade], unit_id: int) -> str:
    return grades[unit_id].grade if unit_id in grades else NONE


@dataclass(frozen=True)
class ProfileLine:
    """One indicator in percent of its maximum: a member, and the median of the others of its category."""

    title: str
    member: float | None
    median: float | None


@dataclass(frozen=True)
class ProfileOf:
    """A member's indicators; ``others`` is from how many other members the medians come."""

    lines: list[ProfileLine]
    others: int


FEWEST = 3
"""A median of fewer units would tell what single ones scored."""


def profile(session: Session, unit: Unit, grade: UnitGrade, day: date) -> ProfileOf:
    """Indicators of a unit against the grades in force of other present units of its category, by the same scheme."""
    prepared = grader(grading.loaded(grading.scheme_by_id(session, grade.scheme_id).document))
    same = (Unit.category == unit.category, PRESENT, Unit.id != unit.id, UnitGrade.scheme_id == grade.scheme_id)
    query = select(UnitGrade.inputs, UnitGrade.day).join(Unit, Unit.id == UnitGrade.unit_id)
    rows = session.execute(query.where(in_force_on(day), *same)).all()
    others = [_scores(prepared, inputs, on) for inputs, on in rows]
    mine, reader = _scores(prepared, grade.inputs, grade.day), Reader(prepared.scheme)
    lines = []
    for name in prepared.indicators:
        values = [scores[name] for scores in others if name in scores]
        if name in mine or values:
            middle = float(median(values)) if len(values) >= FEWEST else None
            lines.append(ProfileLine(reader.title(name), float(mine[name]) if name in mine else None, middle))
    return ProfileOf(lines, len(others))


def _scores(prepared: Grader, inputs: str, day: date) -> dict[str, Decimal]:
    """Indicator → percent of its maximum, as far as it was scored."""
    result = prepared.grade(read(inputs), day)
    return {
        step.item: 100 * step.after / prepared.indicators[step.item].max
        for step in result.steps
        if step.code == "scored" and step.after is not None
    }
