"""Who scores whom, and conflicts of interest."""

from collections.abc import Sequence
from functools import partial

from sqlalchemy import delete, insert, select

from core.access import Permission, usecase
from core.errors import BadInput, Conflict, NotAllowed, RuleViolated
from core.i18n import _, in_every_language
from core.outbox import Message
from core.transaction import Tx
from membership.models import ConflictOfInterest, GradingRound, RoundAssignment, RoundMember, Unit
from membership.notices import grading as notices
from membership.queries import rounds, scoring
from membership.rules import round_terms
from membership.rules.grading.terms import Stage
from membership.rules.rounds import ORDER, SCORED_IN, State, state_of
from membership.rules.spreading import Spread, spread
from people import audiences
from people import queries as people_queries
from people.audiences import recipients
from people.models import Person


@usecase(Permission.MANAGE_GRADING)
def assign(tx: Tx, *, round_: GradingRound, stage: Stage, people: Sequence[Person], unit: Unit | None = None) -> Spread:
    """Give the units of a round that nobody has at a stage to these people, evenly; or one unit to one of them.

    Nobody gets a unit that they have a tie with or scored at another stage. Raises NotAllowed for people who may not
    evaluate, RuleViolated for a stage that is over. Returns who got what, and the units that nobody of them can take.
    """
    round_ = rounds.round_by_number(tx.session, round_.number, lock=True)
    _check_stage_ahead(state_of(round_.state), stage)
    ids = list(dict.fromkeys(person.id for person in people))
    _check_may_evaluate(tx, people)
    wanted = _wanted(tx, round_, stage, unit)
    made = spread(wanted, ids, _barred(tx, round_, stage, ids), _load(tx, round_, stage))
    if unit is not None and made.left:
        text = _("Nobody of these may score {unit}: they have a tie with it, or scored it at another stage.")
        raise NotAllowed("conflict_of_interest", text.format(unit=unit.name))
    _enter(tx, round_, stage, made)
    data = {"stage": stage.value, "people": ids, "given": len(made.taken), "left": len(made.left)}
    tx.record("grading:evaluator:assign", round_.subject, data | ({"unit": unit.reference} if unit else {}))
    return made


def _check_stage_ahead(state: State, stage: Stage) -> None:
    if stage is Stage.SELF:
        raise BadInput(
            "stage_unknown", _("The self-assessment is the member's own. Assign the first or the second review.")
        )
    if ORDER.index(state) > ORDER.index(SCORED_IN[stage]):
        raise RuleViolated(
            "stage_over", _("This stage is over. The round stands at “{state}”.").format(state=state.label)
        )


def _check_may_evaluate(tx: Tx, people: Sequence[Person]) -> None:
    for person in people:
        actor = people_queries.actor_for(tx.session, person, tx.association, tx.today)
        if not actor.may(Permission.EVALUATE):
            text = _("{name} is no evaluator. `role grant {name} evaluator` makes one.")
            raise NotAllowed("not_an_evaluator", text.format(name=person.name))


def _wanted(tx: Tx, round_: GradingRound, stage: Stage, unit: Unit | None) -> list[int]:
    """The units to give out: one that is named, unless its scoring has begun; else all that nobody has."""
    if unit is None:
        have = select(RoundAssignment.unit_id).where(
            RoundAssignment.round_id == round_.id, RoundAssignment.stage == stage.value
        )
        query = select(RoundMember.unit_id).where(RoundMember.round_id == round_.id, RoundMember.unit_id.not_in(have))
        return list(tx.session.scalars(query.order_by(RoundMember.unit_id)))
    rounds.member_of(tx.session, round_, unit)
    held = scoring.assignment_of(tx.session, round_, unit, stage)
    if held is not None and held.finished:
        raise Conflict("already_scored", _("{unit} is scored at this stage already.").format(unit=unit.name))
    if held is not None:
        tx.session.delete(held)
        tx.session.flush()
    return [unit.id]


def _barred(tx: Tx, round_: GradingRound, stage: Stage, people: Sequence[int]) -> dict[int, set[int]]:
    """Person → units they may not score: ties, and what they have or scored at the other stage."""
    years = round_terms.terms_on(tx.today).tie_years
    found = scoring.ties_of(tx.session, people, tx.today, years)
    other = Stage.REVIEW if stage is Stage.FIRST else Stage.FIRST
    for one in scoring.assignments_of(tx.session, round_, other):
        if one.person_id in found:
            found[one.person_id].add(one.unit_id)
    for person_id, unit_id in scoring.scored_elsewhere(tx.session, round_, stage):
        if person_id in found:
            found[person_id].add(unit_id)
    return found


