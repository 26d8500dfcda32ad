"""Names for the people that a stored result knows only by number. What is stored never holds a name. Pure."""

from collections.abc import Iterable, Mapping

from membership.rules.grading.facts import Fact
from membership.rules.grading.results import Result

PERSON = "person:"


def people_in(facts: Iterable[Fact]) -> list[str]:
    """The references of people in these facts, each once."""
    return sorted({fact.by for fact in facts if fact.by.removeprefix(PERSON).isdigit() and fact.by.startswith(PERSON)})


def named(result: Result, names: Mapping[str, str]) -> Result:
    """The result with these names in place of references."""
    steps = tuple(
        step if step.fact is None else step._replace(fact=step.fact._replace(by=names.get(step.fact.by, step.fact.by)))
        for step in result.steps
    )
    return result._replace(steps=steps)
