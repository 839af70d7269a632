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
from oversight.models.plans import ItemStep, PlanItem, PlanStep, QuarterNote, WorkPlan
from oversight.models.practices import Practice, PracticeRule, PracticeStep, PracticeTrial
from oversight.models.supervision import EntryGround, EntryStep, SupervisionEntry

__all__ = [
    "EntryGround",
    "EntryStep",
    "ItemStep",
    "PlanItem",
    "PlanStep",
    "Practice",
    "PracticeRule",
    "PracticeStep",
    "PracticeTrial",
    "QuarterNote",
    "SupervisionEntry",
    "WorkPlan",
]
