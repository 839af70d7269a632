"""Nouns of neighbours."""

from neighbours.models.hotline import CategoryCode, HotlineTicket, HotlineVerdict

__all__ = ["CategoryCode", "HotlineTicket", "HotlineVerdict"]
