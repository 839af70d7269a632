"""A finished cycle in the invented county."""


def make(county):
    """Called when helping stands."""
