"""What it was worth in the invented county."""

from evaluation.demo import cycles, discipline, members, schemes


def make(county):
    """Called when helping stands."""
    published = schemes.make(county)
    cycles.begin(county, published)
