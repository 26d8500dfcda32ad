"""The end of the way: the unit is entered, or comes back, and its applicant acts for it from now on."""

from functools import partial

from core.access import Permission
from core.calendar import add_months
from core.transaction import Tx
from membership import notices, queries
from membership.models import Application, Unit
from membership.rules.admission.states import Act, State
from membership.rules.reckoning import Fact
from membership.rules.standing import Status
from membership.usecases.admission.telling import note, tell_applicant
from membership.usecases.contacts import add_contact
from membership.usecases.steps import enter_fact
from membership.usecases.units import NewUnit, add_unit, change_status
from people import queries as people
from people.usecases import end_applying


def admit(tx: Tx, application: Application) -> Unit:
    """Enter the unit of an application that has passed its last step; its applicant becomes the contact and is told.

    A unit that was a member before keeps its number; one that was entered meanwhile is not entered twice.
    """
    system = tx.as_system("admission", Permission.MANAGE_MEMBERS)
    unit = _unit(system, application)
    _represent(system, unit, application.person_id)
    months = queries.admission_plan(tx.session, tx.today).probation_months
    if months:
        enter_fact(tx, unit, Fact.PROBATION, tx.today, application.reference, until=add_months(tx.today, months))
    application.state, application.unit_id, application.decided_on = State.ADMITTED, unit.id, tx.today
    event = note(tx, application, Act.ADMITTED)
    words = partial(notices.admitted, association=tx.association.name, name=application.name, member=unit.reference)
    tell_applicant(tx, application, event.id, words)
    tx.record("application:entry:admit", application.subject, {"member": unit.audit_reference})
    return unit


def _unit(tx: Tx, application: Application) -> Unit:
    known = queries.unit_with_code(tx.session, application.code)
    if known is None:
        facts = {
            name: getattr(application, name) for name in ("name", "code", "category", "rank", "region", "engineers")
        }
        return add_unit(tx, new=NewUnit(joined_on=tx.today, **facts))
    if not Status(known.status).member:
        change_status(tx, unit=known, status=Status.ACTIVE, reason=application.reference)
    return known


def _represent(tx: Tx, unit: Unit, person_id: int) -> None:
    if unit.id not in {one.id for one in queries.units_for(tx.session, person_id)}:
        add_contact(tx, unit=unit, person=people.person_by_id(tx.session, person_id))
    if queries.under_way_of(tx.session, person_id) <= 1:
        end_applying(tx, person_id)
