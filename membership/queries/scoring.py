"""Reads during a round: scores and evidence, who has scored whom, ties, and the next thing in somebody's queue."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from core.calendar import add_months
from core.errors import BadInput
from core.i18n import _
from membership.models import (
    ConflictOfInterest,
    GradingRound,
    RoundAssignment,
    RoundEvidence,
    RoundScore,
    Unit,
    UnitContact,
)
from membership.rules.grading.numbers import half_width
from membership.rules.grading.scheme import Indicator, Scheme
from membership.rules.grading.terms import Stage
from membership.rules.rounds import State
from membership.rules.scoring import asked

FEW = 400
REVIEWING = (State.FIRST.value, State.REVIEW.value)


def indicator_named(scheme: Scheme, words: str) -> Indicator:
    """An indicator by its place, its id or its title. Raises BadInput that lists them."""
    found, typed = asked(scheme), half_width(words)
    if typed.isascii() and typed.isdigit() and 1 <= int(typed[:4]) <= len(found):
        return found[int(typed[:4]) - 1]
    for one in found:
        if typed.casefold() in (one.id.casefold(), one.title.zh, one.title.en.casefold()):
            return one
    known = "; ".join(f"{place} {one.title.text}" for place, one in enumerate(found, 1))
    text = _("“{name}” is no indicator of this scheme. Use its number: {known}")
    raise BadInput("indicator_unknown", text.format(name=words[:40], known=known))


def place_of(scheme: Scheme, indicator: Indicator) -> int:
    """The place of an indicator among those that are scored, from 1."""
    return [one.id for one in asked(scheme)].index(indicator.id) + 1


def current_scores(session: Session, round_: GradingRound, unit: Unit) -> dict[tuple[Stage, str], RoundScore]:
    """(stage, indicator) → the score that stands."""
    query = select(RoundScore).where(
        RoundScore.round_id == round_.id, RoundScore.unit_id == unit.id, RoundScore.superseded_at.is_(None)
    )
    return {(Stage(one.stage), one.indicator): one for one in session.scalars(query)}


def score_history(session: Session, round_: GradingRound, unit: Unit) -> list[RoundScore]:
    """Everything that was ever scored of a unit in a round, in the order it was entered."""
    mine = (RoundScore.round_id == round_.id, RoundScore.unit_id == unit.id)
    return list(session.scalars(select(RoundScore).where(*mine).order_by(RoundScore.id)))


def evidence_of(
    session: Session, round_: GradingRound, unit: Unit, indicator: str | None = None
) -> list[RoundEvidence]:
    """The files for a unit, of one indicator or all, in the order they were sent."""
    query = select(RoundEvidence).where(
        RoundEvidence.round_id == round_.id,
        RoundEvidence.unit_id == unit.id,
        RoundEvidence.withdrawn_at.is_(None),
    )
    if indicator is not None:
        query = query.where(RoundEvidence.indicator == indicator)
    return list(session.scalars(query.order_by(RoundEvidence.id)))


def scorers_of(session: Session, round_: GradingRound, unit: Unit | None = None) -> dict[Stage, set[int]]:
    """Stage → who has scored at it, one unit or any; also what was superseded since."""
    query = select(RoundScore.stage, RoundScore.scored_by).where(RoundScore.round_id == round_.id)
    if unit is not None:
        query = query.where(RoundScore.unit_id == unit.id)
    found: dict[Stage, set[int]] = defaultdict(set)
    for stage, person in session.execute(query.distinct()):
        found[Stage(stage)].add(person)
    return found


def scored_elsewhere(session: Session, round_: GradingRound, stage: Stage) -> list[tuple[int, int]]:
    """(person, unit) of everybody who scored a unit at another stage of a round."""
    query = select(RoundScore.scored_by, RoundScore.unit_id).where(
        RoundScore.round_id == round_.id, RoundScore.stage != stage.value
    )
    return [(row[0], row[1]) for row in session.execute(query.distinct())]


def reviewers_of(session: Session, round_: GradingRound) -> set[int]:
    """Everybody who scored in a round beyond the members' own assessments, or was to."""
    scored = scorers_of(session, round_)
    assigned = select(RoundAssignment.person_id).where(RoundAssignment.round_id == round_.id)
    return scored[Stage.FIRST] | scored[Stage.REVIEW] | set(session.scalars(assigned.distinct()))


