"""Tables of membership, split by subject."""

from membership.models.adjustments import AdjustmentAnswer, GradeAdjustment, GradeBenefit
from membership.models.admission import Application, ApplicationPaper, ApplicationStep, RuleText
from membership.models.changes import ChangedFact, ChangeRequest
from membership.models.conduct import ConductAcceptance, ConductText
from membership.models.dues import DuesBatch, DuesBatchRow, DuesCharge, DuesEntry, DuesRate, DuesSchedule
from membership.models.duplicates import DistinctPair, UnitMerge
from membership.models.facts import GradingFact
from membership.models.grading import (
    GradingRound,
    GradingScheme,
    RoundMember,
    UnitGrade,
)
from membership.models.registers import (
    RegisterEntry,
    RegisterFacet,
    RegisterImport,
    RegisterImportRow,
    RegisterProposal,
    RegisterVersion,
)
from membership.models.scoring import (
    ConflictOfInterest,
    RoundAssignment,
    RoundEvidence,
    RoundScore,
)
from membership.models.standing import ClassTerm, StandingFact
from membership.models.units import (
    ImportBatch,
    ImportRow,
    Qualification,
    StatusChange,
    Unit,
    UnitContact,
)

__all__ = [
    "AdjustmentAnswer",
    "Application",
    "ApplicationPaper",
    "ApplicationStep",
    "ChangeRequest",
    "ChangedFact",
    "ClassTerm",
    "ConductAcceptance",
    "ConductText",
    "ConflictOfInterest",
    "DistinctPair",
    "DuesBatch",
    "DuesBatchRow",
    "DuesCharge",
    "DuesEntry",
    "DuesRate",
    "DuesSchedule",
    "GradeAdjustment",
    "GradeBenefit",
    "GradingFact",
    "GradingRound",
    "GradingScheme",
    "ImportBatch",
    "ImportRow",
    "Qualification",
    "RegisterEntry",
    "RegisterFacet",
    "RegisterImport",
    "RegisterImportRow",
    "RegisterProposal",
    "RegisterVersion",
    "RoundAssignment",
    "RoundEvidence",
    "RoundMember",
    "RoundScore",
    "RuleText",
    "StandingFact",
    "StatusChange",
    "Unit",
    "UnitContact",
    "UnitGrade",
    "UnitMerge",
]
