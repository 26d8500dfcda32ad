"""Reads about persons, roles and chats."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import bindparam, func, or_, select
from sqlalchemy.orm import Session

from core.access import Actor, Permission, Role, permissions_of
from core.associations import Association
from core.errors import BadInput, NotFound
from core.i18n import _
from core.outbox import OutboxContent
from core.transaction import Tx
from people.audiences import holds_role, open_roles
from people.models import ChatIdentity, Erasure, Invitation, LegalHold, Person, RoleGrant
from people.rules import TERM_AFTER_DAYS


@dataclass(frozen=True)
class Chatter:
    """The person behind a chat account, in one association."""

    person: Person
    association: Association
    identity: ChatIdentity | None


_BY_ACCOUNT = (
    select(Person, Association, ChatIdentity)
    .join(ChatIdentity, ChatIdentity.person_id == Person.id)
    .join(Association, Association.id == Person.association_id)
    .where(
        ChatIdentity.platform == bindparam("platform"),
        ChatIdentity.account == bindparam("account"),
        ChatIdentity.ended_at.is_(None),
        Person.left_at.is_(None),
    )
    .order_by((Person.id == bindparam("first")).desc(), ChatIdentity.chosen_at.desc(), ChatIdentity.id.desc())
    .limit(1)
    .execution_options(unscoped=True)
)
_BY_NAME = (
    select(Person, Association)
    .join(Association, Association.id == Person.association_id)
    .where(Person.name == bindparam("name"), Person.left_at.is_(None))
    .limit(2)
    .execution_options(unscoped=True)
)
_BY_NAME_WITHIN = _BY_NAME.where(Association.code == bindparam("code"))


def chatter_by_account(session: Session, platform: str, account: str, first: int | None = None) -> Chatter | None:
    """Who is behind an account; of several associations, that of the person ``first``, else the one chosen last.

    Looks across associations.
    """
    row = session.execute(_BY_ACCOUNT, {"platform": platform, "account": account, "first": first or 0}).first()
    return Chatter(*row) if row else None


def chatter_by_name(session: Session, name: str, association_code: str | None = None) -> Chatter:
    """The person an operator names at the console. Raises NotFound, or BadInput when the name fits several."""
    query = _BY_NAME_WITHIN if association_code else _BY_NAME
    rows = session.execute(
        query, {"name": name, "code": association_code} if association_code else {"name": name}
    ).all()
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
    present = select(Person).where(Person.name == words, Person.left_at.is_(None))
    return _only_one(words, list(session.scalars(present.limit(6))))


def _only_one(words: str, found: list[Person]) -> Person:
    if not found:
        raise NotFound("person_unknown", _("Nobody here is called “{name}”.").format(name=words))
    if len(found) > 1:
        numbers = ", ".join(str(person.id) for person in found)
        text = _("Several people are called “{name}”. Give the number: {numbers}")
        raise BadInput("person_ambiguous", text.format(name=words, numbers=numbers))
    return found[0]


def person_ever_named(session: Session, words: str) -> Person:
    """The same, people who have left included."""
    if words.isascii() and words.isdigit() and len(words) < 12:
        return person_by_id(session, int(words))
    return _only_one(words, list(session.scalars(select(Person).where(Person.name == words).limit(6))))


def holders_of(session: Session, role: Role, day: date) -> list[Person]:
    """Everyone who holds a role on a day."""
    condition = (holds_role([role.value], day), Person.left_at.is_(None))
    return list(session.scalars(select(Person).where(*condition).order_by(Person.id)))


def leaders_locked(session: Session, day: date) -> list[int]:
    """Ids of the secretaries-general in office, whose terms nobody else can end until the commit: of two who end each
    other's at the same moment, the second sees that it would be the last.
    """
    query = (
        select(RoleGrant.person_id)
        .join(Person, Person.id == RoleGrant.person_id)
        .where(RoleGrant.role == Role.SECRETARY_GENERAL, open_roles(day), Person.left_at.is_(None))
        .order_by(RoleGrant.id)
        .with_for_update(of=RoleGrant)
    )
    return list(session.scalars(query))


_OTHER_LEADERS = select(func.count(Person.id)).where(
    holds_role([Role.SECRETARY_GENERAL, Role.DEPUTY], bindparam("day")),
    Person.left_at.is_(None),
    Person.id.not_in(bindparam("people", expanding=True)),
)


def leaders_besides(session: Session, people: Sequence[int], day: date) -> int:
    """How many officers could confirm something that these people ask for or are concerned by."""
    return session.scalar(_OTHER_LEADERS, {"day": day, "people": list(people)}) or 0


def permissions_now(tx: Tx, person_id: int) -> frozenset[Permission]:
    """What a person may do today; nothing once they have left."""
    person = person_by_id(tx.session, person_id)
    return permissions_of(roles_of(tx.session, person_id, tx.today)) if person.left_at is None else frozenset()


def coming_terms(session: Session, person_id: int, role: Role, day: date) -> list[RoleGrant]:
    """The terms of a role that run on a day or begin after it."""
    query = select(RoleGrant).where(
        RoleGrant.person_id == person_id,
        RoleGrant.role == role.value,
        RoleGrant.revoked_at.is_(None),
        or_(RoleGrant.ends_on.is_(None), RoleGrant.ends_on >= day),
    )
    return list(session.scalars(query.order_by(RoleGrant.starts_on, RoleGrant.id)))


def ending_terms(
    session: Session, day: date, ahead: int, behind: int = TERM_AFTER_DAYS
) -> list[tuple[RoleGrant, Person]]:
    """Terms that end within so many days or have ended not so many days ago, with their holders."""
    query = (
        select(RoleGrant, Person)
        .join(Person, Person.id == RoleGrant.person_id)
        .where(
            RoleGrant.revoked_at.is_(None),
            RoleGrant.ends_on.between(day - timedelta(days=behind), day + timedelta(days=ahead)),
            Person.left_at.is_(None),
        )
        .order_by(RoleGrant.ends_on, RoleGrant.id)
    )
    return [(row[0], row[1]) for row in session.execute(query)]


def was_queued(session: Session, key: str) -> bool:
    """Whether a notice of this key has been queued before."""
    return session.scalar(select(OutboxContent.id).where(OutboxContent.key == key)) is not None


def holds_on(session: Session, person_id: int) -> list[LegalHold]:
    """The legal holds on a person's data that have not been lifted."""
    query = select(LegalHold).where(LegalHold.person_id == person_id, LegalHold.lifted_at.is_(None))
    return list(session.scalars(query.order_by(LegalHold.id)))


