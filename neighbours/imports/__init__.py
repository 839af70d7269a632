"""Imports of workbooks."""

from neighbours.imports import hotline  # noqa: F401 (registers itself)
