"""What passes on when organs and branches are reorganised; each registers itself."""

from neighbours.succession import reports, summons  # noqa: F401
