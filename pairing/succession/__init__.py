"""Succession: what passes on in a reorganisation. Past records keep their names."""

from pairing.succession import leading, needs, pairings, partnerships, weak  # noqa: F401
