"""Proposals to adjust grades: the daily look at what later facts change, and proposals that a person asks for."""

from collections.abc import Iterable
from functools import partial
from typing import Any

from core.access import Permission, usecase
from core.associations import locked, settle
from core.errors import BadInput, Conflict, RuleViolated
from core.i18n import _, in_every_language
from core.numbering import next_numbers
from core.outbox import Message
from core.transaction import Tx
from membership.models import GradeAdjustment, Unit, UnitContact, UnitGrade
from membership.notices import adjustments as notices
from membership.queries import adjustments as queries
from membership.queries import grading, recomputing
from membership.queries.facts import units_with_facts
from membership.queries.recomputing import Outlook
from membership.rules import adjusting as rules
from membership.rules.adjusting import Direction, State
from membership.rules.grading import stored
from people import audiences
from people.audiences import recipients
from people.models import Person

MOST_DAYS = 60


@usecase(Permission.MANAGE_OFFICE)
def settle_adjustments(tx: Tx, *, upgrades: str | None = None, answer_days: int | None = None) -> rules.Policy:
    """Settle whether upgrades wait for the round, and how many working days a member has to answer, never fewer than the
    rules of the day give. Raises BadInput.
    """
    if upgrades is None and answer_days is None:
        raise BadInput("nothing_to_change", _("Say what to settle, for example answer_days=15."))
    least = rules.policy_on(tx.today).answer.amount
    if answer_days is not None and not least <= answer_days <= MOST_DAYS:
        text = _("A member has between {least} and {most} working days to answer.")
        raise BadInput("answer_days_range", text.format(least=least, most=MOST_DAYS))
    chosen = {
        name: value for name, value in (("upgrades", upgrades), ("answer_days", answer_days)) if value is not None
    }
    kept = {**locked(tx.session, tx.association).settings.get("adjustments", {}), **chosen}
    settle(tx.session, tx.association, "adjustments", kept)
    tx.record("association:adjustments:settle", f"association:{tx.association.code}", kept)
    return queries.policy_here(tx.association, tx.today)


@usecase(Permission.ADJUST_GRADES)
def watch_grades(tx: Tx) -> str:
    """Look at every grade in force whose unit has facts in the register, and propose what they change; members are not told.

    Returns the counts in words. Proposals that the facts no longer bear lapse.
    """
    units = units_with_facts(tx.session)
    grades = [one for one in grading.grades_in_force(tx.session, None, tx.today).values() if one.unit_id in units]
    waiting = queries.open_adjustments(tx.session)
    looks = list(recomputing.outlooks(tx.session, grades, tx.today))
    sound = [look for look in looks if not look.trouble]
    found = [_reconciled(tx, look, waiting.get(look.grade.unit_id), None) for look in sound]
    made, troubled = [one for one in found if one is not None], len(looks) - len(sound)
    _lapse_the_rest(tx, waiting.values(), {one.id for one in grades})
    lapsed = sum(one.state == State.LAPSED for one in waiting.values())
    down = sum(one.direction == Direction.DOWN for one in made)
    data = {"looked": len(grades), "proposed": len(made), "down": down, "lapsed": lapsed, "troubled": troubled}
    tx.record("adjustment:grades:watch", "grades", data)
    if made:
        _tell_officers(tx, len(made), down)
    return f"{len(grades)} looked at, {len(made)} proposed, {lapsed} lapsed, {troubled} troubled"


def _lapse_the_rest(tx: Tx, waiting: Iterable[GradeAdjustment], in_force: set[int]) -> None:
    """Open adjustments of grades that are no longer in force: a round or an expiry has gone past them."""
    for one in waiting:
        if one.grade_id not in in_force and one.state != State.LAPSED:
            _lapse(tx, one)


def _tell_officers(tx: Tx, count: int, down: int) -> None:
    key = f"adjustments:{tx.today.isoformat()}:{tx.now.timestamp():.0f}"
    write = partial(notices.proposed, count=count, down=down)
    tx.notify(Message(key, "adjustments", in_every_language(write)), recipients(officers(tx)))


def officers(tx: Tx) -> Any:
    """The condition on Person that they keep grades adjusted."""
    return audiences.may(Permission.ADJUST_GRADES, tx.today, besides=tx.actor.person_id)


