"""A whole round graded in one statement, in whole numbers: see ``membership.rules.grading.setwise`` for whom it can grade."""

from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Integer,
    String,
    Subquery,
    and_,
    case,
    cast,
    func,
    literal,
    literal_column,
    or_,
    select,
    true,
    update,
)
from sqlalchemy.orm import Session

from membership.models import RoundMember, RoundScore
from membership.rules.grading.numbers import Mode
from membership.rules.grading.results import Status
from membership.rules.grading.setwise import SCALE, Ceiling, Hurdle, Range, Setwise, Step

SCORES: Any = RoundScore.__table__
MEMBERS: Any = RoundMember.__table__
Number = ColumnElement[int]


def grade_all(session: Session, round_id: int, plan: Setwise) -> int:
    """Score, grade and rank every member of a round whom the plan can grade. Returns how many; the others stay as they are.

    Those are members with facts besides their scores, or with an indicator that is missing or does not simply count;
    once they are graded, too, ``rank_all`` has to place everybody anew.
    """
    graded = _graded(round_id, plan)
    statement = (
        update(MEMBERS)
        .where(MEMBERS.c.round_id == round_id, MEMBERS.c.unit_id == graded.c.unit_id, MEMBERS.c.facts == "")
        .values(
            score=graded.c.score,
            points=graded.c.points,
            grade=graded.c.grade,
            shown=graded.c.grade,
            status=case((graded.c.grade.is_not(None), literal(Status.GRADED.value, String())), else_=None),
            rank=graded.c.place,
        )
    )
    return session.connection().execute(statement).rowcount


def rank_all(session: Session, round_id: int, *, demerit: bool) -> None:
    """Rank everybody who has a score: equal scores share a place, and the next place counts them all."""
    order = MEMBERS.c.points.asc() if demerit else MEMBERS.c.points.desc()
    ranked = (
        select(MEMBERS.c.id, func.rank().over(order_by=order).label("place"))
        .where(MEMBERS.c.round_id == round_id, MEMBERS.c.status == Status.GRADED.value)
        .subquery("ranked")
    )
    statement = update(MEMBERS).where(MEMBERS.c.id == ranked.c.id).values(rank=ranked.c.place)
    session.connection().execute(statement)


