"""The checks that a scheme has to pass before it can be published or used. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from core.errors import RuleViolated
from core.i18n import _
from membership.rules.grading.checks.bands import check_bands
from membership.rules.grading.checks.fairness import check_fairness
from membership.rules.grading.checks.periods import check_periods
from membership.rules.grading.checks.points import check_points
from membership.rules.grading.checks.references import check_references
from membership.rules.grading.loading import parse
from membership.rules.grading.problems import Problem, errors_of, listed
from membership.rules.grading.scheme import Scheme


@dataclass(frozen=True)
class Report:
    """A document as checked. ``scheme`` is None when the document could not be read."""

    scheme: Scheme | None
    problems: tuple[Problem, ...]

    @property
    def sound(self) -> bool:
        """Whether the scheme may be published and used; warnings do not stand in the way."""
        return self.scheme is not None and not errors_of(self.problems)


def check(scheme: Scheme, day: date | None = None) -> list[Problem]:
    """Everything that is wrong or odd with a scheme, errors first. ``day``: also whether it is in effect then."""
    references = list(check_references(scheme))
    found = [
        *references,
        *check_points(scheme),
        *check_bands(scheme),
        *check_periods(scheme, day),
        *check_fairness(scheme),
    ]
    return sorted(found, key=lambda problem: not problem.is_error)


def examine(text: str, day: date | None = None) -> Report:
    """A document read and checked. Never raises."""
    loaded = parse(text)
    if loaded.scheme is None:
        return Report(None, loaded.problems)
    return Report(loaded.scheme, tuple(check(loaded.scheme, day)))


def check_publishable(problems: Sequence[Problem]) -> None:
    """Refuse a scheme with errors. Raises RuleViolated that lists them with their places."""
    errors = errors_of(problems)
    if errors:
        text = _("This scheme cannot be used yet:")
        raise RuleViolated("scheme_refused", f"{text}\n{listed(errors[:20])}")
