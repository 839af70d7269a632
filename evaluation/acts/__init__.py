"""What may be done to the records of the evaluation: a row each."""

# Each registers its words of the audit.
from evaluation.acts import appeals, discipline, hints, members  # noqa: F401
