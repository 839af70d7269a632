"""What waits for somebody and what people are told, one file for each noun."""

from pairing.duties import (  # noqa: F401
    leading,
    needs,
    pairings,
    partnerships,
    problems,
    support,
    weak,
)
