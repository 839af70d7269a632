"""What waits for a user, one row for each duty."""

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
