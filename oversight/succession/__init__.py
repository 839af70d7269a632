"""Succession when organs are reorganised or a cadre leaves; modules register themselves."""

from oversight.succession import inspections, requests, supervision  # noqa: F401
