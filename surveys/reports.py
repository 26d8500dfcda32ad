"""A closed survey as it is reported: the result that was counted at the close, the one before it, and what people wrote."""

from collections.abc import Sequence
from dataclasses import dataclass

from core.transaction import Tx
from surveys import queries
from surveys.models import Survey
from surveys.queries import ActionLine
from surveys.rules import lifecycle
from surveys.rules.form import Form, Question
from surveys.rules.lifecycle import State
from surveys.rules.results import Result
from surveys.rules.yearly import Year, year_of


@dataclass(frozen=True)
class Former:
    """The last survey with the same questions, for comparison."""

    survey: Survey
    result: Result


@dataclass(frozen=True)
class Report:
    """Everything that is said about a closed survey. ``texts`` are the free answers, by question, in no one's order."""

    survey: Survey
    form: Form
    result: Result
    former: Former | None
    texts: Sequence[tuple[Question, Sequence[str]]]
    actions: Sequence[ActionLine]


def report_of(tx: Tx, survey: Survey) -> Report:
    """The report of a closed survey. Raises RuleViolated for one that runs."""
    lifecycle.check_closed(State(survey.state))
    form, result = queries.form_of(survey), queries.result_of(tx.session, survey)
    before = queries.previous(tx.session, survey) if result.shown else None
    former = Former(before, queries.result_of(tx.session, before)) if before else None
    texts = _texts(tx, survey, form) if result.shown else []
    return Report(survey, form, result, former, texts, queries.actions(tx.session, tx.association, [survey]))


def _texts(tx: Tx, survey: Survey, form: Form) -> list[tuple[Question, Sequence[str]]]:
    """The free answers as they were shuffled at the close; none once they have been destroyed."""
    sealed = queries.sealed_texts(tx.session, survey)
    if sealed is None:
        return []
    said = queries.box_of(tx.session, tx.keys, survey).open(sealed)
    return [(one, said[one.code]) for one in form.questions if one.code in said]


@dataclass(frozen=True)
class Yearly:
    """The surveys of a year with what they say together, the year before, and what was done about it."""

    number: int
    surveys: Sequence[Survey]
    year: Year
    before: Year
    form: Form
    actions: Sequence[ActionLine]


def yearly_of(tx: Tx, number: int, template: str) -> Yearly:
    """The yearly evaluation from the surveys of one template that closed in that year."""
    found = queries.closed_in_year(tx.session, tx.association, number, template)
    earlier = queries.closed_in_year(tx.session, tx.association, number - 1, template)
    years = [year_of([queries.result_of(tx.session, one) for one in some]) for some in (found, earlier)]
    form = queries.form_of(found[-1]) if found else Form()
    return Yearly(number, found, years[0], years[1], form, queries.actions(tx.session, tx.association, found))
