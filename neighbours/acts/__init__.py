"""Acts on the records of neighbours, one row each."""

from neighbours.acts import (  # noqa: F401 (each registers its acts and its words of the audit)
    hotline,
    moves,
    reports,
    summons,
)