@usecase(Permission.ADJUST_GRADES)
def propose_adjustment(tx: Tx, *, unit: Unit) -> GradeAdjustment:
    """Propose what the facts of today make of a unit's grade. The member is not told yet.

    Raises RuleViolated when it has no grade in force or the facts change nothing, Conflict when such a proposal is open,
    NotAllowed for somebody with a tie to the unit.
    """
    rules.check_decider(tx.actor.person_id, (), queries.tied_to(tx.session, unit.id))
    grade = grading.grade_in_force(tx.session, unit, tx.today)
    if grade is None or grading.expired(grade, tx.today):
        raise RuleViolated("no_grade", _("{unit} has no grade in force.").format(unit=unit.name))
    look = recomputing.outlook(tx.session, grade, tx.today)
    if look.trouble:
        raise RuleViolated("facts_unfit", look.trouble)
    former = queries.open_adjustments(tx.session, [unit.id]).get(unit.id)
    made = _reconciled(tx, look, former, tx.actor.person_id)
    if made is not None:
        return made
    if look.direction is None:
        text = _("By the facts of today {unit} keeps grade {grade}.")
        raise RuleViolated("nothing_to_adjust", text.format(unit=unit.name, grade=grade.shown))
    if former is not None:
        raise Conflict("adjustment_open", _("{reference} proposes this already.").format(reference=former.reference))
    raise RuleViolated("adjustment_dropped", _("This was proposed and dropped, and no fact has changed since."))


def _reconciled(tx: Tx, look: Outlook, former: GradeAdjustment | None, by: int | None) -> GradeAdjustment | None:
    """Bring the proposal of a unit in line with its facts: kept, lapsed, or made anew. Returns a new one."""
    if former is not None:
        same = look.direction is not None and former.grade_id == look.grade.id and former.grade == look.now.grade
        if same and rules.covered(stored.read(former.inputs), look.inputs):
            return None
        _lapse(tx, former)
    if look.direction is None or _dropped_before(tx, look):
        return None
    return _propose(tx, look, look.direction, by)


def _dropped_before(tx: Tx, look: Outlook) -> bool:
    """Whether exactly this was proposed from this grade, and dropped by a decision."""
    inputs = stored.listed(look.inputs)
    before = queries.dropped_from(tx.session, look.grade)
    return any(one.inputs == inputs and one.grade == look.now.grade for one in before)


def _propose(tx: Tx, look: Outlook, direction: Direction, by: int | None) -> GradeAdjustment:
    version = grading.scheme_by_id(tx.session, look.grade.scheme_id)
    inputs, digest = recomputing.digest_of(version, look, tx.today)
    kept = stored.Kept.of(look.now)
    waits = direction is Direction.UP and queries.policy_here(tx.association, tx.today).upgrades_wait
    made = GradeAdjustment(
        number=next_numbers(tx.session, tx.association.id, "adjustment")[0],
        unit_id=look.grade.unit_id,
        grade_id=look.grade.id,
        scheme_id=version.id,
        state=State.WAITING if waits else State.PROPOSED,
        direction=direction,
        day=tx.today,
        grade=kept.grade,
        shown=kept.shown,
        score=kept.score,
        status=kept.status,
        inputs=inputs,
        digest=digest,
        causes=[list(cause) for cause in look.causes],
        proposed_by=by,
        proposed_at=tx.now,
    )
    tx.session.add(made)
    tx.session.flush()
    data = {"from": look.grade.shown, "to": made.shown, "direction": direction, "causes": made.causes, "digest": digest}
    tx.record("adjustment:proposal:make", made.subject, data)
    return made


def _lapse(tx: Tx, one: GradeAdjustment) -> None:
    """The facts no longer bear it; a member that was told hears of it."""
    was_told = one.state == State.TOLD
    one.state = State.LAPSED
    tx.session.flush()
    tx.record("adjustment:proposal:lapse", one.subject, {"told": was_told})
    if was_told:
        unit, grade = queries.unit_and_grade(tx.session, one)
        write = partial(_unchanged, one.reference, unit.name, grade.shown)
        tell_contacts(tx, one, "lapsed", in_every_language(write))


def _unchanged(reference: str, unit: str, grade: str) -> str:
    reason = _("The facts have changed. If they still bear a change, you will be told anew.")
    return notices.unchanged(reference=reference, unit=unit, grade=grade, reason=reason)


def tell_contacts(tx: Tx, one: GradeAdjustment, what: str, texts: dict[str, str], **more: Any) -> int:
    """Send words about an adjustment to everyone who acts for its unit."""
    acting = UnitContact.person_id
    contacts = queries.contacts_of(one.unit_id).with_only_columns(acting)
    message = Message(f"{one.subject}:{what}", one.subject, texts, **more)
    return tx.notify(message, recipients(Person.id.in_(contacts)))


def button(label: str, command: str) -> dict[str, Any]:
    """A button under a notice; ``label`` is a msgid."""
    return {"labels": in_every_language(partial(_, label)), "command": command}


def current_grade(tx: Tx, one: GradeAdjustment) -> UnitGrade:
    """The grade that an adjustment starts from, if it is still the one in force. Raises Conflict."""
    unit, grade = queries.unit_and_grade(tx.session, one)
    latest = grading.grade_in_force(tx.session, unit, tx.today)
    if latest is None or latest.id != grade.id or grading.expired(latest, tx.today):
        raise Conflict(
            "adjustment_overtaken", _("The grade has been given anew or has expired since. Nothing was done.")
        )
    return grade
