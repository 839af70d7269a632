"""What waits for a user, one row for each duty."""

from research.duties import (  # noqa: F401 (each registers its rows)
    answers,
    batches,
    questionnaires,
    results,
    samples,
    topics,
)
