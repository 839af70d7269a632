"""Imports of pairing; each kind registers itself."""

from pairing.imports import leading, pairings, partnerships, weak  # noqa: F401
