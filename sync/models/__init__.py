"""Models of sync: enrolled phones, their entries and photos, and kept entry content."""

from sync.models.devices import Device
from sync.models.entries import Entry, KeptEntry, Part

__all__ = ["Device", "Entry", "KeptEntry", "Part"]
