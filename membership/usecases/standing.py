"""The standing of units as it follows from dated facts: reckoned anew by the timer, set for a time, left by the member."""

from datetime import date
from functools import partial
from typing import Any

from core import approvals
from core.access import Permission, Role, usecase
from core.approvals import Approval
from core.errors import BadInput, Conflict, NotFound
from core.i18n import _, in_every_language, speaking
from core.outbox import Message
from core.transaction import Tx
from membership import notices, queries
from membership.models import Unit
from membership.rules import reckoning
from membership.rules.reckoning import Fact, Facts, Rule
from membership.rules.standing import Status
from membership.usecases.steps import end_expired, end_facts, enter_fact
from membership.usecases.units import change_status, move, standing_asked_about, unit_asked_about
from people.audiences import holds_role, recipients
from people.models import Person
from people.usecases.asking import OFFICERS, tell_officers

OVERRIDE = "membership.override_standing"
LONGEST_DAYS = 3660
WATCHING = (*OFFICERS, Role.STAFF)


@usecase(Permission.MANAGE_MEMBERS)
def reckon(tx: Tx) -> str:
    """The timer's part: every unit with dated facts gets the standing that the rules give it today; its contacts are told."""
    rules = queries.standing_rules(tx.session, tx.today)
    moved = 0
    for unit, facts in queries.units_to_reckon(tx.session, tx.today):
        moved += _apply(tx, unit, facts, *reckoning.decide(rules, facts, tx.today))
    end_expired(tx)
    tx.record("member:status:reckon", "member:all", {"rules": rules.version, "moved": moved})
    return f"{moved} standings have changed"


def _apply(tx: Tx, unit: Unit, facts: Facts, status: Status, rule: Rule) -> bool:
    """Move the unit when its standing follows otherwise than it is entered."""
    if status == unit.status:
        return False
    with speaking(tx.association.language):
        words = rule.words
    end_facts(tx, unit, tx.today, Fact.COMPUTED)
    stands_for = reckoning.FACT_OF.get(status)
    if stands_for is not None and facts.holding(stands_for, tx.today) is None and rule.status is not None:
        # What was counted and ends a membership is kept: it is not undone by a later count, only by readmission.
        enter_fact(tx, unit, stands_for if not status.member else Fact.COMPUTED, tx.today, words, status=status)
    move(tx, unit, status, tx.today, words)
    return True


def reckon_one(tx: Tx, unit: Unit) -> bool:
    """The same for one unit, at once."""
    rules = queries.standing_rules(tx.session, tx.today)
    facts = queries.standing_facts(tx.session, unit, tx.today)
    return _apply(tx, unit, facts, *reckoning.decide(rules, facts, tx.today))


@usecase(Permission.MANAGE_MEMBERS, sensitive=True)
def ask_override(tx: Tx, *, unit: Unit, status: Status, until: date, reason: str) -> Approval:
    """Ask another officer to set a unit's standing for a time; after its last day the rules decide again.

    Raises BadInput for a last day that is over or more than ten years away.
    """
    if not 0 <= (until - tx.today).days <= LONGEST_DAYS:
        raise BadInput("override_until", _("Give a last day from today on, within ten years."))
    reckoning.check_possible(Status(unit.status), status)
    if not reason.strip():
        raise BadInput("text_missing", _("Some text is needed here."))
    arguments = {"unit": unit.id, "status": status.value, "until": until.isoformat(), "reason": reason.strip()}
    text = _("{reference} {name}: standing “{status}” until {until} instead of “{now}”. Reason: {reason}")
    named = {"reference": unit.reference, "name": unit.name, "now": Status(unit.status).label}
    summary = text.format(status=status.label, until=until.isoformat(), reason=reason.strip(), **named)
    asked = approvals.request(tx, OVERRIDE, subject=unit.audit_reference, arguments=arguments, summary=summary)
    tell_officers(tx, asked)
    return asked


