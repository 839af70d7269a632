"""Nouns of oversight: inspections, plans, practices, papers, burden."""

from oversight.models.findings import Finding, Objection, RectificationNotice
from oversight.models.inspections import (
    InspectedOrgan,
    InspectedRow,
    Inspection,
    InspectionNote,
    InspectionStep,
)

__all__ = [
    "Finding",
    "InspectedOrgan",
    "InspectedRow",
    "Inspection",
    "InspectionNote",
    "InspectionStep",
    "Objection",
    "RectificationNotice",
]
