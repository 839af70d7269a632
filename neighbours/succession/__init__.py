"""What passes on when organs are reorganised; each registers itself."""

from neighbours.succession import summons  # noqa: F401
