"""What waits for an act of somebody, one file for each noun; its kinds register themselves."""

from pairing.todo import leading, needs, pairings, partnerships, problems, support, weak  # noqa: F401
