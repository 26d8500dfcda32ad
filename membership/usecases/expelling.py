"""Cancelling a membership (除名): one officer asks, another confirms, and only then is the unit out."""

from datetime import date
from typing import Any

from core import approvals, holds
from core.access import Permission, usecase
from core.approvals import Approval
from core.errors import BadInput, Conflict, NotAllowed
from core.i18n import _
from core.transaction import Tx
from membership.models import Unit
from membership.queries.scoring import acts_for
from membership.rules.standing import Status
from membership.usecases.units import check_change, enter_change, standing_asked_about, unit_asked_about
from people.usecases.asking import tell_officers

EXPEL = "membership.expel"


@usecase(Permission.MANAGE_MEMBERS, sensitive=True)
def ask_expulsion(tx: Tx, *, unit: Unit, reason: str, on: date | None = None) -> Approval:
    """Ask another officer to cancel a membership from a day on, today unless given. Nothing changes until then.

    Raises what changing the standing would raise, and Conflict while the same is asked for already.
    """
    day = on or tx.today
    check_change(tx, unit, Status.EXPELLED, day)
    if not reason.strip():
        raise BadInput("text_missing", _("Some text is needed here."))
    if waiting := approvals.waiting_about(tx, EXPEL, unit.audit_reference):
        text = _("{reference} asks for this already.")
        raise Conflict("expulsion_asked", text.format(reference=waiting[0].reference))
    holds.insist(tx, f"{unit.audit_reference}:expulsion", reason)
    text = _("{reference} {name}: cancel its membership from {day}. Reason: {reason}")
    summary = text.format(reference=unit.reference, name=unit.name, day=day.isoformat(), reason=reason.strip())
    arguments = {"unit": unit.id, "on": day.isoformat(), "reason": reason.strip()}
    asked = approvals.request(tx, EXPEL, subject=unit.audit_reference, arguments=arguments, summary=summary)
    tell_officers(tx, asked)
    return asked


def _expelled(tx: Tx, arguments: dict[str, Any]) -> Unit:
    unit, day = unit_asked_about(tx, arguments), date.fromisoformat(arguments["on"])
    if acts_for(tx.session, tx.actor.person_id or 0, unit):
        raise NotAllowed("own_unit", _("You act for this unit, so another person has to decide."))
    check_change(tx, unit, Status.EXPELLED, day)
    enter_change(tx, unit, Status.EXPELLED, arguments["reason"], day)
    return unit


approvals.APPROVABLE[EXPEL] = approvals.Approvable(
    version=standing_asked_about, execute=_expelled, permission=Permission.MANAGE_MEMBERS
)
