"""Evaluation at the villager's door: what units say, and who votes by a code."""
