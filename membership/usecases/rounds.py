"""Opening a round, moving it from stage to stage until the lock, and breaking one off."""

from dataclasses import dataclass
from functools import partial

from sqlalchemy import insert, literal, select
from sqlalchemy.sql import ColumnElement

from announcements import queries as announcements
from announcements.rules.lifecycle import Phase
from core import deadlines, holds
from core.access import Permission, usecase
from core.calendar import Due, Period, Unit
from core.deadlines import calendar_of
from core.errors import BadInput, RuleViolated
from core.i18n import N_, _, in_every_language
from core.numbering import next_numbers
from core.outbox import Message
from core.transaction import Tx
from membership.models import GradingRound, GradingScheme, RoundAssignment, RoundMember, UnitContact
from membership.models import Unit as MemberUnit
from membership.notices import grading as notices
from membership.queries import PRESENT, population, rounds
from membership.rules import round_terms
from membership.rules.grading.terms import Stage
from membership.rules.round_terms import Timetable
from membership.rules.rounds import CANCELLED, State, check_cancellable, check_stage_over, check_step, state_of
from membership.rules.scoring import stage_label
from people.audiences import recipients
from people.models import Person

LONGEST_TITLE = 200


@dataclass(frozen=True)
class Plan:
    """What a round is opened with. ``population`` is an audience; None takes what the terms say."""

    title: str
    population: dict[str, list[str]]
    self_days: int | None = None
    first_days: int | None = None
    review_days: int | None = None
    notice_days: int | None = None
    valid_months: int | None = None
    blind: bool = True
    council: bool = False


@dataclass(frozen=True)
class Opening:
    """A plan worked out: the timetable with its last days, months of validity, and how many units."""

    times: Timetable
    ends: tuple[Due, Due, Due]
    valid_months: int
    members: int


def work_out(tx: Tx, version: GradingScheme, plan: Plan) -> Opening:
    """What opening a round would mean; nothing is written. Raises BadInput, RuleViolated as opening does."""
    _check_usable(tx, version)
    if not 1 <= len(plan.title.strip()) <= LONGEST_TITLE:
        raise BadInput(
            "round_title", _("A round needs a title of at most {most} characters.").format(most=LONGEST_TITLE)
        )
    terms = round_terms.terms_on(tx.today)
    times = round_terms.timetable(
        terms,
        self_days=plan.self_days,
        first_days=plan.first_days,
        review_days=plan.review_days,
        notice_days=plan.notice_days,
    )
    months = round_terms.check_valid_months(plan.valid_months if plan.valid_months is not None else terms.valid_months)
    count = population.count_population(tx.session, plan.population, tx.today)
    if not count:
        raise RuleViolated("population_empty", _("Nobody is in this population. Choose another one."))
    return Opening(times, times.stages(calendar_of(tx.session), tx.today), months, count)


def _check_usable(tx: Tx, version: GradingScheme) -> None:
    if version.state != "published":
        text = _("{reference} is not published, so nobody is graded by it. `scheme publish` asks for that.")
        raise RuleViolated("scheme_not_published", text.format(reference=version.reference))
    if not version.effective_from <= tx.today <= (version.effective_to or tx.today):
        text = _("{reference} is in effect from {begin} to {end}, not today.")
        words = text.format(reference=version.reference, begin=version.effective_from, end=version.effective_to or "…")
        raise RuleViolated("scheme_not_in_effect", words)


@usecase(Permission.MANAGE_GRADING)
def open_round(tx: Tx, *, version: GradingScheme, plan: Plan) -> GradingRound:
    """Open a round: its members are frozen now, its stages get their last days, and every member's contacts are told."""
    made = work_out(tx, version, plan)
    opened = GradingRound(
        number=next_numbers(tx.session, tx.association.id, "grading")[0],
        title=plan.title.strip(),
        scheme_id=version.id,
        state=State.SELF.value,
        population=plan.population,
        members=made.members,
        day=made.ends[2].day,
        blind=plan.blind,
        council=plan.council,
        notice_days=made.times.notice_days,
        valid_months=made.valid_months,
        opened_by=tx.actor.person_id or 0,
        opened_at=tx.now,
    )
    tx.session.add(opened)
    tx.session.flush()
    opened.members = _freeze(tx, opened)
    _set_deadlines(tx, opened, made)
    _tell_members(tx, opened, version, made.ends[0])
    data = {
        "scheme": version.reference,
        "sha256": version.sha256,
        "members": opened.members,
        "population": plan.population,
    }
    tx.record("grading:round:open", opened.subject, data | {"blind": plan.blind, "council": plan.council})
    return opened


def _freeze(tx: Tx, opened: GradingRound) -> int:
    """Who is graded, in one statement."""
    chosen = select(MemberUnit.association_id, literal(opened.id), MemberUnit.id, literal("")).where(
        MemberUnit.association_id == tx.association.id,
        population.condition_of(opened.population, tx.today),
    )
    names = ["association_id", "round_id", "unit_id", "facts"]
    statement = insert(RoundMember.__table__).from_select(names, chosen.order_by(MemberUnit.number))  # type: ignore[arg-type]
    return tx.session.connection().execute(statement.execution_options(preserve_rowcount=True)).rowcount


def _set_deadlines(tx: Tx, opened: GradingRound, made: Opening) -> None:
    begins, times = tx.today, made.times
    days = (times.self_days, times.first_days, times.review_days)
    for stage, count, end in zip(rounds.STAGE_RULES, days, made.ends, strict=True):
        deadlines.set_deadline(tx, opened.subject, rounds.STAGE_RULES[stage], begins, Period(count, Unit.WORK_DAY))
        begins = end.day


