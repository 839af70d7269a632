"""The portal's frame, and the version."""

__version__ = "0.3"
