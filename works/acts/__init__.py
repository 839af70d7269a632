"""Acts on the records of works, one row each."""

from works.acts import proposals, talks  # noqa: F401 (each registers its acts and their words)
