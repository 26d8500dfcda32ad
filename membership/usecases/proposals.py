"""Changes that members propose on their own cards: nothing of it goes live before the office has taken it over."""

from collections.abc import Mapping
from functools import partial
from typing import Any

from core import holds
from core.access import Permission, Role, usecase
from core.errors import BadInput, Conflict, NotAllowed
from core.i18n import _, in_every_language
from core.numbering import next_numbers
from core.outbox import Message
from core.transaction import Tx
from membership import notices, queries
from membership.models import ChangedFact, ChangeRequest, Unit
from membership.rules import changes
from membership.rules.admission.decisions import check_reason
from membership.rules.changes import FACTS, FactState, RequestState
from membership.usecases.contacts import add_contact
from membership.usecases.standing import check_acts_for
from membership.usecases.units import edit_unit
from people import queries as people
from people.audiences import ONE_PERSON, holds_role, recipients
from people.models import Person
from people.rules import check_name, check_phone
from people.usecases import add_person


@usecase(Permission.REPRESENT)
def propose(tx: Tx, *, unit: Unit, facts: Mapping[str, str]) -> ChangeRequest:
    """Propose new facts of one's own unit; the staff are told. ``facts``: fact → new value as text, read and checked.

    Raises NotFound for a unit one does not act for, BadInput when nothing differs, Conflict for a fact that is
    undecided already.
    """
    check_acts_for(tx, unit)
    person = people.person_by_id(tx.session, tx.actor.person_id or 0)
    former = {fact: queries.fact_now(unit, person, fact) for fact in facts}
    differing = {fact: new for fact, new in facts.items() if new != former[fact]}
    if not differing:
        raise BadInput("nothing_to_change", _("Say what to change, for example region=杭州市."))
    if twice := sorted(differing.keys() & queries.undecided_facts(tx.session, unit)):
        text = _("{fact}: your last proposal is undecided. Take it back first: `change withdraw`.")
        raise Conflict("change_pending", text.format(fact=_(FACTS[twice[0]])))
    made = ChangeRequest(
        number=next_numbers(tx.session, tx.association.id, "change")[0],
        unit_id=unit.id,
        person_id=person.id,
        state=RequestState.OPEN,
        made_at=tx.now,
    )
    tx.session.add(made)
    tx.session.flush()
    for fact, new in differing.items():
        tx.session.add(ChangedFact(request_id=made.id, fact=fact, old=former[fact], new=new, state=FactState.OPEN))
    tx.session.flush()
    tx.record("change:request:propose", made.subject, {"member": unit.audit_reference, "facts": sorted(differing)})
    _tell_staff(tx, made, unit, list(differing))
    return made


def _show_button(request: ChangeRequest) -> list[dict[str, Any]]:
    return [{"labels": in_every_language(notices.show_change), "command": f"change show {request.reference}"}]


def _tell_staff(tx: Tx, request: ChangeRequest, unit: Unit, facts: list[str]) -> None:
    def write() -> str:
        names = _(", ").join(_(FACTS[fact]) for fact in facts)
        return notices.proposed(reference=request.reference, unit=unit.name, facts=names)

    words = in_every_language(write)
    message = Message(f"{request.subject}:proposed", request.subject, words, [_show_button(request)])
    staff = holds_role([Role.STAFF], tx.today) & Person.left_at.is_(None) & (Person.id != request.person_id)
    tx.notify(message, recipients(staff))


def _open_fact(tx: Tx, request: ChangeRequest, fact: str) -> tuple[ChangeRequest, ChangedFact]:
    """An undecided fact of a request, locked; nobody decides what they proposed themselves."""
    found = queries.change_by_number(tx.session, request.number, lock=True)
    changes.check_open(RequestState(found.state))
    if found.person_id == tx.actor.person_id:
        raise NotAllowed("second_person", _("You proposed this yourself. Another person has to decide it."))
    one = next((f for f in queries.facts_in(tx.session, found) if f.fact == fact), None)
    if one is None:
        changes.fact_named(fact, [f.fact for f in queries.facts_in(tx.session, found)])
        raise BadInput("fact_unknown", _("There is no such fact in this request."))
    changes.check_undecided(FactState(one.state), _(FACTS[fact]))
    return found, one


