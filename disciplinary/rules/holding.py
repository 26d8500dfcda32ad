"""Who may let a held text go. Pure.

A grave finding needs two people, one of them a supervisor (监事); a medium one needs one reviewer. Never the author.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from core.access import Role
from core.errors import Conflict, NotAllowed, RuleViolated
from core.i18n import _
from core.screening import Verdict

SHORTEST_REASON = 5
NEEDED = {Verdict.BLOCK: 2, Verdict.REVIEW: 1}


@dataclass(frozen=True)
class Release:
    """One person's release of a text."""

    person_id: int
    as_supervisor: bool


def check_releaser(author_id: int | None, person_id: int | None, done: Sequence[Release]) -> None:
    """Another person than the author, and each only once. Raises NotAllowed or Conflict."""
    if person_id is None or person_id == author_id:
        raise NotAllowed("own_text", _("You wrote this text: others have to decide whether it goes out."))
    if any(release.person_id == person_id for release in done):
        raise Conflict("released_by_you", _("You have released it already; another person is needed."))


def check_reason(words: str) -> str:
    """A written reason that says something. Raises RuleViolated."""
    reason = " ".join(words.split())
    if len(reason) < SHORTEST_REASON:
        raise RuleViolated("reason_too_short", _("Give a reason that others can understand later."))
    return reason


def is_free(verdict: Verdict, done: Sequence[Release]) -> bool:
    """Whether these releases suffice."""
    enough = len(done) >= NEEDED.get(verdict, 0)
    supervised = verdict is not Verdict.BLOCK or any(release.as_supervisor for release in done)
    return enough and supervised


def still_needed(verdict: Verdict, done: Sequence[Release]) -> str:
    """What is missing, in words; empty when nothing is."""
    if is_free(verdict, done):
        return ""
    if verdict is not Verdict.BLOCK:
        return _("one reviewer")
    supervised = any(release.as_supervisor for release in done)
    if not done:
        return _("a supervisor and one more person")
    return _("one more person") if supervised else _("a supervisor")


def acts_as_supervisor(roles: frozenset[Role]) -> bool:
    """Whether this person's release counts as the supervisor's."""
    return Role.SUPERVISOR in roles
