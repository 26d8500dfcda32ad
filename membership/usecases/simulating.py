"""Trying a scheme on every member before it takes effect. Nothing is written but that somebody has looked."""

from core.access import Permission, usecase
from core.transaction import Tx
from membership.models import GradingScheme
from membership.queries import grading, recomputing
from membership.queries.recomputing import Moved
from membership.rules.grading.explain import Reader
from membership.rules.grading.movements import NONE, Movement, Movements, movements, reasons_of
from membership.rules.grading.results import Result


@usecase(Permission.ADJUST_GRADES)
def simulate_scheme(tx: Tx, *, version: GradingScheme) -> tuple[Movements, list[tuple[str, str]]]:
    """Where every present member would move from the grade in force, and (member, why) of those that cannot be graded."""
    scheme = grading.loaded(version.document)
    reader = Reader(scheme)
    found = recomputing.simulated(tx.session, version, tx.today)
    moves = movements(scheme, [_movement(reader, one, one.result) for one in found if one.result is not None])
    troubled = [(one.unit.reference, one.trouble) for one in found if one.result is None]
    tx.record("scheme:version:simulate", version.subject, {"members": len(found), **moves.counts})
    return moves, troubled


def _movement(reader: Reader, one: Moved, result: Result) -> Movement:
    return Movement(
        one.unit.reference, one.unit.name, one.before or NONE, result.grade, reasons_of(reader, result), result.score
    )
