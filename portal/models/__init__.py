from portal.models.comfort import SavedFilter
from portal.models.drafts import FormDraft
from portal.models.exports import ExportRequest
from portal.models.imports import (
    ImportBatch,
    ImportChange,
    ImportMapping,
    ImportProblem,
    ImportValue,
)
from portal.models.party import PartyOrganization
from portal.models.people import (
    AvoidancePair,
    BreakGlass,
    Cadre,
    Experience,
    Lockout,
    LoginFailure,
    PasswordSlip,
    PastPassword,
    RoleGrant,
    StandIn,
    User,
)
from portal.models.places import Division, GrassrootsUnit, Organ
from portal.models.record import (
    Attachment,
    AuditEntry,
    AuditSeal,
    FigureDelta,
    FigureTotal,
    Job,
    PolicyParameter,
    ShortLivedKey,
    WorkingDay,
)
from portal.models.reminders import ContactChannel, Delivery, Reminder
from portal.models.reorganisations import Reorganisation, ReorganisationChange
from portal.models.reports import LedgerHeading, LedgerPaper, ReportedEdition, ScheduledExport
from portal.models.steps import StepBefore

__all__ = [
    "Attachment",
    "AuditEntry",
    "AuditSeal",
    "AvoidancePair",
    "BreakGlass",
    "Cadre",
    "ContactChannel",
    "Delivery",
    "Division",
    "Experience",
    "ExportRequest",
    "FigureDelta",
    "FigureTotal",
    "FormDraft",
    "GrassrootsUnit",
    "ImportBatch",
    "ImportChange",
    "ImportMapping",
    "ImportProblem",
    "ImportValue",
    "Job",
    "LedgerHeading",
    "LedgerPaper",
    "Lockout",
    "LoginFailure",
    "Organ",
    "PartyOrganization",
    "PasswordSlip",
    "PastPassword",
    "PolicyParameter",
    "Reminder",
    "Reorganisation",
    "ReorganisationChange",
    "ReportedEdition",
    "RoleGrant",
    "SavedFilter",
    "ScheduledExport",
    "ShortLivedKey",
    "StandIn",
    "StepBefore",
    "User",
    "WorkingDay",
]
