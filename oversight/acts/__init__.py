"""Acts on the records of oversight, one row each."""

from oversight.acts import (  # noqa: F401 (each registers its acts and its words of the audit)
    archives,
    complaints,
    data_requests,
    findings,
    inspections,
    papers,
    plans,
    practices,
    privacy_requests,
    retention,
    supervision,
)
