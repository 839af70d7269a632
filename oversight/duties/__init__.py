"""What waits for somebody, one row each."""

from oversight.duties import (  # noqa: F401 (each registers its rows)
    complaints,
    data_requests,
    inspections,
    papers,
    plans,
    practices,
    privacy_requests,
    retention,
    supervision,
)
