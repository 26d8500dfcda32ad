"""Whom a message is for: criteria that the other floors register, joined into one set-based condition on Person."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import BindParameter, ColumnElement, and_, bindparam, func, not_, or_, select, true
from sqlalchemy.orm import Session

from core.access import ROLE_PERMISSIONS, Permission, Role
from core.associations import Association
from core.errors import BadInput
from core.i18n import N_, _, language
from core.outbox import Recipients
from people.models import ChatIdentity, Person, RoleGrant

Audience = Mapping[str, Sequence[str]]
"""Criterion name → accepted values. Criteria are joined by and, the values of one by or. Empty: all members.

A name with a leading minus leaves out those of whom one of its values is true.
"""
WITHOUT = ("-", "－", "不含", "除")


@dataclass(frozen=True)
class Criterion:
    """One fact to choose people by. ``parse`` turns typed words into a stored value or raises BadInput.

    One that ``names_people`` says itself whom it means, also outside the present members.
    """

    name: str
    zh: str
    label: str
    parse: Callable[[str], str]
    condition: Callable[[Sequence[str], date], ColumnElement[bool]]
    show: Callable[[str], str] = str
    names_people: bool = False


CRITERIA: dict[str, Criterion] = {}
BASE: list[Callable[[date], ColumnElement[bool]]] = []
"""Conditions that every audience has when it names no role: the people whom notices to members are for."""


def register(criterion: Criterion) -> None:
    """Make a criterion known, under its English and its Chinese name."""
    CRITERIA[criterion.name] = criterion


def criterion_named(name: str) -> Criterion:
    """The criterion of this English or Chinese name. Raises BadInput that lists what there is."""
    for criterion in CRITERIA.values():
        if name.casefold() in (criterion.name, criterion.zh):
            return criterion
    known = _(", ").join(c.zh if language() == "zh_CN" else c.name for c in CRITERIA.values())
    raise BadInput("criterion_unknown", _("“{name}” is no criterion. Use: {known}").format(name=name, known=known))


def parse(words: str) -> dict[str, list[str]]:
    """``category=A,B region=C`` (also with ：＝、 and Chinese names) → a stored audience. ``all``/``全体`` is everyone."""
    audience: dict[str, list[str]] = {}
    for word in pieces(words):
        if word.casefold() in ("all", "全体", "全体会员"):
            continue
        name, equals, values = word.partition("=")
        if not equals or not values.strip(","):
            raise BadInput(
                "audience_form", _("Write an audience as criterion=value, for example region=杭州市, or “all”.")
            )
        sign, name = _signed(name)
        criterion = criterion_named(name)
        audience.setdefault(sign + criterion.name, []).extend(criterion.parse(v) for v in values.split(",") if v)
    return audience


BETWEEN = re.compile(r",(?=[^,=\s]+=)")
"""A comma after which another criterion begins: what stands behind it is no further value of the one before."""


def pieces(words: str) -> list[str]:
    """What was typed, criterion by criterion: ``region=A，category=B、C`` → ``region=A``, ``category=B,C``."""
    spread = words.translate(str.maketrans("＝：:，、；;", "===,,  "))
    return [piece for word in BETWEEN.sub(" ", spread).split() if (piece := word.strip(","))]


def is_criterion(word: str) -> bool:
    """Whether a word is a criterion with its values, such as ``不含地区=杭州市``."""
    name, equals, _values = word.translate(str.maketrans("＝：:", "===")).partition("=")
    known = {known for one in CRITERIA.values() for known in (one.name, one.zh)}
    return bool(equals) and _signed(name)[1].casefold() in known


def _signed(name: str) -> tuple[str, str]:
    """``-region`` or ``不含地区`` → a minus and the name of the criterion."""
    for mark in WITHOUT:
        if name.startswith(mark):
            return "-", name.removeprefix(mark)
    return "", name


def describe(audience: Audience) -> str:
    """The audience in words."""
    if not audience:
        return _("all members")
    parts = []
    for name, values in audience.items():
        criterion = CRITERIA[name.removeprefix("-")]
        words = _(criterion.label) + "=" + "、".join(criterion.show(value) for value in values)
        parts.append(_("without {criterion}").format(criterion=words) if name.startswith("-") else words)
    return " ".join(parts)


def members_of(audience: Audience, day: date) -> ColumnElement[bool]:
    """The condition on Person that an audience stands for on a day."""
    conditions: list[ColumnElement[bool]] = [Person.left_at.is_(None)]
    chosen = {name: values for name, values in audience.items() if not name.startswith("-")}
    conditions.append(still_meant(audience, day))
    conditions += [CRITERIA[name].condition(values, day) for name, values in chosen.items()]
    left_out = {name.removeprefix("-"): values for name, values in audience.items() if name.startswith("-")}
    conditions += [not_(CRITERIA[name].condition(values, day)) for name, values in left_out.items()]
    return and_(*conditions)


def still_meant(audience: Audience, day: date) -> ColumnElement[bool]:
    """The condition that somebody whom an audience meant once is still one of the people it is for: whoever has left is not,
    unless it names people or standings itself.
    """
    chosen = [name for name in audience if not name.startswith("-")]
    if any(name == "status" or CRITERIA[name].names_people for name in chosen):
        return true()
    return and_(true(), *(base(day) for base in BASE))


def recipients(condition: ColumnElement[bool]) -> Recipients:
    """``(association_id, person_id, platform, chat, language)`` of everyone the condition names; chat is NULL where nobody can be
    reached. One row per person: the chat they chose last.
    """
    chat = ChatIdentity
    reachable = and_(chat.id == Person.identity_id, chat.ended_at.is_(None), chat.unreachable_since.is_(None))
    return (
        select(
            Person.association_id.label("association_id"),
            Person.id.label("person_id"),
            chat.platform.label("platform"),
            chat.chat.label("chat"),
            func.coalesce(Person.language, Association.language).label("language"),
        )
        .join(Association, Association.id == Person.association_id)
        .outerjoin(chat, reachable)
        .where(condition)
    )


def reachable(condition: ColumnElement[bool]) -> Recipients:
    """The same, without those who cannot be reached now."""
    return recipients(condition).where(ChatIdentity.chat.is_not(None))


ONE_PERSON = recipients(Person.id == bindparam("person"))
"""Recipients of a notice to one person; the parameter is their id."""


def at_chat(identity_id: int) -> Recipients:
    """The recipient of a notice to one chat, also one that has just been unlinked."""
    return (
        select(
            Person.association_id.label("association_id"),
            Person.id.label("person_id"),
            ChatIdentity.platform.label("platform"),
            ChatIdentity.chat.label("chat"),
            func.coalesce(Person.language, Association.language).label("language"),
        )
        .join(Person, Person.id == ChatIdentity.person_id)
        .join(Association, Association.id == Person.association_id)
        .where(ChatIdentity.id == identity_id)
    )


@dataclass(frozen=True)
class Preview:
    """Who an audience is at this moment: how many in all, and how many of them cannot be reached in chat."""

    people: int
    unreachable: int


def preview(session: Session, audience: Audience, day: date) -> Preview:
    """Count an audience, exactly."""
    who = recipients(members_of(audience, day)).where(Person.association_id == session.info["association_id"])
    counted = who.subquery()
    row = session.execute(select(func.count(), func.count(counted.c.chat)).select_from(counted)).one()
    return Preview(row[0], row[0] - row[1])


def count(session: Session, condition: ColumnElement[bool]) -> int:
    """How many people of the session's association a condition names."""
    return session.scalar(select(func.count(Person.id)).where(condition)) or 0