@usecase(Permission.MANAGE_MEMBERS)
def take_over(tx: Tx, *, request: ChangeRequest, fact: str, anyway: bool = False) -> ChangedFact:
    """One proposed fact goes on the card; its proposer is told.

    Raises Conflict when the card has changed since it was proposed, unless ``anyway``; and when another unit has the code.
    """
    found, one = _open_fact(tx, request, fact)
    diff = queries.diff_of(tx.session, found)
    if not anyway:
        now = queries.fact_now(diff.unit, diff.person, fact)
        changes.check_unchanged(_(FACTS[fact]), one.old, now)
    _apply(tx, diff, one)
    _decide(tx, found, one, FactState.APPROVED, "")
    return one


def _apply(tx: Tx, diff: queries.Diff, one: ChangedFact) -> None:
    unit, new = diff.unit, one.new
    if one.fact == "phone":
        diff.person.phone = check_phone(new)
        personal = {"phone": new}
        tx.record("person:entry:edit", diff.person.reference, person=diff.person.id, personal=personal)
    elif one.fact == "contact":
        name, _space, phone = new.rpartition(" ")
        entered = add_person(tx.as_system("changes", Permission.MANAGE_PEOPLE), name=name, phone=phone)
        add_contact(tx, unit=unit, person=entered)
    else:
        value: Any = int(new) if one.fact == "engineers" and new else new
        edit_unit(tx, unit=unit, changes={one.fact: None if one.fact == "engineers" and not new else value})


def read_contact(raw: str) -> str:
    """``林新 13900000002`` as it is kept: a name and a telephone number. Raises BadInput."""
    name, _space, phone = " ".join(raw.split()).rpartition(" ")
    if not name:
        raise BadInput("contact_form", _("Write the name and the telephone number, like 林新 13900000002."))
    return f"{check_name(name)} {check_phone(phone)}"


@usecase(Permission.MANAGE_MEMBERS)
def refuse(tx: Tx, *, request: ChangeRequest, fact: str, reason: str) -> bool:
    """One proposed fact is not taken over; its proposer is told why. False when screening holds the reason."""
    words = check_reason(reason)
    found, one = _open_fact(tx, request, fact)
    if not holds.check(tx, f"{found.subject}:{fact}", words).may_go:
        tx.record("change:fact:hold", found.subject, {"fact": fact})
        return False
    _decide(tx, found, one, FactState.DECLINED, words)
    return True


def _decide(tx: Tx, request: ChangeRequest, one: ChangedFact, state: FactState, reason: str) -> None:
    one.state, one.reason = state, reason
    one.decided_by, one.decided_at = tx.actor.person_id, tx.now
    tx.session.flush()
    rest = [f for f in queries.facts_in(tx.session, request) if f.state == FactState.OPEN]
    if not rest:
        request.state, request.settled_at = RequestState.SETTLED, tx.now
    verb = "take" if state is FactState.APPROVED else "decline"
    tx.record(f"change:fact:{verb}", request.subject, {"fact": one.fact, "reason": reason})
    unit = queries.units_by_id(tx.session, [request.unit_id])[request.unit_id]
    words = in_every_language(partial(_decided, tx.association.name, request, unit, one))
    message = Message(f"{request.subject}:{one.fact}:decided", request.subject, words, [_show_button(request)])
    tx.notify(message, ONE_PERSON, {"person": request.person_id})


def _decided(association: str, request: ChangeRequest, unit: Unit, one: ChangedFact) -> str:
    return notices.decided(
        association=association,
        reference=request.reference,
        unit=unit.name,
        fact=_(FACTS[one.fact]),
        new=queries.shown_fact(one.fact, one.new),
        reason=one.reason,
    )


@usecase(Permission.REPRESENT)
def take_back(tx: Tx, *, request: ChangeRequest) -> None:
    """Take back what is undecided of one's own request. Raises NotAllowed for somebody else's, Conflict for a closed one."""
    found = queries.change_by_number(tx.session, request.number, lock=True)
    if found.person_id != tx.actor.person_id:
        raise NotAllowed("not_your_change", _("This request belongs to somebody else."))
    changes.check_open(RequestState(found.state))
    for one in queries.facts_in(tx.session, found):
        if one.state == FactState.OPEN:
            one.state = FactState.WITHDRAWN
    found.state, found.settled_at = RequestState.WITHDRAWN, tx.now
    tx.record("change:request:withdraw", found.subject)
