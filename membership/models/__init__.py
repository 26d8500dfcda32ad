"""Tables of membership, split by subject."""

from membership.models.facts import GradingFact
from membership.models.grading import (
    GradingRound,
    GradingScheme,
    RoundMember,
    UnitGrade,
)
from membership.models.scoring import (
    ConflictOfInterest,
    RoundAssignment,
    RoundEvidence,
    RoundScore,
)
from membership.models.units import (
    ImportBatch,
    ImportRow,
    Qualification,
    StatusChange,
    Unit,
    UnitContact,
)

__all__ = [
    "ConflictOfInterest",
    "GradingFact",
    "GradingRound",
    "GradingScheme",
    "ImportBatch",
    "ImportRow",
    "Qualification",
    "RoundAssignment",
    "RoundEvidence",
    "RoundMember",
    "RoundScore",
    "StatusChange",
    "Unit",
    "UnitContact",
    "UnitGrade",
]
