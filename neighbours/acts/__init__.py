"""Acts on the records of neighbours, one row each."""

from neighbours.acts import hotline  # noqa: F401 (registers its acts and its words of the audit)