def is_erased(session: Session, person_id: int) -> bool:
    """Whether this person has been erased."""
    return session.scalar(select(Erasure.id).where(Erasure.person_id == person_id)) is not None


def erased_people(session: Session) -> set[int]:
    """The numbers of everyone who has been erased."""
    return set(session.scalars(select(Erasure.person_id)))


def erasures_to_note(session: Session) -> list[Erasure]:
    """Erasures that have not been written outside the database yet."""
    return list(session.scalars(select(Erasure).where(Erasure.noted_at.is_(None)).order_by(Erasure.id)))


def grants_of(session: Session, person_id: int) -> list[RoleGrant]:
    """Every term of every role a person has held, oldest first."""
    query = select(RoleGrant).where(RoleGrant.person_id == person_id).order_by(RoleGrant.starts_on, RoleGrant.id)
    return list(session.scalars(query))


def applicants_since(session: Session, day: date) -> int:
    """How many people entered themselves as applicants since a day, whatever became of them."""
    mine = (RoleGrant.role == Role.APPLICANT, RoleGrant.granted_by.is_(None), RoleGrant.starts_on >= day)
    return session.scalar(select(func.count()).select_from(RoleGrant).where(*mine)) or 0


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
    """Everyone who holds a role of the office (member contacts and applicants excepted), with their roles."""
    query = (
        select(Person, RoleGrant.role)
        .join(RoleGrant, RoleGrant.person_id == Person.id)
        .where(open_roles(day), RoleGrant.role.not_in([Role.CONTACT, Role.APPLICANT]), Person.left_at.is_(None))
        .order_by(Person.id)
    )
    found: dict[int, tuple[Person, set[Role]]] = {}
    for person, role in session.execute(query):
        found.setdefault(person.id, (person, set()))[1].add(Role(role))
    return [(person, frozenset(roles)) for person, roles in found.values()]
