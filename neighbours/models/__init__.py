"""Nouns of neighbours."""

from neighbours.models.hotline import CategoryCode, HotlineTicket, HotlineVerdict
from neighbours.models.reports import BranchReport, BranchReportStep, QuarterLine
from neighbours.models.summons import SummonedOrgan, Summons, SummonsStep

__all__ = [
    "BranchReport",
    "BranchReportStep",
    "CategoryCode",
    "HotlineTicket",
    "HotlineVerdict",
    "QuarterLine",
    "SummonedOrgan",
    "Summons",
    "SummonsStep",
]