def _graded(round_id: int, plan: Setwise) -> Subquery:
    """Score, points, grade and place of each unit. The window keeps every database from working a score out twice."""
    scored = _scored(plan, _sums(round_id, plan))
    order = scored.c.value.asc() if plan.demerit else scored.c.value.desc()
    placed = select(scored, func.rank().over(order_by=order).label("place")).subquery("placed")
    return select(
        placed.c.unit_id,
        _text(placed.c.value, plan.digits).label("score"),
        (placed.c.value * _number(SCALE // 10**plan.digits)).label("points"),
        _grade(plan, placed).label("grade"),
        placed.c.place,
    ).subquery("graded")


def _number(value: int) -> Number:
    """A whole number as it stands: a parameter in every step of a hundred thousand rows costs time."""
    return literal_column(str(int(value)), BigInteger())


def _sums(round_id: int, plan: Setwise) -> Subquery:
    """Per unit: the weighted sum of its scores, and for each hurdle how many indicators do not take it.

    Of units whose every indicator is scored and counts as it stands; an indicator has one standing score at most.
    """
    table, none, one = SCORES.c, _number(0), _number(1)
    weight = case({name: _number(f) for name, f in plan.factors.items()}, value=table.indicator, else_=none)
    hurdles = [func.sum(case((_missed(table, hurdle), one), else_=none)).label(name) for name, hurdle in _named(plan)]
    return (
        select(table.unit_id, cast(func.sum(table.points * weight), BigInteger).label("sum"), *hurdles)
        .where(table.round_id == round_id, table.stage == plan.stage.value, table.superseded_at.is_(None))
        .group_by(table.unit_id)
        .having(func.count() == len(plan.required), func.sum(case((table.plain, none), else_=one)) == 0)
        .subquery("sums")
    )


def _named(plan: Setwise) -> list[tuple[str, Hurdle]]:
    """Every hurdle under the name of its column; the same one stands once."""
    found = [hurdle for rung in plan.rungs for hurdle in rung.hurdles]
    found += [hurdle for ceiling in plan.ceilings for hurdle in (*ceiling.when, *ceiling.unless)]
    return [(f"missed_{place}", hurdle) for place, hurdle in enumerate(dict.fromkeys(found))]


def _missed(table: Any, hurdle: Hurdle) -> ColumnElement[bool]:
    named = or_(*(table.indicator == name for name in hurdle.indicators))
    return and_(named, ~_within(table.points, hurdle.within))


def _within(value: Number, wanted: Range) -> ColumnElement[bool]:
    conditions: list[ColumnElement[bool]] = [true()]
    if wanted.least is not None:
        conditions.append(value >= _number(wanted.least))
    if wanted.most is not None:
        conditions.append(value <= _number(wanted.most))
    return and_(*conditions)


def _scored(plan: Setwise, sums: Subquery) -> Subquery:
    """The score of each unit, as a whole number of the plan's last decimal."""
    value: Number = _stepped(sums.c.sum, plan.first) + _number(plan.start)
    if plan.floor is not None:
        value = case((value < _number(plan.floor), _number(plan.floor)), else_=value)
    if plan.cap is not None:
        value = case((value > _number(plan.cap), _number(plan.cap)), else_=value)
    if plan.last is not None:
        value = _stepped(value, plan.last)
    hurdles = [sums.c[name] for name, _hurdle in _named(plan)]
    return select(sums.c.unit_id, value.label("value"), *hurdles).subquery("scored")


def _stepped(value: Number, step: Step) -> Number:
    """``value × times ÷ by`` in whole numbers; nothing here is negative."""
    product = value * _number(step.times)
    if step.mode is Mode.HALF_UP:
        return (product * _number(2) + _number(step.by)) // _number(2 * step.by)
    if step.mode is Mode.CEIL:
        product = product + _number(step.by - 1)
    return product // _number(step.by)


def _grade(plan: Setwise, placed: Subquery) -> ColumnElement[str]:
    """The grade of the first rung that fits, and no better than any closed ceiling allows."""
    names = {hurdle: name for name, hurdle in _named(plan)}

    def taken(hurdle: Hurdle) -> ColumnElement[bool]:
        return placed.c[names[hurdle]] == _number(0)

    steps = [
        (and_(_within(placed.c.value, rung.within), *map(taken, rung.hurdles)), _number(plan.ladder.index(rung.grade)))
        for rung in plan.rungs
    ]
    rank: ColumnElement[int] = case(*steps, else_=None)
    for ceiling in plan.ceilings:
        closed = _closed(ceiling, taken)
        if closed is not None:
            lowest = _number(ceiling.place)
            rank = case((and_(closed, rank < lowest), lowest), else_=rank)
    grades = {place: literal(grade, String()) for place, grade in enumerate(plan.ladder)}
    return case(grades, value=rank, else_=None)


def _closed(ceiling: Ceiling, taken: Any) -> ColumnElement[bool] | None:
    """The condition that a ceiling holds somebody down; None when it never does."""
    parts = [taken(hurdle) for hurdle in ceiling.when]
    if ceiling.unless:
        parts.append(~and_(*map(taken, ceiling.unless)))
    return or_(*parts) if parts else None


def _text(value: Number, digits: int) -> ColumnElement[str]:
    """A whole number of 10⁻ᵈ as people write it, without needless zeros."""
    if not digits:
        return cast(value, String)
    unit = _number(10**digits)
    rest = func.substr(cast(unit + value % unit, String), literal_column("2", Integer()))
    padded = cast(value // unit, String).op("||")(literal_column("'.'")).op("||")(rest)
    return func.rtrim(func.rtrim(padded, literal_column("'0'")), literal_column("'.'"))
