"""Reads about applications for membership."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.associations import Association, all_associations
from core.attachments import Attachment
from core.errors import NotFound
from core.i18n import _
from membership.models import Application, ApplicationPaper, ApplicationStep, Unit
from membership.queries.units import unit_by_number
from membership.rules.admission import web
from membership.rules.admission.states import UNDER_WAY, WITH_APPLICANT, Act, State
from membership.rules.admission.web import Doors
from membership.rules.standing import Status
from people.models import Person


def application_by_number(session: Session, number: int, *, lock: bool = False) -> Application:
    """The application with this number. Raises NotFound."""
    query = select(Application).where(Application.number == number)
    found = session.scalar(query.with_for_update() if lock else query, execution_options={"populate_existing": lock})
    if found is None:
        raise NotFound("application_unknown", _("There is no such application. `application list` shows them."))
    return found


def application_for(session: Session, number: int, person_id: int | None, *, every: bool) -> Application:
    """An application that a person may see: their own, or ``every`` one. Raises NotFound, the same text either way."""
    found = application_by_number(session, number)
    if not every and found.person_id != person_id:
        raise NotFound("application_unknown", _("There is no such application. `application list` shows them."))
    return found


def applications(
    session: Session,
    *,
    states: Collection[str] = (),
    person_id: int | None = None,
    step: str = "",
    limit: int | None = None,
    offset: int = 0,
) -> list[Application]:
    """Applications, newest first; of one person when one is named."""
    query = select(Application)
    if states:
        query = query.where(Application.state.in_(states))
    if person_id is not None:
        query = query.where(Application.person_id == person_id)
    if step:
        query = query.where(Application.step == step)
    return list(session.scalars(query.order_by(Application.number.desc()).limit(limit).offset(offset)))


def applications_about(session: Session, *, ballot: str) -> list[Application]:
    """The applications that one motion is about, oldest first."""
    query = select(Application).where(Application.ballot == ballot).order_by(Application.number)
    return list(session.scalars(query.with_for_update()))


def waiting_by_step(session: Session) -> dict[str, int]:
    """Step → how many applications stand there and wait for the office."""
    query = select(Application.step, func.count()).where(Application.state == State.OPEN).group_by(Application.step)
    return {row[0]: row[1] for row in session.execute(query.order_by(Application.step))}


def under_way_with_code(session: Session, code: str, *, besides: int = 0) -> Application | None:
    """An application of the same unit that is not over yet."""
    query = select(Application).where(
        Application.code == code, Application.state.in_(UNDER_WAY), Application.id != besides
    )
    return session.scalar(query.limit(1))


def under_way_of(session: Session, person_id: int) -> int:
    """How many applications of a person are not over yet."""
    query = select(func.count()).where(Application.person_id == person_id, Application.state.in_(UNDER_WAY))
    return session.scalar(query) or 0


def left_lying(session: Session, before: datetime) -> list[Application]:
    """Applications that lie with their applicants, untouched since before a moment."""
    query = select(Application).where(Application.state.in_(WITH_APPLICANT), Application.touched_at < before)
    return list(session.scalars(query.order_by(Application.number)))


def unit_with_code(session: Session, code: str) -> Unit | None:
    """The unit of this code, whatever its standing; of a merged one the unit that it went into."""
    found = session.scalar(select(Unit).where(Unit.code == code))
    return unit_by_number(session, found.number) if found is not None else None


def member_with_code(session: Session, code: str) -> Unit | None:
    """The present member of this code."""
    found = unit_with_code(session, code)
    return found if found is not None and Status(found.status).member else None


def papers_of(session: Session, application: Application) -> list[tuple[ApplicationPaper, Attachment]]:
    """The documents that came with an application and are in place, oldest first."""
    query = (
        select(ApplicationPaper, Attachment)
        .join(Attachment, Attachment.id == ApplicationPaper.attachment_id)
        .where(ApplicationPaper.application_id == application.id, ApplicationPaper.replaced_at.is_(None))
    )
    return [(row[0], row[1]) for row in session.execute(query.order_by(ApplicationPaper.id))]


def steps_of(session: Session, application: Application) -> list[ApplicationStep]:
    """Everything that happened to an application, oldest first."""
    query = select(ApplicationStep).where(ApplicationStep.application_id == application.id)
    return list(session.scalars(query.order_by(ApplicationStep.id)))


def decider_before(session: Session, application: Application) -> int | None:
    """Who decided the step before the one at which an application stands, since it was handed in last."""
    for one in reversed(steps_of(session, application)):
        if one.act == Act.APPROVED:
            return one.person_id
        if one.act == Act.FILED:
            return None
    return None


@dataclass(frozen=True)
class ApplicationCard:
    """Everything that is shown of an application."""

    application: Application
    applicant: Person
    papers: Sequence[tuple[ApplicationPaper, Attachment]] = ()
    steps: Sequence[ApplicationStep] = ()
    names: dict[int, str] = field(default_factory=dict)
    former: Unit | None = None
    unit: Unit | None = None


def application_card(session: Session, application: Application) -> ApplicationCard:
    """An application with its papers, its history, and whether the unit has been a member before."""
    steps = steps_of(session, application)
    wanted = {one.person_id for one in steps if one.person_id} | {application.person_id}
    people = {p.id: p for p in session.scalars(select(Person).where(Person.id.in_(wanted)))}
    same = unit_with_code(session, application.code)
    return ApplicationCard(
        application,
        people[application.person_id],
        papers_of(session, application),
        steps,
        {number: person.name for number, person in people.items()},
        former=same if same is not None and same.id != application.unit_id else None,
        unit=session.get(Unit, application.unit_id) if application.unit_id else None,
    )


def applications_until(
    session: Session, moment: datetime
) -> list[tuple[Application, list[ApplicationStep], Unit | None]]:
    """Every application with what had happened to it before a moment, oldest first, and the unit it has become."""
    query = (
        select(Application, ApplicationStep, Unit)
        .join(ApplicationStep, ApplicationStep.application_id == Application.id)
        .outerjoin(Unit, Unit.id == Application.unit_id)
        .where(ApplicationStep.at < moment)
        .order_by(Application.number, ApplicationStep.id)
    )
    found: dict[int, tuple[Application, list[ApplicationStep], Unit | None]] = {}
    for one, step, unit in session.execute(query):
        found.setdefault(one.id, (one, [], unit))[1].append(step)
    return list(found.values())


def association_of_form(session: Session, code: str, now: datetime) -> Association | None:
    """The association whose form for applications this code opens, in the whole installation."""
    if not web.is_code(code):
        return None
    everywhere = all_associations(session)
    return next((one for one in everywhere if Doors.of(one.settings, now).kind_of(code) is not None), None)
