"""What passes on when organs are reorganised, one file for each noun."""

from research.succession import results  # noqa: F401
