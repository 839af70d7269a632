"""What may be done to the records of going down: a row each."""

from outreach.acts import (  # noqa: F401 (they register themselves)
    cards,
    condolence,
    door,
    moves,
    notices,
)
