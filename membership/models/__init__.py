"""Tables of membership, split by subject."""

from membership.models.units import (
    ImportBatch,
    ImportRow,
    Qualification,
    StatusChange,
    Unit,
    UnitContact,
)

__all__ = [
    "ImportBatch",
    "ImportRow",
    "Qualification",
    "StatusChange",
    "Unit",
    "UnitContact",
]
