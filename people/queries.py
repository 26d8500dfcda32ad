"""Reads about persons, roles and chats."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session

from core.access import Actor, Role, permissions_of
from core.associations import Association
from core.errors import BadInput, NotFound
from core.i18n import _
from people.audiences import holds_role, open_roles
from people.models import ChatIdentity, Invitation, Person, RoleGrant


@dataclass(frozen=True)
class Chatter:
    """The person behind a chat account, in one association."""

    person: Person
    association: Association
    identity: ChatIdentity | None


def chatter_by_account(session: Session, platform: str, account: str) -> Chatter | None:
    """Who is behind an account; of several associations, the one chosen last. Looks across associations."""
    query = (
        select(Person, Association, ChatIdentity)
        .join(ChatIdentity, ChatIdentity.person_id == Person.id)
        .join(Association, Association.id == Person.association_id)
        .where(
            ChatIdentity.platform == platform,
            ChatIdentity.account == account,
            ChatIdentity.ended_at.is_(None),
            Person.left_at.is_(None),
        )
        .order_by(ChatIdentity.chosen_at.desc(), ChatIdentity.id.desc())
        .limit(1)
    )
    row = session.execute(query, execution_options={"unscoped": True}).first()
    return Chatter(*row) if row else None


def chatter_by_name(session: Session, name: str, association_code: str | None = None) -> Chatter:
    """The person an operator names at the console. Raises NotFound, or BadInput when the name fits several."""
    query = (
        select(Person, Association)
        .join(Association, Association.id == Person.association_id)
        .where(Person.name == name, Person.left_at.is_(None))
    )
    if association_code:
        query = query.where(Association.code == association_code)
    rows = session.execute(query.limit(2), execution_options={"unscoped": True}).all()
    if not rows:
        raise NotFound("person_unknown", _("Nobody here is called “{name}”.").format(name=name))
    if len(rows) > 1:
        raise BadInput("person_ambiguous", _("Several people are called “{name}”.").format(name=name))
    return Chatter(rows[0][0], rows[0][1], None)


_ROLES = select(RoleGrant.role).where(RoleGrant.person_id == bindparam("person"), open_roles(bindparam("day")))


def roles_of(session: Session, person_id: int, day: date) -> frozenset[Role]:
    """The roles a person holds on a day."""
    found = session.connection().scalars(_ROLES, {"person": person_id, "day": day})
    return frozenset(Role(role) for role in found)


def actor_for(session: Session, person: Person, association: Association, day: date) -> Actor:
    """The person as an actor, with the rights of this very day."""
    roles = roles_of(session, person.id, day)
    return Actor(
        name=person.name,
        person_id=person.id,
        roles=roles,
        permissions=permissions_of(roles),
        language=person.language or association.language,
    )


def person_by_id(session: Session, person_id: int) -> Person:
    """The person with this number. Raises NotFound."""
    found = session.scalar(select(Person).where(Person.id == person_id))
    if found is None:
        raise NotFound("person_unknown", _("There is no such person."))
    return found


def person_named(session: Session, words: str) -> Person:
    """The person of this name, or of this number when only digits are given. Raises NotFound or BadInput."""
    if words.isascii() and words.isdigit() and len(words) < 12:
        return person_by_id(session, int(words))
    found = list(session.scalars(select(Person).where(Person.name == words, Person.left_at.is_(None)).limit(6)))
    if not found:
        raise NotFound("person_unknown", _("Nobody here is called “{name}”.").format(name=words))
    if len(found) > 1:
        numbers = ", ".join(str(person.id) for person in found)
        text = _("Several people are called “{name}”. Give the number: {numbers}")
        raise BadInput("person_ambiguous", text.format(name=words, numbers=numbers))
    return found[0]


def holders_of(session: Session, role: Role, day: date) -> list[Person]:
    """Everyone who holds a role on a day."""
    condition = (holds_role([role.value], day), Person.left_at.is_(None))
    return list(session.scalars(select(Person).where(*condition).order_by(Person.id)))


_OTHER_LEADERS = select(func.count(Person.id)).where(
    holds_role([Role.SECRETARY_GENERAL, Role.DEPUTY], bindparam("day")),
    Person.left_at.is_(None),
    Person.id != bindparam("person"),
)


def leaders_besides(session: Session, person_id: int | None, day: date) -> int:
    """How many other people could confirm what this person asks for."""
    return session.scalar(_OTHER_LEADERS, {"day": day, "person": person_id or 0}) or 0


def grants_of(session: Session, person_id: int) -> list[RoleGrant]:
    """Every term of every role a person has held, oldest first."""
    query = select(RoleGrant).where(RoleGrant.person_id == person_id).order_by(RoleGrant.starts_on, RoleGrant.id)
    return list(session.scalars(query))


def identities_of(session: Session, person_ids: Sequence[int]) -> list[ChatIdentity]:
    """The linked chats of these people."""
    query = select(ChatIdentity).where(ChatIdentity.person_id.in_(person_ids), ChatIdentity.ended_at.is_(None))
    return list(session.scalars(query.order_by(ChatIdentity.id)))


def invitation_by_hash(session: Session, code_hash: str) -> tuple[Invitation, Person, Association] | None:
    """An invitation with its person and association, whichever association it is of; locked until the commit."""
    query = (
        select(Invitation, Person, Association)
        .join(Person, Person.id == Invitation.person_id)
        .join(Association, Association.id == Invitation.association_id)
        .where(Invitation.code_hash == code_hash)
        .with_for_update(of=Invitation)
    )
    row = session.execute(query, execution_options={"unscoped": True}).first()
    return (row[0], row[1], row[2]) if row else None


def people_list(session: Session, day: date) -> list[tuple[Person, frozenset[Role]]]:
    """Everyone who holds a role of the office (member contacts excepted), with their roles."""
    query = (
        select(Person, RoleGrant.role)
        .join(RoleGrant, RoleGrant.person_id == Person.id)
        .where(open_roles(day), RoleGrant.role != Role.CONTACT, Person.left_at.is_(None))
        .order_by(Person.id)
    )
    found: dict[int, tuple[Person, set[Role]]] = {}
    for person, role in session.execute(query):
        found.setdefault(person.id, (person, set()))[1].add(Role(role))
    return [(person, frozenset(roles)) for person, roles in found.values()]
