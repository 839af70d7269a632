"""Records of an organ as placed records; see outreach/models/placed.py."""

from outreach.models.placed import OfOrgan  # noqa: F401