def at_least(session: Session, condition: ColumnElement[bool], many: int) -> bool:
    """Whether a condition names so many people; it looks no further than that."""
    return len(session.scalars(select(Person.id).where(condition).limit(many)).all()) >= many


def open_roles(day: date | BindParameter[date]) -> ColumnElement[bool]:
    """The condition on RoleGrant that its term is open on a day."""
    return and_(
        RoleGrant.revoked_at.is_(None),
        RoleGrant.starts_on <= day,
        or_(RoleGrant.ends_on.is_(None), RoleGrant.ends_on >= day),
    )


def holds_role(roles: Sequence[str], day: date | BindParameter[date]) -> ColumnElement[bool]:
    """The condition on Person that they hold one of these roles on a day."""
    held = select(RoleGrant.person_id).where(RoleGrant.role.in_(roles), open_roles(day))
    return Person.id.in_(held)


def may(permission: Permission, day: date, *, besides: int | None = None) -> ColumnElement[bool]:
    """The condition on Person that one of their roles allows this on a day; ``besides`` leaves one person out."""
    roles = [role for role, allowed in ROLE_PERMISSIONS.items() if permission in allowed]
    return and_(holds_role(roles, day), Person.left_at.is_(None), Person.id != (besides or 0))


def _parse_role(words: str) -> str:
    for role in Role:
        if words.casefold() in (role.value, role.label.casefold()):
            return role.value
    raise BadInput(
        "role_unknown",
        _("“{name}” is no role. Use: {known}").format(name=words, known=_(", ").join(role.label for role in Role)),
    )


register(
    Criterion(
        "role", "角色", N_("role"), _parse_role, holds_role, show=lambda value: Role(value).label, names_people=True
    ),
)
