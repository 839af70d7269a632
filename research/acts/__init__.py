"""Acts on the records of research, one row each."""

from research.acts import (  # noqa: F401 (each registers its words of the audit)
    activities,
    advice,
    answers,
    batches,
    home_notes,
    problems,
    questionnaires,
    reports,
    results,
    samples,
    topics,
)
