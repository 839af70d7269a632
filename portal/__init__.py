"""The frame of the portal; the version stands here alone."""

__version__ = "0.1"
