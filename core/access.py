"""Who may do what: roles, permissions, the actor of an action, and the guard on every use case."""

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from functools import wraps
from typing import Any, Concatenate, ParamSpec, Protocol, TypeVar

from core.errors import NotAllowed
from core.i18n import N_, _

P = ParamSpec("P")
R = TypeVar("R")
T = TypeVar("T", bound="UnitOfWork")


class Role(StrEnum):
    """Offices a person can hold; several at once, each with a term."""

    SECRETARY_GENERAL = "secretary_general"
    DEPUTY = "deputy"
    STAFF = "staff"
    DISCIPLINE = "discipline"
    SUPERVISOR = "supervisor"
    CONTACT = "contact"
    EVALUATOR = "evaluator"
    REGULATOR = "regulator"
    APPLICANT = "applicant"

    @property
    def label(self) -> str:
        """The role's name in the language of the moment."""
        return _(ROLE_NAMES[self])


ROLE_NAMES = {
    Role.SECRETARY_GENERAL: N_("secretary-general"),
    Role.DEPUTY: N_("deputy secretary-general"),
    Role.STAFF: N_("staff"),
    Role.DISCIPLINE: N_("discipline committee"),
    Role.SUPERVISOR: N_("supervisor"),
    Role.CONTACT: N_("member contact"),
    Role.EVALUATOR: N_("evaluator"),
    Role.REGULATOR: N_("regulator"),
    Role.APPLICANT: N_("applicant"),
}


class Permission(StrEnum):
    """What a use case may ask of its actor."""

    USE_OFFICE = "use_office"
    VIEW_MEMBERS = "view_members"
    MANAGE_MEMBERS = "manage_members"
    IMPORT_MEMBERS = "import_members"
    MANAGE_DUES = "manage_dues"
    MANAGE_PEOPLE = "manage_people"
    GRANT_ROLES = "grant_roles"
    DRAFT_ANNOUNCEMENTS = "draft_announcements"
    APPROVE = "approve"
    ACKNOWLEDGE = "acknowledge"
    EXPORT = "export"
    VIEW_AUDIT = "view_audit"
    MANAGE_OFFICE = "manage_office"
    SCREEN_TEXTS = "screen_texts"
    RELEASE_TEXTS = "release_texts"
    MANAGE_MANDATES = "manage_mandates"
    FLAG_MISUSE = "flag_misuse"
    MANAGE_MEETINGS = "manage_meetings"
    VOTE = "vote"
    MANAGE_SURVEYS = "manage_surveys"
    MANAGE_REMINDERS = "manage_reminders"
    KEEP_FACTS = "keep_facts"
    MANAGE_GRADING = "manage_grading"
    EVALUATE = "evaluate"
    ADJUST_GRADES = "adjust_grades"
    DECIDE_GRADES = "decide_grades"
    ANSWER = "answer"
    DELIVER = "deliver"
    APPLY = "apply"
    REPRESENT = "represent"


_EVERYONE = frozenset({Permission.USE_OFFICE, Permission.ACKNOWLEDGE, Permission.VOTE, Permission.ANSWER})
_STAFF = _EVERYONE | {
    Permission.VIEW_MEMBERS,
    Permission.MANAGE_MEMBERS,
    Permission.IMPORT_MEMBERS,
    Permission.MANAGE_DUES,
    Permission.MANAGE_PEOPLE,
    Permission.DRAFT_ANNOUNCEMENTS,
    Permission.SCREEN_TEXTS,
    Permission.EXPORT,
    Permission.MANAGE_MANDATES,
    Permission.MANAGE_SURVEYS,
    Permission.MANAGE_REMINDERS,
    Permission.MANAGE_MEETINGS,
    Permission.KEEP_FACTS,
    Permission.MANAGE_GRADING,
    Permission.EVALUATE,
    Permission.ADJUST_GRADES,
}
_LEADERS = _STAFF | {
    Permission.DECIDE_GRADES,
    Permission.APPROVE,
    Permission.GRANT_ROLES,
    Permission.VIEW_AUDIT,
    Permission.MANAGE_OFFICE,
}

ROLE_PERMISSIONS: dict[Role, frozenset[Permission]] = {
    Role.SECRETARY_GENERAL: _LEADERS | {Permission.RELEASE_TEXTS},
    Role.DEPUTY: _LEADERS | {Permission.RELEASE_TEXTS},
    Role.STAFF: _STAFF,
    Role.DISCIPLINE: _EVERYONE | {Permission.VIEW_MEMBERS, Permission.SCREEN_TEXTS},
    Role.SUPERVISOR: _EVERYONE
    | {Permission.VIEW_MEMBERS, Permission.VIEW_AUDIT, Permission.SCREEN_TEXTS, Permission.RELEASE_TEXTS},
    Role.CONTACT: _EVERYONE | {Permission.APPLY, Permission.REPRESENT},
    Role.EVALUATOR: _EVERYONE | {Permission.EVALUATE},
    Role.REGULATOR: frozenset({Permission.USE_OFFICE}),
    Role.APPLICANT: frozenset({Permission.USE_OFFICE, Permission.APPLY}),
}


OWN_AFFAIRS = frozenset({Permission.APPLY, Permission.REPRESENT})
"""Rights to speak for oneself and one's own unit: whoever has them has no more power over others."""


def permissions_of(roles: frozenset[Role]) -> frozenset[Permission]:
    """All that these roles allow together; nobody without a role may do anything."""
    return frozenset().union(*(ROLE_PERMISSIONS[role] for role in roles))


@dataclass(frozen=True)
class Actor:
    """Who acts: a person with the roles of this moment, or a named part of the system."""

    name: str
    person_id: int | None = None
    roles: frozenset[Role] = frozenset()
    permissions: frozenset[Permission] = frozenset()
    on_behalf_of: str = ""
    language: str = field(default="", compare=False)

    @property
    def reference(self) -> str:
        """How the audit names the actor: by number, never by name."""
        return f"person:{self.person_id}" if self.person_id is not None else f"system:{self.name}"

    def may(self, permission: Permission) -> bool:
        """Whether the actor holds this permission now."""
        return permission in self.permissions


class UnitOfWork(Protocol):
    """What the guard needs to know of a transaction."""

    @property
    def actor(self) -> Actor:
        """Who acts."""
        ...

    @property
    def recorded(self) -> int:
        """How many audit records there are so far."""
        ...


USE_CASES: dict[str, Callable[..., Any]] = {}
"""Every guarded use case by its dotted name: what approvals execute and the architecture tests walk."""


def usecase(
    permission: Permission, *, sensitive: bool = False
) -> Callable[[Callable[Concatenate[T, P], R]], Callable[Concatenate[T, P], R]]:
    """Guard a use case: refuse an actor without the permission, and insist that it left an audit record.

    A refused ``sensitive`` use case leaves an audit row of its own (written by the edge, after the rollback).
    """

    def guard(function: Callable[Concatenate[T, P], R]) -> Callable[Concatenate[T, P], R]:
        @wraps(function)
        def guarded(tx: T, /, *args: P.args, **kwargs: P.kwargs) -> R:
            if not tx.actor.may(permission):
                raise NotAllowed("not_allowed", _("You may not do this. Ask the secretary-general for the right role."))
            before = tx.recorded
            result = function(tx, *args, **kwargs)
            if tx.recorded == before:
                raise AssertionError(f"{function.__qualname__} left no audit record")
            return result

        name = f"{function.__module__}.{function.__qualname__}"
        guarded.__usecase__ = (permission, sensitive)  # type: ignore[attr-defined]
        USE_CASES[name] = guarded
        return guarded

    return guard
