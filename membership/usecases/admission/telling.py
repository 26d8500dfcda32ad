"""Letters about applications: to the applicant, and to those who decide."""

from collections.abc import Callable
from functools import partial

from core.access import Permission, Role
from core.i18n import in_every_language
from core.outbox import Message
from core.transaction import Tx
from membership import notices
from membership.models import Application, ApplicationStep
from membership.rules.admission.plan import Step
from membership.rules.admission.states import Act
from people.audiences import ONE_PERSON, holds_role, recipients
from people.models import Person
from people.usecases.asking import OFFICERS

DECIDERS = {
    Permission.APPROVE: OFFICERS,
    Permission.MANAGE_MEMBERS: (Role.STAFF,),
    Permission.MANAGE_MEETINGS: (Role.STAFF,),
}


def note(tx: Tx, application: Application, act: Act, reason: str = "", *, step: str | None = None) -> ApplicationStep:
    """Write down what happened to an application at its present step."""
    made = ApplicationStep(
        application_id=application.id,
        step=application.step if step is None else step,
        act=act,
        person_id=tx.actor.person_id,
        reason=reason,
        at=tx.now,
    )
    tx.session.add(made)
    tx.session.flush()
    return made


def show_button(application: Application) -> list[dict[str, object]]:
    """The row with the button that shows an application."""
    labels = in_every_language(notices.show_it)
    return [{"labels": labels, "command": f"application show {application.reference}"}]


def tell_applicant(tx: Tx, application: Application, event: int | str, write: Callable[[], str]) -> None:
    """One letter to the applicant, with a button to the application. ``event`` makes it one of a kind."""
    key = f"{application.subject}:applicant:{event}"
    message = Message(key, application.subject, in_every_language(write), [show_button(application)])
    tx.notify(message, ONE_PERSON, {"person": application.person_id})


def tell_deciders(tx: Tx, application: Application, step: Step, event: int) -> None:
    """Whoever decides the next step hears that something waits; not the applicant."""
    write = partial(
        lambda: notices.filed(reference=application.reference, name=application.name, step=step.label),
    )
    key = f"{application.subject}:deciders:{event}"
    message = Message(key, application.subject, in_every_language(write), [show_button(application)])
    whom = holds_role(DECIDERS[step.permission], tx.today) & Person.left_at.is_(None)
    tx.notify(message, recipients(whom & (Person.id != application.person_id)))
