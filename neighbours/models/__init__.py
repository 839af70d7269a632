"""Nouns of neighbours."""

from neighbours.models.hotline import CategoryCode, HotlineTicket, HotlineVerdict
from neighbours.models.summons import SummonedOrgan, Summons, SummonsStep

__all__ = [
    "CategoryCode",
    "HotlineTicket",
    "HotlineVerdict",
    "SummonedOrgan",
    "Summons",
    "SummonsStep",
]
