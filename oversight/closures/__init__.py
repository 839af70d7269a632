"""The truth of closures: what was reported solved, what is verified, and what may lie between."""
