"""Names for the people that a stored result knows only by number. What is stored never holds a name. Pure."""

from collections.abc import Callable, Iterable, Mapping

from core.i18n import N_, _
from membership.rules.grading.facts import Fact
from membership.rules.grading.results import Result
from membership.rules.grading.terms import Stage

PERSON = "person:"
ROLES = {
    Stage.SELF: N_("the member's own assessment"),
    Stage.FIRST: N_("evaluator of the first review"),
    Stage.REVIEW: N_("evaluator of the second review"),
    None: N_("the secretariat"),
}
"""Stage of a score, None for a registered fact → in which office somebody entered it."""


def people_in(facts: Iterable[Fact]) -> list[str]:
    """The references of people in these facts, each once."""
    return sorted({fact.by for fact in facts if fact.by.removeprefix(PERSON).isdigit() and fact.by.startswith(PERSON)})


def named(result: Result, names: Mapping[str, str]) -> Result:
    """The result with these names in place of references."""
    return _said_by(result, lambda fact: names.get(fact.by, fact.by))


def by_role(result: Result) -> Result:
    """The result with roles in place of people: what a member is told, whom no evaluator has to fear."""
    return _said_by(result, lambda fact: _(ROLES[fact.stage]) if fact.by else "")


def _said_by(result: Result, who: Callable[[Fact], str]) -> Result:
    steps = tuple(
        step if step.fact is None else step._replace(fact=step.fact._replace(by=who(step.fact)))
        for step in result.steps
    )
    return result._replace(steps=steps)