def contacts_of(round_: GradingRound) -> ColumnElement[bool]:
    """The condition on Person that they act for a member of a round that is still a member of the association."""
    acting = (
        select(UnitContact.person_id)
        .join(RoundMember, RoundMember.unit_id == UnitContact.unit_id)
        .join(MemberUnit, MemberUnit.id == UnitContact.unit_id)
        .where(RoundMember.round_id == round_.id, UnitContact.until.is_(None), PRESENT)
    )
    return Person.id.in_(acting) & Person.left_at.is_(None)


def _tell_members(tx: Tx, opened: GradingRound, version: GradingScheme, until: Due) -> None:
    def write() -> str:
        return notices.opened(
            association=tx.association.name,
            reference=opened.reference,
            title=opened.title,
            scheme=version.title,
            until=until.words,
        )

    button = {"labels": in_every_language(notices.to_assess), "command": f"assessment fill {opened.reference}"}
    key = f"{opened.subject}:open"
    tx.notify(Message(key, key, in_every_language(write), [[button]]), recipients(contacts_of(opened)))


@usecase(Permission.MANAGE_GRADING)
def advance(tx: Tx, *, round_: GradingRound) -> GradingRound:
    """End the stage that runs and begin the next reviewing one. Raises RuleViolated while somebody is not finished and the
    stage's last day has not passed; the lock, the notice, the decision and the publication have steps of their own.
    """
    round_ = rounds.round_by_number(tx.session, round_.number, lock=True)
    state = state_of(round_.state)
    if state not in (State.SELF, State.FIRST):
        text = _("The round stands at “{state}”; what follows is {command}.")
        raise RuleViolated("no_next_stage", text.format(state=state.label, command=_(FOLLOWING_WORDS[state])))
    close_stage(tx, round_, rounds.STAGE_OF[state])
    wanted = State.FIRST if state is State.SELF else State.REVIEW
    check_step(rounds.standing_of(tx.session, tx.association, round_, tx.now), wanted, tx.today)
    round_.state = wanted.value
    round_.revision += 1
    _tell_evaluators(tx, round_, rounds.STAGE_OF[wanted])
    tx.record("grading:stage:begin", round_.subject, {"from": state.value, "stage": wanted.value})
    return round_


FOLLOWING_WORDS = {
    State.REVIEW: N_("`grading lock`"),
    State.LOCKED: N_("`grading announce`"),
    State.NOTICE: N_("`grading decide`"),
    State.OBJECTIONS: N_("`grading decide`"),
    State.DECIDED: N_("`grading publish`"),
    State.PUBLISHED: N_("an adjustment or a new round"),
}


def following(state: State) -> str:
    """The command that takes a round further."""
    names = {
        State.REVIEW: "grading lock", State.LOCKED: "grading announce", State.NOTICE: "grading decide",
        State.OBJECTIONS: "grading decide", State.DECIDED: "grading publish",
    }  # fmt: skip
    return names.get(state, "grading next")


def close_stage(tx: Tx, round_: GradingRound, stage: Stage) -> None:
    """The stage is over: everybody is finished, or its last day has passed. Its deadline is met."""
    check_stage_over(tx.today, *rounds.waiting_at(tx.session, round_, stage))
    deadlines.meet(tx, round_.subject, rounds.STAGE_RULES[stage])


def _tell_evaluators(tx: Tx, round_: GradingRound, stage: Stage) -> None:
    def write() -> str:
        return notices.stage_opened(
            reference=round_.reference, title=round_.title, stage=stage_label(stage), until=deadline.words
        )

    deadline = rounds.deadlines_of(tx.session, round_)[stage]
    chosen = select(RoundAssignment.person_id).where(
        RoundAssignment.round_id == round_.id, RoundAssignment.stage == stage.value
    )
    button = {"labels": in_every_language(notices.to_queue), "command": f"grading queue {round_.reference}"}
    key = f"{round_.subject}:{stage.value}"
    tx.notify(Message(key, key, in_every_language(write), [[button]]), recipients(Person.id.in_(chosen)))


@usecase(Permission.MANAGE_GRADING, sensitive=True)
def cancel_round(tx: Tx, *, round_: GradingRound, reason: str) -> None:
    """Break a round off before it is decided; everything that was entered stays readable. Members are told why.

    Raises RuleViolated for a decided one, and while its public notice is under way: withdraw that first.
    """
    round_ = rounds.round_by_number(tx.session, round_.number, lock=True)
    check_cancellable(state_of(round_.state))
    _check_no_notice(tx, round_)
    holds.insist(tx, f"{round_.subject}:cancelled", reason)
    former, round_.state, round_.cancelled_why = round_.state, CANCELLED, reason.strip()
    round_.revision += 1
    for rule in rounds.STAGE_RULES.values():
        deadlines.meet(tx, round_.subject, rule)
    write = partial(notices.cancelled, reference=round_.reference, title=round_.title, reason=round_.cancelled_why)
    key = f"{round_.subject}:cancelled"
    tx.notify(Message(key, key, in_every_language(write)), recipients(contacts_of(round_)))
    tx.record("grading:round:cancel", round_.subject, {"state": former, "reason": round_.cancelled_why})


def _check_no_notice(tx: Tx, round_: GradingRound) -> None:
    notice = announcements.notice_state(tx.session, tx.association, round_.subject, tx.now)
    if notice.phase not in (Phase.NONE, Phase.PREPARED, Phase.WITHDRAWN):
        text = _("The public notice A-{number} about this round is under way. Withdraw it first.")
        raise RuleViolated("notice_under_way", text.format(number=f"{notice.number:04d}"))
