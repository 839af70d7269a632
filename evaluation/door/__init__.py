"""Evaluation at the villager's door: ballots by code, and words of units."""
