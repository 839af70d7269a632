"""Imports of an office's records: contact areas, stays, its 民情台账, its 走访登记表, its lists of
recipients."""

from outreach.imports import areas, condolence, matters, stays, visits

__all__ = ["areas", "condolence", "matters", "stays", "visits"]