def _load(tx: Tx, round_: GradingRound, stage: Stage) -> dict[int, int]:
    count: dict[int, int] = {}
    for one in scoring.assignments_of(tx.session, round_, stage):
        count[one.person_id] = count.get(one.person_id, 0) + 1
    return count


def _enter(tx: Tx, round_: GradingRound, stage: Stage, made: Spread) -> None:
    rows = [
        {
            "association_id": tx.association.id, "round_id": round_.id, "unit_id": unit, "stage": stage.value,
            "person_id": person, "assigned_by": tx.actor.person_id, "assigned_at": tx.now,
        }
        for unit, person in sorted(made.taken.items())
    ]  # fmt: skip
    if rows:
        tx.session.execute(insert(RoundAssignment), rows)


@usecase(Permission.EVALUATE)
def declare_conflict(tx: Tx, *, unit: Unit, reason: str, person: Person | None = None) -> ConflictOfInterest:
    """Note a tie with a unit, one's own or (for staff) somebody else's: what is not scored yet goes back, staff is told."""
    whose = person.id if person is not None else tx.actor.person_id or 0
    if whose != tx.actor.person_id and not tx.actor.may(Permission.MANAGE_GRADING):
        raise NotAllowed("not_allowed", _("You may declare your own conflicts of interest only."))
    if len(reason.strip()) < 2:
        raise BadInput("reason_missing", _("Say in a few words what the tie is."))
    mine = (ConflictOfInterest.person_id == whose, ConflictOfInterest.unit_id == unit.id)
    found = tx.session.scalar(select(ConflictOfInterest).where(*mine)) or ConflictOfInterest(
        person_id=whose, unit_id=unit.id
    )
    if found.id is not None and found.ended_at is None:
        raise Conflict("conflict_known", _("This conflict of interest is noted already."))
    found.reason, found.ended_at = reason.strip(), None
    found.declared_by, found.declared_at = tx.actor.person_id or 0, tx.now
    tx.session.add(found)
    tx.session.flush()
    given_back = _give_back(tx, whose, unit)
    _tell_staff(tx, found, unit)
    tx.record("grading:conflict:declare", unit.audit_reference, {"person": whose, "given_back": given_back})
    return found


def _give_back(tx: Tx, person_id: int, unit: Unit) -> int:
    """Nothing of the unit waits for this person any more."""
    open_ones = delete(RoundAssignment).where(
        RoundAssignment.person_id == person_id, RoundAssignment.unit_id == unit.id, RoundAssignment.finished.is_(False)
    )
    return tx.session.execute(open_ones).rowcount  # type: ignore[attr-defined,no-any-return]


def _tell_staff(tx: Tx, found: ConflictOfInterest, unit: Unit) -> None:
    name = people_queries.person_by_id(tx.session, found.person_id).name
    write = partial(notices.conflict_declared, person=name, unit=f"{unit.reference} {unit.name}")
    key = f"grading-conflict:{found.id}:{tx.now.timestamp():.0f}"
    staff = audiences.may(Permission.MANAGE_GRADING, tx.today, besides=tx.actor.person_id)
    tx.notify(Message(key, key, in_every_language(write)), recipients(staff))


@usecase(Permission.MANAGE_GRADING)
def end_conflict(tx: Tx, *, unit: Unit, person: Person, reason: str) -> None:
    """A declared tie is over; ties by acting for a unit are not declared and end by themselves. Raises Conflict."""
    mine = (ConflictOfInterest.person_id == person.id, ConflictOfInterest.unit_id == unit.id)
    found = tx.session.scalar(select(ConflictOfInterest).where(*mine, ConflictOfInterest.ended_at.is_(None)))
    if found is None:
        raise Conflict("conflict_unknown", _("No such conflict of interest is noted."))
    if person.id == tx.actor.person_id:
        raise NotAllowed("second_person", _("Somebody else ends a conflict of interest that you declared."))
    found.ended_at = tx.now
    tx.record("grading:conflict:end", unit.audit_reference, {"person": person.id, "reason": reason.strip()})
