"""Nouns of oversight: inspections, plans, practices, papers, burden."""

from oversight.models.archives import ArchivePackage
from oversight.models.complaints import ComplaintStep, PortalComplaint
from oversight.models.data_requests import (
    DataRequest,
    DataRequestStep,
    RequestItem,
    UnadmittedRequest,
)
from oversight.models.findings import Finding, Objection, RectificationNotice
from oversight.models.inspections import (
    InspectedOrgan,
    InspectedRow,
    Inspection,
    InspectionNote,
    InspectionStep,
)
from oversight.models.papers import Paper, PaperCountersign, PaperStep
from oversight.models.plans import ItemStep, PlanItem, PlanStep, QuarterNote, WorkPlan
from oversight.models.practices import Practice, PracticeRule, PracticeStep, PracticeTrial
from oversight.models.privacy_requests import PrivacyRequest
from oversight.models.retention import (
    DestructionItem,
    DestructionList,
    DestructionStep,
    RetentionRun,
)
from oversight.models.supervision import EntryGround, EntryStep, SupervisionEntry

__all__ = [
    "ArchivePackage",
    "ComplaintStep",
    "DataRequest",
    "DataRequestStep",
    "DestructionItem",
    "DestructionList",
    "DestructionStep",
    "EntryGround",
    "EntryStep",
    "Finding",
    "InspectedOrgan",
    "InspectedRow",
    "Inspection",
    "InspectionNote",
    "InspectionStep",
    "ItemStep",
    "Objection",
    "Paper",
    "PaperCountersign",
    "PaperStep",
    "PlanItem",
    "PlanStep",
    "PortalComplaint",
    "Practice",
    "PracticeRule",
    "PracticeStep",
    "PracticeTrial",
    "PrivacyRequest",
    "QuarterNote",
    "RectificationNotice",
    "RequestItem",
    "RetentionRun",
    "SupervisionEntry",
    "UnadmittedRequest",
    "WorkPlan",
]
