"""Acts on phones and their entries, one row each."""

from sync.acts import devices, entries  # noqa: F401 (each registers its acts)
