"""Nouns of oversight: inspections, plans, practices, papers, burden."""
