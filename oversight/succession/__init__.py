"""What passes on when organs are reorganised or a cadre leaves; each registers itself."""

from oversight.succession import inspections, requests  # noqa: F401