def ties_of(session: Session, people: Collection[int], day: date, years: int) -> dict[int, set[int]]:
    """Person → units they act for, acted for within so many years, or declared a tie with."""
    since = add_months(day, -12 * years)
    acting = select(UnitContact.person_id, UnitContact.unit_id).where(
        or_(UnitContact.until.is_(None), UnitContact.until >= since)
    )
    declared = select(ConflictOfInterest.person_id, ConflictOfInterest.unit_id).where(
        ConflictOfInterest.ended_at.is_(None)
    )
    found: dict[int, set[int]] = {person: set() for person in people}
    for query, column in ((acting, UnitContact.person_id), (declared, ConflictOfInterest.person_id)):
        chosen = query.where(column.in_(found)) if len(found) <= FEW else query
        for person, unit in session.execute(chosen):
            if person in found:
                found[person].add(unit)
    return found


def acts_for(session: Session, person_id: int, unit: Unit) -> bool:
    """Whether a person acts for a unit now."""
    mine = (UnitContact.person_id == person_id, UnitContact.unit_id == unit.id, UnitContact.until.is_(None))
    return session.scalar(select(UnitContact.id).where(*mine).limit(1)) is not None


def assignment_of(session: Session, round_: GradingRound, unit: Unit, stage: Stage) -> RoundAssignment | None:
    """Who is to score a unit at a stage."""
    return session.scalar(
        select(RoundAssignment).where(
            RoundAssignment.round_id == round_.id,
            RoundAssignment.unit_id == unit.id,
            RoundAssignment.stage == stage.value,
        )
    )


def assignments_of(session: Session, round_: GradingRound, stage: Stage) -> list[RoundAssignment]:
    """Everybody's at a stage."""
    mine = (RoundAssignment.round_id == round_.id, RoundAssignment.stage == stage.value)
    return list(session.scalars(select(RoundAssignment).where(*mine).order_by(RoundAssignment.id)))


@dataclass(frozen=True)
class Turn:
    """The unit that is next in somebody's queue. ``done`` of ``units`` are finished, at the same round and stage."""

    round: GradingRound
    unit: Unit
    assignment: RoundAssignment
    done: int
    units: int

    @property
    def stage(self) -> Stage:
        """The stage it is scored at."""
        return Stage(self.assignment.stage)


def next_turn(session: Session, person_id: int, round_: GradingRound | None = None) -> Turn | None:
    """What is next, the oldest round first; units that were put off come last. None when nothing is left."""
    running = select(GradingRound).where(GradingRound.state.in_(REVIEWING)).order_by(GradingRound.number)
    for one in session.scalars(running) if round_ is None else [round_]:
        query = (
            select(RoundAssignment)
            .where(
                RoundAssignment.person_id == person_id,
                RoundAssignment.round_id == one.id,
                RoundAssignment.stage == one.state,
                RoundAssignment.finished.is_(False),
            )
            .order_by(RoundAssignment.turn, RoundAssignment.unit_id)
            .limit(1)
        )
        found = session.scalar(query)
        if found is not None:
            return turn_of(session, one, session.get_one(Unit, found.unit_id), found)
    return None


def turn_of(session: Session, round_: GradingRound, unit: Unit, assignment: RoundAssignment) -> Turn:
    """A unit of somebody's queue, with how far the queue has come."""
    counted = select(func.count(), func.count().filter(RoundAssignment.finished)).where(
        RoundAssignment.person_id == assignment.person_id,
        RoundAssignment.round_id == round_.id,
        RoundAssignment.stage == assignment.stage,
    )
    units, done = session.execute(counted).one()
    return Turn(round_, unit, assignment, done, units)


def next_indicator(session: Session, scheme: Scheme, turn: Turn) -> Indicator | None:
    """The first indicator without a score that was not put off; else the first put off."""
    given = current_scores(session, turn.round, turn.unit)
    left = [one for one in asked(scheme) if (turn.stage, one.id) not in given]
    fresh = [one for one in left if one.id not in turn.assignment.deferred]
    return next(iter(fresh or left), None)


def last_correction(session: Session, round_: GradingRound) -> datetime | None:
    """When a score was last corrected after the lock."""
    query = select(func.max(RoundScore.scored_at)).where(
        RoundScore.round_id == round_.id, RoundScore.objection.is_not(None)
    )
    return session.scalar(query)
