"""What an applicant does: begin, complete, send documents, hand in, withdraw."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import update

from core import attachments
from core.access import Permission, usecase
from core.errors import BadInput, Conflict, NotAllowed, RuleViolated
from core.i18n import _, in_every_language
from core.numbering import next_numbers
from core.outbox import Message
from core.transaction import Tx
from membership import notices, queries
from membership.models import Application, ApplicationPaper
from membership.rules import units as rules
from membership.rules.admission import decisions, plan, states
from membership.rules.admission.states import Act, State
from membership.usecases.admission.telling import DECIDERS, note, show_button, tell_deciders
from people import queries as people
from people.audiences import holds_role, recipients
from people.models import Person
from people.rules import check_phone

MOST_AT_ONCE = 5
"""Applications of one person that are under way together: an office of agents has its members apply themselves."""
LARGEST_PAPERS = 20


@dataclass(frozen=True)
class Profile:
    """What an application says of the unit; values have been read and checked."""

    name: str
    code: str
    category: str
    rank: str
    region: str
    engineers: int | None = None


@usecase(Permission.APPLY)
def begin(tx: Tx, *, profile: Profile, phone: str | None = None) -> Application:
    """Begin an application; its documents can be sent and it can be handed in then.

    Raises Conflict when the unit is a member or somebody has applied for it, RuleViolated for too many at once.
    """
    person_id = tx.actor.person_id or 0
    _check_code(tx, profile.code)
    if queries.under_way_of(tx.session, person_id) >= MOST_AT_ONCE:
        text = _("{count} of your applications are under way. Finish or withdraw one first.")
        raise RuleViolated("too_many_applications", text.format(count=MOST_AT_ONCE))
    number = _reached_at(tx, people.person_by_id(tx.session, person_id), phone) if phone else ""
    made = Application(
        number=next_numbers(tx.session, tx.association.id, "application")[0],
        person_id=person_id,
        name=rules.check_name(profile.name),
        code=profile.code,
        category=profile.category,
        rank=profile.rank,
        region=profile.region,
        engineers=profile.engineers,
        state=State.DRAFT,
        steps=[],
        made_at=tx.now,
        touched_at=tx.now,
    )
    tx.session.add(made)
    tx.session.flush()
    note(tx, made, Act.BEGUN, number)
    tx.record("application:form:begin", made.subject, {"code": made.code, "category": made.category})
    return made


def _reached_at(tx: Tx, person: Person, phone: str) -> str:
    """The number an applicant gives becomes theirs where there is none yet; another one is kept with the application."""
    number = check_phone(phone)
    if person.phone is not None:
        return "" if person.phone == number else number
    person.phone = number
    tx.record("person:entry:edit", person.reference, person=person.id, personal={"phone": number})
    return ""


def _check_code(tx: Tx, code: str, besides: int = 0) -> None:
    """Nobody applies for a unit that is in already, or twice. It is not said who did. Raises Conflict."""
    if queries.member_with_code(tx.session, code) is not None:
        text = _(
            "A unit with this credit code is a member already, so nothing need be applied for. "
            "If you act for it, ask the secretariat to enter you as its contact."
        )
        raise Conflict("member_already", text)
    if queries.under_way_with_code(tx.session, code, besides=besides) is not None:
        text = _("An application for this credit code is under way. If it is not yours, ask the secretariat.")
        raise Conflict("applied_already", text)


def own(tx: Tx, application: Application) -> Application:
    """The applicant's application, locked. Raises NotAllowed for somebody else's."""
    found = queries.application_by_number(tx.session, application.number, lock=True)
    if found.person_id != tx.actor.person_id:
        raise NotAllowed("not_your_application", _("This application belongs to somebody else."))
    return found


def _touch(tx: Tx, application: Application) -> None:
    application.touched_at, application.warned_at = tx.now, None


@usecase(Permission.APPLY)
def amend(tx: Tx, *, application: Application, changes: Mapping[str, Any]) -> dict[str, tuple[Any, Any]]:
    """Change what a draft or a returned application says. Returns old and new of what differs.

    Raises BadInput when nothing differs, Conflict while the office looks at it.
    """
    found = own(tx, application)
    states.check_with_applicant(State(found.state))
    if unknown := changes.keys() - decisions.PROFILE.keys():
        raise ValueError(f"{unknown} is not in an application")
    differing = {name: (getattr(found, name), new) for name, new in changes.items() if getattr(found, name) != new}
    if not differing:
        raise BadInput("nothing_to_change", _("Say what to change, for example region=杭州市."))
    if "code" in differing:
        _check_code(tx, differing["code"][1], besides=found.id)
    for name, (_old, new) in differing.items():
        setattr(found, name, new)
    _touch(tx, found)
    note(tx, found, Act.AMENDED, ", ".join(differing))
    changed = {name: list(pair) for name, pair in differing.items()}
    tx.record("application:form:amend", found.subject, {"changes": changed})
    return differing


@usecase(Permission.APPLY)
def attach(tx: Tx, *, application: Application, paper: str, file: tuple[str, bytes]) -> ApplicationPaper:
    """Keep a document with an application, in the place of the one of its kind that came before.

    ``file`` is (name, content). Raises BadInput for an unknown kind of document or an unusable file, Conflict while the
    office looks at it.
    """
    found = own(tx, application)
    states.check_with_applicant(State(found.state))
    wanted = decisions.paper_named(_plan(tx).papers_for(found.category), paper)
    if len(queries.papers_of(tx.session, found)) >= LARGEST_PAPERS:
        raise RuleViolated("too_many_papers", _("There are twenty documents already; no more are needed."))
    stored = attachments.store(tx.session, file[0], file[1], "application/octet-stream", tx.now)
    mine = (ApplicationPaper.application_id == found.id, ApplicationPaper.kind == wanted.name)
    former = update(ApplicationPaper).where(*mine, ApplicationPaper.replaced_at.is_(None))
    tx.session.execute(former.values(replaced_at=tx.now))
    made = ApplicationPaper(application_id=found.id, kind=wanted.name, attachment_id=stored.id, sent_at=tx.now)
    tx.session.add(made)
    _touch(tx, found)
    tx.session.flush()
    tx.record("application:paper:attach", found.subject, {"paper": wanted.name, "sha256": stored.sha256})
    return made


def _plan(tx: Tx) -> plan.Plan:
    return queries.admission_plan(tx.session, tx.today)


@usecase(Permission.APPLY)
def submit(tx: Tx, *, application: Application) -> Application:
    """Hand an application in, for the first time or again: it begins at the first step of the way in force today.

    Raises RuleViolated that names what is missing, Conflict when it is not with the applicant.
    """
    found = own(tx, application)
    states.check_with_applicant(State(found.state))
    _check_code(tx, found.code, besides=found.id)
    way = _plan(tx)
    sent = {paper.kind for paper, _file in queries.papers_of(tx.session, found)}
    decisions.check_complete(decisions.missing_papers(way, found.category, sent))
    found.state, found.steps, found.step = State.OPEN, plan.dumped(way.steps), way.steps[0].name
    found.notice, found.ballot, found.filed_at = "", "", tx.now
    _touch(tx, found)
    event = note(tx, found, Act.FILED)
    tell_deciders(tx, found, way.steps[0], event.id)
    tx.record("application:form:submit", found.subject, {"plan": way.version, "step": found.step})
    return found


@usecase(Permission.APPLY)
def withdraw(tx: Tx, *, application: Application, reason: str = "") -> Application:
    """Withdraw an application, at any step and without giving a reason. The office hears of one that it had."""
    found = own(tx, application)
    states.check_under_way(State(found.state))
    had, found.state = found.state != State.DRAFT, State.WITHDRAWN
    found.decided_on = tx.today
    note(tx, found, Act.WITHDRAWN, reason.strip()[: decisions.LONGEST_REASON])
    if had:
        _tell_staff(tx, found)
    tx.record("application:form:withdraw", found.subject, {"step": found.step})
    return found


def _tell_staff(tx: Tx, application: Application) -> None:
    step = decisions.step_named(plan.loaded(application.steps), application.step)
    words = in_every_language(lambda: notices.withdrawn(reference=application.reference, name=application.name))
    message = Message(f"{application.subject}:withdrawn", application.subject, words, [show_button(application)])
    whom = holds_role(DECIDERS[step.permission], tx.today) & Person.left_at.is_(None)
    tx.notify(message, recipients(whom))