def _overridden(tx: Tx, arguments: dict[str, Any]) -> Unit:
    unit = unit_asked_about(tx, arguments)
    until = date.fromisoformat(arguments["until"])
    if until < tx.today:
        raise Conflict("override_over", _("Its last day is over. Ask for it anew."))
    end_facts(tx, unit, tx.today, Fact.OVERRIDE)
    # The standing from before there were dated facts has to outlast the override.
    _keep_former(tx, unit)
    reason = arguments["reason"]
    enter_fact(tx, unit, Fact.OVERRIDE, tx.today, reason, until=until, status=arguments["status"])
    tx.record("member:status:override", unit.audit_reference, {"status": arguments["status"], "until": until})
    reckon_one(tx, unit)
    return unit


def _keep_former(tx: Tx, unit: Unit) -> None:
    kept = {one.fact for one in queries.open_facts(tx.session, [unit.id]).get(unit.id, [])}
    for one in queries.standing_facts(tx.session, unit, tx.today).dated:
        if one.fact not in kept:
            enter_fact(tx, unit, one.fact, one.starts_on, one.reason, until=one.until)


@usecase(Permission.REPRESENT)
def leave_membership(tx: Tx, *, unit: Unit, on: date | None = None, reason: str = "") -> date:
    """A member leaves, at once or on a later day: whatever its standing, whatever it owes, and without a charge.

    The staff hear of it. Returns the day. Raises NotFound for a unit one does not act for, Conflict when it is no member.
    """
    check_acts_for(tx, unit)
    if not Status(unit.status).member:
        raise Conflict("no_member", _("This unit is no member (any more): there is nothing to leave."))
    day = on or tx.today
    if not 0 <= (day - tx.today).days <= LONGEST_DAYS:
        raise BadInput("date_past", _("Give a day from today on, within ten years."))
    end_facts(tx, unit, tx.today, Fact.WITHDRAWN)
    with speaking(tx.association.language):
        words = reason.strip() or notices.withdrawn_reason()
    system = tx.as_system("withdrawal", Permission.MANAGE_MEMBERS)
    if day == tx.today:
        change_status(system, unit=unit, status=Status.WITHDRAWN, reason=words)
    else:
        enter_fact(tx, unit, Fact.WITHDRAWN, day, words)
    tx.record("member:entry:withdraw", unit.audit_reference, {"on": day, "reason": reason.strip()})
    _tell_staff(tx, unit, f"{day.isoformat()}:{tx.now.isoformat()}", partial(_leaving, unit, day, reason.strip()))
    return day


def _leaving(unit: Unit, day: date, reason: str) -> str:
    return notices.withdrawal_told(reference=unit.reference, name=unit.name, day=day.isoformat(), reason=reason)


def check_acts_for(tx: Tx, unit: Unit) -> None:
    """Raises NotFound when the actor does not act for the unit: the same text as when there is none."""
    if unit.id not in {one.id for one in queries.units_for(tx.session, tx.actor.person_id or 0)}:
        raise NotFound("member_unknown", _("There is no such member. `member find ‹words›` looks for one."))


@usecase(Permission.REPRESENT)
def stay(tx: Tx, *, unit: Unit) -> None:
    """Take back a withdrawal whose day has not come. Raises Conflict when there is none."""
    check_acts_for(tx, unit)
    if queries.coming_withdrawal(tx.session, unit, tx.today) is None:
        raise Conflict("no_withdrawal", _("No withdrawal is waiting for its day."))
    end_facts(tx, unit, tx.today, Fact.WITHDRAWN)
    tx.record("member:entry:stay", unit.audit_reference)
    words = partial(notices.withdrawal_taken_back, reference=unit.reference, name=unit.name)
    _tell_staff(tx, unit, f"stay:{tx.now.isoformat()}", words)


def _tell_staff(tx: Tx, unit: Unit, event: str, write: Any) -> None:
    message = Message(f"{unit.audit_reference}:leaving:{event}", unit.audit_reference, in_every_language(write))
    tx.notify(message, recipients(holds_role(WATCHING, tx.today) & Person.left_at.is_(None)))


approvals.APPROVABLE[OVERRIDE] = approvals.Approvable(
    version=standing_asked_about, execute=_overridden, permission=Permission.MANAGE_MEMBERS
)
