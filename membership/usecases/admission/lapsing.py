"""Applications that their applicants have left lying: a word before, then they expire."""

from datetime import timedelta

from core.access import Permission, usecase
from core.i18n import in_every_language
from core.outbox import Message
from core.transaction import Tx
from membership import notices, queries
from membership.models import Application
from membership.rules.admission import decisions
from membership.rules.admission.decisions import Lapse
from membership.rules.admission.plan import Plan
from membership.rules.admission.states import Act, State
from membership.usecases.admission.telling import note, show_button, tell_applicant
from people.audiences import ONE_PERSON


@usecase(Permission.MANAGE_MEMBERS)
def tend(tx: Tx) -> str:
    """The timer's part: applicants are told before their drafts and returned applications expire, and when they have.

    One that waits for the office never expires. A missed day is caught up.
    """
    way = queries.admission_plan(tx.session, tx.today)
    before = tx.now - timedelta(days=way.expire_days - way.warn_days - 1)
    warned = expired = 0
    for one in queries.left_lying(tx.session, before):
        due = _due(tx, way, one)
        warned += due is Lapse.WARN
        expired += due is Lapse.EXPIRE
        if due is Lapse.WARN:
            _warn(tx, way, one)
        elif due is Lapse.EXPIRE:
            _expire(tx, one)
    tx.record("application:form:tend", "application:all", {"warned": warned, "expired": expired})
    return f"{warned} applicants told, {expired} applications expired"


def _due(tx: Tx, way: Plan, one: Application) -> Lapse | None:
    warned = tx.association.day(one.warned_at) if one.warned_at else None
    return decisions.lapse(way, tx.association.day(one.touched_at), warned, tx.today)


def _warn(tx: Tx, way: Plan, one: Application) -> None:
    one.warned_at = tx.now
    day = decisions.lapse_on(way, tx.association.day(one.touched_at), tx.today).isoformat()
    named = {"association": tx.association.name, "reference": one.reference, "name": one.name}
    words = in_every_language(lambda: notices.about_to_expire(day=day, **named))
    hand_in = {"labels": in_every_language(notices.hand_in), "command": f"application submit {one.reference}"}
    key = f"{one.subject}:applicant:lapse:{tx.today.isoformat()}"
    message = Message(key, one.subject, words, [[hand_in], show_button(one)])
    tx.notify(message, ONE_PERSON, {"person": one.person_id})
    tx.record("application:form:warn", one.subject, {"expires": day})


def _expire(tx: Tx, one: Application) -> None:
    one.state, one.decided_on = State.EXPIRED, tx.today
    event = note(tx, one, Act.EXPIRED)
    named = {"association": tx.association.name, "reference": one.reference, "name": one.name}
    tell_applicant(tx, one, event.id, lambda: notices.expired(**named))
    tx.record("application:form:expire", one.subject)
