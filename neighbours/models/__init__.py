"""Nouns of neighbours: tickets of the hotline, summons, reports of branches."""
