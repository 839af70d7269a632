"""What passes on when organs and units are reorganised, one file for each noun."""

from research.succession import results, topics  # noqa: F401
