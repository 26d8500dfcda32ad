"""Which report a register has, and which lines that needs. Pure."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from membership.rules.registers.declaration import Register
from membership.rules.registers.reports.coverage import coverage
from membership.rules.registers.reports.disclosure import disclosure
from membership.rules.registers.reports.engineers import engineers
from membership.rules.registers.reports.general import validity
from membership.rules.registers.reports.insurance import insurance, overdrawn, prevention_fund
from membership.rules.registers.reports.table import Line, Report, Snapshot
from membership.rules.registers.reports.training import training


def _nothing(_lines: Sequence[Line]) -> list[str]:
    return []


@dataclass(frozen=True)
class Definition:
    """How a report is made. ``needs`` are other registers whose lines it reads, ``staff`` whether it reads the staff of
    units instead of lines; ``after`` says what is to be known of a unit's lines once one of them was written.
    """

    make: Callable[[Snapshot], Report]
    needs: tuple[str, ...] = ()
    staff: bool = False
    after: Callable[[Sequence[Line]], list[str]] = _nothing


REPORTS: Mapping[str, Definition] = {
    "validity": Definition(validity),
    "disclosure": Definition(disclosure, needs=("technical_service",)),
    "insurance": Definition(insurance, needs=("prevention_fund", "prevention_service")),
    "prevention_fund": Definition(prevention_fund, after=overdrawn),
    "engineers": Definition(engineers, staff=True),
    "training": Definition(training),
    "coverage": Definition(coverage),
}
GENERAL = REPORTS["validity"]


def report_of(register: Register) -> Definition:
    """The report of a register; one that names none, or an unknown one, has the general one."""
    return REPORTS.get(register.report, GENERAL)
