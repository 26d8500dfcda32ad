"""Reads about rounds: their members, where they stand, what is still to be done."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from announcements import queries as announcements
from core.associations import Association
from core.deadlines import Deadline, calendar_of
from core.errors import NotFound
from core.i18n import _
from membership.models import GradingRound, GradingScheme, RoundAssignment, RoundMember, Unit, UnitContact
from membership.queries.grading import loaded, scheme_by_id
from membership.queries.units import PRESENT
from membership.rules.grading.scheme import Scheme
from membership.rules.grading.terms import Stage
from membership.rules.rounds import SCORED_IN, Standing, State, state_of
from membership.rules.scoring import asked

STAGE_RULES = {Stage.SELF: "grading.self", Stage.FIRST: "grading.first", Stage.REVIEW: "grading.review"}
"""Stage → the rule under which its deadline is kept."""
STAGE_OF = {state: stage for stage, state in SCORED_IN.items()}


def round_by_number(session: Session, number: int, *, lock: bool = False, share: bool = False) -> GradingRound:
    """The round with this number. Raises NotFound.

    ``share`` keeps its state from changing while a score is entered; ``lock`` is for who changes it.
    """
    query = select(GradingRound).where(GradingRound.number == number)
    if lock or share:
        query = query.with_for_update(read=share and not lock)
    found = session.scalar(query)
    if found is None:
        raise NotFound("round_unknown", _("There is no such round. `grading list` shows them."))
    return found


def rounds(session: Session, *, limit: int | None = None, offset: int = 0) -> list[GradingRound]:
    """Rounds, the newest first."""
    query = select(GradingRound).order_by(GradingRound.number.desc())
    return list(session.scalars(query.limit(limit).offset(offset)))


def version_of(session: Session, round_: GradingRound) -> GradingScheme:
    """The scheme version that a round grades by."""
    return scheme_by_id(session, round_.scheme_id)


def scheme_of(session: Session, round_: GradingRound) -> Scheme:
    """The same, read."""
    return loaded(version_of(session, round_).document)


def member_of(session: Session, round_: GradingRound, unit: Unit) -> RoundMember:
    """A unit's row in a round. Raises NotFound for one that is not graded in it."""
    found = session.scalar(select(RoundMember).where(RoundMember.round_id == round_.id, RoundMember.unit_id == unit.id))
    if found is None:
        text = _("{unit} is not graded in {round}.")
        raise NotFound("not_in_round", text.format(unit=unit.name, round=round_.reference))
    return found


def members_of(
    session: Session, round_: GradingRound, *, limit: int | None = None, offset: int = 0
) -> list[tuple[RoundMember, Unit]]:
    """Members of a round: by rank once there is one, then by number."""
    query = (
        select(RoundMember, Unit)
        .join(Unit, Unit.id == RoundMember.unit_id)
        .where(RoundMember.round_id == round_.id)
        .order_by(RoundMember.rank.is_(None), RoundMember.rank, Unit.number)
    )
    return [(row[0], row[1]) for row in session.execute(query.limit(limit).offset(offset))]


def spread_of(session: Session, round_: GradingRound) -> dict[str, int]:
    """Grade as shown → how many members have it, after the lock."""
    query = select(RoundMember.shown, func.count()).where(
        RoundMember.round_id == round_.id, RoundMember.shown.is_not(None)
    )
    found = {str(row[0]): row[1] for row in session.execute(query.group_by(RoundMember.shown))}
    order = (*scheme_of(session, round_).grade_ids, *found)
    return {grade: found[grade] for grade in dict.fromkeys(order) if grade in found}


def deadlines_of(session: Session, round_: GradingRound) -> dict[Stage, Deadline]:
    """Stage → its deadline."""
    found = {one.rule: one for one in session.scalars(select(Deadline).where(Deadline.subject == round_.subject))}
    return {stage: found[rule] for stage, rule in STAGE_RULES.items() if rule in found}


@dataclass(frozen=True)
class Progress:
    """How far a round has come: of ``members``, who handed in, and per reviewing stage who is assigned and finished."""

    members: int
    handed_in: int
    assigned: dict[Stage, int]
    finished: dict[Stage, int]

    def waiting(self, stage: Stage) -> int:
        """Members that are not finished at a stage."""
        return self.members - (self.handed_in if stage is Stage.SELF else self.finished.get(stage, 0))


def progress(session: Session, round_: GradingRound) -> Progress:
    """Count it."""
    handed = select(func.count(RoundMember.handed_in_at)).where(RoundMember.round_id == round_.id)
    query = select(RoundAssignment.stage, func.count(), func.sum(case((RoundAssignment.finished, 1), else_=0))).where(
        RoundAssignment.round_id == round_.id
    )
    rows = [(Stage(row[0]), row[1], row[2]) for row in session.execute(query.group_by(RoundAssignment.stage))]
    assigned = {stage: count for stage, count, _done in rows}
    finished = {stage: int(done) for stage, _count, done in rows}
    return Progress(round_.members, session.scalar(handed) or 0, assigned, finished)


def waiting_at(session: Session, round_: GradingRound, stage: Stage) -> tuple[date, int]:
    """The last day of a stage, and how many members are not finished at it: nobody where there is nothing to review."""
    until = deadlines_of(session, round_)[stage].due_on
    nothing = stage is not Stage.SELF and not asked(scheme_of(session, round_))
    return until, 0 if nothing else progress(session, round_).waiting(stage)


def standing_of(session: Session, association: Association, round_: GradingRound, now: datetime) -> Standing:
    """Where a round stands at a moment, with what its public notice and the objections to it say."""
    state = state_of(round_.state)
    notice = announcements.notice_state(session, association, round_.subject, now)
    years = {day.year for day in (notice.starts, notice.ends) if day is not None}
    calendar = calendar_of(session)
    return Standing(
        state,
        notice_begins=notice.starts,
        notice_ends=notice.ends,
        provisional=any(year not in calendar.years for year in years),
        open_objections=notice.undecided,
    )


def to_assess(session: Session, person_id: int) -> list[tuple[GradingRound, Unit, RoundMember]]:
    """Rounds at self-assessment with the present units a person acts for, the oldest round first."""
    query = (
        select(GradingRound, Unit, RoundMember)
        .join(RoundMember, RoundMember.round_id == GradingRound.id)
        .join(Unit, Unit.id == RoundMember.unit_id)
        .join(UnitContact, UnitContact.unit_id == Unit.id)
        .where(
            UnitContact.person_id == person_id,
            UnitContact.until.is_(None),
            PRESENT,
            GradingRound.state == State.SELF.value,
        )
        .order_by(GradingRound.number, Unit.number)
    )
    return [(row[0], row[1], row[2]) for row in session.execute(query)]
