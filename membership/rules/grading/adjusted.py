"""The lines of a result that concern certain facts, for the member who is told them. Pure."""

from collections.abc import Collection, Sequence
from datetime import date

from core.i18n import _
from membership.rules.grading.explain import Reader
from membership.rules.grading.facts import Fact
from membership.rules.grading.results import Result, Step
from membership.rules.grading.scheme import Scheme
from membership.rules.grading.score import grader


def fact_lines(scheme: Scheme, facts: Sequence[Fact], day: date, refs: Collection[str]) -> list[str]:
    """What these facts of the register do, each with date, basis, document; the names of who entered them are left out.

    Without a reference, or when such a fact does nothing by itself: the lines that hold the grade down.
    """
    result, reader = grader(scheme).grade(facts, day), Reader(scheme)
    concerned = [step for step in result.steps if step.fact is not None and step.fact.ref in refs and step.fact.ref]
    lines = [reader.line(_nameless(step)) for step in concerned]
    gone = [ref for ref in refs if ref and not any(step.fact and step.fact.ref == ref for step in concerned)]
    lines += [_("{reference} no longer counts.").format(reference=ref) for ref in gone]
    return [*(lines or _holding(reader, result)), reader.headline(result)]


def _holding(reader: Reader, result: Result) -> list[str]:
    return [reader.line(_nameless(step)) for step in result.steps if step.scope == "grade"]


def _nameless(step: Step) -> Step:
    return step if step.fact is None else step._replace(fact=step.fact._replace(by=""))
