"""What waits for somebody, one row each."""

from research.duties import (  # noqa: F401 (each registers its rows)
    answers,
    batches,
    questionnaires,
    results,
    samples,
    topics,
)
