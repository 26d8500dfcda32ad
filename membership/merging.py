"""What becomes of each table when one unit goes into another: every column that refers to a unit says so here.

A package that adds such a column registers it; a test walks all of them and fails for one that is not registered.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import and_, exists, func, select, update
from sqlalchemy.orm import aliased

from core.i18n import N_
from core.transaction import Tx
from membership.models import (
    Application,
    ChangeRequest,
    ClassTerm,
    ConductAcceptance,
    ConflictOfInterest,
    DistinctPair,
    DuesCharge,
    DuesEntry,
    GradeAdjustment,
    GradingFact,
    ImportRow,
    Qualification,
    RoundAssignment,
    RoundEvidence,
    RoundMember,
    RoundScore,
    StandingFact,
    StatusChange,
    Unit,
    UnitContact,
    UnitGrade,
    UnitMerge,
)

Moved = dict[str, Any]


@dataclass(frozen=True)
class Referring:
    """One column that refers to a unit. ``count`` says how many rows concern a unit, ``move`` moves them.

    ``move`` returns what it did as plain data, enough to tell it back; without one the rows stay with the merged unit, which is
    kept: history that stays true. ``label`` names the rows in a preview.
    """

    column: Any
    label: str
    move: Callable[[Tx, Unit, Unit], Moved] | None = None

    @property
    def name(self) -> str:
        """The table and the column."""
        return f"{self.column.class_.__tablename__}.{self.column.key}"

    def count(self, tx: Tx, unit: Unit) -> int:
        """Rows that concern a unit."""
        mine = select(func.count()).select_from(self.column.class_).where(self.column == unit.id)
        return tx.session.scalar(mine) or 0


REFERRING: dict[str, Referring] = {}


def register(column: Any, label: str, move: Callable[[Tx, Unit, Unit], Moved] | None = None) -> None:
    """Say what becomes of a column when units are merged, once for each."""
    found = Referring(column, label, move)
    REFERRING[found.name] = found


def moving(column: Any, *conditions: Any) -> Callable[[Tx, Unit, Unit], Moved]:
    """A way to move: the rows of the one unit, under these conditions, become the other's."""

    def move(tx: Tx, source: Unit, target: Unit) -> Moved:
        return _reassign(tx, column, target, column == source.id, *conditions)

    return move


def _reassign(tx: Tx, column: Any, target: Unit, *conditions: Any) -> Moved:
    mapped = column.class_
    ids = list(tx.session.scalars(select(mapped.id).where(*conditions).order_by(mapped.id)))
    for begin in range(0, len(ids), 500):
        some = update(mapped).where(mapped.id.in_(ids[begin : begin + 500])).values({column: target.id})
        tx.session.execute(some, execution_options={"synchronize_session": "fetch"})
    return {"ids": ids}


def _contacts(tx: Tx, source: Unit, target: Unit) -> Moved:
    """Contacts move; whoever acts for both already does not act twice: that one ends with the merged unit."""
    other = aliased(UnitContact)
    twice = exists().where(
        and_(other.unit_id == target.id, other.person_id == UnitContact.person_id, other.until.is_(None))
    )
    mine = (UnitContact.unit_id == source.id, UnitContact.until.is_(None))
    ended = list(tx.session.scalars(select(UnitContact.id).where(*mine, twice)))
    end = update(UnitContact).where(UnitContact.id.in_(ended)).values(until=tx.today)
    tx.session.execute(end, execution_options={"synchronize_session": "fetch"})
    return _reassign(tx, UnitContact.unit_id, target, *mine) | {"ended": ended}


def _qualifications(tx: Tx, source: Unit, target: Unit) -> Moved:
    """Qualifications that the other unit lacks move; of one that both hold the other unit's own stays."""
    held = select(Qualification.name).where(Qualification.unit_id == target.id)
    mine = (Qualification.unit_id == source.id, Qualification.name.not_in(held))
    return _reassign(tx, Qualification.unit_id, target, *mine)


def _conflicts(tx: Tx, source: Unit, target: Unit) -> Moved:
    """Whoever had to stay away from the one stays away from the other, once."""
    known = select(ConflictOfInterest.person_id).where(ConflictOfInterest.unit_id == target.id)
    mine = (ConflictOfInterest.unit_id == source.id, ConflictOfInterest.person_id.not_in(known))
    return _reassign(tx, ConflictOfInterest.unit_id, target, *mine)


