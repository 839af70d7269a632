"""The pairings of the demo county."""
