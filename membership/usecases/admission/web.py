"""Applying on the web: the office opens the form or makes a link; whoever fills it in hands an application in, as in chat."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from core.access import Actor, Permission, usecase
from core.associations import locked, settle
from core.errors import Conflict, NotFound, RuleViolated
from core.i18n import _
from core.transaction import Tx
from membership import queries
from membership.models import Application
from membership.rules.admission import web
from membership.rules.admission.web import Doors, Kind, Link
from membership.usecases.admission import applying
from membership.usecases.admission.applying import Profile
from people import queries as people
from people import usecases as persons

PATH = "/a/"


@dataclass(frozen=True)
class Received:
    """An application that came by the web, and the code with which its applicant can go on in chat."""

    application: Application
    code: str


@dataclass(frozen=True)
class Asked:
    """What was filled in: who asks, how they are reached, the unit, and (paper, file name, content) of each document."""

    person: str
    phone: str
    profile: Profile
    papers: Sequence[tuple[str, str, bytes]]


@usecase(Permission.MANAGE_MEMBERS)
def open_form(tx: Tx) -> str:
    """Switch the public form on and return its address; one that is on keeps its address.

    Raises RuleViolated without a public address, or when the way of admission takes no strangers.
    """
    _check_address(tx)
    if not queries.admission_plan(tx.session, tx.today).open:
        text = _(
            "The way of admission in force takes no strangers (open = false). Links for one application still work."
        )
        raise RuleViolated("admission_closed", text)
    doors = _doors(tx)
    code = doors.public or web.new_code()
    _keep(tx, replace(doors, public=code))
    tx.record("application:webform:open", f"association:{tx.association.code}")
    return address(tx, code)


@usecase(Permission.MANAGE_MEMBERS)
def close_form(tx: Tx) -> None:
    """Switch the public form off; its address never works again. Raises Conflict when it is off."""
    doors = _doors(tx)
    if not doors.public:
        raise Conflict("form_closed", _("The public form is off already."))
    _keep(tx, replace(doors, public=""))
    tx.record("application:webform:close", f"association:{tx.association.code}")


@usecase(Permission.MANAGE_MEMBERS)
def make_link(tx: Tx) -> str:
    """An address for one application, valid 14 days. Raises RuleViolated without a public address, or for too many."""
    _check_address(tx)
    doors = _doors(tx)
    web.check_room(doors.once)
    code = web.new_code()
    link = Link(web.code_hash(code), tx.now + web.LINK_DAYS)
    _keep(tx, replace(doors, once=(*doors.once, link)))
    tx.record("application:weblink:make", f"association:{tx.association.code}", {"until": link.until.isoformat()})
    return address(tx, code)


@usecase(Permission.APPLY)
def receive(tx: Tx, *, code: str, asked: Asked) -> Received:
    """Enter the applicant, begin their application, keep its documents and hand it in: all of it or nothing.

    A link for one application is spent with it. Raises NotFound for a code that opens nothing (any more), BadInput,
    Conflict and RuleViolated as the same steps in chat do.
    """
    doors = _doors(tx)
    if door(tx, code) is Kind.ONCE:
        _keep(tx, replace(doors, once=doors.without(code)))
    person = persons.receive_by_web(tx, name=asked.person)
    mine = replace(tx, actor=people.actor_for(tx.session, person, tx.association, tx.today))
    made = applying.begin(mine, profile=asked.profile, phone=asked.phone)
    for paper, name, content in asked.papers:
        web.check_scan(content)
        applying.attach(mine, application=made, paper=paper, file=(name, content))
    handed_in = applying.submit(mine, application=made)
    inviting = tx.as_system("applying", Permission.MANAGE_PEOPLE, Permission.USE_OFFICE)
    return Received(handed_in, persons.invite(inviting, person=person))


def door(tx: Tx, code: str) -> Kind:
    """What a code opens now. Raises NotFound for nothing, RuleViolated for a flood through the public form."""
    kind = Doors.of(tx.association.settings, tx.now).kind_of(code)
    if kind is None:
        raise unknown_link()
    if kind is Kind.PUBLIC:
        if not queries.admission_plan(tx.session, tx.today).open:
            raise unknown_link()
        web.check_flood(people.applicants_since(tx.session, tx.today))
    return kind


def unknown_link() -> NotFound:
    """One text for an address that never was, was used, or was switched off."""
    text = _("This link does not work (any more). Ask the secretariat of the association for a new one.")
    return NotFound("form_unknown", text)


def applying_actor() -> Actor:
    """Whoever stands before the form: may apply, and nothing else."""
    return Actor("applying", permissions=frozenset({Permission.APPLY}))


def address(tx: Tx, code: str) -> str:
    """Where the form of a code stands."""
    return tx.public_url.rstrip("/") + PATH + code


def _check_address(tx: Tx) -> None:
    if not tx.public_url:
        text = _("The office has no public address (GUILDHALL_PUBLIC_URL), so nobody could open the form.")
        raise RuleViolated("no_public_address", text)


def _doors(tx: Tx) -> Doors:
    """What is open, locked: two applications never spend one link."""
    return Doors.of(locked(tx.session, tx.association).settings, tx.now)


def _keep(tx: Tx, doors: Doors) -> None:
    settle(tx.session, tx.association, web.SETTING, doors.stored())