def _acceptances(tx: Tx, source: Unit, target: Unit) -> Moved:
    """What the one has accepted the other has, too; of a version that both accepted the other unit's own stays."""
    held = select(ConductAcceptance.text_id).where(ConductAcceptance.unit_id == target.id)
    mine = (ConductAcceptance.unit_id == source.id, ConductAcceptance.text_id.not_in(held))
    return _reassign(tx, ConductAcceptance.unit_id, target, *mine)


def _charges(tx: Tx, source: Unit, target: Unit) -> Moved:
    """Charges move. A year that both were charged for is owed once: its payments go over, and the second charge is void."""
    theirs = select(DuesCharge).where(DuesCharge.unit_id == target.id, DuesCharge.voided_at.is_(None))
    kept = {charge.year: charge for charge in tx.session.scalars(theirs.with_for_update())}
    mine = select(DuesCharge).where(DuesCharge.unit_id == source.id, DuesCharge.voided_at.is_(None))
    double = [one for one in tx.session.scalars(mine.with_for_update().order_by(DuesCharge.id)) if one.year in kept]
    told = [_joined(tx, charge, kept[charge.year]) for charge in double]
    tx.session.flush()
    return _reassign(tx, DuesCharge.unit_id, target, DuesCharge.unit_id == source.id) | {"double": told}


def _joined(tx: Tx, charge: DuesCharge, into: DuesCharge) -> dict[str, Any]:
    entries = list(tx.session.scalars(select(DuesEntry).where(DuesEntry.charge_id == charge.id).order_by(DuesEntry.id)))
    for entry in entries:
        entry.charge_id = into.id
    told = {"charge": charge.id, "into": into.id, "entries": [entry.id for entry in entries], "fen": charge.paid}
    into.paid += charge.paid
    charge.paid = 0
    charge.voided_on, charge.voided_at, charge.voided_why = tx.today, tx.now, f"→ {into.reference}"
    tx.record("dues:charge:void", charge.audit_reference, told)
    return told


CONTACTS, CHARGES = N_("contacts"), N_("dues")
register(UnitContact.unit_id, CONTACTS, _contacts)
register(Qualification.unit_id, N_("qualifications"), _qualifications)
register(DuesCharge.unit_id, CHARGES, _charges)
register(DuesCharge.origin_id, N_("dues as they were charged"))
register(GradingFact.unit_id, N_("grading facts"), moving(GradingFact.unit_id))
register(ConflictOfInterest.unit_id, N_("conflicts of interest"), _conflicts)
# What was judged stays with the unit that was judged: grades are never rewritten, and a round is recomputed as it was.
register(UnitGrade.unit_id, N_("grades"))
register(GradeAdjustment.unit_id, N_("adjustments of grades"))
for judged in (RoundMember, RoundAssignment, RoundEvidence, RoundScore):
    register(judged.unit_id, N_("grading rounds"))
register(Application.unit_id, N_("applications"), moving(Application.unit_id))
register(ChangeRequest.unit_id, N_("requests of change"), moving(ChangeRequest.unit_id))
register(ConductAcceptance.unit_id, N_("acceptances of the code of conduct"), _acceptances)
# Standing and class are each unit's own; the merged one has no standing any more.
register(StandingFact.unit_id, N_("dated facts of its standing"))
register(ClassTerm.unit_id, N_("terms of its class"))
register(StatusChange.unit_id, N_("steps of its standing"))
register(ImportRow.unit_id, N_("rows of imported rosters"))
register(DistinctPair.low_id, N_("pairs that were looked at"))
register(DistinctPair.high_id, N_("pairs that were looked at"))
register(UnitMerge.source_id, N_("earlier merges"))
register(UnitMerge.target_id, N_("earlier merges"))


def shown(counts: Mapping[str, int]) -> list[tuple[str, int, bool]]:
    """``(label, rows, whether they move)`` of the columns that have rows."""
    return [(REFERRING[name].label, count, REFERRING[name].move is not None) for name, count in counts.items() if count]
