"""The truth of closures: what was reported as solved, what was verified, and the bounds."""
