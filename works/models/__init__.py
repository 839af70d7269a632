"""Nouns of works: proposals of the workers' congress, talks, disclosures."""
