"""What of helping passes on in a reorganisation. What is over keeps the names of its day."""

from pairing.succession import leading, needs, pairings, partnerships, weak  # noqa: F401
