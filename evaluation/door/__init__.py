"""Evaluation at the villager's door: who votes by a code, and what units say."""
