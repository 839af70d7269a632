"""Acts on the records of oversight, one row each."""

from oversight.acts import findings, inspections  # noqa: F401
