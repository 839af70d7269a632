"""Official sheets of oversight."""

from oversight.ledgers import (  # noqa: F401 (each registers itself)
    complaints,
    data_requests,
    findings,
    plans,
    practices,
    retention,
    supervision,
)
